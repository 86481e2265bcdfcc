"""Rates, and what is read off counts by day, each with what a reader must know to judge it (domain.md section 4).

Nothing here knows of issues, of the database or of today: exact counts come in, and one rounding is made at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

COUNTS_ONLY_BELOW = 10
"""With fewer units than this the counts are shown and no rate: one fast case must not top a table."""

Z95 = NormalDist().inv_cdf(0.975)
"""The normal quantile of every 95 % interval, 1.95996..."""

MEDIAN = Fraction(1, 2)
P90 = Fraction(9, 10)


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends, as shares from 0 to 1."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Rate:
    """`numerator` of `n`. Value and interval are None only where there is nothing to divide by: n = 0.

    They are there for a small n as well, for open data; a page asks `counts_only` first.
    """

    numerator: int
    n: int
    value: float | None
    interval: Interval | None

    @property
    def counts_only(self) -> bool:
        """Whether a page shows the two counts and nothing else."""
        return counts_only(self.n)


def counts_only(n: int) -> bool:
    """Whether `n` units are too few for a rate, a median or an interval on a page."""
    return n < COUNTS_ONLY_BELOW


def rate(numerator: int, n: int) -> Rate:
    """`numerator` of `n` units with its Wilson 95 % interval. ValueError unless 0 <= numerator <= n."""
    interval = wilson(numerator, n)
    return Rate(numerator, n, numerator / n if n else None, interval)


def wilson(numerator: int, n: int) -> Interval | None:
    """Wilson's 95 % score interval, without continuity correction (Newcombe 1998, method 3). None where n = 0.

    None of n begins at 0 exactly, and all of n ends at 1 exactly. ValueError unless 0 <= numerator <= n.
    """
    if not 0 <= numerator <= n:
        raise ValueError(f"{numerator} of {n} is no share.")
    if n == 0:
        return None
    z2 = Z95 * Z95
    spread = Z95 * sqrt(z2 + 4 * numerator * (n - numerator) / n)
    return Interval(
        lower=(2 * numerator + z2 - spread) / (2 * (n + z2)) if numerator else 0.0,
        upper=(2 * numerator + z2 + spread) / (2 * (n + z2)) if numerator < n else 1.0,
    )


def percentile(counts: Mapping[int, int], p: Fraction) -> int | None:
    """The least day by which at least the share `p` of the units lies, by exact integers; None without units.

    `counts`: day -> units; days may be negative. It is the quantile of Kaplan-Meier where nobody is censored (S <= 1 - p), so that
    the age of the open and the wait of the answered are read by one rule. ValueError unless 0 < p <= 1, or for a count below 0.
    """
    if not 0 < p <= 1:
        raise ValueError(f"{p} is no share to ask for: above 0, at most 1.")
    n, seen = total(counts), 0
    for day in sorted(day for day, count in counts.items() if count):
        seen += counts[day]
        if seen * p.denominator >= n * p.numerator:
            return day
    return None


def mean(counts: Mapping[int, int]) -> float | None:
    """The mean day, rounded once from the exact sum; None without units. Days may be negative (done before its date)."""
    n = total(counts)
    return sum(day * count for day, count in counts.items()) / n if n else None


def total(counts: Mapping[int, int]) -> int:
    """All units of `counts`. ValueError for a count below 0."""
    if any(count < 0 for count in counts.values()):
        raise ValueError("A count of units is below 0.")
    return sum(counts.values())
