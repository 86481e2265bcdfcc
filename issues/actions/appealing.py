"""The NGO appeals against a moderator's ruling, once; another moderator dismisses the appeal, or restores the issue."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Conflict
from backend.core.markdown import render
from issues import clock
from issues.actions import duties
from issues.actions.checks import Checked
from issues.actions.cosigning import end_cosignature
from issues.actions.engine import Act, Done, handles, lock
from issues.actions.receiving import receive
from issues.lifecycle import Move, Status
from issues.merging import asks_that_return, kept_issues, newest_copies, ruling_in_force, standing_for
from issues.models import Ask, CosignEnd, DutyKind, Issue, Ruling, RulingEnd
from issues.record.chain import Entry, append

MERGE_UNDONE = "merge_undone"


def _ruling(act: Act) -> Ruling:
    ruling = ruling_in_force(act.issue)
    if ruling is None:  # the rows ask for one; this only tells the type checker
        raise Conflict(_("No decision of a moderator is in force here."))
    return ruling


@handles(Move.APPEAL)
def appeal(act: Act, reason: str) -> Done:
    ruling = _ruling(act)
    with Checked() as check:
        reason = check.text("reason", reason)
    ruling.appeal_reason, ruling.appeal_reason_html = reason, render(reason)
    ruling.appealed_by, ruling.appealed_at = act.signer, act.at
    ruling.save()
    duties.meet(act.issue, DutyKind.APPEAL, at=act.at)
    return Done(texts={"reason": reason})


@handles(Move.APPEAL_DISMISS)
def appeal_dismiss(act: Act, reason: str) -> Done:
    """The ruling stands, and is final."""
    _review(act, RulingEnd.DISMISSED, _reason(reason))
    return Done(texts={"reason": reason})


def _reason(reason: str) -> str:
    with Checked() as check:
        return check.text("reason", reason)


def _review(act: Act, outcome: RulingEnd, reason: str) -> Ruling:
    ruling = _ruling(act)
    ruling.outcome, ruling.closed_at, ruling.closed_by = outcome, act.at, act.actor
    if reason:
        ruling.answer, ruling.answer_html = reason, render(reason)
    ruling.save()
    return ruling


@handles(Move.RESTORE)
def restore(act: Act, reason: str = "") -> Done:
    """The status before, with a new responsibility and receipt, its asks returned. By the clock alone once the issue it was
    merged into is withdrawn or out of scope. Locks that issue after this one.
    """
    text = _reason(reason) if act.actor is not None else ""
    ruling = _ruling(act)
    returned = _asks_returned(act, ruling)
    before = Status(ruling.status_before)
    _review(act, RulingEnd.RESTORED if act.actor else RulingEnd.KEPT_GONE, text)
    duties.end(act.issue, DutyKind.APPEAL, at=act.at)
    facts = {"asks": returned} | _received_again(act, before)
    return Done(before, facts=facts, texts={"reason": text})


def _asks_returned(act: Act, ruling: Ruling) -> list[int]:
    """Locks the issue it was merged into, and whichever that was merged into in turn: always the newer first."""
    kept = [lock(each) for each in kept_issues(ruling)]
    returning = asks_that_return(act.issue, ruling)
    if kept and not returning:
        words = _(
            "Every ask of it was answered or settled in the issue it was merged into, and stays there. Issue: %(number)s."
        )
        raise Conflict(words % {"number": kept[0].number})
    ended = newest_copies(returning, kept[0]) if kept else {}
    for ask in returning if kept else []:
        _bring_back(ask, ended.get(ask.pk))
    _end_cosignature(act, ruling, kept)
    for each in kept:
        _tell(act, each, [copy.n for copy in ended.values() if copy.issue_id == each.pk])
    return [ask.n for ask in returning]


def _bring_back(ask: Ask, copy: Ask | None) -> None:
    """It goes on here; its copy there goes no further. Those that had been put onto it before come along."""
    if copy is not None:
        Ask.objects.filter(pk=copy.pk).update(moved_to=ask.issue, merged_onto=None)
    Ask.objects.filter(pk__in=standing_for(ask)).update(merged_onto=ask)
    ask.moved_to = ask.merged_onto = None
    ask.save(update_fields=["moved_to", "merged_onto"])


def _end_cosignature(act: Act, ruling: Ruling, kept: list[Issue]) -> None:
    """That which the merge had made."""
    supporters = kept[0].supporters if ruling.cosigned else []
    for signed in supporters:
        if signed.organisation_id == act.issue.held_by_id:
            end_cosignature(signed, CosignEnd.RESTORED, act.at)
            kept[0].cosigners_count -= 1


def _tell(act: Act, kept: Issue, numbers: list[int]) -> None:
    facts = {"restored": act.issue.number, "asks": sorted(numbers), "cosigners": kept.cosigners_count}
    kept.version += 1
    append(kept, Entry(MERGE_UNDONE, kept.status, kept.status, act.at, act.actor, act.organisation, facts))
    kept.save()


def _received_again(act: Act, before: Status) -> dict[str, Any]:
    """A new receipt, with what the body had done before the ruling: whoever took it up has it still, a question stands."""
    last = act.tenure
    tenure = receive(act.issue, act.body, hop=last.hop, at=act.at)
    act.issue.body_addressed = act.body
    if before != Status.RAISED:
        tenure.accepted_at, tenure.unit, tenure.person = act.at, last.unit, last.person
        duties.meet(act.issue, DutyKind.ACCEPT, at=act.at)
    if before == Status.CLARIFICATION:
        tenure.clarification_at = act.at
        due = clock.due(clock.CLARIFY, clock.local_day(act.at), clock.current_calendar())
        duties.open_duty(act.issue, DutyKind.CLARIFY, due, act.at, tenure=tenure)
    tenure.save()
    return {"body": tenure.body.slug, "registered_on": tenure.registered_on.isoformat(),
            "due_on": tenure.due_on.isoformat()}  # fmt: skip
