"""Breakdowns: a number by month, by body, by region. Never a table of shame: in the order of names, counts where n is small."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language

from backend.organisations.models import Organisation
from issues import clock
from issues.metrics.asked import KINDS, MetricFilters, with_successors
from issues.metrics.cohorts import Now, Slice
from issues.metrics.definitions import METRICS
from issues.metrics.figures import fits
from issues.metrics.intervals import Rate, rate
from issues.metrics.measures import Measure
from issues.metrics.reading import Period, counts
from issues.metrics.units import cells_of
from issues.models import Issue, Region

MONTHS = 24
DEFAULT = "answered_on_time"


@dataclass(frozen=True, slots=True)
class Month:
    """A month's cohort: `day` is its first; `since` and `until`: what of it lies in the period."""

    day: date
    since: date
    until: date
    rate: Rate


def by_month(asked: MetricFilters, at: datetime, key: str = DEFAULT) -> list[Month]:
    """The last two years of the period at most; nothing for a number that is no sum of months. One or two queries."""
    metric = METRICS[key]
    if not metric.divides:
        return []
    parts = metric.parts(Now(clock.local_day(at), asked.since, asked.until))
    tops, alls = (_by_month(asked, parts[name]) for name in ("numerator", "denominator"))
    months = sorted(alls)[-MONTHS:]
    return [
        Month(
            month, max(month, asked.since or month), min(_last_day(month), asked.until or date.max),
            rate(tops[month], alls[month]),
        )
        for month in months
    ]  # fmt: skip


def _last_day(first: date) -> date:
    return (first.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


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


def by_body(asked: MetricFilters, at: datetime, key: str = DEFAULT) -> list[Row]:
    """Kind by kind in the order of names, those with anything to count, each with its children and successors as the filter
    has it. Five queries.
    """
    found = _by("body_id", asked, at, key)
    things = Organisation.objects.filter(pk__in=found).by_name((get_language() or "kk")[:2])
    rows = (
        Row(thing, *_together([found[each] for each in with_successors(thing.pk) & found.keys()])) for thing in things
    )
    kinds = [*KINDS, ""]
    return sorted(rows, key=lambda row: kinds.index(kind_of(row)))


def kind_of(row: Row) -> str:
    """The kind under which a body is compared; '' for others, and for a region."""
    kind = getattr(row.thing, "body_type", "")
    return kind if kind in KINDS else ""


def _together(rows: list[tuple[int, int, Rate]]) -> tuple[int, int, Rate]:
    tops, alls = sum(row[2].numerator for row in rows), sum(row[2].n for row in rows)
    return sum(row[0] for row in rows), sum(row[1] for row in rows), rate(tops, alls)


def by_region(asked: MetricFilters, at: datetime, key: str = DEFAULT) -> list[Row]:
    """As `by_body`, in the order of the regions."""
    found = _by("region_id", asked, at, key)
    return [Row(region, *found[region.pk]) for region in Region.objects.all() if region.pk in found]


def _by(column: str, asked: MetricFilters, at: datetime, key: str) -> dict[int, tuple[int, int, Rate]]:
    """Straight from the cells of these measures: grouped by what is asked, few rows come back. Rates of rates only."""
    now = Now(clock.local_day(at), asked.since, asked.until)
    metric = METRICS[key] if METRICS[key].divides else METRICS[DEFAULT]
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
