"""Reading organisations, memberships and invitations in the public's words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from backend.core.alphabet import alphabetical
from backend.organisations.links import hash_of

if TYPE_CHECKING:
    from backend.organisations.models import Deputy, Invitation, Membership, Organisation  # noqa: F401


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def bodies(self) -> OrganisationQuerySet:
        return self.filter(kind="state_body")

    def ngos(self) -> OrganisationQuerySet:
        return self.filter(kind="ngo")

    def valid_on(self, day: date) -> OrganisationQuerySet:
        """Those that exist on that day, first and last day included."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))

    def addressable_on(self, day: date) -> OrganisationQuerySet:
        """The state bodies that an issue can be addressed to on that day; one known from another register alone is none."""
        return self.bodies().valid_on(day).exclude(body_type="legacy")

    def by_name(self, language: str) -> OrganisationQuerySet:
        """In alphabetical order of the name in that language, Kazakh letters in their places."""
        return self.order_by(alphabetical(f"name_{language}"), "id")

    def council_for(self, body: Organisation) -> Organisation | None:
        """The council attached to the body, else the default one. One query."""
        councils = self.filter(Q(attached_to=body) | Q(is_default_council=True))
        return councils.order_by("is_default_council", "id").first()

    def default_council(self) -> Organisation | None:
        return self.filter(is_default_council=True).first()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, at: datetime) -> MembershipQuerySet:
        return self.filter(Q(until=None) | Q(until__gt=at), since__lte=at)

    def signing(self, at: datetime) -> MembershipQuerySet:
        """Those who sign now: signatories, and the deputies in force."""
        from backend.organisations.models import Deputy

        deputies = Deputy.objects.in_force(at).filter(deputy=OuterRef("pk"))
        return self.active(at).filter(Q(role="signatory") | Q(Exists(deputies)), user__is_active=True)

    def people_of(self, organisation: Organisation, at: datetime) -> MembershipQuerySet:
        """Who belongs to it now, by name, with the person. One query."""
        people = self.active(at).filter(organisation=organisation, user__is_active=True)
        return people.select_related("user").order_by(alphabetical("user__name"), "id")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> InvitationQuerySet:
        """Neither accepted nor taken back; some may be too old to be accepted."""
        return self.filter(accepted_at=None, revoked_at=None)

    def waiting(self, at: datetime) -> InvitationQuerySet:
        """Those that can be accepted now."""
        return self.unanswered().filter(expires_at__gt=at)

    def sent_within(self, span: timedelta, at: datetime) -> InvitationQuerySet:
        return self.filter(at__gt=at - span)

    def by_token(self, token: str) -> InvitationQuerySet:
        """The one whose link holds this token, with what its page says. One query."""
        return self.filter(token_hash=hash_of(token)).select_related("organisation", "invited_by")


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def in_force(self, at: datetime) -> DeputyQuerySet:
        """Those who may sign at that instant: it is one of the days, and both memberships last. That the signatory's account
        is switched off ends nothing: the post is still theirs.
        """
        today = timezone.localdate(at)
        lasting = [Q(**{f"{seat}__until": None}) | Q(**{f"{seat}__until__gt": at}) for seat in ("signatory", "deputy")]
        return self.not_ended(at).filter(
            *lasting, since__lte=today, until__gte=today, signatory__since__lte=at, deputy__since__lte=at,
            signatory__role="signatory", deputy__user__is_active=True,
        )  # fmt: skip

    def not_ended(self, at: datetime) -> DeputyQuerySet:
        """Whatever their days; not ended before them."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=at))

    def overlapping(self, since: date, until: date) -> DeputyQuerySet:
        return self.filter(since__lte=until, until__gte=since)

    def of_body(self, body: Organisation) -> DeputyQuerySet:
        """All ever named there, the latest first, with the names. One query."""
        named = self.filter(signatory__organisation=body)
        return named.select_related("signatory__user", "deputy__user", "named_by").order_by("-since", "-id")
