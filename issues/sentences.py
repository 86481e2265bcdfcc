"""What is going on with an issue in one sentence: who must act, and by when (ui.md section 4.1).

A name or a date always follows a colon or stands apart, so that no language has to decline it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.words import days_left, fill, time_tag
from issues import clock, official
from issues.lifecycle import BEFORE_ANSWER, Status
from issues.merging import ruling_in_force
from issues.models import Basis, Dispute, DutyKind, Issue, Outcome, OwedBy, Ruling
from issues.models.responsibility import MODERATOR
from issues.rulings import appeal_window


@dataclass(frozen=True, slots=True)
class DueLine:
    """The duty now owed, for a row of a list: `words` with the date in `<time>`; `is_overdue`: the body's, and past."""

    words: SafeString
    left: str
    is_overdue: bool


def due_line(issue: Issue, at: datetime) -> DueLine | None:
    """None where nothing is owed. No query."""
    if issue.due_at is None:
        return None
    due = clock.local_day(issue.due_at)
    words = fill(_due_words(issue), date=time_tag(due, "SHORT_DATE_FORMAT"))
    return DueLine(words, days_left(due, clock.local_day(at)), issue.is_overdue(at))


def _due_words(issue: Issue) -> Words:
    if issue.status in BEFORE_ANSWER:
        return _("Answer due: %(date)s")
    return {
        OwedBy.BODY: _("The body's next date: %(date)s"),
        OwedBy.NGO: _("The NGO's reply due: %(date)s"),
        OwedBy.COUNCIL: _("The council's conclusion due: %(date)s"),
    }[OwedBy(issue.owed_by)]


def status_sentence(issue: Issue, at: datetime) -> SafeString:
    """Who must act and by when, or how it ended and on whose word; and first, that it is being withdrawn. No query on an
    issue from `for_page()`.
    """
    said = _status_words(issue, at)
    until = _open_duty_day(issue, DutyKind.WITHDRAW)
    if until is None:
        return said
    withdrawing = _("The NGO withdraws this issue. A co-signing NGO may take it over until: %(date)s (%(left)s).")
    left = days_left(until, clock.local_day(at))
    return fill("%(first)s %(said)s", first=fill(withdrawing, date=time_tag(until), left=left), said=said)


def _status_words(issue: Issue, at: datetime) -> SafeString:
    status = Status(issue.status)
    if status in BEFORE_ANSWER:
        return _before_answer(issue, at)
    match status:
        case Status.IN_PROGRESS:
            return _in_progress(issue, at)
        case Status.REPORTED_DONE:
            return _dated(issue, at, _("The body reports it done. The NGO confirms or disagrees by: %(date)s (%(left)s)."),
                          _("The body reports it done. The NGO's time to reply has passed: %(date)s."))  # fmt: skip
        case Status.DISPUTED:
            return _disputed(issue, at)
        case _:
            return _closed(issue, status, at)


def _dated(issue: Issue, at: datetime, ahead: Words, past: Words) -> SafeString:
    assert issue.due_at
    due = clock.local_day(issue.due_at)
    return fill(past if at > issue.due_at else ahead, date=time_tag(due), left=days_left(due, clock.local_day(at)))


_WAITING: dict[Status, Promise] = {
    Status.RAISED: _("The body takes up the issue and answers every ask by: %(date)s (%(left)s)."),
    Status.UNDER_CONSIDERATION: _("The body answers every ask by: %(date)s (%(left)s)."),
    Status.CLARIFICATION: _("The body's time to answer runs on: %(date)s (%(left)s)."),
}


def _before_answer(issue: Issue, at: datetime) -> SafeString:
    past = _("No answer in time. It was due: %(date)s (%(left)s).")
    said = _dated(issue, at, _WAITING[Status(issue.status)], past)
    if by_law := _by_law(issue, at):
        said = fill("%(said)s %(by_law)s", said=said, by_law=by_law)
    reply = next((each for each in issue.duties.all() if each.kind == DutyKind.AGREE and each.is_open), None)
    if reply is not None and not reply.is_past(at):
        left = days_left(reply.due_on, clock.local_day(at))
        words = _A_MODERATOR_REPLIES if reply.owed_by == MODERATOR else _NEW_BODY_REPLIES
        said = fill("%(said)s %(reply)s", said=said, reply=fill(words, date=time_tag(reply.due_on), left=left))
    question = _open_duty_day(issue, DutyKind.CLARIFY)
    if issue.status == Status.CLARIFICATION and question:
        return fill("%(ngo)s %(body)s", ngo=fill(_NGO_ANSWERS, date=time_tag(question)), body=said)
    return said


def _by_law(issue: Issue, at: datetime) -> Promise | None:
    """What the linked official appeal makes of the date of the answer; None where that is the platform's alone."""
    owed = official.answer_duty(issue.duties.all())
    if owed is None or not issue.official_date:
        return None
    if owed.is_past(at):
        return _REFUSAL_BY_LAW if official.is_refusal_by_law(issue, [owed], at) else None
    return _LIMIT_OF_LAW if official.is_the_laws(issue, owed) else None


def limit_line(issue: Issue, at: datetime) -> SafeString | None:
    """Before an answer, whose limit its date is: by which official appeal the law's, else the platform's own."""
    owed = official.answer_duty(issue.duties.all())
    if owed is None or issue.status not in BEFORE_ANSWER:
        return None
    appeal, of_code = official.said(issue), official.is_of_code(owed)
    if appeal is None:
        return fill(_("The limit is Birge's own rule, which follows APPC art. 76.")) if of_code else None
    if of_code and not _by_law(issue, at):
        return fill(_LATER_APPEAL, appeal=appeal)
    return fill(_("Registered official appeal: %(appeal)s."), appeal=appeal)


_LIMIT_OF_LAW = _("It is the law's limit (APPC art. 76).")
_REFUSAL_BY_LAW = _("By law, no answer in time counts as a refusal (APPC art. 91(2)).")
_LATER_APPEAL = _("The limit is Birge's own rule. The official appeal was registered later, and the law counts from its own "
                  "date: %(appeal)s.")  # fmt: skip
_NEW_BODY_REPLIES = _("A redirect is proposed; the proposed body replies by: %(date)s (%(left)s).")
_A_MODERATOR_REPLIES = _("A further redirect is proposed; a moderator decides by: %(date)s (%(left)s).")
_NGO_ANSWERS = _("The body asked a question; the NGO answers it by: %(date)s.")


def _open_duty_day(issue: Issue, kind: DutyKind) -> date | None:
    return next((duty.due_on for duty in issue.duties.all() if duty.kind == kind and duty.is_open), None)


def _in_progress(issue: Issue, at: datetime) -> SafeString:
    if issue.due_at is None:
        return fill(_("The body does what it promised."))
    return _dated(
        issue, at, _("The body does what it promised. Its next date: %(date)s (%(left)s)."),
        _("The body's date has passed: %(date)s (%(left)s)."),
    )  # fmt: skip


def _disputed(issue: Issue, at: datetime) -> SafeString:
    dispute = next((each for each in issue.disputes.all() if each.closed_at is None), None)
    if dispute is not None and dispute.opening == "no_answer":
        ahead = _("No answer came, and the NGO disagrees. The body may still answer; the public council concludes by: "
                  "%(date)s (%(left)s).")  # fmt: skip
    else:
        ahead = _("The NGO disagrees. The public council concludes by: %(date)s (%(left)s).")
    past = _(
        "The NGO disagrees, and the public council has been silent since: %(date)s. The default council may conclude too."
    )
    said = _dated(issue, at, ahead, past)
    silence = official.is_refusal_by_law(issue, issue.duties.all(), at)
    return fill("%(said)s %(by_law)s", said=said, by_law=_REFUSAL_BY_LAW) if silence else said


_ENDS: dict[Status, Promise] = {
    Status.WITHDRAWN: _("The NGO withdrew it on: %(date)s."),
    Status.DUPLICATE: _("A moderator merged it into an older issue on: %(date)s."),
    Status.OUT_OF_SCOPE: _("A moderator found it out of scope on: %(date)s."),
}


def _closed(issue: Issue, status: Status, at: datetime) -> SafeString:
    if status == Status.RECORDED:
        return fill(_("Taken over from another register; no clock runs and no move is made here."))
    if status == Status.RESOLVED:
        return resolved_words(issue)
    assert issue.closed_at
    closed = clock.local_day(issue.closed_at)
    if status in _ENDS:
        said, ruling = fill(_ENDS[status], date=time_tag(closed)), ruling_in_force(issue)
        return fill("%(said)s %(ruled)s", said=said, ruled=_ruled(issue, ruling, at)) if ruling else said
    if issue.basis == Basis.COUNCIL:
        return fill(
            _("The body refused every ask, and the public council upheld it on: %(date)s."), date=time_tag(closed)
        )
    ended, still = _MAY_STILL[status]
    said, until = fill(ended, date=time_tag(closed)), still_until(issue, at)
    return fill("%(said)s %(still)s", said=said, still=fill(still, until=time_tag(until))) if until else said


def still_until(issue: Issue, at: datetime) -> date | None:
    """The last day on which the NGO may open a refused or unconfirmed issue again; None where it may no longer. No query."""
    assert issue.closed_at
    until = clock.local_day(issue.closed_at) + timedelta(clock.REOPEN_DAYS.length)
    upheld = issue.basis == Basis.COUNCIL
    used = issue.status == Status.REFUSED and any(each.opening == "refusal" for each in issue.disputes.all())
    return None if upheld or used or clock.local_day(at) > until else until


def _ruled(issue: Issue, ruling: Ruling, at: datetime) -> SafeString:
    """Into which issue, or why it is out of scope; and what the NGO can do, or did, against it."""
    if ruling.into is not None:
        link = format_html('<a href="{}">{}</a>', ruling.into.get_absolute_url(), ruling.into.number)
        what = fill(_("Older issue: %(number)s."), number=link)
    else:
        what = fill(_("Reason: %(reason)s."), reason=ruling.get_code_display())
    return fill("%(what)s %(then)s", what=what, then=_appeal_words(issue, ruling, at))


def _appeal_words(issue: Issue, ruling: Ruling, at: datetime) -> SafeString:
    if ruling.outcome and ruling.closed_at:
        return fill(_FINAL, date=time_tag(clock.local_day(ruling.closed_at)))
    if ruling.appealed_at:
        return fill(_APPEALED, date=time_tag(clock.local_day(ruling.appealed_at)))
    window = appeal_window(issue, at)
    return fill(_MAY_APPEAL, until=time_tag(window.due_on)) if window else fill("")


_FINAL = _("The NGO's appeal was dismissed, and the decision is final: %(date)s.")
_APPEALED = _("The NGO appealed on: %(date)s. Another moderator decides.")
_MAY_APPEAL = _("The NGO may appeal until: %(until)s.")

_MAY_STILL: dict[Status, tuple[Promise, Promise]] = {
    Status.UNCONFIRMED: (
        _("The NGO did not reply in time. Closed on: %(date)s, and not counted as resolved."),
        _("The NGO may still confirm or disagree until: %(until)s."),
    ),
    Status.REFUSED: (
        _("The body refused every ask on: %(date)s."),
        _("The NGO may disagree until: %(until)s."),
    ),
}


def resolved_words(issue: Issue) -> SafeString:
    """On whose word it is resolved, and when: these words stand wherever "Resolved" stands. No query."""
    assert issue.resolved_at
    words = {
        Basis.CONFIRMED: _("Confirmed by the NGO on: %(date)s. NGO: %(ngo)s."),
        Basis.COUNCIL: _("Resolved by the council's conclusion on: %(date)s."),
    }[Basis(issue.basis)]
    return fill(words, date=time_tag(clock.local_day(issue.resolved_at)), ngo=issue.held_by)


OPENINGS: dict[str, Promise] = {
    "no_answer": _("no answer came in time"),
    "report": _("the body reported it done"),
    "lapse": _("closed without the NGO's reply"),
    "refusal": _("the answer refuses or cuts the ask"),
    "late": _("a commitment is ten working days late"),
    "moved": _("a commitment was moved twice"),
    "dropped": _("a commitment was dropped"),
    "unreported": _("everything is complete or dropped, and no report came"),
}
"""What opened a disagreement, in words."""

CONCLUDE = _("Publish the conclusion")
COMMITMENTS = _("Update the commitments")

RESULTS: dict[str, Promise] = {
    "kept": _("Kept"),
    "late": _("Late"),
    "broken": _("Broken"),
    "pending": _("Not due yet"),
    "offered": _("Does not count"),
}
"""What became of a commitment by its first date."""


def is_about_refusal(dispute: Dispute, verdict: str) -> bool:
    """Whether the council's vote on an ask means "refusal upheld" rather than "done"."""
    return dispute.opening == "refusal" or verdict == "refused"


def outcome_said(dispute: Dispute) -> Words:
    """How a disagreement ended. "Done" and "the refusal stands" are one outcome: said is which, where the asks had only one."""
    if dispute.outcome != Outcome.DONE:
        return dispute.get_outcome_display()
    over_refusals = {is_about_refusal(dispute, named.ask.verdict) for named in dispute.asks.all()}
    if over_refusals == {True}:
        return _("The refusal stands")
    return _("Done") if over_refusals == {False} else Outcome.DONE.label
