"""Sending an issue, or some of its asks, to the competent body: at once, or by a proposal that somebody agrees to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Words
from backend.core.markdown import render
from backend.organisations.models import Organisation
from issues import clock
from issues.actions import duties
from issues.actions.checks import Checked, body_called
from issues.actions.engine import Act, Done, handles
from issues.actions.receiving import receive, why_not_body
from issues.actions.splitting import split_off
from issues.facts import open_proposal
from issues.lifecycle import Move, Need, Status
from issues.models import DutyKind, ProposalEnd, RedirectProposal
from issues.models.responsibility import MODERATOR, NEW_BODY


@dataclass(slots=True)
class Sending:
    """What goes where. `asks`: the numbers that go, None: the whole issue."""

    body: Organisation
    asks: list[int] | None
    hop: int


@handles(Move.REDIRECT)
def redirect(act: Act, body: Any, reason: str, asks: Any = None) -> Done:
    """All asks, or some of them (at least one stays, the others become a linked issue). The first hop by day 3 goes at once;
    a later one, or a further hop, is proposed while the old clock runs on.
    """
    new = body_called(body)
    with Checked() as check:
        reason = check.text("reason", reason)
        numbers = _asks_that_go(check, act, asks)
        if words := why_not_body(new, clock.local_day(act.at)):
            check.fail("body", words)
        elif new == act.body:
            check.fail("body", _("This body is responsible already."))
    assert new
    sending = Sending(new, numbers, act.tenure.hop + 1)
    if act.row.need is Need.LATER_HOP:
        return _propose(act, sending, reason)
    return send(act, sending, Move.REDIRECT, {"reason": reason})


def _asks_that_go(check: Checked, act: Act, asks: Any) -> list[int] | None:
    """None where everything goes that still waits for an answer."""
    waiting = list(act.facts.unanswered)
    if asks is None:
        return None
    named = check.numbers("asks", asks, waiting)
    return None if named == waiting else named


def send(act: Act, sending: Sending, how: Move, texts: Mapping[str, str]) -> Done:
    """The new body's own receipt and dates; the NGO's whole wait stays visible."""
    before = act.body
    facts: dict[str, Any] = {"from": before.slug, "body": sending.body.slug, "hop": sending.hop}
    if sending.asks is not None:
        linked = split_off(act, sending.body, sending.asks, sending.hop)
        return Done(facts=facts | {"asks": sending.asks, "linked": linked.number}, texts=texts)
    tenure = act.tenure
    tenure.ended_at, tenure.ended_by = act.at, str(how)
    tenure.save()
    duties.end(act.issue, at=act.at)
    act.issue.body_addressed = sending.body
    received = receive(act.issue, sending.body, hop=sending.hop, at=act.at)
    facts |= {"registered_on": received.registered_on.isoformat(), "due_on": received.due_on.isoformat()}
    return Done(Status.RAISED, facts=facts, texts=texts)


def _propose(act: Act, sending: Sending, reason: str) -> Done:
    """Three working days for the new body, from the second hop on for a moderator; nothing else changes meanwhile."""
    _close_what_lapsed(act)
    due = clock.due(clock.REDIRECT_PROPOSAL, clock.local_day(act.at), clock.current_calendar())
    whose = NEW_BODY if sending.hop == 1 else MODERATOR
    duties.open_duty(act.issue, DutyKind.AGREE, due, act.at, tenure=act.tenure, owed_by=whose)
    RedirectProposal.objects.create(
        issue=act.issue, responsibility=act.tenure, to_body=sending.body, hop=sending.hop, asks=sending.asks,
        reason=reason, reason_html=render(reason), proposed_by=act.signer, proposed_at=act.at,
    )  # fmt: skip
    facts = {"proposed": sending.body.slug, "hop": sending.hop, "asks": sending.asks, "due_on": due.due_on.isoformat()}
    return Done(facts=facts, texts={"reason": reason})


def _close_what_lapsed(act: Act) -> None:
    """An earlier proposal whose date has passed, where the worker has not entered that."""
    if open_proposal(act.issue) is not None:
        _close_lapsed(act)


@handles(Move.REDIRECT_AGREE)
def redirect_agree(act: Act, reason: str) -> Done:
    """What was proposed happens now, with a receipt of today."""
    proposal = _proposal(act)
    with Checked() as check:
        reason = check.text("reason", reason)
    sending = _still_possible(act, proposal)
    _close(act, ProposalEnd.AGREED, by=act.actor)
    duties.meet(act.issue, DutyKind.AGREE, at=act.at)
    return send(act, sending, Move.REDIRECT_AGREE, {"reason": reason})


def _still_possible(act: Act, proposal: RedirectProposal) -> Sending:
    body = proposal.to_body.in_force(clock.local_day(act.at))  # and that may be the very body that has the issue
    if words := _why_not_any_more(act, proposal, body):
        raise Conflict(words)
    return Sending(body, proposal.asks, proposal.hop)


def _why_not_any_more(act: Act, proposal: RedirectProposal, body: Organisation) -> Words | None:
    if words := why_not_body(body, clock.local_day(act.at)):
        return words
    if body == act.body:
        return _("This body is responsible already.")
    waiting = set(act.facts.unanswered)
    if proposal.asks is not None and not set(proposal.asks) < waiting:
        return _("The asks of the proposal have moved on meanwhile: decline it, and propose anew what is left.")
    return None


@handles(Move.REDIRECT_DECLINE)
def redirect_decline(act: Act, reason: str) -> Done:
    """The body that has the issue answers it."""
    proposal = _proposal(act)
    with Checked() as check:
        reason = check.text("reason", reason)
    _close(act, ProposalEnd.DECLINED, by=act.actor)
    duties.meet(act.issue, DutyKind.AGREE, at=act.at)
    return Done(facts={"proposed": proposal.to_body.slug, "hop": proposal.hop}, texts={"reason": reason})


@handles(Move.REDIRECT_LAPSE)
def redirect_lapse(act: Act) -> Done:
    """Nobody replied: the body that has the issue answers it."""
    proposal = _proposal(act)
    _close_lapsed(act)
    return Done(facts={"proposed": proposal.to_body.slug, "hop": proposal.hop})


def _proposal(act: Act) -> RedirectProposal:
    proposal = open_proposal(act.issue)
    if proposal is None:  # the rows ask for one; this only tells the type checker
        raise Conflict(_("No redirect is proposed."))
    return proposal


def _close_lapsed(act: Act) -> None:
    """By the clock, whoever's move it is that finds it passed."""
    _close(act, ProposalEnd.LAPSED, by=None)
    duties.lapse(act.issue, DutyKind.AGREE, at=act.at, ended=True)


def _close(act: Act, outcome: ProposalEnd, *, by: User | None) -> None:
    RedirectProposal.objects.filter(issue=act.issue, closed_at=None).update(
        outcome=outcome, closed_at=act.at, closed_by=by
    )
