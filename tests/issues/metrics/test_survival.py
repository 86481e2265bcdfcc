"""Kaplan-Meier against published tables, and against exact fractions found in another way (`waits.redistributed`)."""

from fractions import Fraction

import pytest

from issues.metrics.intervals import MEDIAN, P90, percentile
from issues.metrics.survival import Outcome, Outcomes, Quantile, Waits, kaplan_meier, waits_for_answer
from tests.issues.metrics.waits import ALL, ANSWERED, CENSORED, REDIRECT, SETS, SIX_MP, only_answers_end, redistributed


def test_the_table_of_six_mp_as_printed_by_sas_and_stata() -> None:
    found = kaplan_meier(SIX_MP)
    assert (found.n, found.events) == (21, 9)
    assert [
        (step.day, step.at_risk, round(step.survival, 4), round(step.lower or 0, 4), round(step.upper or 0, 4))
        for step in found.steps if step.events
    ] == [
        (6, 21, 0.8571, 0.6197, 0.9516), (7, 17, 0.8067, 0.5631, 0.9228), (10, 15, 0.7529, 0.5032, 0.8894),
        (13, 12, 0.6902, 0.4316, 0.8491), (16, 11, 0.6275, 0.3675, 0.8049), (22, 7, 0.5378, 0.2678, 0.7468),
        (23, 6, 0.4482, 0.1881, 0.6801),
    ]  # fmt: skip
    assert found.median == Quantile(MEDIAN, day=23, earliest=13, latest=None)
    assert found.p90 == Quantile(P90, day=None, earliest=None, latest=None)


@pytest.mark.parametrize("outcomes", ALL.values(), ids=ALL)
def test_the_curve_is_the_nearest_float_to_the_exact_one(outcomes: Outcomes) -> None:
    exact = {day: 1 - ended[ANSWERED] for day, ended in redistributed(only_answers_end(outcomes)).items()}
    found = kaplan_meier(waits_for_answer(outcomes))
    assert {step.day: step.survival for step in found.steps} == {day: float(exact[day]) for day in sorted(exact)}


@pytest.mark.parametrize("outcomes", ALL.values(), ids=ALL)
def test_a_quantile_is_the_least_day_on_which_the_exact_curve_is_low_enough(outcomes: Outcomes) -> None:
    exact = {day: 1 - ended[ANSWERED] for day, ended in redistributed(only_answers_end(outcomes)).items()}
    found = kaplan_meier(waits_for_answer(outcomes))
    for quantile, left in ((found.median, Fraction(1, 2)), (found.p90, Fraction(1, 10))):
        assert quantile.day == min((day for day, share in exact.items() if share <= left), default=None)


@pytest.mark.parametrize("outcomes", ALL.values(), ids=ALL)
def test_the_interval_holds_its_quantile_and_the_band_its_curve(outcomes: Outcomes) -> None:
    found = kaplan_meier(waits_for_answer(outcomes))
    never = 10**6
    for quantile in (found.median, found.p90):
        low, day, high = (never if at is None else at for at in (quantile.earliest, quantile.day, quantile.latest))
        assert low <= day <= high
    for step in found.steps:
        if step.lower is None or step.upper is None:
            assert step.survival == 0
        else:
            assert 0 <= step.lower <= step.survival <= step.upper <= 1


def test_integers_find_the_median_that_a_product_of_floats_misses_by_a_day() -> None:
    """24 units, one answered a day: half are answered by day 11, but a product of floats says 0.5000000000000001."""
    product = 1.0
    for at_risk in range(24, 12, -1):
        product *= (at_risk - 1) / at_risk
    assert product > 0.5
    assert kaplan_meier(waits_for_answer(SETS["one answer a day"])).median.day == 11


def test_one_unit_too_many_still_waiting_moves_the_median_at_any_number() -> None:
    """The nearest float to S is 0.5 on day 1 both times."""
    for more, median in ((0, 1), (1, 2)):
        found = kaplan_meier({1: (2**60, 0), 2: (2**60 + more, 0)})
        assert (found.steps[0].survival, found.median.day) == (0.5, median)


def test_on_one_day_those_answered_come_before_those_censored() -> None:
    """Ten answered and ten censored on the same day: of twenty at risk. The other way round nobody would be left."""
    found = kaplan_meier({5: (10, 10)})
    assert (found.steps[0].at_risk, found.steps[0].survival, found.median.day) == (20, 0.5, 5)


def test_without_units_there_is_no_curve_and_no_median() -> None:
    for waits in ({}, {3: (0, 0)}):
        found = kaplan_meier(waits)
        assert (found.n, found.events, found.steps) == (0, 0, ())
        assert found.median == Quantile(MEDIAN, None, None, None)


def test_where_nobody_is_answered_the_curve_stays_at_one_and_nothing_is_reached() -> None:
    found = kaplan_meier({2: (0, 4), 9: (0, 31)})
    assert [(step.day, step.survival, step.lower, step.upper) for step in found.steps] == [(2, 1, 1, 1), (9, 1, 1, 1)]
    assert (found.median.day, found.median.earliest, found.p90.day) == (None, None, None)


def test_where_everyone_is_answered_on_day_0_both_quantiles_are_0_and_the_band_says_nothing() -> None:
    found = kaplan_meier({0: (25, 0)})
    assert [(step.survival, step.lower, step.upper) for step in found.steps] == [(0, None, None)]
    assert found.median == Quantile(MEDIAN, day=0, earliest=0, latest=None)
    assert found.p90 == Quantile(P90, day=0, earliest=0, latest=None)


def test_with_nobody_censored_a_quantile_is_the_percentile_of_the_days() -> None:
    for seed in range(40):
        answered = {day: row.get(ANSWERED, 0) for day, row in ALL[f"drawn with {seed}"].items()}
        found = kaplan_meier({day: (n, 0) for day, n in answered.items()})
        assert (found.median.day, found.p90.day) == (percentile(answered, MEDIAN), percentile(answered, P90)), seed


def test_any_end_but_an_answer_is_censored_on_its_day() -> None:
    row = {outcome: n for n, outcome in enumerate(Outcome, 1)}
    assert waits_for_answer({4: row, 6: {REDIRECT: 2}, 8: {ANSWERED: 3}}) == {4: (1, 20), 6: (0, 2), 8: (3, 0)}


def test_the_order_in_which_days_are_given_does_not_matter() -> None:
    assert kaplan_meier({day: SIX_MP[day] for day in sorted(SIX_MP, reverse=True)}) == kaplan_meier(SIX_MP)


@pytest.mark.parametrize("waits", [{-1: (1, 0)}, {1: (-1, 2)}, {1: (2, -1)}])
def test_no_day_and_no_count_is_below_0(waits: Waits) -> None:
    with pytest.raises(ValueError, match="below 0"):
        kaplan_meier(waits)


def test_the_sets_hold_what_they_are_named_for() -> None:
    censored = sum(row.get(CENSORED, 0) for row in SETS["heavy censoring"].values())
    assert censored > 0.98 * sum(sum(row.values()) for row in SETS["heavy censoring"].values())
    assert len({day for day, row in ALL["drawn with 7"].items() if sum(row.values()) > 1}) > 1
