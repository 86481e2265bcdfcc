"""ISO weeks in Almaty, and what one of them brought beside the week before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from backend.organisations.models import Organisation
from issues import clock
from issues.metrics.asked import MetricFilters
from issues.metrics.cohorts import Metric, Slice
from issues.metrics.figures import Figure, figures
from issues.metrics.measures import EPOCH, Measure
from issues.metrics.reading import Period
from issues.metrics.units import cells_of
from issues.metrics.weekly import COUNTS, EVERY
from issues.models import Issue

LONGEST = 10
_DAYS = timedelta(365)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """Monday to Sunday, by its Monday. As text "2026-W47"."""

    monday: date

    @classmethod
    def of(cls, day: date) -> "Week":
        return cls(day - timedelta(day.weekday()))

    @classmethod
    def read(cls, text: str, today: date) -> "Week | None":
        """None where it is no ISO week, or one before 2000, or one that has not begun."""
        found = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", text)
        if found is None:
            return None
        try:
            week = cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            return None
        return week if EPOCH <= week.monday <= today else None

    @classmethod
    def last_complete(cls, today: date) -> "Week":
        return cls.of(today).before

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(6)

    @property
    def year(self) -> int:
        return self.monday.isocalendar().year

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def before(self) -> "Week":
        return Week(self.monday - timedelta(7))

    @property
    def after(self) -> "Week":
        return Week(self.monday + timedelta(7))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of the week and of the week before, each with the days it counts."""

    metric: Metric
    now: Figure
    before: Figure
    days: tuple[date, date]
    days_before: tuple[date, date]


def counted(asked: MetricFilters, at: datetime, week: Week) -> list[Compared]:
    """What happened, each beside the week before. Two to four queries."""
    return _compared(asked, at, week, COUNTS)


def headline(asked: MetricFilters, at: datetime, week: Week) -> list[Compared]:
    """The headline rates of the week: of what was due, of first dates, and of the asks that became 365 days old. Two to four
    queries and four more.
    """
    told = _compared(asked, at, week, ("week_due_on_time", "commitments_kept"))
    return [*told, *_compared(asked, at, week, ("confirmed_done",), earlier=_DAYS)]


def _compared(
    asked: MetricFilters, at: datetime, week: Week, keys: tuple[str, ...], earlier: timedelta = timedelta(0)
) -> list[Compared]:
    days, before = ((each.monday - earlier, each.sunday - earlier) for each in (week, week.before))
    now, then = (_of(asked, at, stretch, keys) for stretch in (days, before))
    return [Compared(EVERY[key], now[key], then[key], days, before) for key in keys]


def _of(asked: MetricFilters, at: datetime, days: tuple[date, date], keys: tuple[str, ...]) -> Mapping[str, Figure]:
    return figures(replace(asked, since=days[0], until=days[1]), at, keys)


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that an answer ended."""

    issue: Issue
    body: Organisation
    days: int
    on: date


def longest_waits(asked: MetricFilters, at: datetime, week: Week) -> list[Wait]:
    """The ten longest that ended in the week, in working days from registration. Three queries."""
    until = min(week.sunday, clock.local_day(at))
    cells = cells_of((Slice((Measure.ANSWERED,), Period(week.monday, until)),), asked)
    found = list(cells.order_by("-x", "issue_id", "id")[:LONGEST])
    issues = Issue.objects.for_list().in_bulk({cell.issue_id for cell in found})
    bodies = Organisation.objects.in_bulk({cell.body_id for cell in found})
    return [Wait(issues[cell.issue_id], bodies[cell.body_id], cell.x, cell.day) for cell in found]
