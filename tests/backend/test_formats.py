"""What people read and type for dates, times and numbers in the three languages (ui.md section 4.6)."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, translation
from django.utils.timesince import timesince, timeuntil

DAY = date(2026, 3, 5)
MOMENT = datetime.fromisoformat("2026-03-05T09:07:30")
NBSP = "\xa0"


@pytest.fixture(params=["kk", "ru", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_long_date(language: str) -> None:
    expected = {"kk": "2026\xa0ж. 5\xa0наурыз", "ru": "5\xa0марта 2026\xa0г.", "en": "5 March 2026"}
    assert rendered("{{ day }}", day=DAY) == expected[language]
    assert formats.date_format(DAY) == expected[language]


def test_short_date_never_leaves_day_and_month_in_doubt(language: str) -> None:
    expected = {"kk": "05.03.2026", "ru": "05.03.2026", "en": "5 Mar 2026"}
    assert rendered("{{ day|date:'SHORT_DATE_FORMAT' }}", day=DAY) == expected[language]


def test_time_has_24_hours_and_two_digits(language: str) -> None:
    assert formats.time_format(time(14, 7)) == "14:07"
    assert formats.time_format(time(9, 5)) == "09:05"


def test_date_with_time(language: str) -> None:
    long = {"kk": "2026\xa0ж. 5\xa0наурыз, 09:07", "ru": "5\xa0марта 2026\xa0г., 09:07", "en": "5 March 2026, 09:07"}
    short = {"kk": "05.03.2026 09:07", "ru": "05.03.2026 09:07", "en": "5 Mar 2026 09:07"}
    assert formats.date_format(MOMENT, "DATETIME_FORMAT") == long[language]
    assert formats.date_format(MOMENT, "SHORT_DATETIME_FORMAT") == short[language]


def test_month_with_year_and_month_with_day(language: str) -> None:
    month = {"kk": "2026 ж. наурыз", "ru": "Март 2026 г.", "en": "March 2026"}
    day = {"kk": "5\xa0наурыз", "ru": "5\xa0марта", "en": "5 March"}
    assert formats.date_format(DAY, "YEAR_MONTH_FORMAT") == month[language]
    assert formats.date_format(DAY, "MONTH_DAY_FORMAT") == day[language]


def test_numbers_are_grouped(language: str) -> None:
    expected = {"kk": f"1{NBSP}250{NBSP}000,5", "ru": f"1{NBSP}250{NBSP}000,5", "en": "1,250,000.5"}
    assert formats.number_format(Decimal("1250000.5"), force_grouping=True) == expected[language]
    assert rendered("{{ n }}", n=1250000).replace(NBSP, " ") in {"1 250 000", "1,250,000"}


def test_percent_has_no_space(language: str) -> None:
    assert rendered("{{ share }}%", share=64) == "64%"
    assert rendered("{{ share|floatformat:1 }}%", share=64.5) == {"en": "64.5%"}.get(language, "64,5%")


def test_weeks_begin_on_monday(language: str) -> None:
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


def test_kazakh_months_are_lower_case_inside_a_date() -> None:
    with translation.override("kk"):
        names = " ".join(formats.date_format(date(2026, month, 1), "E") for month in range(1, 13))
        short = " ".join(formats.date_format(date(2026, month, 1), "N") for month in range(1, 13))
    assert names == "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"
    assert short == "қаң. ақп. нау. сәу. мам. мау. шіл. там. қыр. қаз. қар. жел."


def test_kazakh_month_stands_capitalised_on_its_own() -> None:
    with translation.override("kk"):
        assert formats.date_format(DAY, "F") == "Наурыз"


def test_kazakh_short_weekdays_cannot_be_mistaken_for_each_other() -> None:
    with translation.override("kk"):
        names = " ".join(formats.date_format(date(2026, 3, day), "D") for day in range(2, 9))
    assert names == "Дс Сс Ср Бс Жм Сб Жс"


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("2026-03-05T09:28:30", {"kk": "21 минут", "ru": "21 минута", "en": "21 minutes"}),
        ("2026-03-06T09:07:30", {"kk": "1 күн", "ru": "1 день", "en": "1 day"}),
        ("2026-03-08T09:07:30", {"kk": "3 күн", "ru": "3 дня", "en": "3 days"}),
        ("2026-03-10T11:07:30", {"kk": "5 күн, 2 сағат", "ru": "5 дней, 2 часа", "en": "5 days, 2 hours"}),
        ("2026-03-19T09:07:30", {"kk": "2 апта", "ru": "2 недели", "en": "2 weeks"}),
        ("2027-04-05T09:07:30", {"kk": "1 жыл, 1 ай", "ru": "1 год, 1 месяц", "en": "1 year, 1 month"}),
    ],
)
def test_spans_of_time(language: str, later: str, expected: dict[str, str]) -> None:
    end = datetime.fromisoformat(later)
    assert timesince(MOMENT, end).replace(NBSP, " ") == expected[language]
    assert timeuntil(end, MOMENT).replace(NBSP, " ") == expected[language]


@pytest.mark.parametrize("typed", ["05.03.2026", "5.3.2026", "2026-03-05"])
def test_dates_are_read_the_same_in_every_language(language: str, typed: str) -> None:
    assert forms.DateField().clean(typed) == DAY


@pytest.mark.parametrize("typed", ["5 March 2026", "5 mar 2026"])
def test_english_reads_a_month_in_words(typed: str) -> None:
    with translation.override("en"):
        assert forms.DateField().clean(typed) == DAY


def test_slashes_are_refused_because_they_are_ambiguous(language: str) -> None:
    with pytest.raises(forms.ValidationError):
        forms.DateField().clean("03/05/2026")


def test_a_date_shown_in_a_field_is_read_back(language: str) -> None:
    field = forms.DateField()
    shown = field.widget.format_value(DAY)
    assert field.clean(shown) == DAY


@pytest.mark.parametrize(("typed", "expected"), [("14:07", time(14, 7)), ("09:05:30", time(9, 5, 30))])
def test_times_are_read(language: str, typed: str, expected: time) -> None:
    assert forms.TimeField().clean(typed) == expected


@pytest.mark.parametrize("typed", ["05.03.2026 09:07:30", "2026-03-05 09:07:30", "2026-03-05T09:07:30"])
def test_dates_with_time_are_read_as_almaty_time(language: str, typed: str) -> None:
    assert forms.DateTimeField().clean(typed).strftime("%Y-%m-%d %H:%M:%S %z") == "2026-03-05 09:07:30 +0500"


@pytest.mark.parametrize("typed", ["1250000,5", "1 250 000,5", f"1{NBSP}250{NBSP}000,5"])
def test_kazakh_and_russian_numbers_are_read_as_they_are_written(typed: str) -> None:
    for language in ("kk", "ru"):
        with translation.override(language):
            assert forms.DecimalField(localize=True).clean(typed) == Decimal("1250000.5")
