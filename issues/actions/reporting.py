"""The body's word that something is done: evidence per ask, and what of an issue still remains to do."""

from backend.core.markdown import render
from issues import clock
from issues.actions import duties
from issues.actions.engine import Act
from issues.models import Ask, Concluded, Duty, DutyKind, Evidence, Issue, Outcome


def give_evidence(act: Act, ask: Ask, text: str) -> Evidence:
    """Evidence for one ask; what stood before it no longer stands, and stays visible."""
    Evidence.objects.filter(ask=ask, set_aside_at=None).update(set_aside_at=act.at)
    return Evidence.objects.create(
        issue=act.issue, ask=ask, body=act.body, given_by=act.signer, text=text, text_html=render(text),
        given_at=act.at,
    )  # fmt: skip


def nothing_remains(issue: Issue) -> bool:
    """Every ask has a verdict in force, and each supported one that is not settled has evidence and no pending commitment
    of the body. Three queries.
    """
    asks = list(issue.asks.filter(moved_to=None))
    if any(not ask.verdict for ask in asks):
        return False
    owing = {ask.pk for ask in asks if ask.is_supported and not ask.is_settled}
    shown = set(Evidence.objects.filter(ask__in=owing, set_aside_at=None).values_list("ask_id", flat=True))
    pending = issue.commitments.pending().filter(ask__in=owing, owner=issue.body_addressed_id)
    return bool(owing) and owing == shown and not pending.exists()


def open_confirm_duty(act: Act) -> None:
    """Ten working days for the NGO to confirm or disagree."""
    due = clock.due(clock.CONFIRM, clock.local_day(act.at), clock.current_calendar())
    duties.open_duty(act.issue, DutyKind.CONFIRM, due, act.at)


def keep_conclusion(act: Act) -> None:
    """The conclusion's duty is met once each ask it found wanting is answered anew, or shown anew. Up to three queries."""
    if not Duty.objects.open().filter(issue=act.issue, kind=DutyKind.CONCLUSION).exists():
        return
    concluded = act.issue.disputes.filter(outcome=Outcome.NOT_DONE).order_by("-closed_at").first()
    if concluded is None or concluded.closed_at is None:
        return
    closed_at = concluded.closed_at
    wanting = Ask.objects.filter(disputed__dispute=concluded, disputed__found_done=False, concluded=Concluded.SET_ASIDE)
    for ask in wanting.prefetch_related("evidence", "answers__answer"):
        answered = any(part.answer.published_at >= closed_at for part in ask.answers.all())
        shown = any(each.set_aside_at is None for each in ask.evidence.all())
        if not ask.verdict or not (answered or shown or ask.is_settled):
            return
    duties.meet(act.issue, DutyKind.CONCLUSION, at=act.at)
