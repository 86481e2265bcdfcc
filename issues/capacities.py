"""What a person, acting for one organisation, is in one issue: the table of moves says which capacity a move takes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from backend.accounts.models import User
from backend.organisations.models import Kind, Membership, Organisation, Role, StandsIn
from backend.organisations.seats import seats_in_force
from issues import clock, councils
from issues.facts import body_in_force, disputer
from issues.lifecycle import Capacity, Row
from issues.models import Ask, Cosigner, Dispute, Issue

type Person = User | AnonymousUser


def role_in(person: Person, organisation: Organisation, at: datetime) -> str:
    """The person's role in force there at that instant (a deputy's is the signatory's), or ''. Queries as `Seat.taken`."""
    seat = Seat.taken(person, organisation, at)
    return seat.role if seat else ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person acting for one organisation: everything that capacities depend on. `role` is the one in force."""

    person: User
    organisation: Organisation
    role: str
    stands_in: StandsIn | None = None
    own_role: str = ""

    @classmethod
    def of(cls, membership: Membership | None) -> "Seat | None":
        if membership is None:
            return None
        return cls(
            membership.user, membership.organisation, membership.role_in_force, membership.stands_in, membership.role
        )  # fmt: skip

    @classmethod
    def taken(
        cls, person: Person, organisation: Organisation, at: datetime, lasting: Iterable[Membership] | None = None
    ) -> "Seat | None":
        """The person's seat there at that instant. One query; in a state body two, or three for who was named a deputy; one
        less if `lasting` is given (`seats_in_force`).
        """
        if not person.is_authenticated or not person.is_active:
            return None
        mine = seats_in_force(person, at, organisation, lasting)
        return cls.of(mine[0]) if mine else None


def capacities(seat: Seat | None, issue: Issue, at: datetime) -> frozenset[Capacity]:
    """What this person, acting for this organisation, is in this issue. At most two queries, none for an NGO."""
    if seat is None or not seat.role:
        return frozenset()
    match seat.organisation.kind:
        case Kind.NGO:
            return _in_ngo(seat, issue)
        case Kind.STATE_BODY:
            return _in_body(seat, issue, at)
        case Kind.COUNCIL:
            return _in_council(seat, issue, at)
        case Kind.PLATFORM:
            return _in_platform(seat, issue)
    return frozenset()


def signs_for(seat: Seat | None, row: Row, issue: Issue, at: datetime) -> StandsIn | None:
    """For whom a deputy makes a move: nobody where the own role would have sufficed. At most a query."""
    if seat is None or seat.stands_in is None:
        return None
    own = replace(seat, role=seat.own_role, stands_in=None)
    return None if row.who & capacities(own, issue, at) else seat.stands_in


def _in_ngo(seat: Seat, issue: Issue) -> frozenset[Capacity]:
    found = set()
    is_manager = seat.role == Role.MANAGER
    if issue.held_by_id == seat.organisation.pk:
        found.add(Capacity.NGO_MANAGER if is_manager else Capacity.NGO_REPRESENTATIVE)
    if is_manager:
        if any(ask.owner_id == seat.organisation.pk for ask in issue.asks.all()):
            found.add(Capacity.ASK_OWNER)
        if any(other.owner_id == seat.organisation.pk for ask in issue.asks.all() for other in ask.merged.all()):
            found.add(Capacity.MERGED_NGO)
        if any(each.owner_id == seat.organisation.pk for each in issue.commitments.all()):
            found.add(Capacity.MEASURE_OWNER)
        if cosignature(seat, issue):
            found.add(Capacity.COSIGNER_MANAGER)
        if _may_have_disputed(seat, issue):
            found.add(Capacity.DISPUTER)
    return frozenset(found)


def _may_have_disputed(seat: Seat, issue: Issue) -> bool:
    """While a dispute is open, whoever raised it; else any owner of an ask, who is told "not now" (409), not "not you"."""
    if (dispute := open_dispute(issue)) is not None:
        return disputer(dispute, issue) == seat.organisation.pk
    return bool(asks_disputable_by(seat.organisation, issue))


def asks_disputable_by(ngo: Organisation, issue: Issue) -> list[Ask]:
    """The asks of the issue that this NGO owns, or onto which an ask of its own merged issue was put: it may disagree over
    them (domain.md section 2). No query on an issue from `with_parts()`.
    """
    return [
        ask for ask in issue.asks.all()
        if not ask.moved_to_id and ngo.pk in (ask.owner_id, *(other.owner_id for other in ask.merged.all()))
    ]  # fmt: skip


def _in_body(seat: Seat, issue: Issue, at: datetime) -> frozenset[Capacity]:
    """Of the body in force: whoever succeeded the body addressed acts from the first day; a body that ended does not."""
    as_role = {Role.OFFICER: Capacity.OFFICER, Role.SIGNATORY: Capacity.SIGNATORY}.get(Role(seat.role))
    body = body_in_force(issue, at)
    if as_role is None or body is None:
        return frozenset()
    found = set()
    if _acts_for(seat, body, at):
        found.add(as_role)
    proposal = max(issue.proposals.all(), key=lambda each: (each.proposed_at, each.pk), default=None)
    if proposal and as_role is Capacity.SIGNATORY:
        # Also once it is closed: whoever came second is told "not now" (409), not "not you" (403).
        proposed = proposal.to_body.in_force(clock.local_day(at))
        found |= {Capacity.NEW_SIGNATORY} if _acts_for(seat, proposed, at) else set()
    return frozenset(found)


def _acts_for(seat: Seat, body: Organisation, at: datetime) -> bool:
    """Its own people; and its parent's signatory where it has none. One query at most."""
    if body.has_ended(clock.local_day(at)):
        return False
    if body.pk == seat.organisation.pk:
        return True
    is_parent = seat.role == Role.SIGNATORY and body.parent_id == seat.organisation.pk
    return is_parent and not has_signatory(body, at)


def has_signatory(body: Organisation, at: datetime) -> bool:
    """A body without one is acted for by its parent's (domain.md section 1). One query."""
    return bool(Membership.objects.signing(at).filter(organisation=body).exists())


def _in_platform(seat: Seat, issue: Issue) -> frozenset[Capacity]:
    """An appeal is another moderator's than the one's who decided."""
    last = max(issue.rulings.all(), key=lambda each: (each.decided_at, each.pk), default=None)
    own = last is not None and last.decided_by_id == seat.person.pk
    return frozenset({Capacity.MODERATOR} if own else {Capacity.MODERATOR, Capacity.OTHER_MODERATOR})


def _in_council(seat: Seat, issue: Issue, at: datetime) -> frozenset[Capacity]:
    seized = _seized(issue, at)
    able = councils.members_able(issue, seized, at)
    if seat.organisation.pk not in seized or all(member.user_id != seat.person.pk for member in able):
        return frozenset()
    found = {Capacity.COUNCIL_MEMBER}
    if seat.role == Role.CHAIR:
        found.add(Capacity.COUNCIL_CHAIR)
    return frozenset(found)


def _seized(issue: Issue, at: datetime) -> list[int]:
    """The councils that look at the open dispute. Without one: the competent council, and those of the last dispute, whose
    people are told "not now" (409) when another was faster, not "not you" (403).
    """
    dispute = open_dispute(issue)
    if dispute is not None:
        return councils.seized_of(dispute, at)
    last = max(issue.disputes.all(), key=lambda each: each.opened_at, default=None)
    seized = councils.seized_of(last, last.closed_at or at) if last else []
    council = councils.council_for(issue, at)
    return [*seized, council.pk] if council else seized


def open_dispute(issue: Issue) -> Dispute | None:
    """The dispute that is not closed; no query on a prefetched issue."""
    return next((each for each in issue.disputes.all() if each.closed_at is None), None)


def cosignature(seat: Seat | None, issue: Issue) -> Cosigner | None:
    """The co-signature of this NGO that stands. No query on a prefetched issue."""
    if seat is None:
        return None
    return next((each for each in issue.supporters if each.organisation_id == seat.organisation.pk), None)
