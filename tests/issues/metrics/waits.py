"""Sets of waits to try an estimator on, and the exact answer found in another way than the code's.

The reference is Efron's redistribution to the right: every unit begins with an equal share; one that ends takes its share along,
one that is censored leaves it to those behind it in equal parts. In fractions, unit by unit; no risk sets and no products.
"""

from fractions import Fraction
from random import Random

from issues.metrics.survival import Outcome, Outcomes, Waits

ANSWERED, REDIRECT, WITHDRAWAL, MERGE, SCOPE, CENSORED = Outcome

# Freireich et al. 1963, remission under 6-MP in weeks: relapses, and those still in remission when last seen.
SIX_MP: Waits = {
    6: (3, 1), 7: (1, 0), 9: (0, 1), 10: (1, 1), 11: (0, 1), 13: (1, 0), 16: (1, 0), 17: (0, 1), 19: (0, 1), 20: (0, 1),
    22: (1, 0), 23: (1, 0), 25: (0, 1), 32: (0, 2), 34: (0, 1), 35: (0, 1),
}  # fmt: skip

SETS: dict[str, Outcomes] = {
    "empty": {},
    "a day without units": {4: {}, 7: {ANSWERED: 0}},
    "a single unit, answered": {3: {ANSWERED: 1}},
    "a single unit, waiting": {3: {CENSORED: 1}},
    "a single unit, redirected": {0: {REDIRECT: 1}},
    "nobody answered": {2: {CENSORED: 4}, 9: {CENSORED: 31}, 10: {CENSORED: 5}},
    "nobody answered, all ended otherwise": {1: {REDIRECT: 3}, 4: {WITHDRAWAL: 2, MERGE: 1}, 8: {SCOPE: 6}},
    "everyone on day 0": {0: {ANSWERED: 25}},
    "everyone on day 0 but one who waits": {0: {ANSWERED: 25}, 40: {CENSORED: 1}},
    "ties of all kinds on every day": {day: dict.fromkeys(Outcome, 3 + day % 2) for day in range(0, 30, 3)},
    "the last are censored on an answer's day": {1: {ANSWERED: 2}, 5: {ANSWERED: 3, CENSORED: 4}},
    "one answer a day": {day: {ANSWERED: 1} for day in range(24)},
    "heavy censoring": {
        **{day: {CENSORED: 40} for day in range(60)},
        **{day: {CENSORED: 40, ANSWERED: 1 + day % 3, REDIRECT: day % 2} for day in range(0, 60, 7)},
    },
    "one answer at the end of heavy censoring": {0: {CENSORED: 500}, 1: {CENSORED: 499}, 2: {ANSWERED: 1}},
}


def drawn(seed: int) -> Outcomes:
    """Up to 200 units over up to 60 days, each draw with a mixture of outcomes of its own."""
    random = Random(seed)
    last, weights = random.randint(0, 60), [random.random() ** 3 for _ in Outcome]
    outcomes: dict[int, dict[Outcome, int]] = {}
    for outcome in random.choices(list(Outcome), weights, k=random.randint(1, 200)):
        row = outcomes.setdefault(random.randint(0, last), {})
        row[outcome] = row.get(outcome, 0) + 1
    return outcomes


ALL = SETS | {f"drawn with {seed}": drawn(seed) for seed in range(40)}


def million() -> Outcomes:
    """A million units over 500 days: a long tail, each outcome on every day."""
    random = Random(1)
    outcomes = {day: dict.fromkeys(Outcome, 0) for day in range(500)}
    for outcome in random.choices(list(Outcome), [70, 6, 3, 2, 2, 17], k=1_000_000):
        outcomes[min(499, int(random.expovariate(1 / 80)))][outcome] += 1
    return outcomes


def only_answers_end(outcomes: Outcomes) -> Outcomes:
    """What Kaplan-Meier is asked: all else is censored on its day."""
    return {
        day: {
            ANSWERED: sum(n for outcome, n in row.items() if outcome == ANSWERED),
            CENSORED: sum(n for outcome, n in row.items() if outcome != ANSWERED),
        }
        for day, row in outcomes.items()
    }


def redistributed(outcomes: Outcomes) -> dict[int, dict[Outcome, Fraction]]:
    """Day with units -> cause -> the exact share ended by it, up to and with that day."""
    units = [
        (day, outcome is CENSORED, outcome)
        for day, row in outcomes.items()
        for outcome, n in row.items()
        for _ in range(n)
    ]
    units.sort()  # on one day those that end come before those censored
    share = Fraction(1, len(units) or 1)
    ended = dict.fromkeys((ANSWERED, REDIRECT, WITHDRAWAL, MERGE, SCOPE), Fraction(0))
    by_day = {}
    for place, (day, censored, outcome) in enumerate(units, 1):
        behind = len(units) - place
        if not censored:
            ended[outcome] += share
        elif behind:
            share += share / behind
        by_day[day] = dict(ended)
    return by_day
