"""Figures of counts: each with numerator, denominator, n, interval, and what stands beside it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from issues import clock
from issues.calendar import Calendar
from issues.metrics.asked import MetricFilters
from issues.metrics.cohorts import Kind, Metric, Now, Pick, Slice
from issues.metrics.definitions import METRICS
from issues.metrics.intervals import MEDIAN, P90, Interval, mean, percentile, rate
from issues.metrics.measures import EPOCH, OUTCOMES, Measure
from issues.metrics.reading import Count, Period, counts, where_of
from issues.metrics.survival import Incidence, Outcome, Survival, aalen_johansen, kaplan_meier, waits_for_answer
from issues.metrics.weekly import EVERY


@dataclass(frozen=True, slots=True)
class Figure:
    """`value`: a share from 0 to 1, working days, or a count; None where there is nothing to say, or "not reached". `n`: the
    units it rests on. `beside`: other counts of the same cohort, by the name of their part.
    """

    metric: Metric
    numerator: int
    denominator: int
    value: float | None
    interval: Interval | None
    beside: Mapping[str, int]
    survival: Survival | None = None
    incidence: Incidence | None = None
    p90: int | None = None

    @property
    def n(self) -> int:
        return self.denominator


class Counted:
    """Counts by period, each read once and only when needed."""

    def __init__(self, asked: MetricFilters, slices: Iterable[Slice]) -> None:
        wanted: dict[Period, set[Measure]] = defaultdict(set)
        for each in slices:
            wanted[each.period] |= set(each.measures)
        self.rows: dict[Period, dict[Measure, list[Count]]] = {period: defaultdict(list) for period in wanted}
        for period, measures in wanted.items():
            for row in counts(asked, measures, period):
                self.rows[period][row.measure].append(row)

    def of(self, parts: Iterable[Slice]) -> list[Count]:
        return [
            row
            for each in parts
            for measure in each.measures
            for row in self.rows[each.period].get(measure, ())
            if fits(row.x, each)
        ]

    def total(self, parts: Iterable[Slice]) -> int:
        return sum(self._picked(each) for each in parts)

    def _picked(self, part: Slice) -> int:
        """As many as `units.cells_of` has cells."""
        by_x: dict[int, int] = defaultdict(int)
        for row in self.of([part]):
            by_x[row.x] += row.n
        match part.pick:
            case Pick.EACH:
                return sum(by_x.values())
            case Pick.NGOS:
                return len(by_x)
            case Pick.NEW:
                return len(by_x.keys() - raised_before(part.period))
            case Pick.BUSIEST:
                return sum(sorted(by_x.values(), reverse=True)[:BUSIEST])


def raised_before(period: Period) -> set[int]:
    """The NGOs that had raised an issue before the period, anywhere. One query, none where it has no beginning."""
    if period.since is None:
        return set()
    earlier = Period(None, period.since - timedelta(1))
    return {row.x for row in counts(MetricFilters(), (Measure.RAISED,), earlier)}


BUSIEST = 5


def fits(x: int, part: Slice) -> bool:
    return (part.low is None or x >= part.low) and (part.high is None or x <= part.high)


def figures(asked: MetricFilters, at: datetime, keys: Iterable[str] = METRICS) -> dict[str, Figure]:
    """The named figures at that instant. A query for each period that they need, one for the ages of the open, one for the NGOs
    that are not new: nine for all.
    """
    now = Now(clock.local_day(at), asked.since, asked.until)
    wanted = {key: EVERY[key].parts(now) for key in keys}
    counted = Counted(asked, (each for parts in wanted.values() for part in parts.values() for each in part))
    return {key: _figure(EVERY[key], parts, counted, now, asked) for key, parts in wanted.items()}


def _figure(
    metric: Metric, parts: Mapping[str, tuple[Slice, ...]], counted: Counted, now: Now, asked: MetricFilters
) -> Figure:
    totals = {name: counted.total(part) for name, part in parts.items()}
    numerator, denominator = totals.pop("numerator"), totals.pop("denominator")
    match metric.kind:
        case Kind.RATE:
            found = rate(numerator, denominator)
            return Figure(metric, numerator, denominator, found.value, found.interval, totals)
        case Kind.COUNT:
            return Figure(metric, numerator, denominator, denominator, None, totals)
        case Kind.MEAN:
            value = mean(_by_x(counted.of(parts["denominator"])))
            return Figure(metric, numerator, denominator, value, None, totals)
        case Kind.MIDDLE:
            by_x = open_ages(asked, now.today) if metric.by_age else _by_x(counted.of(parts["denominator"]))
            middle, most = percentile(by_x, MEDIAN), percentile(by_x, P90)
            return Figure(metric, numerator, denominator, middle, None, totals, p90=most)
    outcomes = outcomes_of(counted.of(parts["denominator"]), now.today)
    survival = kaplan_meier(waits_for_answer(outcomes))
    median = survival.median
    interval = None
    if median.earliest is not None and median.latest is not None:
        interval = Interval(median.earliest, median.latest)
    return Figure(
        metric,
        numerator,
        denominator,
        median.day,
        interval,
        totals,
        survival,
        aalen_johansen(outcomes),
        survival.p90.day,
    )


def _by_x(rows: Iterable[Count]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for row in rows:
        found[row.x] += row.n
    return found


def outcomes_of(rows: Iterable[Count], today: date) -> dict[int, dict[Outcome, int]]:
    """Day -> outcome -> units, those still waiting by the newest calendar."""
    calendar: Calendar = clock.current_calendar()
    found: dict[int, dict[Outcome, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row.measure == Measure.WAIT_OPEN:
            registered = EPOCH + timedelta(row.x)
            found[calendar.working_days_between(registered, today)][Outcome.CENSORED] += row.n
        else:
            found[row.x][OUTCOMES[row.measure]] += row.n
    return found


def open_ages(asked: MetricFilters, today: date) -> dict[int, int]:
    """Calendar days since the first receipt -> open issues. One query."""
    where, values = where_of(asked.dimensions())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT day, count(*) FROM issues_metriccell WHERE measure = %s{where} GROUP BY day",  # noqa: S608
            [int(Measure.OPEN), *values],
        )
        return {(today - day).days: n for day, n in cursor.fetchall()}
