"""Issues that belong together, as their NGOs say: named in a draft or later, and taken back. No moves of the table; each of
the two issues gets an event of its own (D23), the one that names and the one that is named.

What a draft names is its NGO's alone until it is raised, and no draft can be named: it is answered as what is not there.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Words
from backend.organisations.models import Organisation
from issues import policies
from issues.actions.checks import Checked, issue_called
from issues.actions.engine import lock, seat_as_it_stands
from issues.actions.moderating import is_older
from issues.lifecycle import CLOSED
from issues.models import NAMED, DraftRelation, Issue, IssueEvent, Relation, RelationKind
from issues.record.chain import Entry, append

RELATED, RELATED_FROM = "related", "related_from"
UNRELATED, UNRELATED_FROM = "unrelated", "unrelated_from"

AT_A_TIME = 10
EVER = 30  # made and taken back: each stands in the record of somebody else's issue too

SHOWN = 40  # characters of what was given as a number, told back


# --- While it is open, and taken back ---------------------------------------------------------------------------------


@transaction.atomic
def relate(
    *, issue: Issue, actor: User, organisation: Organisation, other: Any, kind: Any, at: datetime | None = None
) -> IssueEvent:  # fmt: skip
    """The NGO that holds the open issue names another, by its number: `related`, or `recurs`, the same problem again, of an
    earlier issue that is closed. `version` stays, so that nobody stops a body's answer by it. The event is this issue's.

    Holds the row locks of both issues, then the organisation's. Raises Forbidden, Conflict (closed, linked already, as many
    as there may be), Invalid (`other`, `kind`), and then nothing was written.
    """
    named = issue_called(other)
    locked, theirs, seat, at = _admitted(issue, named, actor, organisation, at)
    if words := policies.relates_here(seat, locked) or policies.adds_here(seat, locked):
        raise Forbidden(words)
    if words := policies.can_relate(seat, locked) or _why_no_room(locked) or _why_linked(locked, theirs, kind):
        raise Conflict(words)
    with Checked() as check:
        kind = check.choice("kind", kind, NAMED)
        if words := why_not(locked, theirs, kind):
            check.fail("other", words)
    assert theirs
    Relation.objects.create(issue=locked, other=theirs, kind=kind, by=actor, at=at)
    _enter(theirs, RELATED_FROM, seat, at, locked, kind)
    return _enter(locked, RELATED, seat, at, theirs, kind)


@transaction.atomic
def unrelate(
    *, issue: Issue, actor: User, organisation: Organisation, other: Any, at: datetime | None = None
) -> IssueEvent:  # fmt: skip
    """The NGO takes back a link that its issue made; that it stood there stays in both records. Locks as `relate`. Raises
    Forbidden, Conflict (there is no such link, or no longer).
    """
    named = issue_called(other)
    locked, theirs, seat, at = _admitted(issue, named, actor, organisation, at)
    if words := policies.relates_here(seat, locked):
        raise Forbidden(words)
    link = Relation.objects.named_by(locked).filter(other=theirs).first() if theirs else None
    if link is None:
        raise Conflict(_("There is no such link here: it was taken back already, or never made."))
    assert theirs
    link.ended_at = at
    link.save(update_fields=["ended_at"])
    _enter(theirs, UNRELATED_FROM, seat, at, locked, link.kind)
    return _enter(locked, UNRELATED, seat, at, theirs, link.kind)


def _admitted(
    issue: Issue, named: Issue | None, actor: User, organisation: Organisation, at: datetime | None
) -> tuple[Issue, Issue | None, policies.Seat, datetime]:
    """Both issues locked, this one with its parts; then the organisation: no suspension passes it."""
    rows = _locked({issue.pk} | ({named.pk} if named else set()))
    whole, at = lock(issue), at or timezone.now()
    seat = seat_as_it_stands(actor, organisation, at)
    theirs = rows.get(named.pk) if named else None
    return whole, whole if theirs and theirs.pk == whole.pk else theirs, seat, at


def _locked(keys: Iterable[int]) -> dict[int, Issue]:
    """Rows of issues, always the newer locked before the older (D23); a draft, which nobody can name, before all. One query."""
    rows = Issue.objects.select_for_update().filter(pk__in=keys).order_by("-raised_at", "-pk")
    return {each.pk: each for each in rows}


def _why_no_room(issue: Issue) -> Words | None:
    named = Relation.objects.filter(issue=issue, kind__in=NAMED)
    if named.filter(ended_at=None).count() >= AT_A_TIME:
        return _AS_MANY % {"limit": AT_A_TIME}
    if named.count() >= EVER:
        return _("This issue has named and taken back as many issues as it may: %(limit)s.") % {"limit": EVER}
    return None


_AS_MANY = _("An issue names at most as many others: %(limit)s.")


def _why_linked(issue: Issue, other: Issue | None, kind: Any) -> Words | None:
    """Named by this issue already; or, as merely related, by the other one: it is shown on both."""
    if other is None:
        return None
    same = Q(issue=issue, other=other)
    either = same | Q(issue=other, other=issue) if kind == RelationKind.RELATED else same
    first = Relation.objects.standing().filter(either).select_related("by").first()
    if first is None:
        return None
    when = timezone.localtime(first.at).strftime("%d.%m.%Y %H:%M")
    return _("These two issues are linked already (%(who)s, %(when)s).") % {"who": first.by, "when": when}


def why_not(issue: Issue, other: Issue | None, kind: Any) -> Words | None:
    """None if the issue, or draft, may name the other in this way; else why not. No query."""
    if other is None:
        return _("There is no issue of this number.")
    if other.pk == issue.pk:
        return _("This is the number of the issue itself.")
    is_earlier = issue.raised_at is None or is_older(other, issue)
    if kind == RelationKind.RECURS and not (is_earlier and other.status in CLOSED):
        return _("A problem comes up again after an earlier issue was closed: this one is newer, or still open.")
    return None


def _enter(issue: Issue, what: str, seat: policies.Seat, at: datetime, other: Issue, kind: str) -> IssueEvent:
    facts = {"other": other.number, "relation": str(kind)}
    event = append(issue, Entry(what, issue.status, issue.status, at, seat.person, seat.organisation, facts))
    issue.save(update_fields=["rev", "chain_hash", "active_at"])
    return event


# --- In a draft -------------------------------------------------------------------------------------------------------


def named_in(check: Checked, draft: Issue, given: Any) -> list[DraftRelation]:
    """What a draft names, from `{"related": numbers, "recurs": numbers}`, not written yet; an error is told at
    `relations.<kind>`. A query for each number.
    """
    if not isinstance(given, Mapping) or given.keys() - {str(kind) for kind in NAMED}:
        check.fail("relations", _("This must be a list."))
        return []
    found: dict[int, DraftRelation] = {}
    for kind in NAMED:
        path, numbers = f"relations.{kind}", given.get(kind) or []
        if not isinstance(numbers, list | tuple):
            check.fail(path, _("This must be a list."))
        elif len(numbers) > AT_A_TIME:
            check.fail(path, _AS_MANY % {"limit": AT_A_TIME})
        else:
            for number in numbers:
                _name(check, path, draft, found, number, kind)
    if len(found) > AT_A_TIME:
        check.fail(f"relations.{NAMED[0]}", _AS_MANY % {"limit": AT_A_TIME})
    return list(found.values())


def _name(
    check: Checked, path: str, draft: Issue, found: dict[int, DraftRelation], number: Any, kind: RelationKind
) -> None:  # fmt: skip
    other = issue_called(number)
    words = why_not(draft, other, kind)
    if other is not None and other.pk in found:
        words = _("Each issue is named once.")
    if words:
        check.fail(path, f"{number[:SHOWN]}: {words}" if isinstance(number, str) else words)
    elif other is not None:
        found[other.pk] = DraftRelation(issue=draft, other=other, kind=kind)


def locked_of(draft: Issue) -> list[tuple[Issue, RelationKind]]:
    """What a draft that is being submitted names, the rows locked: before any organisation's. Two queries."""
    named = {each.other_id: RelationKind(each.kind) for each in draft.draft_relations.all()}
    rows = _locked(named) if named else {}
    return [(rows[key], kind) for key, kind in named.items()]


def check_named(check: Checked, draft: Issue, named: Iterable[tuple[Issue, RelationKind]]) -> None:
    """Whether all may still be named: an issue may have been opened again since."""
    for other, kind in named:
        if words := why_not(draft, other, kind):
            check.fail("relations", f"{other.number}: {words}")


def publish_named(
    issue: Issue, named: Iterable[tuple[Issue, RelationKind]], seat: policies.Seat | None, at: datetime
) -> dict[str, Any]:
    """The links of a draft that has just got its number: each is told in the record of the issue that is named. Returns
    facts of the event that raises it.
    """
    assert seat is not None  # the table lets people submit, not the clock
    for other, kind in named:
        Relation.objects.create(issue=issue, other=other, kind=kind, by=seat.person, at=at)
        _enter(other, RELATED_FROM, seat, at, issue, kind)
    issue.draft_relations.all().delete()
    told = [{"other": other.number, "relation": str(kind)} for other, kind in named]
    return {"relations": told} if told else {}
