"""The numbers of the annex, each beside the headlines that it explains (domain.md section 4, Annex)."""

from django.utils.translation import gettext_lazy as _

from issues.metrics.cohorts import DISPUTES, Kind, Metric, Scale, Unit, confirmed, on_time
from issues.metrics.cohorts_annex import (
    ages,
    bunched,
    busiest,
    chances,
    disputes,
    extended,
    held,
    lengths,
    moderated,
    ngos,
    redirects,
    share,
    slipped,
    verdicts,
)
from issues.metrics.measures import Measure

M = Measure

ANNEX: tuple[Metric, ...] = (
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
        is_speed=True,
    ),
    Metric(
        "response_rate",
        _("Answered at all"),
        _("Answered, on time or late, of all whose original due date has passed."),
        Unit.RESPONSIBILITY,
        Kind.RATE,
        on_time(M.DUE_ON_TIME, M.DUE_EXTENDED, M.DUE_LATE),
        is_speed=True,
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
        verdicts(M.VERDICT_REFUSED),
    ),
    Metric(
        "partly_share",
        _("Asks supported in part"),
        _("Asks supported in part, of all with a verdict."),
        Unit.ASK,
        Kind.RATE,
        verdicts(M.VERDICT_PARTLY),
    ),
    Metric(
        "unconfirmed_share",
        _("Closed without the NGO's reply"),
        _("Asks of issues that closed because the NGO did not reply, of those and all confirmed or concluded as done."),
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
        is_speed=True,
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
        _("Beside it which redirect of the issue it was: the first, the second, or the third and later."),
    ),
    Metric(
        "holding_messages",
        _("Wrote before an answer"),
        _(
            "Where the body wrote in the discussion before its answer, or has not answered at all, of all received. A message is "
            "never an answer, and stops no clock."
        ),
        Unit.RESPONSIBILITY,
        Kind.RATE,
        held,
        _("A question to the NGO, taking up, and a redirect are acts of their own and no messages."),
    ),
    Metric(
        "answer_length",
        _("Length of answers"),
        _(
            "Characters of the reasons for all asks of an answer, to the nearest fifty: the median of the answers published in the "
            "period."
        ),
        Unit.ANSWER,
        Kind.MIDDLE,
        lengths,
        _(
            "What was blanked as personal data since is not counted. A long answer is no good one, and a short one no bad one."
        ),
        scale=Scale.CHARACTERS,
    ),
    Metric(
        "open_age",
        _("Age of open issues"),
        _(
            "Calendar days from the first receipt to today, of the issues that are open: the median. The period does not matter."
        ),
        Unit.ISSUE,
        Kind.MIDDLE,
        ages,
        has_period=False,
        scale=Scale.CALENDAR_DAYS,
        by_age=True,
    ),
    Metric(
        "mean_slippage",
        _("Slippage of commitments"),
        _(
            "Calendar days from the first date of a commitment to its completion, or to its newest date while it is not complete: "
            "the mean, of those whose first date has passed."
        ),
        Unit.COMMITMENT,
        Kind.MEAN,
        slipped,
        _(
            "Dropped ones have no date to slip to and are left out; what was completed early counts with days below nothing."
        ),
        scale=Scale.CALENDAR_DAYS,
        counted=_("Later than the first date"),
    ),
    Metric(
        "new_ngos",
        _("NGOs that raised for the first time"),
        _("NGOs whose first issue on Birge came in the period, of all NGOs that raised an issue in it."),
        Unit.NGO,
        Kind.RATE,
        ngos,
        _(
            "Without a first day every NGO is new. Reports of NGOs on file are not shown beside it yet: that waits for the "
            "register of NGOs."
        ),
    ),
    Metric(
        "five_busiest",
        _("Issues of the five busiest NGOs"),
        _("Issues raised in the period by the five NGOs that raised the most, of all issues raised in it."),
        Unit.ISSUE,
        Kind.RATE,
        busiest,
    ),
    Metric(
        "moderation",
        _("Acts of the moderators"),
        _(
            "What the platform's moderators took away, merged, found out of scope or gave back, by day and by public reason."
        ),
        Unit.EVENT,
        Kind.COUNT,
        moderated,
        _("A body can do none of this. Each act is an event of its issue's record."),
    ),
)
