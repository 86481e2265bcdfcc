"""The official answer as an act of two people: officers prepare it, a signatory publishes it or returns it with a word.

What is prepared is private to the body: no event, no version of the issue, nothing in the record until it is published, and
then as the ordinary move. All of it happens under the issue's lock.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Words
from backend.organisations.models import Organisation
from issues import policies
from issues.actions.answering import checked_parts
from issues.actions.checks import Checked
from issues.actions.engine import Act, admit, last_move, lock, move_issue, what_happened
from issues.conditions import why_not
from issues.facts import gather
from issues.lifecycle import Move, rows_for
from issues.models import Issue, IssueEvent, PreparedAnswer, PreparedEnd, PreparedState

WORD = 2000  # characters of a note or a word of return
ROW_TEXTS = ("verdict", "ground", "text", "evidence")
PROMISE_TEXTS = ("text", "unit", "shows", "owner")
PROMISES_AT_MOST = 20

NOTHING_PREPARED = _("Nothing is prepared here any more: it was published, or the issue has moved on.")


class Changed(Conflict):
    """Somebody else saved the prepared answer since it was opened. `now`: what is saved."""

    def __init__(self, now: PreparedAnswer) -> None:
        super().__init__(_("Changed by %(name)s since you opened it.") % {"name": now.edited_by})
        self.now = now


def admit_preparing(issue: Issue, actor: User, organisation: Organisation | None, at: datetime) -> Act:
    """The answer as an act that an officer prepares and does not make; writes nothing, so a page can ask. Of an issue from
    `with_parts()`. Raises Forbidden, Conflict, in this order.
    """
    seat = policies.Seat.taken(actor, organisation, at) if organisation else None
    if words := policies.can_prepare(seat, issue, at):
        raise Forbidden(words)
    facts = gather(issue, at, organisation)
    reasons = [(row, why_not(row.need, facts)) for row in rows_for(Move.ANSWER, facts.status)]
    for row, reason in reasons:
        if reason is None:
            return Act(issue, Move.ANSWER, row, actor, organisation, seat, at, facts)
    raise Conflict(f"{reasons[-1][1]} {last_move(issue)}" if reasons else what_happened(issue))


@transaction.atomic
def prepare_answer(
    *, issue: Issue, actor: User, organisation: Organisation, asks: Any, note: str = "", version: int | None = None,
    hand_over: bool = False, at: datetime | None = None,
) -> PreparedAnswer:  # fmt: skip
    """Save what is prepared; with `hand_over` it is checked as a whole and waits for the signatory, without it it waits no
    more. `version`: of what was opened, 0 for nothing. Raises Forbidden, Conflict (`Changed`: somebody else saved), Invalid.
    """
    locked, at = lock(issue), at or timezone.now()
    act = admit_preparing(locked, actor, organisation, at)
    held = PreparedAnswer.objects.of(locked)
    _check_version(held, version)
    with Checked() as check:
        rows = _rows(check, act, asks)
        note = check.text("note", note, limit=WORD, needed=False)
    if hand_over:
        checked_parts(act, rows)
    if held is None:
        held = PreparedAnswer(issue=locked, responsibility=act.tenure, made_by=actor, made_at=at, version=0)
    held.asks, held.note, held.edited_by, held.edited_at = rows, note, actor, at
    held.handed_at = at if hand_over else None
    held.version += 1
    held.save()
    return held


@transaction.atomic
def return_prepared(
    *, issue: Issue, actor: User, organisation: Organisation, word: str, version: int | None = None,
    at: datetime | None = None,
) -> PreparedAnswer:  # fmt: skip
    """Back to whoever prepared it, with a word. Raises Forbidden, Conflict, Invalid."""
    locked, at = lock(issue), at or timezone.now()
    if words := policies.can_sign(policies.Seat.taken(actor, organisation, at), locked, at):
        raise Forbidden(words)
    held = _waiting(locked, version)
    with Checked() as check:
        word = check.text("word", word, limit=WORD)
    held.handed_at, held.returned_by, held.returned_at, held.returned_word = None, actor, at, word
    held.version += 1
    held.save()
    return held


@transaction.atomic
def publish_prepared(
    *, issue: Issue, actor: User, organisation: Organisation, version: int | None = None, asks: Any = None,
    keep: Sequence[str] = (), at: datetime | None = None,
) -> IssueEvent:  # fmt: skip
    """The ordinary move `answer`, with what is prepared. `asks`: the same with personal data masked; `keep`: what of it stays.

    Raises Forbidden, Conflict (also where an officer changed it meanwhile), Invalid.
    """
    locked = lock(issue)
    act = admit(locked, Move.ANSWER, actor, organisation, at or timezone.now())
    held = _waiting(locked, version)
    held.ended_at, held.ended_as = act.at, PreparedEnd.PUBLISHED
    held.save(update_fields=["ended_at", "ended_as"])
    event = move_issue(
        issue=locked, move=Move.ANSWER, actor=actor, organisation=organisation, at=act.at,
        asks=held.asks if asks is None else asks, keep=list(keep),
    )  # fmt: skip
    assert event is not None  # only discarding a draft leaves none
    return event


def why_changed(held: PreparedAnswer) -> Words:
    """What a signatory is told whose page is no longer what is prepared."""
    if held.state is not PreparedState.WAITING:
        return _("%(name)s is working on this answer again: it does not wait for a signature now.") % {
            "name": held.edited_by
        }
    return _("Changed by %(name)s since you opened it. Read it again before you decide.") % {"name": held.edited_by}


def _waiting(issue: Issue, version: int | None) -> PreparedAnswer:
    held = PreparedAnswer.objects.of(issue)
    if held is None:
        raise Conflict(NOTHING_PREPARED)
    if held.handed_at is None or (version is not None and version != held.version):
        raise Conflict(why_changed(held))
    return held


def _check_version(held: PreparedAnswer | None, version: int | None) -> None:
    if version is None or version == (held.version if held else 0):
        return
    if held is None:
        raise Conflict(NOTHING_PREPARED)
    raise Changed(held)


def _rows(check: Checked, act: Act, asks: Any) -> list[dict[str, Any]]:
    """What was given of each ask, in its shape; that something is missing is said when it is handed over. Files are no part
    of it: they wait for a day in the form of who publishes them.
    """
    known = [ask.n for ask in act.issue.asks.all() if not ask.moved_to_id]
    found: dict[int, dict[str, Any]] = {}
    for index, row in enumerate(check.rows("asks", asks)):
        n = check.number(f"asks.{index}.n", row.get("n"), known)
        if n is not None:
            found[n] = _row(check, f"asks.{n}", n, row)
    return [found[n] for n in sorted(found)]


def _row(check: Checked, path: str, n: int, row: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: check.text(f"{path}.{name}", row.get(name), needed=False) for name in ROW_TEXTS}
    promises = check.rows(f"{path}.commitments", row.get("commitments") or [])
    if len(promises) > PROMISES_AT_MOST:
        check.fail(f"{path}.commitments", _("These are too many commitments for one ask."))
    made = [_promise(check, f"{path}.commitments.{index}", each) for index, each in enumerate(promises, 1)]
    return {"n": n} | {name: text for name, text in texts.items() if text} | ({"commitments": made} if made else {})


def _promise(check: Checked, path: str, row: Mapping[str, Any]) -> dict[str, str]:
    owner = row.get("owner")
    given = {**row, "owner": owner.slug if isinstance(owner, Organisation) else owner}
    due = row.get("due")
    day = check.day(f"{path}.due", due) if due else None
    said = {name: check.text(f"{path}.{name}", given.get(name), needed=False) for name in PROMISE_TEXTS}
    return said | {"due": day.isoformat() if isinstance(day, date) else ""}
