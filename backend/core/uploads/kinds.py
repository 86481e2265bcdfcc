"""The types of file that are taken, told by content; everything else is refused in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words


class FileKind(models.TextChoices):
    """The value is the ending that a file of this type gets, whatever it was called."""

    PDF = "pdf", _("PDF document")
    JPEG = "jpg", _("JPEG picture")
    PNG = "png", _("PNG picture")
    WEBP = "webp", _("WebP picture")
    DOCX = "docx", _("Word document")
    XLSX = "xlsx", _("Excel table")
    PPTX = "pptx", _("PowerPoint slides")
    ODT = "odt", _("OpenDocument text")
    ODS = "ods", _("OpenDocument table")
    TEXT = "txt", _("Plain text")
    CSV = "csv", _("Table (CSV)")

    @property
    def mime(self) -> str:
        """As it is served; always as a download."""
        return MIMES[self]


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

MIMES: dict[FileKind, str] = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
    FileKind.DOCX: f"{_OOXML}wordprocessingml.document",
    FileKind.XLSX: f"{_OOXML}spreadsheetml.sheet",
    FileKind.PPTX: f"{_OOXML}presentationml.presentation",
    FileKind.ODT: f"{_ODF}text",
    FileKind.ODS: f"{_ODF}spreadsheet",
    FileKind.TEXT: "text/plain",
    FileKind.CSV: "text/csv",
}

PICTURES: dict[FileKind, str] = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.WEBP: "WEBP"}
"""Pictures, and what Pillow calls their formats."""

TAKEN = ", ".join(name.upper() for name in FileKind.values)


class Refused(Exception):  # noqa: N818  (as other refusals: no error of the program)
    """This file is not taken; `words` tell a person why, and what to do instead."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.words = words


DAMAGED = _("This file is damaged or incomplete and cannot be read. Save it anew.")
TWO_IN_ONE = _("This file is of two types at once, which is how harmful files are hidden. Save it anew as one of them.")
