"""Who may bring people in and let them go: predicates that pages, API and actions all ask.

What a role may do to people follows from the role itself, never from what a deputy signs for another.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.organisations.models import Deputy, Invitation, Membership, Role

GIVES: Mapping[str, Sequence[Role]] = {
    Role.MANAGER: (Role.REPRESENTATIVE, Role.MANAGER),
    Role.COORDINATOR: (Role.OFFICER, Role.SIGNATORY, Role.COORDINATOR),
    Role.CHAIR: (Role.MEMBER,),
}
"""Who keeps the people of their organisation, and which roles they give (domain.md section 1). All others are given in the
admin: chairs, registrars, moderators.
"""
BY_THE_ADMIN = (Role.REGISTRAR, Role.MODERATOR)

KEEPERS_ONLY = _("The people of an organisation are looked after by its managers, a body's by its coordinators, a council's "
                 "by its chair.")  # fmt: skip


def roles_given(seat: Membership) -> Sequence[Role]:
    """The roles this person may give in their organisation; none for whoever does not look after its people."""
    return GIVES.get(seat.role, ())


def can_invite(seat: Membership) -> Words | None:
    """None if this person may invite others, else why not."""
    return None if roles_given(seat) else KEEPERS_ONLY


def can_change(seat: Membership, member: Membership) -> Words | None:
    """None if this person may change what `member` is in the organisation, else why not. Both belong to the same one."""
    if not (given := roles_given(seat)):
        return KEEPERS_ONLY
    if member.role not in given:
        return _("This role is given and ended by Birge's administrators. Write to them.")
    return None


def can_change_role(seat: Membership, member: Membership) -> Words | None:
    """As `can_change`; nobody changes their own role: that would be naming oneself."""
    if seat.user_id == member.user_id and roles_given(seat):
        return _("Nobody changes their own role: ask another person who looks after the people of your organisation.")
    return can_change(seat, member)


def can_end(seat: Membership, member: Membership) -> Words | None:
    """None if this person may end that membership: their own, or one they may change; else why not."""
    if seat.user_id != member.user_id:
        return can_change(seat, member)
    if member.role in BY_THE_ADMIN:
        return _("This role is given and ended by Birge's administrators. Write to them.")
    return None


DEPUTIES = (Role.OFFICER, Role.COORDINATOR)
"""Who can be named a deputy: people of the body who do not sign already, and decide nothing about NGOs."""


def can_name_deputy(seat: Membership, signatory: Membership) -> Words | None:
    """None if this person may name and end deputies of that signatory of their body, else why not."""
    if signatory.role != Role.SIGNATORY:
        return _("Only a signatory has a deputy.")
    if seat.role == Role.COORDINATOR or seat.user_id == signatory.user_id:
        return None
    return _("A signatory's deputy is named by the signatory, or by a coordinator of the body.")


def can_end_deputy(seat: Membership, deputy: Deputy) -> Words | None:
    """None for those who may name one, and for the deputy, who may lay it down; else why not."""
    return None if seat.user_id == deputy.deputy.user_id else can_name_deputy(seat, deputy.signatory)


def why_closed(invitation: Invitation, at: datetime) -> Words | None:
    """None while the invitation can be accepted, else what became of it and what to do."""
    if invitation.accepted_at:
        return _("This invitation has been used: each link works once. If it was you, sign in.")
    if invitation.revoked_at:
        return _("This invitation was taken back, or a newer one took its place. Look for a newer mail, or ask whoever "
                 "invited you.")  # fmt: skip
    if invitation.is_expired(at):
        return _("This invitation is too old. Ask whoever invited you for a new one.")
    return None
