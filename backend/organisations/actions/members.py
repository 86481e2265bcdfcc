"""Who belongs to an organisation, and as what."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.checked import Checked
from backend.core.errors import Forbidden, Invalid
from backend.organisations import policies
from backend.organisations.actions.seats import lock, member_now, seat_of
from backend.organisations.models import Deputy, Invitation, Membership, Organisation


@transaction.atomic
def add_member(
    *, organisation: Organisation, user: User, role: str, post: str = "", at: datetime | None = None
) -> Membership:
    """Give a person a role from `at` on; a role they have there already ends. Raises Invalid for a role of another kind."""
    if role not in organisation.roles:
        raise Invalid({"role": _("This kind of organisation has no such role.")})
    at = at or timezone.now()
    lock(organisation)
    for before in Membership.objects.filter(user=user, organisation=organisation, until=None):
        _end(before, at, becomes=role)
    return Membership.objects.create(user=user, organisation=organisation, role=role, post=post, since=at)


@transaction.atomic
def end_membership(*, membership: Membership, at: datetime | None = None) -> None:
    """The person loses access at once, and the invitations they sent no longer work. Ended before: nothing happens."""
    lock(membership.organisation)
    for still in Membership.objects.filter(pk=membership.pk, until=None):
        _end(still, at or timezone.now())


@transaction.atomic
def let_go(
    *, membership: Membership, actor: User, organisation: Organisation, aware: bool = False, at: datetime | None = None
) -> None:
    """End a colleague's membership, or one's own. `aware`: the last who looks after the people knows what follows.

    Nobody else can end the last one's: whoever may is such a person too. Raises Forbidden, Conflict, Invalid.
    """
    held, at = lock(organisation), at or timezone.now()
    seat = seat_of(actor, held, at)
    member = member_now(membership, held, at)
    if words := policies.can_end(seat, member):
        raise Forbidden(words)
    if not aware and is_last_keeper(member, at):
        raise Invalid({"aware": _("Say that you know what follows, or first give this role to somebody else.")})
    end_membership(membership=member, at=at)


def is_last_keeper(member: Membership, at: datetime) -> bool:
    """Whether nobody else looks after the people of the organisation. One query, none for other roles."""
    if not policies.roles_given(member):
        return False
    keepers = Membership.objects.people_of(member.organisation, at).filter(role=member.role)
    return not keepers.exclude(pk=member.pk).exists()


@transaction.atomic
def change_member(
    *, membership: Membership, actor: User, organisation: Organisation, role: str, post: str = "",
    at: datetime | None = None,
) -> Membership:  # fmt: skip
    """Another role, from now on, or only another post: anybody's, save one's own role. Raises Forbidden, Conflict, Invalid."""
    held, at = lock(organisation), at or timezone.now()
    seat = seat_of(actor, held, at)
    member = member_now(membership, held, at)
    words = policies.can_change if role == member.role else policies.can_change_role
    if refused := words(seat, member):
        raise Forbidden(refused)
    with Checked() as check:
        check.choice("role", role, policies.roles_given(seat))
        post = check.line("post", post, needed=False)
    if role != member.role:
        return add_member(organisation=held, user=member.user, role=role, post=post, at=at)
    member.post = post
    member.save(update_fields=["post"])
    return member


def _end(membership: Membership, at: datetime, becomes: str = "") -> None:
    """The role ends, and with it what it gave: no deputy signs for it or by it, and the invitations that the new role could
    not send are taken back.
    """
    membership.until = at
    membership.save(update_fields=["until"])
    Deputy.objects.filter(Q(signatory=membership) | Q(deputy=membership), ended_at=None).update(ended_at=at)
    sent = Invitation.objects.unanswered().filter(
        organisation=membership.organisation_id, invited_by=membership.user_id
    )
    sent.exclude(role__in=policies.GIVES.get(becomes, ())).update(revoked_at=at)
