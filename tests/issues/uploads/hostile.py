"""Files that somebody made to do harm, or by mistake; each with what it must get, written by hand.

Used by the tests of inspection and by `python -m tests.trials.uploads`, which prints what the site does with each.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.factories.files import CSV, PDF, TEXT, archive, office, opendocument, picture

SCRIPT = "<script>alert(document.cookie)</script>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{SCRIPT}</svg>'.encode()
HTML = f"<!DOCTYPE html><html><body>{SCRIPT}</body></html>".encode()
PROGRAM = (
    b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
    + b"\x00" * 200
    + b"This program cannot be run in DOS mode."
)
JAR = archive({"META-INF/MANIFEST.MF": b"Main-Class: Steal\n", "Steal.class": b"\xca\xfe\xba\xbe" + b"\x00" * 40})


@dataclass(frozen=True)
class Case:
    """`gets`: the ending of what is kept, or words of the refusal."""

    what: str
    name: str
    make: Callable[[], bytes]
    gets: str
    taken: bool = False


def located() -> bytes:
    """A photograph with the place and the camera in it, turned on its side."""
    exif = Image.Exif()
    exif[0x0110] = "SecretCamera 3000"
    exif[0x0112] = 6  # turn right to see it upright
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 14.0, 12.0), 3: "E", 4: (76.0, 53.0, 24.0)})
    return picture("JPEG", (60, 40), exif=exif, comment=b"taken at home")


def scripted_png() -> bytes:
    notes = PngInfo()
    notes.add_text("Comment", SCRIPT)
    notes.add_text("Author", SCRIPT, zip=True)
    return picture("PNG", pnginfo=notes) + JAR


def huge_header() -> bytes:
    """30,000 by 30,000 pixels, in a file of some hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 5000)) + chunk(b"IEND", b"")
    )


def huge_webp() -> bytes:
    canvas = (16_000).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bomb() -> bytes:
    """A Word document with 300 MB of nothing in it."""
    return office(more={"word/media/nothing.bin": b"\0" * 300_000_000})


def lying_bomb() -> bytes:
    """As above, smaller, but its list of parts says that the part holds ten bytes."""
    made = bytearray(office(more={"word/media/nothing.bin": b"\0" * 20_000_000}))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        where = made.rfind(mark)
        made[where + at : where + at + 4] = struct.pack("<I", 10)
    return bytes(made)


def many_parts() -> bytes:
    return office(more={f"word/{n}": b"x" for n in range(3000)})


def locked() -> bytes:
    """The flag "encrypted" on each part."""
    made = bytearray(office())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        where = -1
        while (where := made.find(mark, where + 1)) >= 0:
            made[where + at] |= 1
    return bytes(made)


def climbing() -> bytes:
    return office(more={"../../../etc/cron.d/steal": b"* * * * * root true"})


def self_extracting() -> bytes:
    """A program in front of a zip archive."""
    return PROGRAM + JAR


def utf16() -> bytes:
    return "Қазақша мәтін".encode("utf-16")


def overlapping() -> bytes:
    """Two entries of the list that point to the same data: how the densest bombs are made."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", b"wordprocessingml.document.main+xml")
        made.writestr("word/document.xml", b"\0" * 50_000)
        first = made.getinfo("word/document.xml")
        twin = zipfile.ZipInfo("word/document.xml")
        for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset", "external_attr"):
            setattr(twin, name, getattr(first, name))
        made.filelist.append(twin)
    return written.getvalue()


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


TWO_AT_ONCE, PAGE, IS_PROGRAM = "two types at once", "web page or a drawing", "program or a script"
DAMAGED, MACROS, TOO_MUCH = "damaged or incomplete", "holds macros", "too many parts"

CASES = [
    Case("JPEG with a Java archive behind it", "photo.jpg", lambda: picture("JPEG") + JAR, "jpg", taken=True),
    Case("PNG with script in its texts and an archive behind", "chart.png", scripted_png, "png", taken=True),
    Case("JPEG with the place it was taken at", "IMG_0001.JPG", located, "jpg", taken=True),
    Case("JPEG that begins like a GIF", "a.gif", lambda: b"GIF89a" + picture("JPEG"), "only JPEG, PNG and WebP"),
    Case("PDF with a web page in its head", "act.pdf", lambda: b"%PDF-1.7\n" + HTML + PDF, TWO_AT_ONCE),
    Case("PDF with a Java archive behind it", "act.pdf", lambda: PDF + JAR, TWO_AT_ONCE),
    Case("web page with a PDF in it", "act.pdf", lambda: HTML + PDF, PAGE),
    Case("SVG with script", "logo.svg", lambda: SVG, PAGE),
    Case("SVG with script, called .png", "logo.png", lambda: SVG, PAGE),
    Case("SVG behind a byte order mark and spaces, called .txt", "a.txt", lambda: b"\xef\xbb\xbf \n" + SVG, PAGE),
    Case("web page, called .txt", "notes.txt", lambda: HTML, PAGE),
    Case("web page, called .jpg", "photo.jpg", lambda: HTML, PAGE),
    Case("JavaScript", "app.js", lambda: b"fetch('/me/').then(alert)\n", IS_PROGRAM),
    Case("shell script, called .txt", "read.txt", lambda: b"#!/bin/sh\nrm -rf ~\n", IS_PROGRAM),
    Case("batch file", "fix.bat", lambda: b"del /q *\r\n", IS_PROGRAM),
    Case("program, called .pdf", "invoice.pdf", lambda: PROGRAM, IS_PROGRAM),
    Case("program, called .pdf.exe", "invoice.pdf.exe", lambda: PROGRAM, IS_PROGRAM),
    Case("program of Linux, called .jpg", "photo.jpg", lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 100, IS_PROGRAM),
    Case("self-extracting archive", "setup.docx", self_extracting, IS_PROGRAM),
    Case("Java archive, called .docx", "report.docx", lambda: JAR, "Archives are not taken"),
    Case("Word document with a macro", "order.docx", lambda: office(more={"word/vbaProject.bin": b"\0"}), MACROS),
    Case(
        "Word document that says it has macros",
        "order.docm",
        lambda: office(types=b"application/vnd.ms-word.document.macroEnabled.main+xml"),
        MACROS,
    ),
    Case("OpenDocument text with a macro", "a.odt", lambda: opendocument(more={"Basic/Standard/M.xml": b"x"}), MACROS),
    Case("Word document with an archive behind it", "order.docx", lambda: office() + JAR, TWO_AT_ONCE),
    Case("Java archive with a Word document behind it", "order.docx", lambda: JAR + office(), TWO_AT_ONCE),
    Case("Word document with bytes behind it", "order.docx", lambda: office() + b"more", TWO_AT_ONCE),
    Case("Word document that unpacks to 300 MB", "bomb.docx", bomb, TOO_MUCH),
    Case("Word document that lies about its size", "bomb.docx", lying_bomb, DAMAGED),
    Case("Word document with parts that overlap", "bomb.docx", overlapping, DAMAGED),
    Case("Word document of 3,000 parts", "bomb.docx", many_parts, TOO_MUCH),
    Case("Word document with parts above its folder", "up.docx", climbing, DAMAGED),
    Case("Word document locked with a password", "locked.docx", locked, "locked with a password"),
    Case("Word document of 2003", "old.doc", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "older office"),
    Case("PNG of 30,000 by 30,000 pixels by its header", "map.png", huge_header, "in millions of pixels: 40"),
    Case("WebP of 16,001 by 16,001 pixels by its header", "map.webp", huge_webp, "in millions of pixels: 40"),
    Case("JPEG cut in the middle", "photo.jpg", lambda: half(picture("JPEG", (400, 300))), DAMAGED),
    Case("PNG cut in the middle", "photo.png", lambda: half(picture("PNG", (400, 300))), DAMAGED),
    Case("PDF cut in the middle", "act.pdf", lambda: half(PDF), DAMAGED),
    Case("Word document cut in the middle", "order.docx", lambda: half(office()), DAMAGED),
    Case(
        "HEIC picture",
        "photo.heic",
        lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 60,
        "only JPEG, PNG and WebP",
    ),
    Case("film", "film.mp4", lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 60, "Sound and video"),
    Case("text in UTF-16", "notes.txt", utf16, "not in UTF-8"),
    Case("text with a zero byte", "notes.txt", lambda: TEXT + b"\0", "not in UTF-8"),
    Case("random bytes", "data.bin", lambda: bytes(range(128, 256)) * 3, "Files of this type are not taken"),
    Case("empty file", "nothing.txt", lambda: b"", "is empty"),
    Case("PDF called .png", "chart.png", lambda: PDF, "pdf", taken=True),
    Case("text called .pdf", "act.pdf", lambda: TEXT, "txt", taken=True),
    Case("table called .exe.csv", "data.exe.csv", lambda: CSV, "csv", taken=True),
    Case("10 MB and a byte of text", "long.txt", lambda: b"a" * (10 * 1024 * 1024 + 1), "too large"),
]
