"""Every sentence with a number, in all three languages, for 0 to 101: the word after the number agrees with it (ui.md 4.5)."""

import re

import polib
import pytest
from django.utils import translation

from tests.project.translations import ROOT

# A Russian noun after 1, after 2 to 4, after 5 and more, as written by hand; also after "show" and after "in".
RUSSIAN = [
    ("день", "дня", "дней"), ("месяц", "месяца", "месяцев"), ("раз", "раза", "раз"), ("знак", "знака", "знаков"),
    ("проблема", "проблемы", "проблем"), ("проблему", "проблемы", "проблем"), ("проблеме", "проблемах", "проблемах"),
    ("сообщение", "сообщения", "сообщений"), ("изменение", "изменения", "изменений"), ("событие", "события", "событий"),
    ("требование", "требования", "требований"), ("ведение", "ведения", "ведений"), ("ответ", "ответа", "ответов"),
    ("обязательство", "обязательства", "обязательств"), ("несогласие", "несогласия", "несогласий"),
    ("организация", "организации", "организаций"), ("новое", "новых", "новых"),
]  # fmt: skip
NUMBERS = range(102)


def entries(language: str) -> list[polib.POEntry]:
    catalogue = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    return [entry for entry in catalogue if entry.msgid_plural and not entry.obsolete]


def said(entry: polib.POEntry, n: int) -> str:
    context = [entry.msgctxt] if entry.msgctxt else []
    ask = translation.npgettext if context else translation.ngettext
    return re.sub(r"%\((n|count|total)\)s", str(n), ask(*context, entry.msgid, entry.msgid_plural, n))


def column(n: int) -> int:
    """0 after 1, 21, 101; 1 after 2 to 4, 22 to 24; 2 after the others, 11 to 14 too."""
    if n % 100 in (11, 12, 13, 14):
        return 2
    return 0 if n % 10 == 1 else 1 if n % 10 in (2, 3, 4) else 2


@pytest.mark.parametrize("entry", entries("ru"), ids=lambda entry: entry.msgid)
def test_a_russian_noun_agrees_with_every_number(entry: polib.POEntry) -> None:
    with translation.override("ru"):
        for n in NUMBERS:
            words = re.findall(r"[а-яё]+", said(entry, n).lower())
            fits = [forms for forms in RUSSIAN if forms[column(n)] in words]
            assert fits, (n, said(entry, n))
            assert re.search(rf"(?<!\d){n}(?!\d)", said(entry, n)), (n, said(entry, n))


@pytest.mark.parametrize("entry", entries("kk"), ids=lambda entry: entry.msgid)
def test_a_kazakh_sentence_is_the_same_for_every_number_and_its_noun_is_singular(entry: polib.POEntry) -> None:
    with translation.override("kk"):
        assert len({said(entry, n).replace(str(n), "#") for n in NUMBERS}) == 1
        after = re.search(r"7 (.*)", said(entry, 7))
        # The plural of a Kazakh noun right after the number, in any case of it.
        assert not after or not re.match(r"\w+(лар|лер|дар|дер|тар|тер)(ы|і|да|де|ды|ді|дың|дің|ға|ге)?\b", after[1])


@pytest.mark.parametrize("entry", entries("ru"), ids=lambda entry: entry.msgid)
def test_an_english_noun_is_singular_after_one_alone(entry: polib.POEntry) -> None:
    with translation.override("en"):
        for n in NUMBERS:
            written = entry.msgid if n == 1 else entry.msgid_plural
            assert said(entry, n) == re.sub(r"%\((n|count|total)\)s", str(n), written)
    assert entry.msgid != entry.msgid_plural or entry.msgid == "%(n)s new"
