"""What a file is called when it is shown and downloaded. Where it lies has nothing to do with it."""

import re
import unicodedata

from backend.core.uploads import limits
from backend.core.uploads.kinds import FileKind

# What no file system takes, or takes for a folder; and quotes, which end a header's value.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)

# Endings that say of what type a file is: all but the true one go, however many stand in a row ("act.pdf.exe").
_PICTURES = "jpg jpeg jpe jfif png webp gif svg svgz heic heif avif bmp tif tiff ico"
_DOCUMENTS = (
    "pdf doc docx docm dot dotx dotm xls xlsx xlsm xlsb ppt pptx pptm odt ods odp rtf txt text csv tsv md log json"
)
_PAGES = "htm html xhtml shtml mht mhtml xml xsl xslt"
_PROGRAMS = (
    "exe com scr dll msi bat cmd ps1 vbs vbe js jse mjs wsf wsh hta jar class sh bash py pl php phtml asp aspx jsp lnk url"
    " reg app apk dmg iso desktop"
)
_ARCHIVES = "zip rar 7z gz bz2 xz tar tgz"
_ENDINGS = frozenset(" ".join((_PICTURES, _DOCUMENTS, _PAGES, _PROGRAMS, _ARCHIVES)).split())
PROGRAMS = frozenset(_PROGRAMS.split())
PAGES = frozenset([*_PAGES.split(), "svg", "svgz"])


def ending(name: str) -> str:
    """What stands after the last full stop, in small letters; '' without one."""
    return plain(name).rpartition(".")[2].lower() if "." in name else ""


def plain(name: str) -> str:
    """The name on one line without folders: NFC, nothing invisible (controls, overrides of the direction of writing), no
    character that a file system or a header minds, no full stop in front, never empty.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if each.isspace() else each for each in last if each.isspace() or _is_visible(each))
    return " ".join(_FORBIDDEN.sub("_", seen).split()).lstrip(". ").rstrip(". ") or "file"


def _is_visible(character: str) -> bool:
    """Not one of the categories "other": control, format, half of a character, private, not assigned."""
    return not unicodedata.category(character).startswith("C")


def cleaned(name: str, kind: FileKind) -> str:
    """The name as it is kept: with the ending of what the file is, short enough, and no name that Windows keeps for devices."""
    stem = plain(name)
    while (found := stem.rpartition("."))[1] and found[2].strip().lower() in _ENDINGS:
        stem = found[0].rstrip(". ")
    stem = _shortened(stem).rstrip(". ") or "file"
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    return f"{stem}.{kind.value}"


def _shortened(stem: str) -> str:
    """Never in the middle of a character."""
    return stem[: limits.NAME].encode()[: limits.NAME_BYTES].decode(errors="ignore")
