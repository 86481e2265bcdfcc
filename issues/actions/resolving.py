"""What only the NGO can say: confirmed, or not; and the body's report that comes before it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Conflict
from backend.core.markdown import render
from issues import clock, councils, policies
from issues.actions import duties
from issues.actions.checks import Checked
from issues.actions.engine import Act, Done, handles
from issues.actions.reporting import (
    Shown,
    checked_evidence,
    complete_commitments,
    evidence_files,
    give_evidence,
    open_confirm_duty,
    waiting_files,
)
from issues.conditions import Opening, openings
from issues.lifecycle import Move, Status
from issues.models import Ask, Basis, Dispute, DisputedAsk, DutyKind, Outcome


@handles(Move.REPORT_DONE)
def report_done(act: Act, evidence: Any = ()) -> Done:
    """Evidence for every supported ask not yet settled; the body's pending commitments of these asks become complete."""
    owing = {ask.n: ask for ask in act.issue.asks.all() if ask.is_supported and not ask.is_settled}
    standing = {ask.n for ask in act.facts.asks if ask.evidence}
    shown: dict[int, Shown] = {}
    waiting = waiting_files(act)
    with Checked() as check:
        for index, row in enumerate(check.rows("evidence", evidence)):
            n = check.number(f"evidence.{index}.n", row.get("n"), list(owing))
            if n in shown:
                check.fail(f"evidence.{n}.text", _("This ask is named twice here."))
            elif n is not None:
                shown[n] = checked_evidence(check, f"evidence.{n}", row, waiting, text="text")
        for n in owing.keys() - shown.keys() - standing:
            check.fail(f"evidence.{n}.text", _("Show for every supported ask what was done."))
    for n, each in shown.items():
        give_evidence(act, owing[n], each)
    completed = complete_commitments(act, owing.values())
    act.issue.disputes.filter(closed_at=None).update(closed_at=act.at, outcome=Outcome.REPORTED)
    duties.end(act.issue, DutyKind.CONCLUDE, at=act.at)
    duties.meet(act.issue, DutyKind.CONCLUSION, DutyKind.REPORT, at=act.at)
    open_confirm_duty(act)
    files, names = evidence_files(shown)
    texts = {f"evidence.{n}": each.text for n, each in shown.items()} | names
    return Done(Status.REPORTED_DONE, facts={"asks": sorted(owing), "completed": completed} | files, texts=texts)


@handles(Move.CONFIRM)
def confirm(act: Act, asks: Any = None) -> Done:
    """Named asks, or all that can be. Resolved once every supported ask is settled, none in dispute, none unanswered."""
    mine = {ask.n: ask for ask in act.issue.asks.all() if ask.owner_id == act.party.pk and not ask.moved_to_id}
    able = [n for n in act.facts.to_confirm if n in mine]
    with Checked() as check:
        named = check.numbers("asks", asks, list(mine)) if asks is not None else able
    for n in named:
        _check_confirmable(act, mine[n], able)
    if not named:
        raise Conflict(_("None of your asks is left to confirm."))
    Ask.objects.filter(pk__in=[mine[n].pk for n in named], confirmed_at=None).update(
        confirmed_at=act.at, confirmed_by=act.actor, confirmed_for=act.party
    )
    facts = {"asks": named, "completed": complete_commitments(act, [mine[n] for n in named])}
    if not is_resolved(act):
        return Done(facts=facts)
    act.issue.basis = Basis.CONFIRMED
    return Done(Status.RESOLVED, facts=facts | {"basis": Basis.CONFIRMED})


def _check_confirmable(act: Act, ask: Ask, able: list[int]) -> None:
    if ask.n in able:
        return
    state = next(each for each in act.facts.asks if each.n == ask.n)
    if ask.confirmed_at:
        raise Conflict(_("This ask is confirmed already. Ask: %(n)s.") % {"n": ask.n})
    if state.in_dispute:
        raise Conflict(_("A disagreement over this ask is open: take it back first. Ask: %(n)s.") % {"n": ask.n})
    raise Conflict(_("The answer in force does not support this ask, or the council has concluded. Ask: %(n)s.")
                   % {"n": ask.n})  # fmt: skip


def is_resolved(act: Act) -> bool:
    """Every supported ask is settled, at least one is there, none waits for an answer, no dispute is open. Two queries."""
    asks = list(act.issue.asks.filter(moved_to=None))
    supported = [ask for ask in asks if ask.is_supported]
    if not supported or not all(ask.is_settled for ask in supported) or any(not ask.verdict for ask in asks):
        return False
    return not act.issue.disputes.filter(closed_at=None).exists()


@handles(Move.DISPUTE)
def dispute(act: Act, asks: Any, reason: str) -> Done:
    """Named asks and a reason, by an event that opens disputing and was not used yet. The council has 20 working days."""
    mine = [ask.n for ask in policies.asks_disputable_by(act.party, act.issue)]
    with Checked() as check:
        named = check.numbers("asks", asks, mine)
        reason = check.text("reason", reason)
        opening = _opening_for(act, named)
        if named and opening is None:
            check.fail("asks", _("A disagreement cannot be opened over these asks now; choose among the others."))
    assert opening
    raised = Dispute.objects.create(
        issue=act.issue, responsibility=act.tenure, organisation=act.party, raised_by=act.signer,
        council=councils.council_for(act.issue, act.at), opening=opening.kind, opening_ref=opening.ref, reason=reason,
        reason_html=render(reason), status_before=act.issue.status, opened_at=act.at,
    )  # fmt: skip
    DisputedAsk.objects.bulk_create(
        DisputedAsk(dispute=raised, ask=ask) for ask in act.issue.asks.all() if ask.n in named
    )
    due = clock.due(_limit(act, raised), clock.local_day(act.at), clock.current_calendar())
    duties.open_duty(act.issue, DutyKind.CONCLUDE, due, act.at, tenure=act.tenure, dispute=raised)
    facts = {"asks": named, "opening": opening.kind, "council": raised.council.slug if raised.council else None,
             "due_on": due.due_on.isoformat()}  # fmt: skip
    return Done(Status.DISPUTED, facts=facts, texts={"reason": reason})


def _opening_for(act: Act, named: list[int]) -> Opening | None:
    return next((opening for opening in openings(act.facts) if set(named) <= set(opening.asks)), None)


def _limit(act: Act, raised: Dispute) -> clock.Limit:
    """Twenty working days; ten where the council has no chair who may take part."""
    if raised.council_id is None:
        return clock.CONCLUDE
    able = councils.members_able(act.issue, [raised.council_id], act.at)
    return clock.CONCLUDE if any(member.role == "chair" for member in able) else clock.CHAIR_ABSENT


@handles(Move.RETRACT)
def retract(act: Act, reason: str) -> Done:
    """Back to the status before; its term runs on. The opening event is used up."""
    with Checked() as check:
        reason = check.text("reason", reason)
    open_dispute = act.dispute
    open_dispute.closed_at, open_dispute.outcome = act.at, Outcome.RETRACTED
    open_dispute.save()
    duties.end(act.issue, DutyKind.CONCLUDE, at=act.at)
    return Done(Status(open_dispute.status_before), texts={"reason": reason})
