"""What a file is called: shown and downloaded, never where it lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.uploads import limits
from backend.core.uploads.kinds import FileKind
from backend.core.uploads.names import cleaned, ending

NAMES = [
    ("Шешім №5.pdf", "Шешім №5.pdf"),
    ("../../etc/passwd", "passwd.pdf"),
    ("C:\\Windows\\system32\\cmd.exe", "cmd.pdf"),
    ("..\\..\\", "file.pdf"),
    (".htaccess", "htaccess.pdf"),
    ("....pdf", "pdf.pdf"),
    ("", "file.pdf"),
    ("   ", "file.pdf"),
    ("CON.pdf", "_CON.pdf"),
    ("nul", "_nul.pdf"),
    ("com1.tar.pdf", "_com1.pdf"),
    ("console.pdf", "console.pdf"),
    ("invoice.pdf.exe", "invoice.pdf"),
    ("invoice.exe", "invoice.pdf"),
    ("photo.PNG", "photo.pdf"),
    ("report.v1.2", "report.v1.2.pdf"),
    ("act\u202efdp.exe", "actfdp.pdf"),  # shown by some as "actexe.pdf"
    ("a\u200bb\u0000c\x1bd.pdf", "abcd.pdf"),
    ("line\r\nSet-Cookie: x=1.pdf", "line Set-Cookie_ x=1.pdf"),
    ('quo"te<script>.pdf', "quo_te_script_.pdf"),
    ("й.pdf", "й.pdf"),  # two characters that are one
    ("two   spaces\t.pdf ", "two spaces.pdf"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_hostile_names_become_plain_ones(name: str, shown: str) -> None:
    assert cleaned(name, FileKind.PDF) == shown


def test_a_long_name_is_cut_between_characters() -> None:
    kept = cleaned("Ә" * 500 + ".pdf", FileKind.PDF)
    assert kept == "Ә" * (limits.NAME_BYTES // 2) + ".pdf"
    assert cleaned("a" * 500, FileKind.DOCX) == "a" * limits.NAME + ".docx"


@pytest.mark.parametrize(("name", "found"), [("A.PNG", "png"), ("a.b.csv", "csv"), ("none", ""), ("x/y.js", "js")])
def test_the_ending_is_read_in_small_letters(name: str, found: str) -> None:
    assert ending(name) == found


@given(st.text(max_size=300))
def test_any_name_at_all_fits_a_file_system_and_a_header(name: str) -> None:
    kept = cleaned(name, FileKind.JPEG)
    assert kept.endswith(".jpg")
    assert kept.isprintable()
    assert not set(kept) & set('<>:"/\\|?*')
    assert not kept.startswith((".", " "))
    assert len(kept) <= 200
    assert len(kept.encode()) <= 255
    assert cleaned(kept, FileKind.JPEG) == kept
