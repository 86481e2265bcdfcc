"""Aalen-Johansen by hand, and against exact fractions found in another way (`waits.redistributed`)."""

import pytest

from issues.metrics.survival import CAUSES, Outcome, Outcomes, aalen_johansen, kaplan_meier, waits_for_answer
from tests.issues.metrics.waits import (
    ALL,
    ANSWERED,
    CENSORED,
    MERGE,
    REDIRECT,
    SCOPE,
    WITHDRAWAL,
    million,
    redistributed,
)  # fmt: skip


def test_ten_units_counted_by_hand() -> None:
    """Day 1, of 10: two answered, one redirected; one censored after them. Waiting 7/10.
    Day 3, of 6: one answered (7/10 * 1/6 = 7/60), two withdrawn (14/60). Waiting 7/10 * 3/6 = 21/60; then one censored.
    Day 8, of 2: one answered (21/60 * 1/2 = 21/120). Waiting 21/120, who is censored on day 9.
    """
    found = aalen_johansen({
        1: {ANSWERED: 2, REDIRECT: 1, CENSORED: 1}, 3: {ANSWERED: 1, WITHDRAWAL: 2, CENSORED: 1},
        8: {ANSWERED: 1}, 9: {CENSORED: 1},
    })  # fmt: skip
    assert [(step.day, step.at_risk, step.censored, step.waiting) for step in found.steps] == [
        (1, 10, 1, 0.7), (3, 6, 1, 21 / 60), (8, 2, 0, 21 / 120), (9, 1, 1, 21 / 120),
    ]  # fmt: skip
    assert [step.incidence[ANSWERED] for step in found.steps] == [0.2, 19 / 60, 59 / 120, 59 / 120]
    assert [step.incidence[REDIRECT] for step in found.steps] == [0.1] * 4
    assert [step.incidence[WITHDRAWAL] for step in found.steps] == [0, *[14 / 60] * 3]
    assert found.steps[1].ended == {ANSWERED: 1, REDIRECT: 0, WITHDRAWAL: 2, MERGE: 0, SCOPE: 0}
    assert (found.n, found.ended) == (10, {ANSWERED: 4, REDIRECT: 1, WITHDRAWAL: 2, MERGE: 0, SCOPE: 0})


@pytest.mark.parametrize("outcomes", ALL.values(), ids=ALL)
def test_every_share_is_the_nearest_float_to_the_exact_one(outcomes: Outcomes) -> None:
    exact = redistributed(outcomes)
    found = aalen_johansen(outcomes)
    assert [step.day for step in found.steps] == sorted(exact)
    for step in found.steps:
        assert step.incidence == {cause: float(share) for cause, share in exact[step.day].items()}
        assert step.waiting == float(1 - sum(exact[step.day].values()))


@pytest.mark.parametrize("outcomes", ALL.values(), ids=ALL)
def test_the_units_of_all_steps_are_those_given(outcomes: Outcomes) -> None:
    found = aalen_johansen(outcomes)
    given = {outcome: sum(row.get(outcome, 0) for row in outcomes.values()) for outcome in Outcome}
    assert sum(step.censored for step in found.steps) == given.pop(CENSORED)
    assert found.ended == given
    assert found.n == sum(sum(row.values()) for row in outcomes.values())


def test_where_only_answers_end_a_wait_the_two_estimators_agree() -> None:
    outcomes: Outcomes = {day: {ANSWERED: day % 4, CENSORED: day % 3} for day in range(40)}
    curve = kaplan_meier(waits_for_answer(outcomes)).steps
    for step, of_curve in zip(aalen_johansen(outcomes).steps, curve, strict=True):
        assert (step.day, step.at_risk, step.waiting) == (of_curve.day, of_curve.at_risk, of_curve.survival)


def test_an_issue_sent_elsewhere_counts_as_not_answered_here() -> None:
    """Half are redirected on day 1, the rest answered on day 2: of all, half; of those who stay, everybody."""
    outcomes: Outcomes = {1: {REDIRECT: 50}, 2: {ANSWERED: 50}}
    assert aalen_johansen(outcomes).steps[-1].incidence[ANSWERED] == 0.5
    assert kaplan_meier(waits_for_answer(outcomes)).steps[-1].survival == 0


def test_a_million_units_over_500_days_lose_no_digit() -> None:
    """With censored ones among them: the sum of seven rounded shares is 1 to the last digits, on the last day as well."""
    found = aalen_johansen(million())
    assert (found.n, len(found.steps)) == (1_000_000, 500)
    for step in found.steps:
        assert sum(step.incidence[cause] for cause in CAUSES) + step.waiting == pytest.approx(1, abs=1e-15)


def test_without_units_there_are_no_steps() -> None:
    found = aalen_johansen({})
    assert (found.n, found.ended, found.steps) == (0, dict.fromkeys(CAUSES, 0), ())


def test_keys_may_be_the_plain_words_of_a_query() -> None:
    plain: dict[int, dict[str, int]] = {2: {"answered": 1, "redirect": 2, "censored": 3}}
    given: Outcomes = {2: {ANSWERED: 1, REDIRECT: 2, CENSORED: 3}}
    assert aalen_johansen(plain) == aalen_johansen(given)  # type: ignore[arg-type]


def test_an_unknown_end_is_refused_and_not_taken_for_a_wait() -> None:
    with pytest.raises(ValueError, match=r"No outcome of a wait: \['lost'\]"):
        aalen_johansen({2: {ANSWERED: 1, "lost": 2}})  # type: ignore[dict-item]


@pytest.mark.parametrize("outcomes", [{-1: {ANSWERED: 1}}, {1: {ANSWERED: -1, REDIRECT: 3}}, {1: {CENSORED: -1}}])
def test_no_day_and_no_count_is_below_0(outcomes: Outcomes) -> None:
    with pytest.raises(ValueError, match="below 0"):
        aalen_johansen(outcomes)
