"""Which cells the numbers of the annex count (domain.md section 4, Annex)."""

from collections.abc import Callable

from issues.metrics.cohorts import DISPUTES, VERDICTS, WAITS, Now, Parts, Pick, Slice
from issues.metrics.measures import CAUSES, DUE, PROMISES, Measure
from issues.metrics.reading import Period
from issues.models import BlankReason, HideReason, ScopeCode

M = Measure


def extended(now: Now) -> Parts:
    return {
        "numerator": (Slice((M.EXTENDED,), now.period, high=now.before_today),),
        "denominator": (Slice((*DUE, M.DUE_LEFT), now.period, high=now.before_today),),
    }


def share(numerator: tuple[Measure, ...], denominator: tuple[Measure, ...]) -> Callable[[Now], Parts]:
    return lambda now: {
        "numerator": (Slice(numerator, now.period),),
        "denominator": (Slice(denominator, now.period),),
    }


CHANCES = (M.REPORTED, M.LAPSED, M.REFUSED)


def chances(least: int) -> Callable[[Now], Parts]:
    """Of the events after which the NGO could disagree those with which it did (1), or was found right (2)."""

    def parts(now: Now) -> Parts:
        def used(*measures: Measure) -> tuple[Slice, ...]:
            return (Slice(measures, now.period, low=least),)

        return {
            "numerator": used(*CHANCES),
            "denominator": (Slice(CHANCES, now.period),),
            **{f"after_{name}": used(measure) for name, measure in zip(AFTER, CHANCES, strict=True)},
        }

    return parts


AFTER = ("report", "lapse", "refusal")


def disputes(now: Now) -> Parts:
    """By how they ended, and by what opened them."""
    causes = {f"by_{name}": (Slice(DISPUTES, now.period, n, n),) for n, name in enumerate(CAUSES, 1)}
    return {
        **share((M.DISPUTE_NOT_DONE,), DISPUTES)(now),
        "found_done": (Slice((M.DISPUTE_DONE,), now.period),),
        **causes,
    }


def bunched(now: Now) -> Parts:
    """Answers in time, by how many calendar days before the due day."""
    return {
        "numerator": (Slice((M.DUE_MET,), now.passed, high=0),),
        "denominator": (Slice((M.DUE_MET,), now.passed),),
        "day_before": (Slice((M.DUE_MET,), now.passed, 1, 1),),
    }


def redirects(now: Now) -> Parts:
    """With which redirect of the issue it was, and how many came after day 3."""
    hops = {f"hop_{n}": (Slice((M.WAIT_HOP,), now.period, n, n if n < HOPS else None),) for n in range(1, HOPS + 1)}
    late = (Slice((M.WAIT_REDIRECT,), now.period, low=4),)
    return {**share((M.WAIT_REDIRECT,), WAITS)(now), "after_day_3": late, **hops}


HOPS = 3
"""Shown apart; the last stands for it and any later."""


def verdicts(counted: Measure) -> Callable[[Now], Parts]:
    """One of the three, and all of them: what stands beside every figure of speed."""

    def parts(now: Now) -> Parts:
        names = zip(("supported", "partly", "refused"), VERDICTS, strict=True)
        return {
            **share((counted,), VERDICTS)(now),
            **{name: (Slice((measure,), now.period),) for name, measure in names if measure is not counted},
        }

    return parts


def ages(now: Now) -> Parts:
    opened = (Slice((M.OPEN,), Period(None, None)),)
    return {"numerator": opened, "denominator": opened}


def slipped(now: Now) -> Parts:
    """Of those whose first date has passed, dropped ones aside: those complete later, or with a later newest date."""
    return {"numerator": (Slice(PROMISES, now.passed, low=1),), "denominator": (Slice(PROMISES, now.passed),)}


def lengths(now: Now) -> Parts:
    published = (Slice((M.LENGTH,), now.period),)
    return {"numerator": published, "denominator": published}


def held(now: Now) -> Parts:
    """Where the body wrote before its answer; some of them have none to this day."""
    return {
        **share((M.HELD_ANSWERED, M.HELD_UNANSWERED), WAITS)(now),
        "unanswered": (Slice((M.HELD_UNANSWERED,), now.period),),
    }


def ngos(now: Now) -> Parts:
    return {
        "numerator": (Slice((M.RAISED,), now.period, pick=Pick.NEW),),
        "denominator": (Slice((M.RAISED,), now.period, pick=Pick.NGOS),),
    }


def busiest(now: Now) -> Parts:
    return {
        "numerator": (Slice((M.RAISED,), now.period, pick=Pick.BUSIEST),),
        "denominator": (Slice((M.RAISED,), now.period),),
    }


ACTS: dict[str, tuple[Measure, int]] = {
    **{f"hidden_{code}": (M.HIDDEN, n) for n, code in enumerate(HideReason.values, 1)},
    **{f"blanked_{code}": (M.BLANKED, n) for n, code in enumerate(BlankReason.values, 1)},
    **{f"scope_{code}": (M.OUT_OF_SCOPE, n) for n, code in enumerate(ScopeCode.values, 1)},
    "moderator_merged": (M.MERGED, 0),
    "shown_again": (M.SHOWN_AGAIN, 0),
    "restored": (M.RESTORED, 0),
}
"""What moderators do, by reason: the measure, and the reason as its `x`."""


def moderated(now: Now) -> Parts:
    """By the day it was done."""
    every = (Slice(tuple(dict.fromkeys(measure for measure, _n in ACTS.values())), now.period),)
    reasons = {name: (Slice((measure,), now.period, n, n),) for name, (measure, n) in ACTS.items()}
    return {"numerator": every, "denominator": every, **reasons}
