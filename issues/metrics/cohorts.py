"""Which cells a number counts: cohorts, numerators and denominators (domain.md section 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from backend.core.errors import Words
from issues.metrics.measures import ASKS, DUE, EPOCH, GROUPS, PROMISES, Measure
from issues.metrics.reading import Period

M = Measure
WAITS = (M.WAIT_ANSWERED, M.WAIT_REDIRECT, M.WAIT_WITHDRAWAL, M.WAIT_MERGE, M.WAIT_SCOPE, M.WAIT_OPEN)
DISPUTES = (M.DISPUTE_OPEN, M.DISPUTE_DONE, M.DISPUTE_NOT_DONE, M.DISPUTE_OTHERWISE)
VERDICTS = (M.VERDICT_SUPPORTED, M.VERDICT_PARTLY, M.VERDICT_REFUSED)


class Unit(StrEnum):
    """What is counted."""

    ASK = "ask"
    RESPONSIBILITY = "responsibility"
    COMMITMENT = "commitment"
    ISSUE = "issue"
    DISPUTE = "dispute"
    EVENT = "event"
    ANSWER = "answer"
    NGO = "ngo"


class Kind(StrEnum):
    """How the figure is made of its counts."""

    RATE = "rate"
    MEDIAN = "median"  # of waits, by Kaplan-Meier
    COUNT = "count"
    MEAN = "mean"
    MIDDLE = "middle"  # the median of what is known of all


class Scale(StrEnum):
    """What a value that is neither share nor count is measured in."""

    NOTHING = ""
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    CHARACTERS = "characters"


class Pick(StrEnum):
    """Which cells of a slice stand for a unit, where `x` is an NGO."""

    EACH = "each"
    NGOS = "ngos"  # one for each NGO
    NEW = "new"  # the same, of those that had raised nothing before the period, anywhere
    BUSIEST = "busiest"  # those of the five NGOs with the most


@dataclass(frozen=True, slots=True)
class Slice:
    """Cells of these measures, of a cohort, with `x` from `low` to `high` (both included)."""

    measures: tuple[Measure, ...]
    period: Period
    low: int | None = None
    high: int | None = None
    pick: Pick = Pick.EACH


@dataclass(frozen=True, slots=True)
class Now:
    """The day in Almaty, and the period that is asked for."""

    today: date
    since: date | None = None
    until: date | None = None

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)

    def until_day(self, day: date) -> Period:
        """The period, ended by that day at the latest."""
        return Period(self.since, min(self.until, day) if self.until else day)

    @property
    def passed(self) -> Period:
        """The days of the period that are over."""
        return self.until_day(self.today - timedelta(1))

    @property
    def before_today(self) -> int:
        """As an `x`: the last day that has passed."""
        return (self.today - EPOCH).days - 1


type Parts = Mapping[str, tuple[Slice, ...]]


@dataclass(frozen=True, slots=True)
class Metric:
    """`parts` names what can be counted and listed of it: always `numerator` and `denominator`, and what stands beside.

    `counted`: what the numerator is, where the figure is no rate; '' where it says nothing of its own. `by_age`: the value is
    how long ago the cohort's day was. `is_speed`: beside it stands what the answers said.
    """

    key: str
    label: Words
    definition: Words
    unit: Unit
    kind: Kind
    parts: Callable[[Now], Parts]
    excluded: Words = ""
    version: int = 1
    is_headline: bool = False
    has_period: bool = True
    scale: Scale = Scale.NOTHING
    counted: Words = ""
    by_age: bool = False
    is_speed: bool = False

    @property
    def divides(self) -> bool:
        """Whether its counts add up over months and bodies, so that it has a trend and a table."""
        return self.kind is Kind.RATE and self.unit is not Unit.NGO and self.key != "five_busiest"


def confirmed(days: int) -> Callable[[Now], Parts]:
    def parts(now: Now) -> Parts:
        old_enough = now.until_day(now.today - timedelta(days))
        young = Period(max(filter(None, [now.since, now.today - timedelta(days - 1)])), now.until)
        return {
            "numerator": (Slice((M.ASK_CONFIRMED,), old_enough, high=days),),
            "denominator": (Slice(ASKS, old_enough),),
            "council": (Slice((M.ASK_COUNCIL,), old_enough, high=days),),
            "too_early": (Slice(ASKS, young),),
        }

    return parts


def on_time(*measures: Measure) -> Callable[[Now], Parts]:
    """Of those whose original due day has passed."""

    def parts(now: Now) -> Parts:
        def due(*found: Measure) -> tuple[Slice, ...]:
            return (Slice(found, now.period, high=now.before_today),)

        return {
            "numerator": due(*measures),
            "denominator": due(*DUE),
            "extended": due(M.DUE_EXTENDED),
            "late": due(M.DUE_LATE),
            "none": due(M.DUE_NONE),
            "left": due(M.DUE_LEFT),
        }

    return parts


def first_answer(now: Now) -> Parts:
    return {
        "numerator": (Slice((M.WAIT_ANSWERED,), now.period),),
        "denominator": (Slice(WAITS, now.period),),
        "open": (Slice((M.WAIT_OPEN,), now.period),),
        "redirect": (Slice((M.WAIT_REDIRECT,), now.period),),
        "withdrawal": (Slice((M.WAIT_WITHDRAWAL,), now.period),),
        "merge": (Slice((M.WAIT_MERGE,), now.period),),
        "scope": (Slice((M.WAIT_SCOPE,), now.period),),
    }


def commitments(now: Now) -> Parts:
    passed = now.passed
    dropped = Slice((M.PROMISE_DROPPED,), now.period)
    return {
        "numerator": (Slice((M.PROMISE_KEPT,), passed),),
        "denominator": (Slice(PROMISES, passed), dropped),
        "late": (Slice((M.PROMISE_LATE,), passed),),
        "broken": (Slice((M.PROMISE_OPEN, M.PROMISE_UNDONE), passed), dropped),
    }


def waiting(now: Now) -> Parts:
    ever = Period(None, None)
    groups = {name: (Slice((M.OPEN_IN,), ever, n, n),) for n, name in enumerate(GROUPS, 1)}
    return {
        "numerator": (Slice((M.OPEN,), ever, low=1, high=now.before_today),),
        "denominator": (Slice((M.OPEN,), ever),),
        **groups,
    }
