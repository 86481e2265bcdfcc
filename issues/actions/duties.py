"""Opening, meeting and ending the dated duties of an issue, and whose turn it is."""

from datetime import date, datetime

from issues import clock
from issues.clock import DueDate
from issues.lifecycle import BEFORE_ANSWER, Status
from issues.models import Ask, Dispute, Duty, DutyKind, Issue, OwedBy, Responsibility
from issues.models.responsibility import COSIGNER

_OWED_BY = {
    DutyKind.CLARIFY: OwedBy.NGO,
    DutyKind.CONFIRM: OwedBy.NGO,
    DutyKind.CONCLUDE: OwedBy.COUNCIL,
    DutyKind.WITHDRAW: COSIGNER,
    DutyKind.APPEAL: OwedBy.NGO,
}
_BESIDE = (DutyKind.WITHDRAW, DutyKind.APPEAL)
"""Rights with a date, which nobody owes: what ends all duties leaves them."""


def open_duty(
    issue: Issue, kind: DutyKind, due: DueDate, at: datetime, *, tenure: Responsibility | None = None,
    dispute: Dispute | None = None, owed_by: str = "",
) -> Duty:  # fmt: skip
    """Publish a due date with its explanation; an open one of the same kind is replaced by it. `owed_by`: where the kind
    alone does not say whose it is.
    """
    end(issue, kind, at=at)
    return Duty.objects.create(
        issue=issue, responsibility=tenure, dispute=dispute, kind=kind,
        owed_by=owed_by or _OWED_BY.get(kind, OwedBy.BODY),
        starts_on=due.registered_on, due_on=due.due_on, due_at=due.due_at, explanation=due.explanation, set_at=at,
    )  # fmt: skip


def meet(issue: Issue, *kinds: DutyKind, at: datetime) -> None:
    Duty.objects.open().filter(issue=issue, kind__in=kinds).update(met_at=at)


def end(issue: Issue, *kinds: DutyKind, at: datetime) -> None:
    """No longer owed. Where no kind is named, all that are owed: a window to take over, or to appeal, is none and stays."""
    duties = Duty.objects.open().filter(issue=issue)
    (duties.filter(kind__in=kinds) if kinds else duties.exclude(kind__in=_BESIDE)).update(ended_at=at)


def lapse(issue: Issue, kind: DutyKind, *, at: datetime, ended: bool) -> None:
    """The system enters that the date passed; `ended`: nothing is owed any more."""
    fields = {"lapsed_at": at} | ({"ended_at": at} if ended else {})
    Duty.objects.open().filter(issue=issue, kind=kind).update(**fields)


def refresh(issue: Issue, at: datetime) -> None:
    """Set `due_at`, `owed_by`: the duty now owed and whose it is (domain.md section 3). Two to eight queries."""
    if issue.status == Status.IN_PROGRESS:
        _keep_conclusion_duty(issue, at)
        _keep_report_duty(issue, at)
    else:
        end(issue, DutyKind.REPORT, at=at)
    issue.due_at, issue.owed_by = _owed(issue)


def _owed(issue: Issue) -> tuple[datetime | None, str]:
    match issue.status:
        case status if status in BEFORE_ANSWER:
            kinds, who = [DutyKind.ANSWER], OwedBy.BODY
        case Status.REPORTED_DONE:
            kinds, who = [DutyKind.CONFIRM], OwedBy.NGO
        case Status.DISPUTED:
            kinds, who = [DutyKind.CONCLUDE], OwedBy.COUNCIL
        case Status.IN_PROGRESS:
            kinds, who = [DutyKind.CONCLUSION, DutyKind.REPORT], OwedBy.BODY
        case _:
            return None, ""
    duties = Duty.objects.open().filter(issue=issue, kind__in=kinds)
    dates = list(duties.values_list("due_at", flat=True))
    if issue.status == Status.IN_PROGRESS and (next_due := _next_commitment(issue)):
        dates.append(clock.end_of_day(next_due))
    return (min(dates), who) if dates else (None, "")


def _next_commitment(issue: Issue) -> date | None:
    pending = issue.commitments.pending().filter(owner=issue.body_addressed_id)
    return pending.order_by("due").values_list("due", flat=True).first()


def _keep_conclusion_duty(issue: Issue, at: datetime) -> None:
    """The conclusion's duty is met once each ask it found wanting is settled, answered anew, or shown anew."""
    duty = Duty.objects.open().filter(issue=issue, kind=DutyKind.CONCLUSION).first()
    if duty is None:
        return
    wanting = Ask.objects.filter(disputed__dispute=duty.dispute_id, disputed__found_done=False)
    if all(_is_made_good(ask, duty.set_at) for ask in wanting.prefetch_related("evidence", "answers__answer")):
        meet(issue, DutyKind.CONCLUSION, at=at)


def _is_made_good(ask: Ask, concluded_at: datetime) -> bool:
    if ask.is_settled:
        return True
    answered = any(part.answer.published_at >= concluded_at for part in ask.answers.all())
    shown = any(each.set_aside_at is None for each in ask.evidence.all())
    return bool(ask.verdict) and (answered or shown)


def _keep_report_duty(issue: Issue, at: datetime) -> None:
    """With none of the body's commitments pending, and no conclusion's date, it reports within 10 working days of the last."""
    conclusion = Duty.objects.open().filter(issue=issue, kind=DutyKind.CONCLUSION).exists()
    if conclusion or _next_commitment(issue) is not None:
        end(issue, DutyKind.REPORT, at=at)
        return
    last = _last_measure(issue, at)
    standing = Duty.objects.open().filter(issue=issue, kind=DutyKind.REPORT).first()
    if standing is None or standing.starts_on != last:  # a later calendar does not move a published date
        open_duty(issue, DutyKind.REPORT, clock.after_last(last, clock.current_calendar()), at)


def _last_measure(issue: Issue, at: datetime) -> date:
    """The day of the last of the body's commitments, completed or dropped, or of a conclusion; else of the latest answer.

    `conditions.last_measure` opens disputing ten working days after the same day.
    """
    ends = issue.commitments.filter(owner=issue.body_addressed_id).values_list("completed_on", "dropped_on")
    concluded = Dispute.objects.filter(issue=issue).values_list("until", flat=True)
    days = [day for day in (*(day for pair in ends for day in pair), *concluded) if day]
    answered = issue.answers.order_by("-n").values_list("published_at", flat=True).first()
    return max(days) if days else clock.local_day(answered or at)
