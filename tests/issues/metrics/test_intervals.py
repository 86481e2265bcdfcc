"""Intervals against published examples, percentiles and means against the plain list of days."""

from fractions import Fraction
from math import ceil
from random import Random

import pytest

from issues.metrics.intervals import (
    COUNTS_ONLY_BELOW,
    MEDIAN,
    P90,
    Interval,
    Rate,
    counts_only,
    mean,
    percentile,
    rate,
    wilson,
)


@pytest.mark.parametrize(
    ("numerator", "n", "lower", "upper"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_newcombes_four_examples(numerator: int, n: int, lower: float, upper: float) -> None:
    found = wilson(numerator, n)
    assert found is not None
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)


def test_the_ends_are_where_the_score_test_just_rejects() -> None:
    """Wilson's own definition: at each end p, (numerator - n p)^2 = z^2 n p (1 - p)."""
    random = Random(2)
    for _ in range(200):
        n = random.randint(1, 10**6)
        numerator = random.randint(0, n)
        found = wilson(numerator, n)
        assert found is not None
        assert 0 <= found.lower <= numerator / n <= found.upper <= 1
        for p in (found.lower, found.upper):
            assert (numerator - n * p) ** 2 == pytest.approx(1.959963984540054**2 * n * p * (1 - p), rel=1e-6, abs=1e-9)


def test_the_interval_of_the_others_is_its_mirror() -> None:
    a, b = wilson(15, 148), wilson(133, 148)
    assert a is not None
    assert b is not None
    assert b.lower == pytest.approx(1 - a.upper, abs=1e-15)
    assert b.upper == pytest.approx(1 - a.lower, abs=1e-15)


def test_none_of_n_begins_at_0_and_all_of_n_ends_at_1_exactly() -> None:
    for n in (1, 3, 10, 20, 999, 1_000_000):
        none, everyone = wilson(0, n), wilson(n, n)
        assert none is not None
        assert everyone is not None
        assert (none.lower, everyone.upper) == (0.0, 1.0)
        assert 0 < none.upper < 1
        assert 0 < everyone.lower < 1


def test_without_units_there_is_neither_rate_nor_interval() -> None:
    assert wilson(0, 0) is None
    assert rate(0, 0) == Rate(0, 0, value=None, interval=None)


@pytest.mark.parametrize(("numerator", "n"), [(-1, 5), (6, 5), (1, 0), (0, -1)])
def test_more_than_all_is_no_share(numerator: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{numerator} of {n} is no share"):
        rate(numerator, n)


def test_under_ten_units_a_page_shows_the_counts_alone() -> None:
    assert COUNTS_ONLY_BELOW == 10
    assert [n for n in range(13) if counts_only(n)] == list(range(10))
    assert (rate(9, 9).counts_only, rate(9, 10).counts_only) == (True, False)
    assert rate(9, 9).value == 1  # there all the same, for whoever reads the data


def test_a_rate_says_its_parts() -> None:
    found = rate(15, 148)
    assert (found.numerator, found.n, found.value) == (15, 148, 15 / 148)
    assert found.interval == wilson(15, 148)
    assert isinstance(found.interval, Interval)


def test_a_percentile_is_the_least_day_by_which_that_share_lies() -> None:
    """By the nearest rank in the sorted list: the ceil(n p)-th day."""
    random = Random(3)
    for _ in range(300):
        days = [random.randint(-20, 40) for _ in range(random.randint(1, 80))]
        counts = {day: days.count(day) for day in range(-20, 41)}
        for p in (MEDIAN, P90, Fraction(1, 3), Fraction(1), Fraction(1, 1000)):
            assert percentile(counts, p) == sorted(days)[ceil(len(days) * p) - 1]


def test_half_of_an_even_number_is_reached_at_the_lower_of_the_two_middle_days() -> None:
    assert percentile({1: 5, 9: 5}, MEDIAN) == 1
    assert percentile({1: 5, 9: 6}, MEDIAN) == 9
    assert percentile({1: 9, 30: 1}, P90) == 1


def test_a_percentile_at_great_numbers_is_exact() -> None:
    """One unit beyond 2**60 moves the median; a float would not see it."""
    assert percentile({1: 2**60, 2: 2**60}, MEDIAN) == 1
    assert percentile({1: 2**60, 2: 2**60 + 1}, MEDIAN) == 2


def test_without_units_there_is_neither_percentile_nor_mean() -> None:
    for counts in ({}, {5: 0}):
        assert percentile(counts, MEDIAN) is None
        assert mean(counts) is None


def test_the_mean_is_rounded_once_from_the_exact_sum() -> None:
    """A day early and two days late; and a sum where adding floats one by one would lose the units."""
    assert mean({-1: 1, 2: 2}) == 1
    assert mean({0: 2, 1: 1}) == 1 / 3
    assert mean({10**17: 1, 1: 3, -(10**17): 1}) == 0.6


@pytest.mark.parametrize("p", [Fraction(0), Fraction(-1, 2), Fraction(3, 2)])
def test_no_other_share_can_be_asked_for(p: Fraction) -> None:
    with pytest.raises(ValueError, match="no share to ask for"):
        percentile({1: 1}, p)


def test_no_count_is_below_0() -> None:
    with pytest.raises(ValueError, match="below 0"):
        percentile({1: 3, 2: -1}, MEDIAN)
    with pytest.raises(ValueError, match="below 0"):
        mean({1: 3, 2: -1})
