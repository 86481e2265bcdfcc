"""Both estimators against lifelines, to 1e-9 at every day; few tests, since each process that runs one imports it."""

from collections.abc import Mapping

import pytest

from issues.metrics.survival import Outcomes, Waits, aalen_johansen, kaplan_meier, waits_for_answer
from tests.issues.metrics.peers import differences_of_curve, differences_of_incidence
from tests.issues.metrics.waits import ALL, MERGE, REDIRECT, SIX_MP, million

pytestmark = [pytest.mark.long, pytest.mark.thorough]

WITH_UNITS = {name: outcomes for name, outcomes in ALL.items() if any(sum(row.values()) for row in outcomes.values())}
LEFT = {f"drawn with {seed}" for seed in range(10, 40)}  # by the suite
SAMPLED = {name: outcomes for name, outcomes in WITH_UNITS.items() if name not in LEFT}

OF_ALL_SETS = pytest.mark.parametrize(
    "told",
    [pytest.param(SAMPLED, id="some"), pytest.param(WITH_UNITS, id="all", marks=pytest.mark.exhaustive)],
)


@OF_ALL_SETS
def test_curves_bands_and_quantiles_are_those_of_lifelines(told: Mapping[str, Outcomes]) -> None:
    sets: dict[str, Waits] = {name: waits_for_answer(outcomes) for name, outcomes in told.items()}
    sets |= {"6-MP": SIX_MP, "a million": waits_for_answer(million())}
    differ = {name: list(differences_of_curve(waits, kaplan_meier(waits))) for name, waits in sets.items()}
    assert {name: told for name, told in differ.items() if told} == {}
    assert len(differ) == len(told) + 2 > 20


@OF_ALL_SETS
def test_incidences_are_those_of_lifelines(told: Mapping[str, Outcomes]) -> None:
    differ = {
        name: list(differences_of_incidence(outcomes, aalen_johansen(outcomes))) for name, outcomes in told.items()
    }
    assert {name: told for name, told in differ.items() if told} == {}
    assert len(differ) == len(told) > 20


def test_a_curve_that_is_off_is_told() -> None:
    """The comparison itself: a unit more, and a cause taken for another are all seen."""
    waits = waits_for_answer(ALL["ties of all kinds on every day"])
    off = {day: (events, censored + (day == 0)) for day, (events, censored) in waits.items()}
    assert list(differences_of_curve(waits, kaplan_meier(off)))
    outcomes = ALL["heavy censoring"]
    swapped = {day: {**row, REDIRECT: row.get(MERGE, 0), MERGE: row.get(REDIRECT, 0)} for day, row in outcomes.items()}
    assert list(differences_of_incidence(outcomes, aalen_johansen(swapped)))
