"""The calendar's data against the library, the acts and counts made by hand from a wall calendar."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from holidays.countries.kazakhstan import Kazakhstan
from hypothesis import given
from hypothesis import strategies as st

from issues.calendar import Calendar, Kind, current_calendar
from issues.calendar.days import DATA, read_data

CALENDAR = current_calendar()
any_day = st.dates(date(2015, 1, 1), date(2032, 12, 31))


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


# Weekdays of the year, less those that are free, plus the weekend days worked. The official norm for 2026 is of
# January, when 31 August was still to be free.
@pytest.mark.parametrize(
    ("year", "working_days"),
    [
        pytest.param(2020, 262 - 18 + 2, id="2020: 5 January and 20 December worked, 11 May worked for the 8th"),
        pytest.param(2021, 261 - 17 + 1, id="2021: 3 July worked"),
        pytest.param(2022, 260 - 17 + 3, id="2022: 5 March, 27 August, 22 October worked"),
        pytest.param(2023, 260 - 15 + 1, id="2023: 1 July worked"),
        pytest.param(2024, 262 - 14 + 1, id="2024: 4 May worked"),
        pytest.param(2025, 261 - 16 + 1, id="2025: 5 January worked"),
        pytest.param(2026, 246 + 1, id="2026: the official norm, and 31 August worked after all"),
        pytest.param(2027, 261 - 14, id="2027: with 15 March"),
    ],
)
def test_a_year_has_as_many_working_days_as_counted_by_hand(year, working_days):
    assert sum(CALENDAR.is_working(day) for day in days_of(year)) == working_days
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


@pytest.mark.parametrize("year", range(2020, 2028))
def test_the_data_and_the_library_do_not_differ(year):
    """Before 2024 the data is the library's. A day that comes to differ must be checked against the acts."""
    library = Kazakhstan(years=year)
    assert [day for day in days_of(year) if CALENDAR.is_working(day) != library.is_working_day(day)] == []


@pytest.mark.parametrize(
    ("day", "kind", "pair"),
    [
        pytest.param("2020-05-08", Kind.DAY_OFF, "2020-05-11", id="Friday 8 May 2020 off for Monday the 11th"),
        pytest.param("2020-05-11", Kind.WORKING_DAY, "2020-05-08", id="so 9 May 2020, a Saturday, did not move"),
        pytest.param("2024-03-25", Kind.MOVED_HOLIDAY, "2024-03-23", id="Nauryz on Saturday 23 March 2024 moved"),
        pytest.param("2024-05-04", Kind.WORKING_DAY, "2024-05-08", id="Saturday 4 May 2024 worked"),
        pytest.param("2024-05-08", Kind.DAY_OFF, "2024-05-04", id="Wednesday 8 May 2024 off"),
        pytest.param("2025-01-03", Kind.DAY_OFF, "2025-01-05", id="Friday 3 January 2025 off"),
        pytest.param("2025-01-05", Kind.WORKING_DAY, "2025-01-03", id="Sunday 5 January 2025 worked"),
        pytest.param("2025-05-08", Kind.WORKDAY, None, id="8 May 2025 was worked: no transfer that year"),
        pytest.param("2025-08-30", Kind.HOLIDAY, None, id="30 August is a holiday until 2025"),
        pytest.param("2025-09-01", Kind.MOVED_HOLIDAY, "2025-08-30", id="and moved from that Saturday"),
        pytest.param("2026-03-24", Kind.MOVED_HOLIDAY, "2026-03-21", id="two days of Nauryz 2026 on a weekend"),
        pytest.param("2026-03-25", Kind.MOVED_HOLIDAY, "2026-03-22", id="each moves, in order"),
        pytest.param("2026-05-08", Kind.WORKDAY, None, id="8 May 2026 was worked: no transfer that year"),
        pytest.param("2026-08-30", Kind.WEEKEND, None, id="30 August is no holiday from 2026"),
        pytest.param("2026-08-31", Kind.WORKDAY, None, id="so the Monday after it is worked"),
        pytest.param("2026-03-15", Kind.WEEKEND, None, id="15 March is no holiday yet in 2026"),
        pytest.param("2027-03-15", Kind.HOLIDAY, None, id="15 March is a holiday from 2027"),
    ],
)
def test_what_a_day_is(day, kind, pair):
    found = CALENDAR.day(date.fromisoformat(day))
    assert (found.kind, found.pair) == (kind, pair and date.fromisoformat(pair))


@pytest.mark.parametrize(
    ("free", "monday"),
    [
        pytest.param(date(2024, 1, 7), date(2024, 1, 8), id="7 January on a Sunday"),
        pytest.param(date(2023, 1, 7), date(2023, 1, 9), id="7 January on a Saturday"),
        pytest.param(date(2024, 6, 16), date(2024, 6, 17), id="Kurban Ait on a Sunday"),
        pytest.param(date(2022, 7, 9), date(2022, 7, 11), id="Kurban Ait on a Saturday"),
    ],
)
def test_7_january_and_kurban_ait_do_not_move_from_a_weekend(free, monday):
    assert CALENDAR.day(free).kind is Kind.HOLIDAY
    assert CALENDAR.is_working(monday)


def test_every_day_of_the_data_says_its_name_and_its_act_in_three_languages():
    for day in read_data().days:
        assert day.names is not None
        assert day.act is not None
        for words in (day.names, day.act):
            assert sorted(words) == ["en", "kk", "ru"]
            assert all(words.values())
        assert "computed" not in day.act["en"], f"{day.on} has no act"


def test_only_facts_still_open_are_marked_to_be_checked():
    assert [day.on for day in read_data().days if day.check] == [date(2027, 3, 15), date(2027, 5, 16)]


def test_the_data_is_not_provisional_and_what_lies_beyond_it_is():
    assert not CALENDAR.day(date(2020, 1, 1)).provisional
    assert not CALENDAR.day(date(2027, 12, 31)).provisional
    assert CALENDAR.day(date(2019, 12, 31)).provisional
    assert CALENDAR.day(date(2028, 1, 5)).provisional


def test_years_beyond_the_data_are_computed():
    # 1 and 2 January 2028 fall on a weekend; 7 May 2028 on a Sunday; 31 December 2018 was off for the 29th.
    expected = {
        date(2028, 1, 3): (Kind.MOVED_HOLIDAY, date(2028, 1, 1)),
        date(2028, 1, 4): (Kind.MOVED_HOLIDAY, date(2028, 1, 2)),
        date(2028, 5, 8): (Kind.MOVED_HOLIDAY, date(2028, 5, 7)),
        date(2018, 12, 29): (Kind.WORKING_DAY, date(2018, 12, 31)),
        date(2018, 12, 31): (Kind.DAY_OFF, date(2018, 12, 29)),
        # A transfer across years: 28 December 2013 was worked for 3 January 2014.
        date(2013, 12, 28): (Kind.WORKING_DAY, date(2014, 1, 3)),
        date(2014, 1, 3): (Kind.DAY_OFF, date(2013, 12, 28)),
    }
    assert {on: (CALENDAR.day(on).kind, CALENDAR.day(on).pair) for on in expected} == expected


@pytest.mark.parametrize("year", [*range(2005, 2020), *range(2028, 2041)])
def test_a_computed_year_works_when_the_library_says_so(year):
    library = Kazakhstan(years=year)
    assert [day for day in days_of(year) if CALENDAR.is_working(day) != library.is_working_day(day)] == []


def test_computed_days_are_named_in_three_languages_and_say_they_are_computed():
    victory = CALENDAR.day(date(2029, 5, 9))
    assert victory.names == {"kk": "Жеңіс күні", "ru": "День Победы", "en": "Victory Day"}
    assert victory.act is not None
    assert "computed" in victory.act["en"]
    # In 2032 Kurban Ait is expected on the second day of Nauryz.
    assert CALENDAR.day(date(2032, 3, 22)).names == {
        "kk": "Наурыз мейрамы; Құрбан айттың бірінші күні",
        "ru": "Наурыз мейрамы; Первый день Курбан-айта",
        "en": "Nauryz; First day of Kurban Ait",
    }


def test_a_year_the_library_does_not_know_has_weekends_only():
    assert CALENDAR.day(date(1985, 5, 9)).kind is Kind.WORKDAY
    assert CALENDAR.day(date(2150, 5, 9)).kind is Kind.WEEKEND


@given(start=any_day, length=st.integers(-30, 900))
def test_counting_between_agrees_with_counting_one_by_one(start, length):
    end = start + timedelta(length)
    one_by_one = sum(CALENDAR.day(start + timedelta(n)).working for n in range(1, length + 1))
    assert CALENDAR.working_days_between(start, end) == one_by_one


@given(start=any_day, count=st.integers(1, 600))
def test_adding_ends_on_a_working_day_with_exactly_that_many_passed(start, count):
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.day(end).working
    assert CALENDAR.working_days_between(start, end) == count


@given(start=any_day)
def test_the_next_working_day_skips_nothing_that_is_worked(start):
    following = CALENDAR.next_working_day(start)
    assert CALENDAR.day(following).working
    assert not any(CALENDAR.day(start + timedelta(n)).working for n in range((following - start).days))


def test_adding_no_working_day_is_the_day_itself_even_a_free_one():
    assert CALENDAR.add_working_days(date(2025, 2, 15), 0) == date(2025, 2, 15)


def test_a_negative_count_and_a_datetime_are_refused():
    with pytest.raises(ValueError, match="added, not taken away"):
        CALENDAR.add_working_days(date(2025, 2, 13), -1)
    with pytest.raises(TypeError, match="local day"):
        CALENDAR.is_working(datetime(2025, 2, 13, tzinfo=ZoneInfo("Asia/Almaty")))


def _changed(tmp_path: Path, **fields: str) -> Path:
    """The data file with the fields of Saturday 4 May 2024 changed."""
    raw = json.loads(DATA.read_text(encoding="utf-8"))
    next(row for row in raw["days"] if row["date"] == "2024-05-04").update(fields)
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"pair": "2024-05-10"}, "2024-05-04", id="the day off does not name this working day"),
        pytest.param({"kind": "holiday"}, "2024-05-04", id="a holiday has no pair"),
        pytest.param({"kind": "moved_holiday", "pair": "2024-05-01"}, "2024-05-04", id="moved onto a weekend"),
        pytest.param({"kind": "day_off"}, "2024-05-04", id="a weekend day needs no day off"),
        pytest.param({"kind": "weekend"}, "2024-05-04", id="a plain day does not stand in the file"),
        pytest.param({"date": "2024-05-07"}, "in order", id="the same date twice"),
        pytest.param({"date": "2024-05-12"}, "in order", id="out of order"),
    ],
)
def test_data_that_contradicts_itself_is_refused_by_date(tmp_path, fields, complaint):
    with pytest.raises(ValueError, match=complaint):
        read_data(_changed(tmp_path, **fields))


def test_a_calendar_can_be_made_of_other_data():
    """A later version of the data is another calendar beside the one in force, not a change of it."""
    data = read_data()
    assert Calendar(data) is not CALENDAR
    assert Calendar(data).version == CALENDAR.version == "kz-2026.1"
    assert current_calendar() is CALENDAR
