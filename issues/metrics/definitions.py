"""The public numbers, each by the cells it counts: one definition makes the figure, and the list of the very units behind it.

domain.md section 4. A change of what is counted is a new version, told in `CHANGES`.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.metrics.annex import ANNEX
from issues.metrics.cohorts import Kind, Metric, Scale, Unit, commitments, confirmed, first_answer, on_time, waiting
from issues.metrics.measures import Measure

M = Measure

METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric(
            "confirmed_done",
            _("Asks confirmed done by the NGO"),
            _(
                "Asks that the NGO itself confirmed within 365 calendar days of their first receipt, of all asks raised in the "
                "period and at least 365 days ago."
            ),
            Unit.ASK,
            Kind.RATE,
            confirmed(365),
            _(
                "Refused, unconfirmed, out of scope and withdrawn asks stay in the denominator. A merged ask with a match drops "
                "out; carried and moved asks count once, for the body that has them now. Asks younger than 365 days are too early."
            ),
            is_headline=True,
        ),
        Metric(
            "answered_on_time",
            _("Answered on time"),
            _("Answered by the original due date, of all whose original due date has passed."),
            Unit.RESPONSIBILITY,
            Kind.RATE,
            on_time(M.DUE_ON_TIME),
            _(
                "What ended before its due date by redirect, withdrawal, merge or scope is left out and shown beside. A lawful "
                "extension is counted apart. Late is read from the date, whether or not anybody has entered it."
            ),
            is_headline=True,
            is_speed=True,
        ),
        Metric(
            "time_to_first_answer",
            _("Time to first answer"),
            _(
                "Working days from registration to the first answer: the median, with those who still wait (Kaplan-Meier)."
            ),
            Unit.RESPONSIBILITY,
            Kind.MEDIAN,
            first_answer,
            _(
                "Redirect, withdrawal, merge and scope before an answer end the wait without one on their day, and are shown as "
                "competing events (Aalen-Johansen)."
            ),
            is_headline=True,
            scale=Scale.WORKING_DAYS,
            counted=_("Answered"),
            is_speed=True,
        ),
        Metric(
            "commitments_kept",
            _("Commitments kept"),
            _(
                "Commitments of state bodies complete by their first date, of those whose first date has passed or that "
                "were dropped."
            ),
            Unit.COMMITMENT,
            Kind.RATE,
            commitments,
            _(
                "A moved date changes nothing: the first one counts. Complete is the body's word, and becomes broken if a "
                "disagreement ends not done. Joint measures of NGOs, and what was withdrawn before the first date, are left out."
            ),
            is_headline=True,
        ),
        Metric(
            "waiting_now",
            _("Waiting now"),
            _("Open issues, and those of them whose body's date has passed. The period does not matter."),
            Unit.ISSUE,
            Kind.COUNT,
            waiting,
            is_headline=True,
            has_period=False,
            counted=_("Overdue"),
        ),
        *ANNEX,
    )
}
HEADLINES = tuple(metric for metric in METRICS.values() if metric.is_headline)

CHANGES: tuple[tuple[str, int, date, Words], ...] = ()
"""Key, version, since when, what changed."""
