"""What every action on people begins with: the organisation locked, and who acts in it now."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden
from backend.organisations.models import Membership, Organisation
from backend.organisations.seats import seats_in_force


def lock(organisation: Organisation) -> Organisation:
    """The organisation afresh, its row locked until the transaction ends. One query."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def seat_of(actor: User, organisation: Organisation, at: datetime) -> Membership:
    """The actor's membership now, read under the lock. Raises Forbidden for somebody who has left meanwhile."""
    seats = seats_in_force(actor, at, organisation)
    if not seats:
        raise Forbidden(_("You do not act for this organisation, or no longer."))
    return seats[0]


def member_now(membership: Membership, organisation: Organisation, at: datetime) -> Membership:
    """A colleague's membership afresh. Raises Forbidden for one of another organisation, Conflict for one that has ended."""
    found = Membership.objects.select_related("user", "organisation").get(pk=membership.pk)
    if found.organisation_id != organisation.pk:
        raise Forbidden(_("This person belongs to another organisation."))
    if not found.is_active(at):
        raise Conflict(_("This person has left your organisation, or has another role there now."))
    return found
