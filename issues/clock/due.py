"""When a duty falls due, and the latest dates that people may choose (domain.md sections 2 and 3).

Nothing here asks what time it is: dates and instants come from the caller.
"""

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from issues.calendar import Calendar
from issues.clock import limits
from issues.clock.explanation import Explanation, Term, explain
from issues.clock.limits import Limit, Unit
from issues.clock.zone import end_of_day, is_past, local_day, local_time

CLOSING_TIME = time(18, 30)
"""What is submitted by then, that moment included, is registered the same working day [check]."""


def registration_day(submitted_at: datetime, calendar: Calendar) -> date:
    """The working day on which something submitted at that moment is registered."""
    local = local_time(submitted_at)
    if calendar.is_working(local.date()) and local.time() <= CLOSING_TIME:
        return local.date()
    return calendar.add_working_days(local.date(), 1)


@dataclass(frozen=True)
class DueDate:
    """A date something is due on, with all that is needed to explain it. Store `due_on` and `explanation`."""

    term: Term
    calendar: Calendar

    @property
    def due_on(self) -> date:
        """The last day, to its end."""
        return self.term.due_on

    @property
    def due_at(self) -> datetime:
        """The last moment in time, in Almaty."""
        return end_of_day(self.term.due_on)

    @property
    def limit(self) -> Limit:
        """The limit it follows."""
        return self.term.limit

    @property
    def registered_on(self) -> date:
        """The day the limit is counted from; itself not counted."""
        return self.term.start

    @property
    def day_one(self) -> date | None:
        """The first day counted: the working day after `registered_on`. None for a term in months."""
        return self.term.day_one

    def is_past(self, at: datetime) -> bool:
        """Whether it is late at `at`."""
        return is_past(self.term.due_on, at)

    @cached_property
    def explanation(self) -> Explanation:
        """Day by day, in JSON types, in all three languages: see `explanation.explain`."""
        return explain(self.term, self.calendar)


def due(
    limit: Limit,
    start: date,
    calendar: Calendar,
    *,
    until: date | None = None,
    submitted_at: datetime | None = None,
) -> DueDate:
    """When `limit` runs out if it starts on `start`: the day of registration, or of the move that opens it.

    `until`: a date set by a person within the limit (an extension, a conclusion's date); it is then due.
    `submitted_at`: also explain why what was submitted then was registered on `start`.
    ValueError if `until` is not within the limit, or if `start` is not the day that registers `submitted_at`.
    """
    nominal = _nominal_end(limit, start, calendar)
    cap = calendar.next_working_day(nominal) if limit.rolls else nominal
    if until is not None and not start < until <= cap:
        raise ValueError(f"{until} is not within {limit.key}: after {start}, {cap} at the latest.")
    if submitted_at is not None and registration_day(submitted_at, calendar) != start:
        raise ValueError(f"What was submitted at {submitted_at.isoformat()} was not registered on {start}.")
    term = Term(
        limit=limit,
        start=start,
        day_one=_day_one(limit, start, calendar),
        nominal=nominal,
        cap=cap,
        due_on=until or cap,
        chosen=until is not None,
        submitted_on=local_day(submitted_at) if submitted_at else None,
    )
    return DueDate(term, calendar)


def latest(limit: Limit, start: date, calendar: Calendar) -> date:
    """The last day of `limit` starting on `start`: `due(...).due_on` without the explanation."""
    nominal = _nominal_end(limit, start, calendar)
    return calendar.next_working_day(nominal) if limit.rolls else nominal


def _nominal_end(limit: Limit, start: date, calendar: Calendar) -> date:
    match limit.unit:
        case Unit.WORKING_DAY:
            return calendar.add_working_days(start, limit.length)
        case Unit.CALENDAR_DAY:
            return start + timedelta(limit.length)
        case Unit.MONTH:
            return add_months(start, limit.length)


def _day_one(limit: Limit, start: date, calendar: Calendar) -> date | None:
    match limit.unit:
        case Unit.WORKING_DAY:
            return calendar.add_working_days(start, 1)
        case Unit.CALENDAR_DAY:
            return start + timedelta(1)
        case Unit.MONTH:
            return None


def add_months(on: date, months: int) -> date:
    """The same day number so many months later, or the last day of a month that is too short for it."""
    years, month = divmod(on.month - 1 + months, 12)
    year = on.year + years
    return date(year, month + 1, min(on.day, gregorian.monthrange(year, month + 1)[1]))


def extension_cap(registered_on: date, calendar: Calendar) -> date:
    """The latest date an answer may be extended to: two months from registration in all (APPC art. 76).

    `due(EXTENSION_MONTHS, registered_on, calendar)` explains it, with `until=` the date that was signed.
    """
    return latest(limits.EXTENSION_MONTHS, registered_on, calendar)


def tell_by(extended_on: date, calendar: Calendar) -> date:
    """The day by which the NGO must be told of an extension decided on `extended_on` (APPC art. 76)."""
    return latest(limits.TELL_NGO, extended_on, calendar)


def conclusion_cap(concluded_on: date, calendar: Calendar) -> date:
    """The latest date a conclusion of `not done` may set for the body."""
    return latest(limits.AFTER_CONCLUSION, concluded_on, calendar)


def after_last(last_on: date, calendar: Calendar) -> DueDate:
    """When the body must have reported, once no commitment has been open since `last_on`."""
    return due(limits.UNREPORTED, last_on, calendar)


def commitment_cap(promised_on: date) -> date:
    """The latest first date of a commitment made on `promised_on`; it may be a free day."""
    return add_months(promised_on, limits.COMMITMENT_MONTHS.length)


def milestone_cap(previous_on: date) -> date:
    """The latest date of the milestone after the one (or the promise) on `previous_on`."""
    return add_months(previous_on, limits.MILESTONE_MONTHS.length)


def wait_days(registered_on: date, answered_at: datetime, calendar: Calendar) -> int:
    """Working days from registration to an answer, never negative (domain.md section 4, number 3).

    An answer on a free day counts as given on the working day before.
    """
    return calendar.working_days_between(registered_on, local_day(answered_at))
