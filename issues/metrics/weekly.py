"""What happened in a stretch of days, counted by the day it happened: the counts of the page of one week.

No rates of cohorts: what is counted on a day stays with that day, whatever happens later. The one rate is of the due days
themselves.
"""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.metrics.cohorts import DISPUTES, Kind, Metric, Now, Parts, Slice, Unit
from issues.metrics.definitions import METRICS
from issues.metrics.measures import Measure

M = Measure


def happened(*measures: Measure, low: int | None = None, high: int | None = None) -> Callable[[Now], Parts]:
    """By the day it happened, until today."""

    def parts(now: Now) -> Parts:
        found = (Slice(measures, now.until_day(now.today), low, high),)
        return {"numerator": found, "denominator": found}

    return parts


def _concluded(now: Now) -> Parts:
    return {**happened(M.CONCLUDED)(now), "not_done": happened(M.CONCLUDED, low=1)(now)["denominator"]}


def _missed(now: Now) -> Parts:
    """Once the day is over: without an extension the original one, with it the later one."""
    found = (Slice((M.DUE_MISSED,), now.passed, high=0), Slice((M.DUE_MISSED_AGAIN,), now.passed))
    return {"numerator": found, "denominator": found}


def _due(now: Now) -> Parts:
    return {
        "numerator": (Slice((M.DUE_MET,), now.passed),),
        "denominator": (Slice((M.DUE_MET, M.DUE_MISSED), now.passed),),
    }


def _count(key: str, label: Words, definition: Words, unit: Unit, parts: Callable[[Now], Parts]) -> Metric:
    return Metric(key, label, definition, unit, Kind.COUNT, parts)


_WEEKLY = (
    _count(
        "week_raised", _("Issues raised"), _("Issues by the day of their first receipt, whatever became of them."),
        Unit.ISSUE, happened(M.RAISED),
    ),
    _count(
        "week_answered", _("First answers"),
        _("The first answer of each body that had the issue, by the day it was published."),
        Unit.RESPONSIBILITY, happened(M.ANSWERED),
    ),
    _count(
        "week_overdue", _("Due dates that passed without an answer"),
        _("Due in these days, extensions included, and not answered by the end of the day."),
        Unit.RESPONSIBILITY, _missed,
    ),
    _count(
        "week_reported", _("Reports of a body that it is done"),
        _("By the day of the report; an answer that showed it at once is one too."), Unit.EVENT, happened(M.REPORTED),
    ),
    _count(
        "week_confirmed", _("Asks that the NGO confirmed as done"), _("By the day of the NGO's confirmation."),
        Unit.ASK, happened(M.CONFIRMED),
    ),
    _count(
        "week_disputed", _("Disagreements opened"), _("By the day the NGO disagreed."), Unit.DISPUTE,
        happened(*DISPUTES),
    ),
    _count(
        "week_concluded", _("Conclusions of public councils"), _("By the day the chair published the conclusion."),
        Unit.DISPUTE, _concluded,
    ),
    _count(
        "week_promised", _("Commitments made"), _("Commitments of state bodies by the day they were published."),
        Unit.COMMITMENT, happened(M.PROMISED),
    ),
    _count(
        "week_kept", _("Commitments completed in time"),
        _("Complete in these days, by their first date. Complete is the body's word."),
        Unit.COMMITMENT, happened(M.COMPLETED, high=0),
    ),
    _count(
        "week_late", _("Commitments completed late"), _("Complete in these days, after their first date."),
        Unit.COMMITMENT, happened(M.COMPLETED, low=1),
    ),
    _count(
        "week_broken", _("Commitments broken"),
        _(
            "By the day that came first: the day after their first date, if they were not complete by then; the day they were "
            "dropped; the day a council found it not done."
        ),
        Unit.COMMITMENT, happened(M.BROKE),
    ),
    _count(
        "week_moved", _("Dates of commitments moved"),
        _("Each move of a date, by its day; one commitment can be moved more than once."),
        Unit.COMMITMENT, happened(M.MOVED),
    ),
    Metric(
        "week_due_on_time", _("Answered on time, of what was due"),
        _("Answered by the original due date, of all whose original due date lies in these days and has passed."),
        Unit.RESPONSIBILITY, Kind.RATE, _due,
        _("What ended by its due date by redirect, withdrawal, merge or scope is left out."),
    ),
)  # fmt: skip
WEEKLY: dict[str, Metric] = {metric.key: metric for metric in _WEEKLY}
COUNTS = tuple(key for key, metric in WEEKLY.items() if metric.kind is Kind.COUNT)
EVERY: dict[str, Metric] = METRICS | WEEKLY
"""All that can be listed; those of the pages of numbers are `METRICS` alone."""
