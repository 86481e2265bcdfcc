"""A body has ended: its successor goes on where it stood; without one a moderator assigns the issue."""

from typing import Any

from backend.organisations.models import Organisation
from issues import clock
from issues.actions import duties
from issues.actions.checks import Checked, body_called
from issues.actions.engine import Act, Done, handles
from issues.actions.receiving import receive, why_not_body
from issues.facts import open_proposal
from issues.lifecycle import Move, Status
from issues.models import Commitment, Outcome, Responsibility


@handles(Move.SUCCEED)
def succeed(act: Act) -> Done:
    """The same responsibility, clock and commitments, in other hands: no hop, no new receipt."""
    before = act.addressed
    after = act.body
    _hand_over(act, before, after)
    proposal = open_proposal(act.issue)
    if proposal is not None and proposal.to_body.in_force(clock.local_day(act.at)) == after:
        act.overtake_proposals()  # it is there now
    return Done(facts={"from": before.slug, "body": after.slug})


def _hand_over(act: Act, before: Organisation, after: Organisation) -> None:
    """What the body owed and promised its successor owes; what it has said and signed stays its own."""
    issue = act.issue
    issue.body_addressed = after
    Responsibility.objects.filter(issue=issue, body=before, ended_at=None).update(body=after)
    Commitment.objects.filter(issue=issue, owner=before).update(owner=after)


@handles(Move.REASSIGN)
def reassign(act: Act, body: Any, reason: str) -> Done:
    """Where nothing was answered the new body has its own receipt; else it goes on where the old one stood."""
    before, new = act.addressed, body_called(body)
    with Checked() as check:
        reason = check.text("reason", reason)
        if words := why_not_body(new, clock.local_day(act.at)):
            check.fail("body", words)
    assert new
    facts: dict[str, Any] = {"from": before.slug, "body": new.slug}
    act.overtake_proposals()  # what the ended body proposed, the new one may propose anew
    if act.issue.answered_at is not None:
        _hand_over(act, before, new)
        return Done(facts=facts, texts={"reason": reason})
    tenure = act.tenure
    tenure.ended_at, tenure.ended_by = act.at, str(Move.REASSIGN)
    tenure.save()
    act.issue.disputes.filter(closed_at=None).update(closed_at=act.at, outcome=Outcome.REASSIGNED)
    duties.end(act.issue, at=act.at)
    act.issue.body_addressed = new
    received = receive(act.issue, new, hop=tenure.hop, at=act.at)
    facts |= {"registered_on": received.registered_on.isoformat(), "due_on": received.due_on.isoformat()}
    return Done(Status.RAISED, facts=facts, texts={"reason": reason})
