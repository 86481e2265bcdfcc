"""What a file is, by its content alone, and the harmless form in which it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import puremagic
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.uploads import limits, names
from backend.core.uploads.documents import ARCHIVE, PROGRAM, check_archive, check_pdf, check_text
from backend.core.uploads.kinds import PICTURES, TAKEN, FileKind, Refused
from backend.core.uploads.pictures import redrawn

EMPTY = _("This file is empty.")
OTHER_PICTURE = _("Of pictures, only JPEG, PNG and WebP are taken. Save it as one of them.")
OLD_OFFICE = _(
    "This is a document of an older office program, or one with a password. Save it as DOCX, XLSX, PPTX or PDF, without one."
)
SOUND = _("Sound and video are not taken. Put a link into the text.")


def unknown() -> Words:
    return _("Files of this type are not taken. Taken are: %(types)s.") % {"types": TAKEN}


def too_large() -> Words:
    return _("This file is too large. At most: %(limit)s.") % {"limit": filesizeformat(limits.FILE)}


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file fit to be kept: the bytes to keep (a picture's are drawn anew), and what they are."""

    data: bytes
    kind: FileKind
    name: str

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


def inspected(file: File[bytes], name: str) -> Inspected:
    """Reads the whole file, never more than the limit. Raises Refused. What a browser says of the type is not asked."""
    data = file.read(limits.FILE + 1)
    if len(data) > limits.FILE:
        raise Refused(too_large())
    if not data:
        raise Refused(EMPTY)
    kind = kind_of(data, names.ending(name))
    return Inspected(redrawn(data, kind) if kind in PICTURES else data, kind, names.cleaned(name, kind))


def kind_of(data: bytes, ending: str) -> FileKind:
    """The type, confirmed by the file's structure (of a picture: by decoding it, later). Raises Refused.

    The ending of the name is asked only of plain text, which has no marks of its own.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return check_pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return check_archive(data)
    looks = _looks_like(data)
    for kind, mime in ((FileKind.JPEG, "image/jpeg"), (FileKind.PNG, "image/png"), (FileKind.WEBP, "image/webp")):
        if mime in looks:
            return kind
    if found := check_text(data, ending):
        return found
    raise Refused(_why_not(data, looks))


def _looks_like(data: bytes) -> frozenset[str]:
    """The MIME types whose marks stand at the beginning or end, by puremagic's table."""
    return frozenset(found.mime_type for found in puremagic.magic_string(data))


_PROGRAMS = (
    "application/vnd.microsoft.portable-executable", "application/java", "application/x-iso9660-appimage",
)  # fmt: skip
_ARCHIVES = (
    "application/vnd.rar", "application/x-7z-compressed", "application/x-gzip", "application/x-xz", "application/zip",
    "application/x-bzip2", "application/x-tar", "application/zstd",
)  # fmt: skip
_PROGRAM_STARTS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")  # of Linux, of macOS


def _why_not(data: bytes, looks: frozenset[str]) -> Words:
    if data.startswith(_PROGRAM_STARTS) or looks & frozenset(_PROGRAMS):
        return PROGRAM
    if looks & frozenset(_ARCHIVES):
        return ARCHIVE
    if "application/msword" in looks or "application/rtf" in looks:
        return OLD_OFFICE
    for start, words in (("image/", OTHER_PICTURE), ("video/", SOUND), ("audio/", SOUND)):
        if any(mime.startswith(start) for mime in looks):
            return words
    return unknown()
