"""Inviting people by mail, and what they do with the link."""

from datetime import datetime, timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.actions import create_person
from backend.accounts.models import User
from backend.core.checked import Checked, is_no_name
from backend.core.errors import Conflict, Forbidden
from backend.organisations import limits, policies
from backend.organisations.actions.members import add_member
from backend.organisations.actions.seats import lock, seat_of
from backend.organisations.letters import send_invitation
from backend.organisations.links import hash_of, new_token
from backend.organisations.models import Invitation, Membership, Organisation

ADDRESS_LENGTH = 254  # what mail carries
UNKNOWN_LINK = _("This link is not known. Perhaps it was cut off in the mail: open it there again, whole.")


@transaction.atomic
def invite(
    *, actor: User, organisation: Organisation, email: str, role: str, post: str = "", site: str,
    at: datetime | None = None,
) -> Invitation:  # fmt: skip
    """Invite an address; its open invitation, if it has one, is taken back. The mail leaves after the commit, with a link
    on `site` (scheme and host); until it has left, `mailed_at` is empty.

    Says nothing about whether the address has an account. Raises Forbidden, Conflict (too many), Invalid.
    """
    held, at = lock(organisation), at or timezone.now()
    seat = seat_of(actor, held, at)
    if words := policies.can_invite(seat):
        raise Forbidden(words)
    address = "" if not isinstance(email, str) or is_no_name(email) else email.strip().lower()
    _check_room(held, address, at)
    with Checked() as check:
        _check_address(check, address, held, at)
        check.choice("role", role, policies.roles_given(seat))
        post = check.line("post", post, needed=False)
    return _send(held, address, role, post, actor, site, at)


@transaction.atomic
def invite_again(
    *, invitation: Invitation, actor: User, organisation: Organisation, site: str, at: datetime | None = None
) -> Invitation:  # fmt: skip
    """The same invitation with a new link and a new date; the old link no longer works. Raises Forbidden, Conflict."""
    held, at = lock(organisation), at or timezone.now()
    before = _unanswered(invitation, actor, held, at)
    return invite(
        actor=actor, organisation=held, email=before.email, role=before.role, post=before.post, site=site, at=at
    )  # fmt: skip


@transaction.atomic
def revoke(
    *, invitation: Invitation, actor: User, organisation: Organisation, at: datetime | None = None
) -> Invitation:  # fmt: skip
    """Take an invitation back: its link no longer works. Raises Forbidden, Conflict (accepted or taken back before)."""
    held, at = lock(organisation), at or timezone.now()
    found = _unanswered(invitation, actor, held, at)
    found.revoked_at = at
    found.save(update_fields=["revoked_at"])
    return found


@transaction.atomic
def accept(*, token: str, actor: User, at: datetime | None = None) -> Membership:
    """The invited person, signed in, takes the role. Once: of raced attempts one wins. Raises Forbidden, Conflict."""
    invitation = _locked(token)
    if actor.email.lower() != invitation.email:
        raise Forbidden(_("This invitation was sent to another address than the one you are signed in with."))
    return _take(invitation, actor, at or timezone.now())


@transaction.atomic
def accept_as_new(*, token: str, name: str, language: str, password: str, at: datetime | None = None) -> Membership:
    """Whoever opens the link of an address without an account gets one: the mail has proved the address. Raises Conflict,
    also where the address has an account (then one signs in), and Invalid.
    """
    invitation, at = _locked(token), at or timezone.now()
    _check_open(invitation, at)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Conflict(_("This address is known here already: sign in with it, and open the link again."))
    person = create_person(email=invitation.email, name=name, language=language, password=password)
    return _take(invitation, person, at)


def _check_room(organisation: Organisation, address: str, at: datetime) -> None:
    invitations = Invitation.objects.filter(organisation=organisation)
    if invitations.waiting(at).exclude(email=address).count() >= limits.INVITATIONS_OPEN_AT_MOST:
        words = _("Invitations of your organisation that wait for an answer: %(n)s. More cannot be sent until one is "
                  "accepted, or taken back.")  # fmt: skip
        raise Conflict(words % {"n": limits.INVITATIONS_OPEN_AT_MOST})
    if invitations.sent_within(timedelta(days=1), at).count() >= limits.INVITATIONS_A_DAY_AT_MOST:
        words = _("Invitations your organisation sent in the last 24 hours: %(n)s. Send the next one tomorrow.")
        raise Conflict(words % {"n": limits.INVITATIONS_A_DAY_AT_MOST})


def _check_address(check: Checked, address: str, organisation: Organisation, at: datetime) -> None:
    try:
        validate_email(address)
    except ValidationError:
        check.fail("email", _("Give an e-mail address, such as name@example.kz."))
        return
    if len(address) > ADDRESS_LENGTH:
        check.fail("email", _("This is too long. At most, in characters: %(limit)s.") % {"limit": ADDRESS_LENGTH})
    elif Membership.objects.active(at).filter(organisation=organisation, user__email__iexact=address).exists():
        check.fail(
            "email", _("This person belongs to your organisation already. Change the role in the list of people.")
        )


def _send(
    organisation: Organisation, address: str, role: str, post: str, actor: User, site: str, at: datetime
) -> Invitation:
    Invitation.objects.unanswered().filter(organisation=organisation, email=address).update(revoked_at=at)
    token = new_token()
    invitation = Invitation.objects.create(
        organisation=organisation, email=address, role=role, post=post, invited_by=actor, at=at,
        expires_at=at + limits.INVITATION_LASTS, token_hash=hash_of(token),
    )  # fmt: skip
    transaction.on_commit(partial(_mail, invitation, token, site), robust=True)
    return invitation


def _mail(invitation: Invitation, token: str, site: str) -> None:
    """After the commit. A mail that cannot leave is logged (`robust`), and its invitation stays without `mailed_at`."""
    send_invitation(invitation, token, site)
    invitation.mailed_at = timezone.now()
    invitation.save(update_fields=["mailed_at"])


def _unanswered(invitation: Invitation, actor: User, organisation: Organisation, at: datetime) -> Invitation:
    """An invitation of the organisation afresh, for whoever may give its role."""
    seat = seat_of(actor, organisation, at)
    found = Invitation.objects.get(pk=invitation.pk)
    if found.organisation_id != organisation.pk or found.role not in policies.roles_given(seat):
        raise Forbidden(policies.KEEPERS_ONLY)
    if found.accepted_at:
        raise Conflict(_("This invitation has been accepted meanwhile."))
    if found.revoked_at:
        raise Conflict(_("This invitation has been taken back already."))
    return found


def _locked(token: str) -> Invitation:
    """The invitation of a link, its organisation's row locked, then its own. Raises Conflict for a link nobody sent."""
    known = Invitation.objects.by_token(token).first()
    if known is None:
        raise Conflict(UNKNOWN_LINK)
    lock(known.organisation)
    return Invitation.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=known.pk)


def _check_open(invitation: Invitation, at: datetime) -> None:
    if words := policies.why_closed(invitation, at):
        raise Conflict(words)


def _take(invitation: Invitation, person: User, at: datetime) -> Membership:
    _check_open(invitation, at)
    organisation = invitation.organisation
    if Membership.objects.active(at).filter(user=person, organisation=organisation).exists():
        raise Conflict(_("You belong to this organisation already; your role there stays as it is."))
    membership = add_member(
        organisation=organisation, user=person, role=invitation.role, post=invitation.post, at=at
    )  # fmt: skip
    invitation.accepted_at, invitation.accepted_as = at, membership
    invitation.save(update_fields=["accepted_at", "accepted_as"])
    return membership
