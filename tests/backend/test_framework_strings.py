"""The words of Django and django-allauth in Kazakh and Russian: complete, sound, in use after an upgrade."""

import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import polib
import pytest
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import ngettext as counted  # the framework's words: nothing for our catalogues to collect
from django.utils.translation.trans_real import DjangoTranslation

FRAMEWORK = Path(settings.BASE_DIR) / "backend" / "locale_framework"
DJANGO = Path(django.__file__).parent
ALLAUTH = Path(allauth.__file__).parent
# Where the English catalogues of what Birge installs lie, and which of their sources a visitor can meet.
CATALOGUES = {
    DJANGO / "conf/locale": r"(?!conf/|contrib/|views/templates/default_urlconf)",
    DJANGO / "contrib/auth/locale": r"contrib/auth/(?!admin|apps|hashers)",
    DJANGO / "contrib/postgres/locale": r"contrib/postgres/(?!apps)",
    ALLAUTH / "locale": r"(account|core|templates/account|templates/allauth)/",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w+\}")
MIXED_SCRIPT = re.compile(r"[a-zA-Z][а-яёәғқңөұүһіА-ЯЁӘҒҚҢӨҰҮҺІ]|[а-яёәғқңөұүһіА-ЯЁӘҒҚҢӨҰҮҺІ][a-zA-Z]")
# %(link)s stands for the opening tag of a link, so a word may follow it.
CASE_ENDING_ON_A_VARIABLE = re.compile(r"(%\((?!link\))\w+\)[sdr]|%[sd]|\{\w+\})-?[а-яәғқңөұүһі]")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(FRAMEWORK / language / "LC_MESSAGES" / "django.po"))


def source_entries() -> Iterator[tuple[polib.POEntry, str]]:
    for folder, wanted in CATALOGUES.items():
        for entry in polib.pofile(str(folder / "en/LC_MESSAGES/django.po")):
            yield entry, wanted


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def key(entry: polib.POEntry) -> str:
    return f"{entry.msgctxt}\x04{entry.msgid}" if entry.msgctxt else entry.msgid


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_visitor_meets_no_framework_string_in_another_language(language: str) -> None:
    messages = vars(DjangoTranslation(language))["_catalog"]  # its own, without the fallback to Kazakh
    shown = [
        key(entry)
        for entry, wanted in source_entries()
        if any(re.match(wanted, place) for place, _line in entry.occurrences)
    ]
    assert len(shown) > 300
    assert [text for text in shown if text not in messages and (text, 1) not in messages] == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_override_still_names_a_string_of_the_framework(language: str) -> None:
    known = {(entry.msgctxt, entry.msgid) for entry, _wanted in source_entries()}
    assert [entry.msgid for entry in catalogue(language) if (entry.msgctxt, entry.msgid) not in known] == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_translations_are_sound(language: str) -> None:
    for entry in catalogue(language):
        for text in texts(entry):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid
            assert not CASE_ENDING_ON_A_VARIABLE.search(text), text
            assert not MIXED_SCRIPT.search(PLACEHOLDER.sub(" ", text)), text
            assert "ҰЕҰ" not in text
            assert entry.msgid.endswith("\n") == text.endswith("\n")


def test_kazakh_nouns_stay_singular_after_a_number() -> None:
    for entry in catalogue("kk"):
        assert len(set(texts(entry))) == 1, entry.msgid


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_compiled_file_is_up_to_date(language: str) -> None:
    compiled = polib.mofile(str(FRAMEWORK / language / "LC_MESSAGES" / "django.mo"))
    assert {(e.msgctxt, e.msgid): texts(e) for e in compiled} == {
        (e.msgctxt, e.msgid): texts(e) for e in catalogue(language)
    }


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("kk", "Дұрыс электрондық пошта мекенжайын енгізіңіз."),
        ("ru", "Введите правильный адрес электронной почты."),
        ("en", "Enter a valid email address."),
    ],
)
def test_a_wrong_address_is_refused_in_the_reader_s_language(language: str, message: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        forms.EmailField().clean("ngo@")
    with translation.override(language):
        assert refused.value.messages == [message]


def test_kazakh_form_errors() -> None:
    class Form(forms.Form):
        title = forms.CharField(max_length=5)
        count = forms.IntegerField(min_value=3)
        topic = forms.ChoiceField(choices=[("a", "A")])
        day = forms.DateField()

    with translation.override("kk"):
        assert Form({"title": "123456", "count": "2", "topic": "z"}).errors == {
            "title": ["Мәтін 5 таңбадан аспауы керек (қазір 6 таңба)."],
            "count": ["Мән мынадан кем болмауы керек: 3."],
            "topic": ["Ұсынылған нұсқалардың бірін таңдаңыз. Олардың арасында мынадай нұсқа жоқ: z."],
            "day": ["Бұл өрісті толтыру міндетті."],
        }


def test_kazakh_password_rules() -> None:
    with translation.override("kk"), pytest.raises(ValidationError) as refused:
        password_validation.validate_password("12345")
    with translation.override("kk"):
        assert refused.value.messages == [
            "Құпиясөз тым қысқа. Ол кемінде 8 таңбадан тұруы керек.",
            "Бұл құпиясөз тым кең таралған.",
            "Бұл құпиясөз тек цифрлардан тұрады.",
        ]


@pytest.mark.parametrize(
    ("msgid", "kk", "ru"),
    [
        ("Sign In", "Кіру", "Войти"),
        ("Sign Out", "Шығу", "Выйти"),
        ("Password Reset", "Құпиясөзді қалпына келтіру", "Сброс пароля"),
        ("Remember Me", "Мені есте сақтау", "Запомнить меня"),
        ("- Select an option -", "- Нұсқаны таңдаңыз -", "- Выберите вариант -"),
    ],
)
def test_signing_in_speaks_kazakh_and_russian(msgid: str, kk: str, ru: str) -> None:
    with translation.override("kk"):
        assert gettext(msgid) == kk
    with translation.override("ru"):
        assert gettext(msgid) == ru


@pytest.mark.parametrize("number", [0, 1, 2, 5, 11, 21, 101])
def test_kazakh_counts(number: int) -> None:
    with translation.override("kk"):
        assert (counted("%(num)d day", "%(num)d days", number) % {"num": number}) == f"{number} күн"
