"""The body's word that something is done: evidence per ask, and what of an issue still remains to do."""

from collections.abc import Iterable

from backend.core.markdown import render
from issues import clock
from issues.actions import duties
from issues.actions.engine import Act
from issues.models import Ask, DutyKind, Evidence, Issue, Progress


def give_evidence(act: Act, ask: Ask, text: str) -> Evidence:
    """Evidence for one ask; what stood before it no longer stands, and stays visible."""
    Evidence.objects.filter(ask=ask, set_aside_at=None).update(set_aside_at=act.at)
    return Evidence.objects.create(
        issue=act.issue, ask=ask, body=act.body, given_by=act.signer, text=text, text_html=render(text),
        given_at=act.at,
    )  # fmt: skip


def complete_commitments(act: Act, asks: Iterable[Ask]) -> list[int]:
    """What is shown, confirmed or found done is complete: the body's pending commitments of these asks. Their ids."""
    pending = act.issue.commitments.pending().filter(ask__in=list(asks), owner=act.body)
    completed = list(pending.order_by("pk").values_list("pk", flat=True))
    pending.update(progress=Progress.COMPLETE, completed_on=clock.local_day(act.at))
    return completed


def nothing_remains(issue: Issue) -> bool:
    """Every ask has a verdict in force, and each supported one that is not settled (if any) has evidence and no pending
    commitment of the body. Three queries.
    """
    asks = list(issue.asks.filter(moved_to=None))
    if any(not ask.verdict for ask in asks):
        return False
    owing = {ask.pk for ask in asks if ask.is_supported and not ask.is_settled}
    shown = set(Evidence.objects.filter(ask__in=owing, set_aside_at=None).values_list("ask_id", flat=True))
    pending = issue.commitments.pending().filter(ask__in=owing, owner=issue.body_addressed_id)
    return owing == shown and not pending.exists()


def open_confirm_duty(act: Act) -> None:
    """Ten working days for the NGO to confirm or disagree."""
    due = clock.due(clock.CONFIRM, clock.local_day(act.at), clock.current_calendar())
    duties.open_duty(act.issue, DutyKind.CONFIRM, due, act.at)
