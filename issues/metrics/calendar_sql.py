"""The working calendar as a function of the database: how many days were worked until a day, by the newest data."""

from datetime import date, timedelta

from issues.calendar import Calendar, current_calendar

FIRST, LAST = date(2015, 1, 1), date(2035, 12, 31)


def worked_until(calendar: Calendar | None = None) -> str:
    """The statement that makes `issues_worked_until(day)`. A change of the calendar needs a migration that runs it again: a
    test says so. Days outside `FIRST` to `LAST` count as the nearest.
    """
    known = calendar or current_calendar()
    days = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
    total, totals = 0, []
    for day in days:
        total += known.is_working(day)
        totals.append(str(total))
    return f"""
        CREATE OR REPLACE FUNCTION issues_worked_until(day date) RETURNS int LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
        DECLARE totals CONSTANT int[] := '{{{",".join(totals)}}}';
        BEGIN
            RETURN totals[LEAST(GREATEST(day, DATE '{FIRST}'), DATE '{LAST}') - DATE '{FIRST}' + 1];
        END $$
    """
