"""The check of the catalogues: complete, in step with the code and with the compiled files, and no known mistakes of language.

`python -m tests.project.translations` prints every fault and exits 1; `--compile` writes the .mo files from the .po files.
Extracting the code's strings needs GNU xgettext; without it that one comparison is left out, and said.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("kk", "ru")
CATALOGUES = [
    *(ROOT / "locale" / language / "LC_MESSAGES" / "django.po" for language in LANGUAGES),
    *(ROOT / "backend" / "locale_framework" / language / "LC_MESSAGES" / "django.po" for language in LANGUAGES),
]
EXTRACTED_FROM = ("backend", "issues", "dialogue", "templates")

_CYRILLIC = "А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі"
_MIXED = re.compile(rf"[{_CYRILLIC}][A-Za-z]|[A-Za-z][{_CYRILLIC}]")
# %(name)s or {name} with letters (or a hyphen and letters) glued on: a case ending on a variable.
# (link and end_link are the two halves of a tag around words, not words.)
_CASE_ENDING = re.compile(rf"(%\((?!link\)|end_link\))\w+\)[sd]|\{{\w+\}})[-–]?[{_CYRILLIC}]")
# Latin words that a Kazakh or Russian sentence may hold: names, formats, codes. Any other is English left over.
_LATIN = re.compile(r"[A-Za-z]{2,}")
# What is written for programs stays as it is: `code`, and the heads of requests.
_HEADS = (
    r"`[^`]*`|\b(?:Aalen-Johansen|Kaplan-Meier|Creative Commons Attribution|CC BY|Accept-Language|"
    r"Authorization: Token|Content-Type|Deprecation|Sunset|Idempotency-Key|If-None-Match)\b"
)
_TAGS = re.compile(rf"<[^>]*>|&\w+;|\w+\.example|https?://\S+|\S+@\S+|\w+/[\w-]+\b|{_HEADS}")
_ALLOWED_LATIN = frozenset(
    """AA Birge CSV CSRF Cookie cookie Cyrl DD DEBUG DOCX
    ETag Esc Excel False HH HTML HTTPS IP IPv JPEG JSON JavaScript LDAP Lines MM None
    ISO KZ OpenAPI OpenDocument PDF PNG PPTX Policy PowerPoint RFC Referer Referrer SSO SVG Slug TZ True URL UTC UTF UUID
    WCAG WebP Word XLSX XML
    YYYY allow empty en example future kk kz last name no origin referrer ru same slug ss uuuuuu uz value""".split()  # noqa: SIM905
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def faults(catalogue: Path) -> Iterator[str]:
    """What is wrong with one .po file, a line each."""
    name = catalogue.relative_to(ROOT)
    if not catalogue.exists():
        yield f"{name}: is missing"
        return
    entries = polib.pofile(str(catalogue))
    for entry in entries:
        if entry.obsolete:
            yield f"{name}: obsolete entry {entry.msgid!r}"
            continue
        if entry.fuzzy:
            yield f"{name}: fuzzy: {entry.msgid!r}"
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        for form in forms:
            yield from (f"{name}: {fault}: {entry.msgid!r} -> {form!r}" for fault in _form_faults(entry, form))
    yield from _not_compiled(catalogue, entries)


def _form_faults(entry: polib.POEntry, form: str) -> Iterator[str]:
    if not form.strip():
        yield "not translated"
        return
    if "ҰЕҰ" in form:
        yield "ҰЕҰ must be ҮЕҰ"
    if _MIXED.search(_PLACEHOLDER.sub(" ", form)):
        yield "Latin and Cyrillic letters in one word"
    left = set(_LATIN.findall(_PLACEHOLDER.sub(" ", _TAGS.sub(" ", form)))) - _ALLOWED_LATIN
    if left:
        yield f"English left over: {sorted(left)}"
    if _CASE_ENDING.search(form):
        yield "a case ending on a variable"
    wanted = set(_PLACEHOLDER.findall(entry.msgid)) | set(_PLACEHOLDER.findall(entry.msgid_plural or ""))
    found = set(_PLACEHOLDER.findall(form))
    if not found <= wanted or (not entry.msgid_plural and found != wanted):
        yield f"placeholders {sorted(found)} instead of {sorted(wanted)}"


def _not_compiled(catalogue: Path, entries: polib.POFile) -> Iterator[str]:
    compiled = catalogue.with_suffix(".mo")
    name = compiled.relative_to(ROOT)
    if not compiled.exists():
        yield f"{name}: is missing; run `python -m tests.project.translations --compile`"
        return
    ours = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in entries.translated_entries()}
    theirs = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.mofile(str(compiled)) if e.msgid}
    if ours != theirs:
        yield f"{name}: not in step with its .po file; run `python -m tests.project.translations --compile`"


# What a template holds besides words: its own tags, comments, translated blocks, parts marked as English, code, HTML.
_NO_WORDS = [
    r"{#.*?#}", r"{%\s*comment.*?endcomment\s*%}", r"{%\s*blocktrans.*?endblocktrans\w*\s*%}", r"{%.*?%}",
    r"<(?P<tag>section|span)[^>]* lang=\"en\"[^>]*>.*?</(?P=tag)>", r"<!--.*?-->", r"<code>.*?</code>",
]  # fmt: skip
_SHOWN_ATTRIBUTE = re.compile(r'(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"')
_GLUED = re.compile(rf"}}}}[-–]?[{_CYRILLIC}]")


def template_faults(text: str) -> Iterator[str]:
    """What is wrong with the words of one template: those that nobody can translate, and case endings on a variable."""
    if _GLUED.search(text):
        yield "a case ending on a variable"
    for pattern in _NO_WORDS:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    text = re.sub(r"{{.*?}}", " ", text, flags=re.DOTALL)
    shown = " ".join(_SHOWN_ATTRIBUTE.findall(text)) + " " + re.sub(r"<[^>]*>", " ", text)
    left = set(_LATIN.findall(shown)) - {"Birge", "Il", "Enter"}
    if left:
        yield f"words that are not translated: {sorted(left)}"


def extracted() -> set[tuple[str | None, str]] | None:
    """(context, msgid) of every string of the code, by `makemessages` in a copy; None without GNU xgettext."""
    if shutil.which("xgettext") is None:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "birge"
        copy.mkdir()
        for part in EXTRACTED_FROM:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "locale_framework"))
        (copy / "locale").mkdir()
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", "xx", "--no-location"],
            cwd=copy, check=True, capture_output=True, text=True, env=_environment(copy),
        )  # fmt: skip
        found = polib.pofile(str(copy / "locale" / "xx" / "LC_MESSAGES" / "django.po"))
        return {(entry.msgctxt, entry.msgid) for entry in found}


def _environment(copy: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(copy), "DJANGO_SETTINGS_MODULE": "backend.settings"}


def out_of_step(strings: set[tuple[str | None, str]]) -> Iterator[str]:
    """Strings of the code that a catalogue lacks, and strings of a catalogue that the code no longer has."""
    for language in LANGUAGES:
        catalogue = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
        if not catalogue.exists():
            continue
        known = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(catalogue)) if not entry.obsolete}
        yield from (f"{language}: lacks {msgid!r}" for context, msgid in sorted(strings - known, key=str))
        yield from (f"{language}: no longer used {msgid!r}" for context, msgid in sorted(known - strings, key=str))


def main() -> int:
    if "--compile" in sys.argv:
        for catalogue in CATALOGUES:
            polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))
    found = [fault for catalogue in CATALOGUES for fault in faults(catalogue)]
    strings = extracted()
    if strings is None:
        print("xgettext is not installed: the catalogues were not compared with the code.")
    else:
        found += out_of_step(strings)
    print("\n".join(found) or "The catalogues are complete and in step.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
