"""The database counts working days as the calendar does, on every day that its function covers."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate

import pytest
from django.db import connection

from issues.calendar import Calendar, current_calendar
from issues.metrics.calendar_sql import FIRST, LAST, worked_until

MIGRATED = "eace780648de7938ded9bbb33d876d9b6fae303c95ba7109c3e643d2de0b5a42"
"""Of the statement that the newest migration of the function ran."""
CHANGED = """The calendar changed, and databases that exist count by the old one. Make a migration that runs
`issues.metrics.calendar_sql.worked_until()` and then "SELECT issues_count(ARRAY(SELECT id FROM issues_issue))", as 0017 does;
then write the new digest into MIGRATED."""


def digest(calendar: Calendar | None = None) -> str:
    return sha256(worked_until(calendar).encode()).hexdigest()


def worked(days: list[date]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT issues_worked_until(day) FROM unnest(%s::date[]) WITH ORDINALITY d(day, n) ORDER BY n", [days]
        )
        return [total for (total,) in cursor.fetchall()]


def all_days() -> list[date]:
    return [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]


def with_a_holiday_moved() -> Calendar:
    """As ours, but that one day that is free is worked."""
    data = current_calendar().data
    free = next(day for day in data.days if not day.working and day.on.weekday() < 5)
    return Calendar(replace(data, days=tuple(day for day in data.days if day is not free)))


def test_the_calendar_is_the_one_that_was_migrated() -> None:
    assert digest() == MIGRATED, CHANGED


def test_a_day_that_changes_is_noticed() -> None:
    assert digest(with_a_holiday_moved()) != MIGRATED


@pytest.mark.thorough
@pytest.mark.django_db
def test_the_database_counts_every_day_as_the_calendar_does() -> None:
    days, calendar = all_days(), current_calendar()
    assert worked(days) == list(accumulate(int(calendar.is_working(day)) for day in days)), CHANGED


@pytest.mark.django_db
def test_a_wait_in_the_database_is_a_wait_in_the_calendar() -> None:
    """From any day to any other: over New Year, Nauryz, a worked Saturday, a free Friday."""
    calendar, starts = current_calendar(), [date(2024, 4, 26), date(2024, 12, 27), date(2026, 2, 2), date(2026, 12, 31)]
    for start in starts:
        ends = [start + timedelta(n) for n in range(400)]
        (before,) = worked([start])
        found = [total - before for total in worked(ends)]
        assert found == [calendar.working_days_between(start, end) for end in ends]


@pytest.mark.django_db
def test_days_outside_count_as_the_nearest() -> None:
    assert worked([date(1999, 5, 5), FIRST, LAST, date(2099, 5, 5)]) == worked([FIRST, FIRST, LAST, LAST])
