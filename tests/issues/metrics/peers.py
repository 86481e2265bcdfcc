"""lifelines asked for the same estimates. It is imported when first needed: that takes some three seconds."""

import warnings
from typing import TYPE_CHECKING

from issues.metrics.survival import CAUSES, Incidence, Outcomes, Quantile, Survival, Waits
from tests.issues.metrics.waits import CENSORED

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSE = 1e-9
ON_THE_LINE = 1e-12


def differences_of_curve(waits: Waits, found: Survival) -> "Iterator[str]":
    """Where Kaplan-Meier's curve, band, units at risk or quantiles are not those of `KaplanMeierFitter`."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_times

    rows = [(day, seen, n) for day, counts in waits.items() for seen, n in zip((1, 0), counts, strict=True) if n]
    days, seen, weights = zip(*rows, strict=True)
    fitted = KaplanMeierFitter().fit(days, seen, weights=weights)
    curve, band = fitted.survival_function_.iloc[:, 0], fitted.confidence_interval_
    for step in found.steps:
        yield from _far(f"day {step.day}: S", step.survival, curve.loc[step.day])
        yield from _far(f"day {step.day}: at risk", step.at_risk, fitted.event_table.at_risk.loc[step.day])
        if step.lower is not None and step.upper is not None:
            yield from _far(f"day {step.day}: lower", step.lower, band.iloc[:, 0].loc[step.day])
            yield from _far(f"day {step.day}: upper", step.upper, band.iloc[:, 1].loc[step.day])
    for quantile in (found.median, found.p90):
        left = float(1 - quantile.p)
        if any(abs(step.survival - left) < ON_THE_LINE for step in found.steps):
            continue  # a float may miss it by a day
        day, ends = qth_survival_times(left, curve), qth_survival_times(left, band).iloc[0]
        yield from _other_days(quantile, day, *ends, ends_at_0=found.steps[-1].survival == 0)


def _other_days(quantile: Quantile, day: float, earliest: float, latest: float, *, ends_at_0: bool) -> "Iterator[str]":
    if (day, earliest) != (_or_never(quantile.day), _or_never(quantile.earliest)):
        yield f"quantile {quantile.p}: {quantile.day} from {quantile.earliest}, not {day} from {earliest}"
    # Where S is 0, lifelines draws the band from 0 to 0 and we draw none: it may find an end where we say that it is open.
    if latest != _or_never(quantile.latest) and not (ends_at_0 and quantile.latest is None):
        yield f"latest {quantile.latest}, not {latest}"


def _or_never(day: int | None) -> float:
    return float("inf") if day is None else day


def differences_of_incidence(outcomes: Outcomes, found: Incidence) -> "Iterator[str]":
    """Where the cumulative incidence of a cause is not that of `AalenJohansenFitter`.

    It moves tied events apart at random, by up to 1e-4 of a day; without censorings between them the sum over a day is the same
    in any order. So that none comes between we censor at noon, and read in the afternoon; and we count from day 1, since on day 0
    it would move events before the beginning.
    """
    from lifelines import AalenJohansenFitter

    units = [
        (day + 1 + (0.5 if outcome == CENSORED else 0), 0 if outcome == CENSORED else CAUSES.index(outcome) + 1)
        for day, row in outcomes.items() for outcome, n in row.items() for _ in range(n)
    ]  # fmt: skip
    days, ended_by = zip(*units, strict=True)
    for number, cause in enumerate(CAUSES, 1):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "(?s).*Tied event times")
            fitted = AalenJohansenFitter(seed=1, calculate_variance=False).fit(days, ended_by, event_of_interest=number)
        curve = fitted.cumulative_density_.iloc[:, 0]
        for step in found.steps:
            yield from _far(f"day {step.day}: {cause}", step.incidence[cause], curve.asof(step.day + 1.75))


def _far(what: str, ours: float, theirs: float) -> "Iterator[str]":
    if not abs(ours - theirs) <= CLOSE:
        yield f"{what}: {ours}, not {theirs}"
