"""Breakdowns: a number by month, by body, by region. Never a table of shame: in the order of names, counts where n is small."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from backend.organisations.models import Organisation
from issues import clock
from issues.metrics.asked import MetricFilters, with_successors
from issues.metrics.cohorts import Kind, Now, Slice
from issues.metrics.definitions import METRICS
from issues.metrics.figures import fits
from issues.metrics.intervals import Rate, rate
from issues.metrics.measures import Measure
from issues.metrics.reading import Period, counts
from issues.metrics.units import cells_of
from issues.models import Issue, Region

MONTHS = 24
_DEFAULT = "answered_on_time"


@dataclass(frozen=True, slots=True)
class Month:
    """A month's cohort: `day` is its first."""

    day: date
    rate: Rate


def by_month(asked: MetricFilters, at: datetime, key: str = _DEFAULT) -> list[Month]:
    """The last two years of the period at most; nothing for a number that has no period. One or two queries."""
    metric = METRICS[key]
    if not metric.has_period:
        return []
    parts = metric.parts(Now(clock.local_day(at), asked.since, asked.until))
    tops, alls = (_by_month(asked, parts[name]) for name in ("numerator", "denominator"))
    months = sorted(alls)[-MONTHS:]
    return [Month(month, rate(tops[month], alls[month])) for month in months]


def _by_month(asked: MetricFilters, parts: Iterable[Slice]) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for part in parts:
        for row in counts(asked, part.measures, part.period, by_month=True):
            if row.month is not None and fits(row.x, part):
                found[row.month] += row.n
    return found


def _open_issues(asked: MetricFilters) -> Any:
    """Open issues under the filters that are no period."""
    chosen = {
        "body_addressed__in": asked.bodies, "region": asked.region, "topic": asked.topic, "language": asked.language,
    }  # fmt: skip
    return Issue.objects.open().filter(origin="platform", **{name: value for name, value in chosen.items() if value})


def open_by_status(asked: MetricFilters) -> dict[str, int]:
    """One query."""
    return dict(_open_issues(asked).order_by().values_list("status").annotate(n=Count("id")))


def oldest(asked: MetricFilters) -> list[Issue]:
    """The ten open issues that have waited longest since their first receipt. One query."""
    return list(_open_issues(asked).for_list().order_by("first_received_at", "id")[:10])


@dataclass(frozen=True, slots=True)
class Row:
    """A body or a region: what is open and overdue there, and the rate in question."""

    thing: Organisation | Region
    open: int
    overdue: int
    rate: Rate


def by_body(asked: MetricFilters, at: datetime, key: str = _DEFAULT) -> list[Row]:
    """In the order of names, those with anything to count, each with its children and successors as the filter has it. Five
    queries.
    """
    found = _by("body_id", asked, at, key)
    things = Organisation.objects.in_bulk(found)
    rows = (
        Row(thing, *_together([found[each] for each in with_successors(pk) & found.keys()]))
        for pk, thing in things.items()
    )
    return sorted(rows, key=lambda row: str(row.thing))


def _together(rows: list[tuple[int, int, Rate]]) -> tuple[int, int, Rate]:
    tops, alls = sum(row[2].numerator for row in rows), sum(row[2].n for row in rows)
    return sum(row[0] for row in rows), sum(row[1] for row in rows), rate(tops, alls)


def by_region(asked: MetricFilters, at: datetime, key: str = _DEFAULT) -> list[Row]:
    """As `by_body`, in the order of the regions."""
    found = _by("region_id", asked, at, key)
    return [Row(region, *found[region.pk]) for region in Region.objects.all() if region.pk in found]


def _by(column: str, asked: MetricFilters, at: datetime, key: str) -> dict[int, tuple[int, int, Rate]]:
    """Straight from the cells of these measures: grouped by what is asked, few rows come back. Rates of rates only."""
    now = Now(clock.local_day(at), asked.since, asked.until)
    metric = METRICS[key] if METRICS[key].kind is Kind.RATE else METRICS[_DEFAULT]
    parts = metric.parts(now)
    tops = _grouped(column, asked, parts["numerator"])
    alls = _grouped(column, asked, parts["denominator"])
    ever = Period(None, None)
    opened = _grouped(column, asked, (Slice((Measure.OPEN,), ever),))
    overdue = _grouped(column, asked, (Slice((Measure.OPEN,), ever, low=1, high=now.before_today),))
    return {pk: (opened[pk], overdue[pk], rate(tops[pk], alls[pk])) for pk in alls.keys() | opened.keys()}


def _grouped(column: str, asked: MetricFilters, parts: Sequence[Slice]) -> dict[int, int]:
    """One query."""
    cells = cells_of(parts, asked).order_by().values_list(column)
    return defaultdict(int, cells.annotate(n=Count("id")))
