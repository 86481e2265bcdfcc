"""The public numbers, each by the cells it counts: one definition makes the figure, and the list of the very units behind it.

domain.md section 4. A change of what is counted is a new version, told in `CHANGES`.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.metrics.cohorts import (
    DISPUTES,
    VERDICTS,
    Kind,
    Metric,
    Unit,
    bunched,
    chances,
    commitments,
    confirmed,
    disputes,
    extended,
    first_answer,
    on_time,
    redirects,
    share,
    waiting,
)
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
        ),
        Metric(
            "confirmed_180",
            _("Asks confirmed done within 180 days"),
            _("As the figure of 365 days, and early: for asks at least 180 days old."),
            Unit.ASK,
            Kind.RATE,
            confirmed(180),
        ),
        Metric(
            "confirmed_90",
            _("Asks confirmed done within 90 days"),
            _("As the figure of 365 days, and very early: for asks at least 90 days old."),
            Unit.ASK,
            Kind.RATE,
            confirmed(90),
        ),
        Metric(
            "on_time_with_extension",
            _("Answered on time, with lawful extension"),
            _(
                "Answered by the original due date or by the date of a lawful extension, of all whose original due date has passed."
            ),
            Unit.RESPONSIBILITY,
            Kind.RATE,
            on_time(M.DUE_ON_TIME, M.DUE_EXTENDED),
        ),
        Metric(
            "response_rate",
            _("Answered at all"),
            _("Answered, on time or late, of all whose original due date has passed."),
            Unit.RESPONSIBILITY,
            Kind.RATE,
            on_time(M.DUE_ON_TIME, M.DUE_EXTENDED, M.DUE_LATE),
        ),
        Metric(
            "extension_rate",
            _("Extended"),
            _("With an extension, of all whose original due date has passed."),
            Unit.RESPONSIBILITY,
            Kind.RATE,
            extended,
        ),
        Metric(
            "refused_share",
            _("Asks refused"),
            _("Asks refused in the answer in force, of all with a verdict. It stands beside every figure of speed."),
            Unit.ASK,
            Kind.RATE,
            share((M.VERDICT_REFUSED,), VERDICTS),
        ),
        Metric(
            "partly_share",
            _("Asks supported in part"),
            _("Asks supported in part, of all with a verdict."),
            Unit.ASK,
            Kind.RATE,
            share((M.VERDICT_PARTLY,), VERDICTS),
        ),
        Metric(
            "unconfirmed_share",
            _("Closed without the NGO's reply"),
            _(
                "Asks of issues that closed because the NGO did not reply, of those and all confirmed or concluded as done."
            ),
            Unit.ASK,
            Kind.RATE,
            share((M.ASK_UNCONFIRMED,), (M.ASK_UNCONFIRMED, M.ASK_CONFIRMED, M.ASK_COUNCIL)),
        ),
        Metric(
            "disputed_chances",
            _("Chances to disagree that were used"),
            _(
                "Reports that it is done, closings without the NGO's reply, and answers that refuse or cut an ask: those with "
                "which the NGO disagreed, of all in the period."
            ),
            Unit.EVENT,
            Kind.RATE,
            chances(1),
            _(
                "Disagreements over late answers and commitments are outside: they stand under disagreements, by what opened them."
            ),
        ),
        Metric(
            "reopened_share",
            _("Reopened by the council"),
            _(
                "The same events: those after which the council found it not done or the refusal wrong, of all in the period."
            ),
            Unit.EVENT,
            Kind.RATE,
            chances(2),
        ),
        Metric(
            "disputes_not_done",
            _("Disagreements that ended as not done"),
            _(
                "Concluded by the council as not done, of all disagreements opened in the period; beside it by what opened them."
            ),
            Unit.DISPUTE,
            Kind.RATE,
            disputes,
            _("Those that are still open, taken back or ended otherwise stay in the denominator."),
        ),
        Metric(
            "on_the_due_day",
            _("Answered on the very due day"),
            _("Answers in time that came on the day they were due, of all in time; by that day, once it has passed."),
            Unit.RESPONSIBILITY,
            Kind.RATE,
            bunched,
        ),
        Metric(
            "concluded_not_done",
            _("Disagreements that the council found right"),
            _("Conclusions of not done, of all conclusions of a public council."),
            Unit.DISPUTE,
            Kind.RATE,
            share((M.DISPUTE_NOT_DONE,), (M.DISPUTE_DONE, M.DISPUTE_NOT_DONE)),
        ),
        Metric(
            "council_silent",
            _("Council silent"),
            _("Disagreements on which the council let its time pass, of all disagreements."),
            Unit.DISPUTE,
            Kind.RATE,
            share((M.COUNCIL_SILENT,), DISPUTES),
        ),
        Metric(
            "redirected_share",
            _("Sent to another body"),
            _("Ended by a redirect before an answer, of all received; counted to the body that redirected."),
            Unit.RESPONSIBILITY,
            Kind.RATE,
            redirects,
        ),
    )
}
HEADLINES = tuple(metric for metric in METRICS.values() if metric.is_headline)
ANNEX = tuple(metric for metric in METRICS.values() if not metric.is_headline)

CHANGES: tuple[tuple[str, int, date, Words], ...] = ()
"""Key, version, since when, what changed."""
