"""Every string is there in Kazakh and Russian, compiled, and without the mistakes that no tool catches."""

import ast
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import ngettext

from tests.project import translations


@pytest.mark.parametrize("catalogue", translations.CATALOGUES, ids=lambda path: "-".join(path.parts[-4:-2]))
def test_the_catalogue_has_no_fault(catalogue: Path) -> None:
    assert list(translations.faults(catalogue)) == []


@pytest.mark.thorough
def test_the_catalogues_hold_just_the_strings_of_the_code() -> None:
    strings = translations.extracted()
    if strings is None:
        pytest.skip("GNU xgettext is not installed; the CI run compares the catalogues with the code")
    assert list(translations.out_of_step(strings)) == []


def test_no_string_to_translate_stands_inside_an_f_string() -> None:
    """GNU xgettext does not look there: such a string is in no catalogue, and nothing says so."""
    hidden = [
        (str(path.relative_to(translations.ROOT)), call.lineno)
        for part in translations.EXTRACTED_FROM
        for path in (translations.ROOT / part).rglob("*.py")
        for formatted in ast.walk(ast.parse(path.read_text()))
        if isinstance(formatted, ast.JoinedStr)
        for call in ast.walk(formatted)
        if isinstance(call, ast.Call)
        and (getattr(call.func, "id", "") == "_" or "gettext" in getattr(call.func, "id", ""))
    ]
    assert hidden == []


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("", "not translated"),
        ("ҰЕҰ жауабы: %(name)s", "ҰЕҰ must be ҮЕҰ"),
        ("Мәcеле: %(name)s", "Latin and Cyrillic letters in one word"),  # a Latin c
        ("%(name)sға жіберілді", "a case ending on a variable"),
        ("Мәселе: %(name)s-ға", "a case ending on a variable"),
        ("Мәселе %(name)s: please wait", "English left over: ['please', 'wait']"),
        ("Жіберілді", "placeholders [] instead of ['%(name)s']"),
    ],
)
def test_a_known_mistake_is_found(form: str, fault: str) -> None:
    entry = polib.POEntry(msgid="Sent to: %(name)s", msgstr=form)
    assert fault in list(translations._form_faults(entry, form))


TEMPLATES = sorted((translations.ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(translations.ROOT / "templates")))
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert list(translations.template_faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<p>Hello {{ name }}</p>", "words that are not translated: ['Hello']"),
        ('<nav aria-label="Main"></nav>', "words that are not translated: ['Main']"),
        ("<p>{{ name }}-ге жолданды</p>", "a case ending on a variable"),
    ],
)
def test_a_word_left_in_a_template_is_found(text: str, fault: str) -> None:
    assert fault in list(translations.template_faults(text))


PLURALS = {
    "kk": {n: f"{n} күн" for n in (0, 1, 2, 5, 11, 21, 101)},
    "ru": {0: "0 дней", 1: "1 день", 2: "2 дня", 5: "5 дней", 11: "11 дней", 21: "21 день", 101: "101 день"},
    "en": {0: "0 days", 1: "1 day", 2: "2 days", 5: "5 days", 11: "11 days", 21: "21 days", 101: "101 days"},
}


@pytest.mark.parametrize("language", PLURALS)
def test_days_are_counted_as_the_language_counts(language: str) -> None:
    with translation.override(language):
        assert {n: ngettext("%(n)s day", "%(n)s days", n) % {"n": n} for n in PLURALS[language]} == PLURALS[language]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_kazakh_noun_stays_singular_after_any_number_and_russian_has_a_form_for_each(language: str) -> None:
    catalogue = polib.pofile(str(translations.ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    counted = [entry for entry in catalogue if entry.msgid_plural and not entry.obsolete]
    assert len(counted) > 10
    forms = {entry.msgid: len(set(entry.msgstr_plural.values())) for entry in counted}
    if language == "kk":
        assert {msgid: n for msgid, n in forms.items() if n != 1} == {}
    else:
        assert {msgid for msgid, n in forms.items() if n == 1} <= SAME_IN_RUSSIAN


SAME_IN_RUSSIAN: set[str] = set()
"""Sentences with a number after a colon, where no noun follows it."""
