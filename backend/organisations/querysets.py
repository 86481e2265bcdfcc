"""Reading organisations and memberships in the public's words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from backend.core.alphabet import alphabetical

if TYPE_CHECKING:
    from backend.accounts.models import User
    from backend.organisations.models import Membership, Organisation  # noqa: F401


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

    def of(self, person: User, at: datetime) -> MembershipQuerySet:
        """The person's roles now, with their organisations; oldest first. One query."""
        return (
            self.active(at)
            .filter(user=person, user__is_active=True)
            .select_related("organisation")
            .order_by("since", "id")
        )
