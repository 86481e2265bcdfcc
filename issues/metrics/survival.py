"""How long until the first answer, with those who still wait (domain.md section 4, headline 3): Kaplan-Meier, and Aalen-Johansen
for what else ended the wait. Both work from counts by day, never from rows: their cost is the number of distinct days.

S is a quotient of two integers that are multiplied up day by day and never rounded: a quantile compares integers, a figure is the
nearest float to the exact value. The integers grow by some 20 bits a day at a million units.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import exp, log, log1p, sqrt

from issues.metrics.intervals import MEDIAN, P90, Z95

type Waits = Mapping[int, tuple[int, int]]
"""Day -> (events, censored): units whose wait ended that day with the event, and those last seen waiting that day."""


class Outcome(StrEnum):
    """How the wait for a first answer ended. `CENSORED`: still waiting when last seen."""

    ANSWERED = "answered"
    REDIRECT = "redirect"
    WITHDRAWAL = "withdrawal"
    MERGE = "merge"
    SCOPE = "scope"
    CENSORED = "censored"


CAUSES: tuple[Outcome, ...] = tuple(outcome for outcome in Outcome if outcome is not Outcome.CENSORED)

type Outcomes = Mapping[int, Mapping[Outcome, int]]
"""Day -> outcome -> units; an outcome left out is 0."""


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the curve, which holds until the next step's day.

    `survival`: the share still waiting after that day. `at_risk`: units waiting when the day began. `lower` and `upper`: the 95 %
    band (log-log Greenwood); 1 and 1 before the first event; None once S is 0, where the formula says nothing: a band from 0 to 0
    would claim to be sure.
    """

    day: int
    at_risk: int
    events: int
    censored: int
    survival: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Quantile:
    """The least day with S <= 1 - p, compared in exact integers; None: not reached, to be said as such.

    `earliest` and `latest` are its 95 % interval (Brookmeyer and Crowley): where the band's lower and upper line reach 1 - p; None:
    that line never does, the interval is open to that side.
    """

    p: Fraction
    day: int | None
    earliest: int | None
    latest: int | None


@dataclass(frozen=True, slots=True)
class Survival:
    """Kaplan-Meier of `n` units, of which `events` saw the event. A step per day that has any unit, in order; none if n = 0."""

    n: int
    events: int
    steps: tuple[Step, ...]
    median: Quantile
    p90: Quantile


@dataclass(frozen=True, slots=True)
class IncidenceStep:
    """One day of Aalen-Johansen: the share of units ended by each cause up to that day. With `waiting` they sum to 1.

    `ended`: units ended that day by each cause. Both dictionaries name all five causes.
    """

    day: int
    at_risk: int
    ended: Mapping[Outcome, int]
    censored: int
    waiting: float
    incidence: Mapping[Outcome, float]


@dataclass(frozen=True, slots=True)
class Incidence:
    """Cumulative incidence of `n` units; `ended`: in all, by each cause. A step per day that has any unit, in order."""

    n: int
    ended: Mapping[Outcome, int]
    steps: tuple[IncidenceStep, ...]


@dataclass(frozen=True, slots=True)
class _Day:
    """A day with units, `at_risk` when it began."""

    day: int
    at_risk: int
    events: int
    censored: int


def kaplan_meier(waits: Waits) -> Survival:
    """The curve of those still waiting; on one day events precede censorings. ValueError for a day or a count below 0."""
    waiting, units, greenwood = 1, 1, 0.0
    steps = []
    median, p90 = _Reached(MEDIAN), _Reached(P90)
    for at in _days(waits):
        left = at.at_risk - at.events
        if at.events:
            waiting, units = waiting * left, units * at.at_risk
            greenwood += at.events / (at.at_risk * left) if left else 0.0
        lower, upper = _band(waiting, units, greenwood)
        steps.append(Step(at.day, at.at_risk, at.events, at.censored, waiting / units, lower, upper))
        median.see(steps[-1], waiting, units)
        p90.see(steps[-1], waiting, units)
    return Survival(
        n=steps[0].at_risk if steps else 0,
        events=sum(step.events for step in steps),
        steps=tuple(steps),
        median=median.quantile(),
        p90=p90.quantile(),
    )


def aalen_johansen(outcomes: Outcomes) -> Incidence:
    """The cumulative incidence of each cause, where one that ends otherwise can no longer be answered.

    All causes of a day meet the same units at risk, and precede its censorings. ValueError for a day or a count below 0, and for
    an outcome that is none.
    """
    waiting, units = 1, 1
    ended = dict.fromkeys(CAUSES, 0)  # by cause: shares of `units`, which with `waiting` sum to it exactly
    steps = []
    for at in _days({day: _split(row) for day, row in outcomes.items()}):
        row = {cause: outcomes[at.day].get(cause, 0) for cause in CAUSES}
        if at.events:
            ended = {cause: ended[cause] * at.at_risk + waiting * row[cause] for cause in CAUSES}
            waiting, units = waiting * (at.at_risk - at.events), units * at.at_risk
        shares = {cause: ended[cause] / units for cause in CAUSES}
        steps.append(IncidenceStep(at.day, at.at_risk, row, at.censored, waiting / units, shares))
    return Incidence(
        n=steps[0].at_risk if steps else 0,
        ended={cause: sum(step.ended[cause] for step in steps) for cause in CAUSES},
        steps=tuple(steps),
    )


def waits_for_answer(outcomes: Outcomes) -> dict[int, tuple[int, int]]:
    """For Kaplan-Meier: an answer is the event; any other end is censored on its day, as those still waiting are."""
    return {
        day: (row.get(Outcome.ANSWERED, 0), sum(row.values()) - row.get(Outcome.ANSWERED, 0))
        for day, row in outcomes.items()
    }


def _split(row: Mapping[Outcome, int]) -> tuple[int, int]:
    """(ended by any cause, censored)."""
    if not row.keys() <= set(Outcome):
        raise ValueError(f"No outcome of a wait: {sorted(row.keys() - set(Outcome))}.")
    if any(count < 0 for count in row.values()):
        raise ValueError("A count of units is below 0.")
    censored = row.get(Outcome.CENSORED, 0)
    return sum(row.values()) - censored, censored


def _days(waits: Waits) -> Iterator[_Day]:
    """In order, those without units left out."""
    if any(day < 0 or min(counts) < 0 for day, counts in waits.items()):
        raise ValueError("A day or a count of units is below 0.")
    at_risk = sum(events + censored for events, censored in waits.values())
    for day in sorted(waits):
        events, censored = waits[day]
        if events or censored:
            yield _Day(day, at_risk, events, censored)
            at_risk -= events + censored


def _band(waiting: int, units: int, greenwood: float) -> tuple[float | None, float | None]:
    """exp(-exp(log(-log S) +- z sqrt(greenwood) / log S)), from S = waiting / units and the sum of d / (n (n - d))."""
    if waiting == 0:
        return None, None
    if waiting == units:
        return 1.0, 1.0
    # Near 1 the float of S has lost the digits that its logarithm needs; the difference of the integers has not.
    ended = (units - waiting) / units
    log_s = log1p(-ended) if ended < 0.5 else log(waiting / units)
    width = Z95 * sqrt(greenwood) / -log_s
    return exp(log_s * exp(width)), exp(log_s * exp(-width))


class _Reached:
    """Looks for one quantile while the curve is drawn, when S is still exact."""

    def __init__(self, p: Fraction) -> None:
        self.p = p
        self.left = 1 - p
        self.day: int | None = None
        self.earliest: int | None = None
        self.latest: int | None = None

    def see(self, step: Step, waiting: int, units: int) -> None:
        """Also: once S is 0 its lower line, wherever it is, is not above it."""
        if self.day is None and waiting * self.left.denominator <= units * self.left.numerator:
            self.day = step.day
        if self.earliest is None and (step.lower is None or step.lower <= self.left):
            self.earliest = step.day
        if self.latest is None and step.upper is not None and step.upper <= self.left:
            self.latest = step.day

    def quantile(self) -> Quantile:
        return Quantile(self.p, self.day, self.earliest, self.latest)
