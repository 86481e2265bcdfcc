"""Which stories there are: which life begins when, and how far it has come by the last day."""

from array import array
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from dialogue.seed.days import Days
from dialogue.seed.lives import LIVES, Kind
from dialogue.seed.steps import Life

YEARS = 5
GROWTH = 1.22  # as many more each year
OF_MONTH = (0.6, 1.05, 0.95, 1.1, 0.9, 0.9, 0.7, 0.75, 1.1, 1.2, 1.2, 1.0)
OF_WEEKDAY = (1.25, 1.1, 1.05, 0.95, 0.75, 0.4, 0.4)
SHOWN_AT_EACH_STEP = ("confirmed", "clarified", "council_done", "merged", "scope_dismissed")
VARIANTS = ((1_000, 1), (20_000, 2), (200_000, 4), (10**9, 7))  # up to so many issues, so many versions of each life


@dataclass(slots=True)
class Plan:
    """Story `n` lives `lives[told[n]]` from day `begins[n]`, up to its first `steps[n]` steps."""

    lives: list[tuple[Kind, Life]]
    issues: int = 0
    told: array[int] = field(default_factory=lambda: array("H"))
    begins: array[int] = field(default_factory=lambda: array("H"))
    steps: array[int] = field(default_factory=lambda: array("B"))

    def __len__(self) -> int:
        return len(self.told)

    def needed(self) -> dict[int, set[int]]:
        """Of each life the numbers of steps after which its rows are wanted."""
        wanted: dict[int, set[int]] = {}
        for told, steps in set(zip(self.told, self.steps, strict=True)):
            wanted.setdefault(told, set()).add(steps)
        return dict(sorted(wanted.items()))


@dataclass(slots=True)
class Planner:
    """`ends`: the days on which bodies of the past were succeeded, as (first working day after it, slug)."""

    days: Days
    until: date
    ends: list[int]
    seed: int

    def plan(self, issues: int) -> Plan:
        versions = next(many for up_to, many in VARIANTS if issues <= up_to)
        plan = Plan([(kind, self._life(kind, n)) for kind in LIVES for n in range(versions)])
        random = Random(f"{self.seed}:plan")
        first = self.days.number(self.until - timedelta(YEARS * 365)) + 1
        self._show_everything(plan, versions, first, issues)
        weights = list(accumulate(kind.weight for kind, _ in plan.lives))
        by_day = list(accumulate(self._weight(day, first, random) for day in range(first, self.days.last + 1)))
        plain = next(n for n, (kind, _) in enumerate(plan.lives) if kind.name == "confirmed")
        while plan.issues < issues:
            told = bisect(weights, random.random() * weights[-1])
            if plan.issues + 3 > issues:
                told = plain
            begins = first + bisect(by_day, random.random() * by_day[-1])
            self._add(plan, told, self._pinned(plan, told, begins, first, random))
        return plan

    def _life(self, kind: Kind, version: int) -> Life:
        life = Life(Random(f"{self.seed}:{kind.name}:{version}"))
        kind.tell(life)
        return life

    def _show_everything(self, plan: Plan, versions: int, first: int, issues: int) -> None:
        """Each life once to its end, and some once at each of their steps, so that every status is there today."""
        for told in range(0, len(plan.lives), versions):
            kind, life = plan.lives[told]
            if plan.issues + 3 > issues:
                return
            done = max(first, self.days.last - life.steps[-1].day - 5)
            self._add(plan, told, self._pinned(plan, told, done, first, Random(told)))
            for step in life.steps[1:-1] if kind.name in SHOWN_AT_EACH_STEP else ():
                if plan.issues + 3 <= issues:
                    self._add(plan, told, self.days.last - step.day)

    def _pinned(self, plan: Plan, told: int, begins: int, first: int, random: Random) -> int:
        kind, life = plan.lives[told]
        able = [end - life.pinned for end in self.ends if first <= end - life.pinned <= self.days.last]
        return random.choice(able) if kind.pinned and able else begins

    def _add(self, plan: Plan, told: int, begins: int) -> None:
        """As far as it has come by the last day; nothing where it has not begun."""
        steps = plan.lives[told][1].steps
        done = sum(1 for step in steps if begins + step.day <= self.days.last)
        made = sum(step.makes for step in steps[:done])
        if made:
            plan.told.append(told)
            plan.begins.append(begins)
            plan.steps.append(done)
            plan.issues += made

    def _weight(self, day: int, first: int, random: Random) -> float:
        on = self.days.dates[day]
        years = (on - self.days.dates[first]).days / 365
        return float(GROWTH**years) * OF_MONTH[on.month - 1] * OF_WEEKDAY[on.weekday()] * random.uniform(0.75, 1.25)


def shares(total: int, weights: Iterable[int]) -> Iterator[int]:
    """The total, shared out by weight in whole numbers."""
    listed = list(weights)
    whole, done, given = sum(listed) or 1, 0, 0
    for weight in listed:
        done += weight
        upto = total * done // whole
        yield upto - given
        given = upto
