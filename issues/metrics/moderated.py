"""Acts of the platform's moderators by reason, week by week."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from backend.core.errors import Words
from issues import clock
from issues.metrics.asked import MetricFilters
from issues.metrics.cohorts import Now
from issues.metrics.cohorts_annex import ACTS, moderated
from issues.metrics.measures import Measure
from issues.metrics.units import PARTS, cells_of
from issues.metrics.weeks import Week

_NAMES = {act: name for name, act in ACTS.items()}


@dataclass(frozen=True, slots=True)
class ActsOfWeek:
    """A week's acts of moderators: the sum with its list, and by reason each count with its list."""

    week: Week
    total: int
    url: str
    cells: list[tuple[Words, int, str]]


@dataclass(frozen=True, slots=True)
class Acts:
    """Weeks, the newest first, by the reasons (name, words) that head their columns."""

    reasons: list[tuple[str, Words]]
    rows: list[ActsOfWeek]


def acts_by_week(
    asked: MetricFilters, at: datetime, how_many: int, address: Callable[..., str], *, every: bool = False
) -> Acts:
    """The last weeks within the period, the running one too; reasons that none of them has are left out, unless `every` is
    wanted. One query.
    """
    last = Week.of(min(asked.until or date.max, clock.local_day(at)))
    weeks = [last]
    while len(weeks) < how_many and (asked.since is None or weeks[-1].monday > asked.since):
        weeks.append(weeks[-1].before)
    since = max(asked.since or weeks[-1].monday, weeks[-1].monday)
    now = Now(clock.local_day(at), since, asked.until)
    counts: Counter[tuple[Week, str]] = Counter()
    cells = cells_of(moderated(now)["denominator"], asked).order_by().values_list("day", "measure", "x")
    for day, measure, x, n in cells.annotate(n=Count("id")):
        counts[Week.of(day), _NAMES[Measure(measure), x]] += n
    wanted = [name for name in ACTS if every or any(counts[week, name] for week in weeks)]

    def row(week: Week) -> ActsOfWeek:
        days = {"since": max(since, week.monday), "until": min(asked.until or week.sunday, week.sunday)}
        cells = [(PARTS[name], counts[week, name], address(name, **days)) for name in wanted]
        return ActsOfWeek(week, sum(counts[week, name] for name in ACTS), address("denominator", **days), cells)

    return Acts([(name, PARTS[name]) for name in wanted], [row(week) for week in weeks])
