"""Who may do what: predicates that page, API, socket and template all ask; the table says which capacity a move takes."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.organisations.models import Kind, Membership, Organisation, Role
from issues.capacities import (
    Person,
    Seat,
    asks_disputable_by,
    capacities,
    cosignature,
    has_signatory,
    open_dispute,
    role_in,
    signs_for,
)
from issues.conditions import Facts, why_not
from issues.facts import gather
from issues.lifecycle import OPEN, TRANSITIONS, Capacity, Move, Row, Status
from issues.models import Commitment, Issue, Place

__all__ = [
    "Person", "Seat", "adds_here", "allowed_moves", "asks_disputable_by", "attaches_here", "can_add", "can_assign", "can_attach",
    "can_cosign", "can_draft", "can_edit_draft", "can_link", "can_post", "can_prepare", "can_relate", "can_sign", "can_view",
    "capacities", "cosignature", "cosigns_here", "has_signatory", "is_stopped", "links_here", "moderates", "moves_on",
    "open_dispute", "relates_here", "role_in", "signs_for", "writes_here",
]  # fmt: skip

MAX_ADDENDA = 20


def can_view(person: Person, issue: Issue, at: datetime | None = None) -> bool:
    """Everything raised is public; a draft is its NGO's alone. Agrees with `IssueQuerySet.visible_to`: a test proves it."""
    if issue.status != Status.DRAFT:
        return True
    return bool(person.is_authenticated and role_in(person, issue.raised_by, at or timezone.now()))


def can_draft(acting: Membership | None) -> bool:
    """Any member of an NGO may write drafts; only submitting asks for verification."""
    return acting is not None and acting.organisation.kind == Kind.NGO


def can_edit_draft(acting: Membership | None, issue: Issue) -> bool:
    return can_draft(acting) and acting is not None and acting.organisation_id == issue.raised_by_id


def is_stopped(row: Row, organisation: Organisation) -> Words | None:
    """Suspension (or not being verified yet) stops submitting, co-signing and taking over, never the NGO's rights."""
    if row.verified and not organisation.is_verified:
        return _("Your organisation is not verified, or is suspended: it cannot do this now.")
    return None


def allowed_moves(issue: Issue, membership: Membership | None, at: datetime) -> list[Move]:
    """The moves this person can make now, in the table's order, the likely one first. Queries as `facts.gather`."""
    seat = Seat.of(membership)
    mine = capacities(seat, issue, at)
    if seat is None or not mine:
        return []
    facts = gather(issue, at, seat.organisation)
    found = [row.move for row in TRANSITIONS if _is_open(row, mine, facts, seat.organisation)]
    return list(dict.fromkeys(found))


def _is_open(row: Row, mine: frozenset[Capacity], facts: Facts, organisation: Organisation) -> bool:
    return (
        facts.status in row.sources
        and bool(row.who & mine)
        and is_stopped(row, organisation) is None
        and why_not(row.need, facts) is None
    )


def can_cosign(seat: Seat | None, issue: Issue) -> Words | None:
    """None if the person may co-sign now, or take the co-signature back; else why not. No query on a prefetched issue."""
    if words := cosigns_here(seat, issue):
        return words
    if issue.status not in OPEN:
        return _("This issue is not open: its co-signatures no longer change.")
    return None


def cosigns_here(seat: Seat | None, issue: Issue) -> Words | None:
    """None if this person and party may put their name under the issue at all, open or closed; else why not.

    The manager of a verified NGO that does not hold the issue. Taking a co-signature back needs no verification.
    """
    if seat is None:
        return _("Sign in and choose an organisation to co-sign.")
    if seat.organisation.kind != Kind.NGO or seat.role != Role.MANAGER:
        return _("Managers of NGOs co-sign, in the name of their NGO.")
    if seat.organisation.pk == issue.held_by_id:
        return _("This issue is your own organisation's.")
    if cosignature(seat, issue) is None and not seat.organisation.is_verified:
        return _("Only verified NGOs co-sign; yours is not, or is suspended.")
    return None


def moderates(seat: Seat | None) -> Words | None:
    """None if the person acts as a moderator of the platform: they remove words, and never rewrite any; else why not."""
    if seat is not None and seat.role and seat.organisation.kind == Kind.PLATFORM:
        return None
    return _("Only the platform's moderators remove what others wrote.")


def attaches_here(seat: Seat | None, issue: Issue, place: str, at: datetime) -> Words | None:
    """None if this person and party may add files to the issue, or to evidence in it, at all; else why not. For evidence as
    many queries as `capacities`.

    To a draft its NGO's people, to a raised issue those of the verified NGO that holds it; to evidence the body's signatory;
    to an addendum whoever may add one, to a message whoever may post it.
    """
    if seat is None:
        return _("Sign in and choose an organisation to attach files.")
    if place == Place.EVIDENCE:
        signs = Capacity.SIGNATORY in capacities(seat, issue, at)
        return None if signs else _("The signatory of the responsible body attaches files to its evidence.")
    if place in (Place.ADDENDUM, Place.MESSAGE):
        return adds_here(seat, issue) if place == Place.ADDENDUM else writes_here(seat, issue)
    if seat.organisation.kind != Kind.NGO or seat.organisation.pk != issue.held_by_id:
        return _("Files are attached by the people of the NGO whose issue it is.")
    if issue.status != Status.DRAFT and not seat.organisation.is_verified:
        return _("Your organisation is not verified, or is suspended: it cannot do this now.")
    return None


def can_attach(seat: Seat | None, issue: Issue, place: str, at: datetime) -> Words | None:
    """As `attaches_here`, and the issue is a draft or open."""
    if words := attaches_here(seat, issue, place, at):
        return words
    if place == Place.ADDENDUM:
        return can_add(seat, issue)
    if place == Place.MESSAGE:
        return can_post(seat, issue)
    if issue.status not in OPEN | {Status.DRAFT}:
        return _("This issue is closed: no more files are added.")
    return None


def adds_here(seat: Seat | None, issue: Issue) -> Words | None:
    """None if this person and party may add to the issue at all, open or closed; else why not.

    Any member of the verified NGO that holds it; a suspension stops this as it stops posting.
    """
    if seat is None:
        return _("Sign in and choose an organisation to add to an issue.")
    if not seat.role or seat.organisation.kind != Kind.NGO or seat.organisation.pk != issue.held_by_id:
        return _("Only the people of the NGO that holds the issue add to it.")
    if not seat.organisation.is_verified:
        return _("Your organisation is not verified, or is suspended: it cannot do this now.")
    return None


def can_add(seat: Seat | None, issue: Issue) -> Words | None:
    """As `adds_here`, and the issue is open and has room. No query on an issue from `for_page`, one on another."""
    if words := adds_here(seat, issue):
        return words
    if issue.status not in OPEN:
        return _("This issue is closed: nothing more is added to it.")
    if len(issue.addenda.all()) >= MAX_ADDENDA:
        return _("This issue has as many additions as it may have: %(limit)s. Write in its discussion instead.") % {
            "limit": MAX_ADDENDA
        }
    return None


def links_here(seat: Seat | None, issue: Issue) -> Words | None:
    """None if this person and party may link the registered official appeal at all, open or closed; else why not.

    A manager of the NGO that holds it; also a suspended one, whose rights in the issues it raised stay.
    """
    if seat is None:
        return _("Sign in and choose an organisation to link an official appeal.")
    if seat.role != Role.MANAGER or seat.organisation.pk != issue.held_by_id:
        return _("A manager of the NGO that holds the issue links its official appeal.")
    return None


def can_link(seat: Seat | None, issue: Issue) -> Words | None:
    """As `links_here`, and the issue is open and has no appeal yet. No query."""
    if words := links_here(seat, issue):
        return words
    if issue.status == Status.DRAFT:
        return _("This is a draft: the official appeal is written into the draft itself.")
    if issue.official_date is not None:
        return _("An official appeal is linked already, and that is done once. Number: %(number)s, date: %(date)s.") % {
            "number": issue.official_number, "date": issue.official_date.strftime("%d.%m.%Y"),
        }  # fmt: skip
    if issue.status not in OPEN:
        return _("This issue is closed: no official appeal is linked any more.")
    return None


def can_relate(seat: Seat | None, issue: Issue) -> Words | None:
    """None if the person may name issues with which this one belongs, in the name of the NGO that holds it, as long as it is
    open; else why not. In a draft they are named with its other fields.
    """
    if words := relates_here(seat, issue) or adds_here(seat, issue):
        return words
    if issue.status not in OPEN:
        return _("This issue is not open: it names no further issues.")
    return None


def relates_here(seat: Seat | None, issue: Issue) -> Words | None:
    """None if this person and party may name related issues at all, or take such a link back: that they may also of a closed
    issue, and while suspended, as it is a correction; else why not.
    """
    if seat is None or not seat.role or seat.organisation.pk != issue.held_by_id:
        return _("Only the people of the NGO that holds the issue name related issues, or take such a link back.")
    return None


def can_post(seat: Seat | None, issue: Issue) -> Words | None:
    """None if the person may write in the issue's thread now; else why not, in words. No query on a prefetched issue."""
    if issue.status == Status.RECORDED:  # signing in would not help
        return _("This issue was taken over from another register: it is not discussed here.")
    if issue.status not in OPEN:  # nor here: to nobody is anything else the reason
        return _("This issue is closed: its discussion can be read, not continued.")
    return writes_here(seat, issue)


def writes_here(seat: Seat | None, issue: Issue) -> Words | None:
    """None if this person and party may write in the issue's thread at all, open or closed; else why not.

    Any verified NGO; the bodies that are or were responsible; any public council; the platform's moderators.
    """
    if seat is None:
        return _("Sign in and choose an organisation to write here.")
    match seat.organisation.kind:
        case Kind.NGO:
            words = _("Only verified NGOs write here; yours is not, or is suspended.")
            return None if seat.organisation.is_verified else words
        case Kind.STATE_BODY:
            return _body_writes_here(seat, issue)
    return None


def _body_writes_here(seat: Seat, issue: Issue) -> Words | None:
    if seat.role not in (Role.OFFICER, Role.SIGNATORY):
        return _("Officers and signatories of the body write here.")
    bodies = {each.body_id for each in issue.responsibilities.all()} | {issue.body_addressed_id}
    body = issue.body_addressed
    successor, parent = (body.successor_id, body.parent_id) if body else (None, None)
    if seat.organisation.pk in bodies | {successor, parent}:
        return None
    return _("Only the bodies that are or were responsible for this issue write here.")


def can_prepare(seat: Seat | None, issue: Issue, at: datetime) -> Words | None:
    """None if this person prepares the body's answers in this issue, and reads what was prepared; else why not. Queries as
    `capacities`.
    """
    if capacities(seat, issue, at) & {Capacity.OFFICER, Capacity.SIGNATORY}:
        return None
    return _("Answers are prepared by the officers and signatories of the responsible body, acting for it.")


def can_sign(seat: Seat | None, issue: Issue, at: datetime) -> Words | None:
    """None if this person publishes the body's answers in this issue, or returns them; else why not."""
    if Capacity.SIGNATORY in capacities(seat, issue, at):
        return None
    return _("A prepared answer is published, or returned, by a signatory of the responsible body, or by a deputy.")


def can_assign(seat: Seat | None) -> Words | None:
    """None if this person assigns people to issues of their body, and says who stands in for whom; else why not. It follows
    from the own role, never from what a deputy signs for another.
    """
    if seat is not None and seat.organisation.kind == Kind.STATE_BODY and seat.own_role == Role.COORDINATOR:
        return None
    return _("People are assigned by a coordinator of the body.")


ON_COMMITMENTS = (Move.COMMITMENT_TAKE, Move.COMMITMENT_PROGRESS, Move.COMMITMENT_RESCHEDULE, Move.COMMITMENT_DROP)


def moves_on(commitment: Commitment, organisation: Organisation, allowed: list[Move]) -> list[Move]:
    """Of the moves open to a person, those on this very commitment: its owner's, while it is pending. A joint measure is
    first taken on, and its date is nobody's to move. No query on an issue from `with_parts()`.
    """
    own = organisation.pk == commitment.owner_id or (not commitment.is_joint and organisation.kind == Kind.STATE_BODY)
    if not commitment.is_pending or not own:
        return []
    shut: set[Move] = {Move.COMMITMENT_TAKE}
    if commitment.is_joint:
        shut = {Move.COMMITMENT_TAKE if commitment.taken_at else Move.COMMITMENT_PROGRESS, Move.COMMITMENT_RESCHEDULE}
    return [move for move in ON_COMMITMENTS if move in allowed and move not in shut]
