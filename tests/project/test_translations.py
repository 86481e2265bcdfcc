"""Every string is there in Kazakh and Russian, compiled, and without the mistakes that no tool catches."""

from pathlib import Path

import polib
import pytest

from tests.project import translations


@pytest.mark.parametrize("catalogue", translations.CATALOGUES, ids=lambda path: "-".join(path.parts[-4:-2]))
def test_the_catalogue_has_no_fault(catalogue: Path) -> None:
    assert list(translations.faults(catalogue)) == []


def test_the_catalogues_hold_just_the_strings_of_the_code() -> None:
    strings = translations.extracted()
    if strings is None:
        pytest.skip("GNU xgettext is not installed; the CI run compares the catalogues with the code")
    assert list(translations.out_of_step(strings)) == []


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("", "not translated"),
        ("ҰЕҰ жауабы: %(name)s", "ҰЕҰ must be ҮЕҰ"),
        ("Мәcеле: %(name)s", "Latin and Cyrillic letters in one word"),  # a Latin c
        ("%(name)sға жіберілді", "a case ending on a variable"),
        ("Жіберілді", "placeholders [] instead of ['%(name)s']"),
    ],
)
def test_a_known_mistake_is_found(form: str, fault: str) -> None:
    entry = polib.POEntry(msgid="Sent to: %(name)s", msgstr=form)
    assert fault in list(translations._form_faults(entry, form))
