"""The special days of a year the data file does not cover, from the `holidays` library.

What it gives is provisional: the library knows the fixed holidays and estimates Kurban Ait, but not the
transfers an order will yet make. The data file took its years before 2024 from it (domain.md section 3).
"""

from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from typing import Any

from issues.calendar.days import CalendarData, Day, Kind, Text, is_weekend

NAMES = {
    "Жаңа жыл": "new_year",
    "Православиелік Рождество": "christmas",
    "Халықаралық әйелдер күні": "womens_day",
    "Қазақстан Республикасының Конституциясы күні": "constitution_day",
    "Наурыз мейрамы": "nauryz",
    "Қазақстан халқының бірлігі мерекесі": "unity_day",
    "Отан Қорғаушы күні": "defenders_day",
    "Жеңіс күні": "victory_day",
    "Құрбан айт": "kurban_ait",
    "Астана күні": "capital_day",
    "Республика күні": "republic_day",
    "Қазақстан Республикасы күні": "republic_of_kazakhstan_day",
    "Қазақстан Республикасының Тұңғыш Президенті күні": "first_president_day",
    "Тәуелсіздік күні": "independence_day",
}
"""The library's Kazakh names, by the keys of the data file's `names`."""

LANGUAGES = ("kk", "ru", "en")

NOT_MOVED = ("christmas", "kurban_ait")
"""Days of rest under the Labour Code, art. 84(5), not holidays: on a weekend they do not move."""


def special_days(year: int, data: CalendarData) -> list[Day]:
    """Holidays, moved holidays and known transfers of `year`, in order, all provisional.

    A year the library does not know (before 1991, after 2100) has none.
    """
    # The import costs a quarter of a second, and the years of the data file never need it.
    from holidays.countries.kazakhstan import Kazakhstan, KazakhstanStaticHolidays

    transfers = _transfers(KazakhstanStaticHolidays.special_public_holidays)
    plain = Kazakhstan(years=year, observed=False, islamic_show_estimated=False)
    fixed = {on: label.split("; ") for on, label in sorted(plain.items()) if on not in transfers}
    moved = {on: label for on, label in sorted(Kazakhstan(years=year).items()) if on not in plain}
    pairs = _weekend_holidays(moved, fixed)

    rows: list[tuple[date, Kind, Text, date | None]] = [
        *((on, Kind.HOLIDAY, _text(labels, data), None) for on, labels in fixed.items()),
        *((on, Kind.MOVED_HOLIDAY, _text(fixed.get(pair, [moved[on]])[:1], data), pair) for on, pair in pairs.items()),
        *((free, Kind.DAY_OFF, data.names["day_off"], worked) for free, worked in transfers.items()),
        *((worked, Kind.WORKING_DAY, data.names["working_day"], free) for free, worked in transfers.items()),
    ]
    act = {language: text.format(version=version("holidays")) for language, text in data.acts["computed"].items()}
    days = [Day(on, kind, names, act, pair, provisional=True) for on, kind, names, pair in rows]
    return sorted((day for day in days if day.on.year == year), key=lambda day: day.on)


def _text(labels: list[str], data: CalendarData) -> Text:
    """The holidays of one date in three languages; one the data file has no name for stays Kazakh."""
    texts = [data.names.get(NAMES.get(label, ""), dict.fromkeys(LANGUAGES, label)) for label in labels]
    return {language: "; ".join(text[language] for text in texts) for language in LANGUAGES}


def _transfers(table: Mapping[int, Any]) -> dict[date, date]:
    """{free weekday: the day worked instead}, from rows `(month, day, month, day[, year worked])`."""
    transfers = {}
    for year, rows in table.items():
        for row in rows if isinstance(rows[0], tuple) else (rows,):
            month, day, worked_month, worked_day, *worked_year = row
            worked = date(worked_year[0] if worked_year else year, worked_month, worked_day)
            transfers[date(year, month, day)] = worked
    return transfers


def _weekend_holidays(moved: Mapping[date, str], fixed: Mapping[date, list[str]]) -> dict[date, date]:
    """{free weekday: the weekend holiday it stands for}; the library tells only the holiday's name."""
    waiting = [on for on, labels in fixed.items() if is_weekend(on) and NAMES.get(labels[0]) not in NOT_MOVED]
    pairs = {}
    for on, label in moved.items():
        # A free day that no holiday accounts for must not be lost: it then stands for itself.
        holiday = next((day for day in waiting if day < on and label.startswith(fixed[day][0])), on)
        waiting = [day for day in waiting if day != holiday]
        pairs[on] = holiday
    return pairs
