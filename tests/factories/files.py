"""Files as people send them: made here, byte by byte, so that none has to be kept."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
TEXT = "Маусымда жол жөнделген жоқ.\n".encode()
CSV = b"month;paid\nMay;0\n"

_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}


def sent(name: str, data: bytes = TEXT) -> SimpleUploadedFile:
    """As a browser sends it; what it says of the type is never asked."""
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def picture(form: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """Two halves of different colours, the left one red: what is drawn anew must still show them."""
    drawn = Image.new(mode, size, "blue" if mode in ("RGB", "RGBA") else 0)
    drawn.paste("red" if mode in ("RGB", "RGBA") else 1, (0, 0, size[0] // 2, size[1]))
    written = BytesIO()
    drawn.save(written, form, **options)
    return written.getvalue()


def archive(parts: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return written.getvalue()


def office(ending: str = "docx", more: Mapping[str, bytes] | None = None, types: bytes = b"") -> bytes:
    """A document of Word, Excel or PowerPoint as far as its parts go."""
    part, main = _MAIN[ending]
    declared = (
        types
        or f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{main}"/></Types>'.encode()
    )
    return archive({"[Content_Types].xml": declared, part: b"<document>Hello</document>"} | dict(more or {}))


def opendocument(kind: str = "text", more: Mapping[str, bytes] | None = None) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}".encode()
    parts = {"mimetype": mime, "META-INF/manifest.xml": b"<manifest/>", "content.xml": b"<office/>"}
    return archive(parts | dict(more or {}), stored=("mimetype",))
