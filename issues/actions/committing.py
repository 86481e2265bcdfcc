"""Commitments: made with an answer or after it, reported on, moved with visible slippage, dropped with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.models import Kind, Organisation
from issues import clock
from issues.actions.checks import Checked
from issues.actions.engine import Act, Done, handles
from issues.lifecycle import Move
from issues.models import Ask, Commitment, Progress


@dataclass(slots=True)
class Promise:
    """A commitment's fields, checked."""

    text: str
    unit: str
    shows: str
    due: date | None
    owner: Organisation


def checked_promise(check: Checked, path: str, row: Mapping[str, Any], act: Act) -> Promise:
    """A measure, its unit, its date within twelve months, and what will show it."""
    owner = row.get("owner")
    possible = {each.slug: each for each in owners(act)}
    named = owner.slug if isinstance(owner, Organisation) else owner or act.body.slug
    if not isinstance(named, str) or named not in possible:
        check.fail(f"{path}.owner", _("A measure belongs to the responsible body, or to an NGO of this issue."))
        named = act.body.slug
    today = clock.local_day(act.at)
    promise = Promise(
        check.text(f"{path}.text", row.get("text"), limit=2000),
        check.line(f"{path}.unit", row.get("unit")),
        check.text(f"{path}.shows", row.get("shows"), limit=2000),
        check.day(f"{path}.due", row.get("due")),
        possible[named],
    )
    check_due(check, f"{path}.due", promise.due, today)
    return promise


def owners(act: Act) -> list[Organisation]:
    """Whose a measure may be: the body's; or, as a joint one, the NGO's that holds the issue or owns one of its asks."""
    ngos = [act.issue.held_by, *(ask.owner for ask in act.issue.asks.all() if not ask.moved_to_id)]
    return list(dict.fromkeys([act.body, *ngos]))


def check_due(check: Checked, path: str, due: date | None, today: date) -> None:
    if due is None:
        return
    if due < today:
        check.fail(path, _("This date has passed."))
    elif due > clock.commitment_cap(today):
        check.fail(path, _("A commitment is due within twelve months."))


def promise_of(act: Act, ask: Ask, promise: Promise) -> Commitment:
    assert promise.due  # checked
    return Commitment.objects.create(
        issue=act.issue, ask=ask, owner=promise.owner, text=promise.text, unit=promise.unit,
        shows=promise.shows, promised_at=act.at, first_due=promise.due, due=promise.due,
    )  # fmt: skip


def promise_texts(commitment: Commitment) -> dict[str, str]:
    prefix = f"commitment.{commitment.pk}"
    return {f"{prefix}.text": commitment.text, f"{prefix}.unit": commitment.unit, f"{prefix}.shows": commitment.shows}


@handles(Move.COMMITMENT_ADD)
def commitment_add(act: Act, n: Any, text: str, unit: str, due: Any, shows: str, owner: Any = None) -> Done:
    supported = [ask.n for ask in act.facts.asks if ask.supported and not ask.settled]
    if not supported:
        raise Conflict(_("No supported ask is left to make a commitment for."))
    with Checked() as check:
        number = check.number("n", n, supported)
        row = {"text": text, "unit": unit, "due": due, "shows": shows, "owner": owner}
        promise = checked_promise(check, "", row, act)
        check.errors = {path.removeprefix("."): words for path, words in check.errors.items()}
    made = promise_of(act, next(ask for ask in act.issue.asks.all() if ask.n == number), promise)
    return Done(facts={"commitment": made.pk, "n": number, "due": made.due.isoformat()}, texts=promise_texts(made))


def _commitment(act: Act, value: Any) -> Commitment:
    """The issue's commitment by id, this party's own and still pending. Raises Invalid, Forbidden, Conflict."""
    made = {str(each.pk): each for each in act.issue.commitments.all()}
    if not made:
        raise Conflict(_("No commitment was made here."))
    found = made.get(str(value))
    if found is None:
        raise Invalid({"commitment": _("There is no such commitment here.")})
    if found.owner_id != (act.party if act.party.kind == Kind.NGO else act.body).pk:
        raise Forbidden(_("This commitment is another party's: only its owner reports on it or drops it."))
    if found.dropped_on or found.completed_on:
        raise Conflict(_("This commitment is complete or was dropped: it no longer changes."))
    return found


@handles(Move.COMMITMENT_TAKE)
def commitment_take(act: Act, commitment: Any, reason: str = "") -> Done:
    """The NGO's manager takes the joint measure on that the body proposed: from now on it counts."""
    found = _commitment(act, commitment)
    with Checked() as check:
        reason = check.text("reason", reason, needed=False)
    if found.taken_at is not None:
        raise Conflict(_("Your organisation has taken this measure on already."))
    found.taken_at = act.at
    found.save()
    return Done(facts={"commitment": found.pk}, texts={"reason": reason})


@handles(Move.COMMITMENT_PROGRESS)
def commitment_progress(act: Act, commitment: Any, progress: str, reason: str = "") -> Done:
    """One of five points. Complete sets the day; it is the body's word until somebody disputes it."""
    found = _commitment(act, commitment)
    if found.is_joint and found.taken_at is None:
        raise Conflict(_("Take this measure on first."))
    with Checked() as check:
        found.progress = check.choice("progress", progress, Progress.values)
        reason = check.text("reason", reason, needed=False)
    if found.progress == Progress.COMPLETE:
        found.completed_on = clock.local_day(act.at)
    found.save()
    return Done(facts={"commitment": found.pk, "progress": found.progress}, texts={"reason": reason})


@handles(Move.COMMITMENT_RESCHEDULE)
def commitment_reschedule(act: Act, commitment: Any, due: Any, reason: str) -> Done:
    """The first date stays: the move is visible as slippage."""
    found, today = _commitment(act, commitment), clock.local_day(act.at)
    with Checked() as check:
        reason = check.text("reason", reason)
        day = check.day("due", due)
        check_due(check, "due", day, today)
        if day == found.due:
            check.fail("due", _("This is the date it has already."))
    assert day
    before, found.due = found.due, day
    found.moves += 1
    found.save()
    facts = {"commitment": found.pk, "from": before.isoformat(), "due": found.due.isoformat()}
    return Done(facts=facts, texts={"reason": reason})


@handles(Move.COMMITMENT_DROP)
def commitment_drop(act: Act, commitment: Any, reason: str) -> Done:
    found = _commitment(act, commitment)
    with Checked() as check:
        reason = check.text("reason", reason)
    found.dropped_on = clock.local_day(act.at)
    found.save()
    return Done(facts={"commitment": found.pk}, texts={"reason": reason})
