"""Reading counts: sums where there are sums, single cells at the edges of a period and for combinations of filters.

One statement at one moment, so that sums and what changed since never miss or double a unit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from django.db import connection

from issues.metrics.asked import MetricFilters
from issues.metrics.measures import Measure
from issues.models import Dimension

COLUMNS = {
    Dimension.BODY: ("body_id", int), Dimension.REGION: ("region_id", int), Dimension.TOPIC: ("topic_id", int),
    Dimension.LANGUAGE: ("language", str),
}  # fmt: skip
PAIRS = {
    (Dimension.BODY, Dimension.TOPIC): Dimension.BODY_TOPIC, (Dimension.BODY, Dimension.LANGUAGE): Dimension.BODY_LANGUAGE,
    (Dimension.TOPIC, Dimension.LANGUAGE): Dimension.TOPIC_LANGUAGE,
    (Dimension.REGION, Dimension.LANGUAGE): Dimension.REGION_LANGUAGE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """`n` units of a measure with this `x`. `month` is the first day of the cohort's month where that was asked for."""

    measure: Measure
    x: int
    n: int
    month: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included; None is open."""

    since: date | None
    until: date | None

    def months(self) -> tuple[date | None, date | None]:
        """The first and the last whole month in it, each by its first day; None is open."""
        first = self.since
        if first is not None and first.day > 1:
            first = _next_month(first)
        last = self.until
        if last is not None:
            last = last.replace(day=1) if (last + timedelta(1)).day == 1 else _month_before(last)
        return first, last

    def edges(self) -> Iterator[tuple[date, date]]:
        """The days outside whole months: none, one stretch or two."""
        first, last = self.months()
        if (
            self.since is not None
            and self.until is not None
            and first is not None
            and last is not None
            and first > last
        ):
            yield self.since, self.until  # no whole month in it
            return
        if self.since is not None and first is not None and self.since < first:
            yield self.since, first - timedelta(1)
        if self.until is not None and last is not None and self.until >= (after := _next_month(last)):
            yield after, self.until


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(1)).replace(day=1)


def counts(asked: MetricFilters, measures: Iterable[Measure], period: Period, *, by_month: bool = False) -> list[Count]:
    """How many units of each measure have which `x`. One query: for no filter, one, or a pair of `PAIRS` from sums of months, the
    more of it the longer the period; for others from the cells of the narrowest.
    """
    wanted = sorted(map(int, measures))
    dimensions = asked.dimensions()
    summed = _as_summed(dimensions)
    parts = _summed(summed, dimensions, wanted, period) if summed else [_cells(dimensions, wanted, period)]
    month = "date_trunc('month', day)::date" if by_month else "NULL::date"
    statement = (
        f"SELECT measure, x, sum(n)::bigint, {month} AS month FROM ({' UNION ALL '.join(sql for sql, _ in parts)}) c"  # noqa: S608
        " GROUP BY measure, x, month HAVING sum(n) <> 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _, values in parts for value in values])
        return [Count(Measure(measure), x, n, found) for measure, x, n, found in cursor.fetchall()]


type Part = tuple[str, list[Any]]
type Dimensions = Sequence[tuple[Dimension, list[str]]]


def _as_summed(dimensions: Dimensions) -> tuple[Dimension, list[str]] | None:
    """The sums that hold just what is asked for."""
    match dimensions:
        case []:
            return Dimension.ALL, [""]
        case [one]:
            return one
        case [(one, values), (other, more)] if pair := PAIRS.get((one, other)):
            return pair, ["/".join(each) for each in product(values, more)]
    return None


def _summed(
    summed: tuple[Dimension, list[str]], dimensions: Dimensions, measures: list[int], period: Period
) -> list[Part]:
    dimension, values = summed
    has_days = dimension in (Dimension.ALL, Dimension.LANGUAGE)
    first, last = period.months()
    edges = list(period.edges())
    months = Period(first, _next_month(last) - timedelta(1) if last else None)
    parts = []
    if not (first and last and first > last):
        parts.append(_sums(dimension, values, measures, months, is_month=True))
        parts.append(_changes(dimensions, measures, months))
    for since, until in edges:
        edge = Period(since, until)
        if has_days:
            parts += [_sums(dimension, values, measures, edge, is_month=False), _changes(dimensions, measures, edge)]
        else:
            parts.append(_cells(dimensions, measures, edge))
    return parts


def _sums(dimension: Dimension, values: list[str], measures: list[int], period: Period, *, is_month: bool) -> Part:
    days, bounds = _between(period)
    sql = "SELECT measure, day, x, n FROM issues_metricsum WHERE dimension = %s AND value = ANY(%s) AND is_month = %s"
    return f"{sql} AND measure = ANY(%s){days}", [int(dimension), values, is_month, measures, *bounds]


def _changes(dimensions: Dimensions, measures: list[int], period: Period) -> Part:
    return _rows("n", "issues_metricchange", dimensions, measures, period)


def _cells(dimensions: Dimensions, measures: list[int], period: Period) -> Part:
    return _rows("1", "issues_metriccell", dimensions, measures, period)


def _rows(n: str, table: str, dimensions: Dimensions, measures: list[int], period: Period) -> Part:
    days, bounds = _between(period)
    where, values = where_of(dimensions)
    sql = f"SELECT measure, day, x, {n} AS n FROM {table} WHERE measure = ANY(%s){where}{days}"  # noqa: S608  (constants)
    return sql, [measures, *values, *bounds]


def where_of(dimensions: Dimensions) -> tuple[str, list[Any]]:
    """The filters as conditions on a cell: " AND ...", and its values."""
    found = [(*COLUMNS[dimension], values) for dimension, values in dimensions]
    return "".join(f" AND {column} = ANY(%s)" for column, _, _ in found), [
        [kind(value) for value in values] for _, kind, values in found
    ]


def _between(period: Period) -> tuple[str, list[date]]:
    since = (" AND day >= %s", [period.since]) if period.since else ("", [])
    until = (" AND day <= %s", [period.until]) if period.until else ("", [])
    return since[0] + until[0], [*since[1], *until[1]]
