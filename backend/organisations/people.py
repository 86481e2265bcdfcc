"""The people of one organisation as one of them sees them: the reader behind `/me/organisation/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.organisations import policies
from backend.organisations.models import Deputy, Invitation, Kind, Membership, Role


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member, and what the person who looks may do about them."""

    member: Membership
    is_oneself: bool
    may_change: bool
    may_end: bool
    may_name_deputy: bool


def colleagues(seat: Membership, at: datetime) -> list[Colleague]:
    """Everybody of the organisation of `seat`, by name. One query."""
    return [
        Colleague(
            member,
            is_oneself=member.user_id == seat.user_id,
            may_change=policies.can_change(seat, member) is None,
            may_end=policies.can_end(seat, member) is None,
            may_name_deputy=policies.can_name_deputy(seat, member) is None,
        )
        for member in Membership.objects.people_of(seat.organisation, at)
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation nobody has answered; `is_expired`: its link no longer works, a new one can be sent."""

    invitation: Invitation
    is_expired: bool


def invitations(seat: Membership, at: datetime) -> list[Waiting]:
    """The open invitations that this person may send again or take back, newest first. One query."""
    mine = Invitation.objects.unanswered().filter(
        organisation=seat.organisation, role__in=policies.roles_given(seat)
    )  # fmt: skip
    return [Waiting(each, each.is_expired(at)) for each in mine.select_related("invited_by").order_by("-at", "-id")]


@dataclass(frozen=True, slots=True)
class NamedDeputy:
    """A deputy of a signatory of the body: signing today, later, or no more; and whether the person who looks may end it."""

    deputy: Deputy
    signs_now: bool
    is_over: bool
    may_end: bool


DEPUTIES_AT_MOST = 50


def deputies(seat: Membership, at: datetime) -> list[NamedDeputy]:
    """The deputies of the body's signatories, the latest first, those whose days are over too. Two queries, none elsewhere."""
    if seat.organisation.kind != Kind.STATE_BODY:
        return []
    today = timezone.localdate(at)
    now = set(
        Deputy.objects.in_force(at).filter(signatory__organisation=seat.organisation).values_list("pk", flat=True)
    )
    return [
        NamedDeputy(
            each,
            signs_now=each.pk in now,
            is_over=each.is_over(today),
            may_end=not each.is_over(today) and policies.can_end_deputy(seat, each) is None,
        )
        for each in Deputy.objects.of_body(seat.organisation)[:DEPUTIES_AT_MOST]
    ]


WHEN_NOBODY_IS_LEFT: Mapping[str, Words] = {
    Role.MANAGER: _("You are its last manager. Until Birge's administrators name another, nobody can raise, confirm, dispute "
                    "or withdraw an issue for this organisation, or invite anybody."),
    Role.COORDINATOR: _("You are its last coordinator. Until Birge's administrators name another, nobody can invite people "
                        "to this body or change their roles."),
    Role.CHAIR: _("You are its chair. Until Birge's administrators name another, this council publishes no conclusion and "
                  "invites nobody."),
}  # fmt: skip
"""What follows when the last one who looks after the people leaves."""
