"""The only writers of an organisation's standing, of memberships, and of bodies known from another register."""

from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Invalid
from backend.organisations.models import LEGACY_BODY, SLUG_LENGTH, Kind, Membership, Organisation, Standing


@transaction.atomic
def set_standing(
    *, organisation: Organisation, standing: Standing, reason: str, at: datetime | None = None
) -> Organisation:
    """Verify, suspend or restore, with a public reason. Locks the organisation. Raises Invalid without a reason."""
    if not reason.strip():
        raise Invalid({"standing_reason": _("Give the public reason for this decision.")})
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    locked.standing, locked.standing_reason, locked.standing_at = standing, reason.strip(), at or timezone.now()
    locked.save(update_fields=["standing", "standing_reason", "standing_at"])
    return locked


@transaction.atomic
def add_member(
    *, organisation: Organisation, user: User, role: str, post: str = "", at: datetime | None = None
) -> Membership:
    """Give a person a role from `at` on; a role they have there already ends. Raises Invalid for a role of another kind."""
    if role not in organisation.roles:
        raise Invalid({"role": _("This kind of organisation has no such role.")})
    at = at or timezone.now()
    Membership.objects.filter(user=user, organisation=organisation, until=None).update(until=at)
    return Membership.objects.create(user=user, organisation=organisation, role=role, post=post, since=at)


def legacy_body(*, name: str, slug: str) -> Organisation:
    """The body of this name that is known from another register alone; made under this slug where it is not there yet, under
    the next free one where the slug is another's. Two that make it at once get the same one; three queries.
    """
    fields: dict[str, Any] = {f"name_{language}": name for language in ("kk", "ru", "en")}
    for n in count(1):
        free = slug if n == 1 else f"{slug[: SLUG_LENGTH - len(str(n)) - 1]}-{n}"
        wanted = Organisation(
            kind=Kind.STATE_BODY, slug=free, body_type=LEGACY_BODY, standing=Standing.VERIFIED, **fields
        )
        Organisation.objects.bulk_create([wanted], ignore_conflicts=True)
        found = Organisation.objects.get(slug=free)
        if found.is_legacy_body and found.name_en == name:
            return found
    raise AssertionError  # counting has no end


def end_membership(*, membership: Membership, at: datetime | None = None) -> None:
    """The person loses access at once."""
    Membership.objects.filter(pk=membership.pk, until=None).update(until=at or timezone.now())
