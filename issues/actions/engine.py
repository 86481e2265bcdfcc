"""How every move is made: lock, 403, 409, 422, write, append the event (habit 3). No mail, no NOTIFY inside."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions.seats import lock as lock_organisation
from backend.organisations.models import Organisation, StandsIn
from issues import clock, policies
from issues.actions import duties
from issues.conditions import Facts, why_not
from issues.facts import body_in_force, current, gather
from issues.lifecycle import BEFORE_ANSWER, CLOSED, Capacity, Move, Row, Status, rows_for
from issues.metrics.counting import counted
from issues.models import Dispute, DutyKind, Issue, IssueEvent, ProposalEnd, RedirectProposal, Responsibility
from issues.record.chain import Entry, append


@dataclass(slots=True)
class Act:
    """One move being made: the issue is locked, the person may make it, the table allows it from here. `signs_for`: the
    signatory in whose place a named deputy makes it.
    """

    issue: Issue
    move: Move
    row: Row
    actor: User | None
    organisation: Organisation | None
    seat: policies.Seat | None
    at: datetime
    facts: Facts
    signs_for: StandsIn | None = None

    @property
    def tenure(self) -> Responsibility:
        tenure = current(self.issue)
        if tenure is None:
            raise Conflict(_("This issue has no responsible body."))
        return tenure

    @property
    def addressed(self) -> Organisation:
        """The responsible body as it is entered; a raised issue always has one (a constraint says so)."""
        body = self.issue.body_addressed
        assert body is not None
        return body

    @property
    def body(self) -> Organisation:
        """The responsible body, or whoever succeeded it."""
        return self.addressed.in_force(clock.local_day(self.at))

    @property
    def party(self) -> Organisation:
        """The organisation acted for; the rows of moves that people make guarantee one."""
        if self.organisation is None:
            raise Forbidden(_("Choose for which organisation you act."))
        return self.organisation

    @property
    def dispute(self) -> Dispute:
        dispute = policies.open_dispute(self.issue)
        if dispute is None:
            raise Conflict(_("No disagreement is open."))
        return dispute

    def overtake_proposals(self) -> None:
        """A proposed redirect that the issue's own way has made pointless."""
        open_now = RedirectProposal.objects.filter(issue=self.issue, closed_at=None)
        open_now.update(outcome=ProposalEnd.OVERTAKEN, closed_at=self.at, closed_by=self.actor)
        duties.end(self.issue, DutyKind.AGREE, at=self.at)

    @property
    def signer(self) -> User:
        """The person who acts; the rows of moves that people make guarantee one."""
        if self.actor is None:
            raise Forbidden(_("A person makes this move."))
        return self.actor


@dataclass(slots=True)
class Done:
    """What a handler did: the status it leads to (None: unchanged), and what the event says of it."""

    to: Status | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False


type Handler = Callable[..., Done]
HANDLERS: dict[Move, Handler] = {}


def handles(move: Move) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        HANDLERS[move] = handler
        return handler

    return register


@transaction.atomic
def move_issue(
    *, issue: Issue, move: str, actor: User | None, organisation: Organisation | None, at: datetime | None = None,
    version: int | None = None, **fields: Any,
) -> IssueEvent | None:  # fmt: skip
    """Make a move of the table, by `actor` for `organisation` (both None: the system). Returns its event, None on discard.

    Holds the issue's row lock until the transaction ends. Raises Forbidden (403), Conflict (409: status, stale `version`,
    lost race), Invalid (422: fields as contract.md names them), in this order, and then nothing was written.
    """
    with counted():
        return _made(issue, move, actor, organisation, at, version, fields)


def _made(
    issue: Issue, move: str, actor: User | None, organisation: Organisation | None, at: datetime | None,
    version: int | None, fields: Mapping[str, Any],
) -> IssueEvent | None:  # fmt: skip
    locked = lock(issue)
    at = at or timezone.now()  # once it is our turn: the record's times never run backwards
    is_stale = version is not None and version != locked.version
    if move != Move.SUCCEED and _has_successor(locked, at):
        move_issue(issue=locked, move=Move.SUCCEED, actor=None, organisation=None, at=at)
        locked = lock(issue)
    act = admit(locked, _move_called(move), actor, organisation, at)
    if is_stale:
        raise Conflict(what_happened(locked))
    handler = HANDLERS[act.move]
    done = handler(act, **_bound(handler, fields))
    return None if done.deleted else _enter(act, done)


def _has_successor(issue: Issue, at: datetime) -> bool:
    """The body has ended and another stands in its place: that is entered before anybody's move, in an event of its own."""
    return issue.is_open and body_in_force(issue, at) != issue.body_addressed


def lock(issue: Issue) -> Issue:
    """The issue afresh with all its parts, its row locked first. Raises Conflict if it has been deleted meanwhile."""
    if not Issue.objects.select_for_update().filter(pk=issue.pk).exists():
        raise Conflict(_("This draft has been deleted."))
    return Issue.objects.with_parts().get(pk=issue.pk)


def _move_called(name: str) -> Move:
    if name not in Move.values:
        raise Invalid({"move": _("There is no such move.")})
    return Move(name)


def admit(
    issue: Issue, move: Move, actor: User | None, organisation: Organisation | None, at: datetime,
    seat: policies.Seat | None = None,
) -> Act:  # fmt: skip
    """Whether this person may make this move now; writes nothing, so a page can ask before it shows a form. `seat`: the
    actor's in the organisation, where it has just been read.

    403 before 409: who may not make the move at all does not learn from its status. Raises Forbidden, Conflict.
    """
    seat, mine = _seat_and_capacities(issue, actor, organisation, at, seat)
    rows = [row for row in rows_for(move) if row.who & mine]
    if not rows:
        raise Forbidden(_("This is for another party, or another role, than the one you act for."))
    if organisation is not None and (stopped := policies.is_stopped(rows[0], organisation)):
        raise Forbidden(stopped)
    rows = [row for row in rows if issue.status in row.sources]
    if not rows:
        raise Conflict(what_happened(issue))
    facts = gather(issue, at, organisation)
    reasons = [(row, why_not(row.need, facts)) for row in rows]
    for row, reason in reasons:
        if reason is None:
            signs_for = policies.signs_for(seat, row, issue, at)
            return Act(issue, move, row, actor, organisation, seat, at, facts, signs_for)
    raise Conflict(f"{reasons[-1][1]} {last_move(issue)}", is_unmet=True)


def _seat_and_capacities(
    issue: Issue, actor: User | None, organisation: Organisation | None, at: datetime, seat: policies.Seat | None
) -> tuple[policies.Seat | None, frozenset[Capacity]]:
    if actor is None and organisation is None:
        return None, frozenset({Capacity.SYSTEM})
    if actor is None or organisation is None:
        raise Forbidden(_("Choose for which organisation you act."))
    seat = seat or policies.Seat.taken(actor, organisation, at)
    if seat is None:
        raise Forbidden(_("You do not act for this organisation, or no longer."))
    return seat, policies.capacities(seat, issue, at)


def seat_as_it_stands(actor: User, organisation: Organisation, at: datetime) -> policies.Seat:
    """Who acts there now, the organisation's row locked after the issue's: no suspension passes. Its role may be ''."""
    standing = lock_organisation(organisation)
    return policies.Seat(actor, standing, policies.role_in(actor, standing, at))


def still_verified(act: Act) -> Organisation:
    """The party, its row locked after the issue's: no suspension passes a move that takes verification. One query.
    Raises Forbidden.
    """
    party = lock_organisation(act.party)
    if stopped := policies.is_stopped(act.row, party):
        raise Forbidden(stopped)
    return party


def what_happened(issue: Issue) -> str:
    """For whoever came second: what the issue is now and who made the last move. One query."""
    now = _("The issue has moved on. Status: %(status)s.") % {"status": issue.get_status_display()}
    return f"{now} {last_move(issue)}".rstrip()


def last_move(issue: Issue) -> str:
    """Who made the last move and when, in a sentence; '' of a draft. One query."""
    last = issue.events.filter(move__in=Move.values).order_by("-seq").select_related("actor", "organisation").first()
    if last is None:
        return ""
    words = _("Last move: %(move)s (%(who)s, %(when)s).")
    return str(words % ({"move": Move(last.move).label} | who_and_when(last)))


def who_and_when(event: IssueEvent) -> dict[str, Any]:
    """`who` and `when`, for a sentence that tells of an event. No query where its parties were fetched with it."""
    who = f"{event.actor}, {event.organisation}" if event.actor else _("by the clock")
    return {"who": who, "when": timezone.localtime(event.at).strftime("%d.%m.%Y %H:%M")}


def _bound(handler: Handler, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields a handler takes: unknown and missing ones are told by name."""
    parameters = list(inspect.signature(handler).parameters.values())[1:]
    known = {parameter.name: parameter for parameter in parameters}
    errors: dict[str, Any] = {name: _("This move has no such field.") for name in fields if name not in known}
    for name, parameter in known.items():
        if parameter.default is parameter.empty and fields.get(name) in (None, "", []):
            errors[name] = _("This field is needed.")
    if errors:
        raise Invalid(errors)
    return dict(fields)


def _enter(act: Act, done: Done) -> IssueEvent:
    """Status, dates and duty of the row, then the event that the row folds from."""
    issue, before = act.issue, Status(act.issue.status)
    after = done.to or before
    issue.status = after
    _date_the_end(act, before, after)
    issue.version += 1
    duties.refresh(issue, act.at)
    signed = {"for": act.signs_for.uuid} if act.signs_for else {}
    event = append(
        issue,
        Entry(act.move, before, after, act.at, act.actor, act.organisation, {**done.facts, **signed}, done.texts),
    )
    issue.save()
    return event


def _date_the_end(act: Act, before: Status, after: Status) -> None:
    """`closed_at` survives what leaves the status as it is, and a dispute that is taken back: no term starts anew."""
    issue = act.issue
    if after == before:
        return
    if before in BEFORE_ANSWER and after not in BEFORE_ANSWER:
        act.overtake_proposals()
    if after in CLOSED:
        returned = before == Status.DISPUTED and after in (Status.UNCONFIRMED, Status.REFUSED) and not issue.basis
        if not returned or issue.closed_at is None:
            issue.closed_at = act.at
        duties.end(issue, DutyKind.WITHDRAW, at=act.at)  # whatever closed it, there is nothing left to withdraw
    elif after != Status.DISPUTED:
        issue.closed_at = None
    if after == Status.RESOLVED:
        issue.resolved_at = act.at
    if after in (Status.RESOLVED, Status.WITHDRAWN, Status.DUPLICATE, Status.OUT_OF_SCOPE):
        Responsibility.objects.filter(issue=issue, ended_at=None).update(ended_at=act.at, ended_by=str(act.move))
        duties.end(issue, at=act.at)
