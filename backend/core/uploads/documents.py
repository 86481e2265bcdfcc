"""Documents and texts, told by their structure: PDF, the zip archives of office programs, UTF-8 text."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext_lazy as _

from backend.core.uploads import limits
from backend.core.uploads.kinds import DAMAGED, TWO_IN_ONE, FileKind, Refused
from backend.core.uploads.names import PAGES, PROGRAMS

PAGE = _("This is a web page or a drawing that can hold programs (HTML, SVG, XML). Save it as PDF or as a picture.")
PROGRAM = _("This is a program or a script. Programs are not taken.")
MACROS = _("This document holds macros, which are programs. Save it without them, as an ordinary document.")
ARCHIVE = _("Archives are not taken. Attach the files one by one.")
TOO_MUCH_INSIDE = _("Unpacked, this document is too large or has too many parts. Save it anew, or as PDF.")
LOCKED = _("This document is locked with a password. Save it without one.")
NOT_UTF8 = _("This text is not in UTF-8. Choose UTF-8 (for a table: CSV UTF-8) when you save it.")

_HEAD = 1024
_MARKUP = re.compile(
    rb"<(?:!doctype|\?xml|\?php|%|/?(?:html|head|body|script|svg|iframe|object|embed|applet|style|link|meta|base|form|img"
    rb"|video|audio|math)\b)",
    re.IGNORECASE,
)
_MARKUP_IN_PDF = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe)\b", re.IGNORECASE)


# --- PDF --------------------------------------------------------------------------------------------------------------


def check_pdf(data: bytes) -> FileKind:
    """It begins as a PDF (white space may stand before), ends as one, and is nothing else besides."""
    if _MARKUP_IN_PDF.search(data[:_HEAD]) or b"PK\x03\x04" in data[:_HEAD] or zipfile.is_zipfile(BytesIO(data)):
        raise Refused(TWO_IN_ONE)
    if b"%%EOF" not in data[-2 * _HEAD :]:
        raise Refused(DAMAGED)
    return FileKind.PDF


# --- Office documents -------------------------------------------------------------------------------------------------

# By the type of the main part, as [Content_Types].xml declares it, and the folder in which it lies.
_OOXML = {
    b"wordprocessingml.document.main+xml": (FileKind.DOCX, "word/"),
    b"spreadsheetml.sheet.main+xml": (FileKind.XLSX, "xl/"),
    b"presentationml.presentation.main+xml": (FileKind.PPTX, "ppt/"),
}
_ODF = {
    b"application/vnd.oasis.opendocument.text": FileKind.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": FileKind.ODS,
}
_MACRO_PARTS = re.compile(
    r"(?:^|/)(?:vba(?:project|data)[^/]*$|macrosheets/|dialogsheets/|activex/)|^(?:basic|scripts)/.", re.IGNORECASE
)
_END = b"PK\x05\x06"
_END_BYTES = 22
_TYPES = "[Content_Types].xml"
_ODF_TYPE = "mimetype"
_CHUNK = 64 * 1024
_SMALL = limits.MIB  # of a part that is looked into


def check_archive(data: bytes) -> FileKind:
    """A document of a known office program, whole and without macros; every part was unpacked once, and not kept."""
    if data[-_END_BYTES : -_END_BYTES + 4] != _END:
        raise Refused(TWO_IN_ONE if _END in data else DAMAGED)  # something stands behind the archive, or it is cut
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_parts(archive, len(data))
            return _office_kind(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        raise Refused(DAMAGED) from None


def _check_parts(archive: zipfile.ZipFile, packed: int) -> None:
    """What the list of parts says, before anything is unpacked; then what they really hold."""
    parts = archive.infolist()
    if min((part.header_offset for part in parts), default=1) > 0:
        raise Refused(TWO_IN_ONE)  # something stands before the archive, and other programs may read that
    if len(parts) > limits.ARCHIVE_ENTRIES or sum(part.file_size for part in parts) > _allowed(packed):
        raise Refused(TOO_MUCH_INSIDE)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(LOCKED)
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise Refused(DAMAGED)
    if any(part.filename.startswith("/") or ".." in part.filename.split("/") for part in parts):
        raise Refused(DAMAGED)
    if any(_MACRO_PARTS.search(part.filename.replace("\\", "/")) for part in parts):
        raise Refused(MACROS)
    unpacked = 0
    for size in _unpacked_sizes(archive):
        unpacked += size
        if unpacked > _allowed(packed):
            raise Refused(TOO_MUCH_INSIDE)


def _allowed(packed: int) -> int:
    return min(limits.ARCHIVE_UNPACKED, max(packed * limits.ARCHIVE_RATIO, _SMALL))


def _unpacked_sizes(archive: zipfile.ZipFile) -> Iterator[int]:
    """Chunk by chunk. zipfile stops at the declared size and compares the checksum: a lie is a damaged archive."""
    for part in archive.infolist():
        with archive.open(part) as opened:
            while chunk := opened.read(_CHUNK):
                yield len(chunk)


def _office_kind(archive: zipfile.ZipFile) -> FileKind:
    names = archive.namelist()
    if names and names[0] == _ODF_TYPE and "META-INF/manifest.xml" in names and "content.xml" in names:
        if kind := _ODF.get(_part(archive, _ODF_TYPE)):
            return kind
    elif _TYPES in names:
        types = _part(archive, _TYPES)
        if b"macroenabled" in types.lower():
            raise Refused(MACROS)
        for main, (kind, folder) in _OOXML.items():
            if main in types and any(name.startswith(folder) for name in names):
                return kind
    raise Refused(ARCHIVE)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The text of a small part, never given to an XML parser."""
    with archive.open(name) as opened:
        return opened.read(_SMALL)


# --- Text -------------------------------------------------------------------------------------------------------------


def check_text(data: bytes, ending: str) -> FileKind | None:
    """Plain text or a table; None if it is no text at all. Whether it is a table, only its name says."""
    if b"\0" in data or not _is_utf8(data):
        if ending in ("txt", "csv", "tsv", "md", "log"):
            raise Refused(NOT_UTF8)
        return None
    if ending in PAGES or _MARKUP.search(data):
        raise Refused(PAGE)
    if ending in PROGRAMS or data.removeprefix(b"\xef\xbb\xbf").startswith((b"#!", b"%!PS")):
        raise Refused(PROGRAM)
    if data.startswith(b"{\\rtf") or re.search(rb"[\x01-\x08\x0b\x0e-\x1f\x7f]", data):
        return None
    return FileKind.CSV if ending == "csv" else FileKind.TEXT


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
