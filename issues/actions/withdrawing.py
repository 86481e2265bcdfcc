"""The NGO gives an issue up: at once, or after a window in which a co-signing NGO may take it over."""

from backend.core.errors import Conflict
from issues import clock
from issues.actions import duties
from issues.actions.checks import Checked
from issues.actions.cosigning import end_cosignature
from issues.actions.engine import Act, Done, handles, still_verified, what_happened
from issues.lifecycle import Move, Need, Status
from issues.models import CosignEnd, DutyKind, Outcome
from issues.policies import cosignature


@handles(Move.WITHDRAW)
def withdraw(act: Act, reason: str) -> Done:
    """Without co-signers at once, else by a window of five working days in which all moves stay possible. It stays in every
    denominator (domain.md section 4).
    """
    with Checked() as check:
        reason = check.text("reason", reason)
    if act.row.need != Need.COSIGNERS:
        return _withdrawn(act, reason)
    due = clock.due(clock.WITHDRAW_WINDOW, clock.local_day(act.at), clock.current_calendar())
    duties.open_duty(act.issue, DutyKind.WITHDRAW, due, act.at)
    return Done(facts={"until": due.due_on.isoformat()}, texts={"reason": reason})


def _withdrawn(act: Act, reason: str = "") -> Done:
    act.issue.disputes.filter(closed_at=None).update(closed_at=act.at, outcome=Outcome.WITHDRAWN)
    return Done(Status.WITHDRAWN, texts={"reason": reason})


@handles(Move.TAKE_OVER)
def take_over(act: Act) -> Done:
    """The co-signer holds the issue from now on: its rights, its asks, its open disagreement. `raised_by` stays.

    A measure offered to the former holder is offered to the new one; one that it took on stays its own.
    """
    still_verified(act)
    issue, before = act.issue, act.issue.held_by
    signed = cosignature(act.seat, issue)
    if signed is None:  # the row asks for one; this only tells the type checker
        raise Conflict(what_happened(issue))
    end_cosignature(signed, CosignEnd.TOOK_OVER, act.at)
    issue.cosigners_count -= 1
    passing = issue.asks.filter(owner=before)
    numbers = list(passing.order_by("n").values_list("n", flat=True))
    passing.update(owner=act.party)
    offered = issue.commitments.pending().filter(owner=before, taken_at=None)
    measures = list(offered.order_by("pk").values_list("pk", flat=True))
    offered.update(owner=act.party)
    issue.held_by = act.party
    duties.meet(issue, DutyKind.WITHDRAW, at=act.at)
    facts = {"from": before.slug, "held_by": act.party.slug, "asks": numbers, "cosigners": issue.cosigners_count}
    return Done(facts=facts | {"measures": measures})


@handles(Move.WITHDRAW_LAPSE)
def withdraw_lapse(act: Act) -> Done:
    """Nobody took over: withdrawn."""
    duties.lapse(act.issue, DutyKind.WITHDRAW, at=act.at, ended=True)
    return _withdrawn(act)
