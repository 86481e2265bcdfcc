"""The parties of domain.md section 1: NGOs, state bodies, public councils, the platform; and who acts for them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.organisations.bin import is_valid_bin
from backend.organisations.querysets import MembershipQuerySet, OrganisationQuerySet


class Kind(models.TextChoices):
    NGO = "ngo", _("NGO")
    STATE_BODY = "state_body", _("State body")
    COUNCIL = "council", _("Public council")
    PLATFORM = "platform", _("Platform")


class Standing(models.TextChoices):
    """Whether an organisation may act. Only the registrar changes it, with a public reason."""

    PENDING = "pending", _("Not yet verified")
    VERIFIED = "verified", _("Verified")
    SUSPENDED = "suspended", _("Suspended")


class Role(models.TextChoices):
    REPRESENTATIVE = "representative", _("Representative")
    MANAGER = "manager", _("Manager")
    OFFICER = "officer", _("Officer")
    SIGNATORY = "signatory", _("Signatory")
    COORDINATOR = "coordinator", _("Coordinator")
    REGISTRAR = "registrar", _("Registrar")
    MEMBER = "member", _("Council member")
    CHAIR = "chair", _("Chair of the council")
    MODERATOR = "moderator", _("Moderator")


ROLES_OF = {
    Kind.NGO: (Role.REPRESENTATIVE, Role.MANAGER),
    Kind.STATE_BODY: (Role.OFFICER, Role.SIGNATORY, Role.COORDINATOR, Role.REGISTRAR),
    Kind.COUNCIL: (Role.MEMBER, Role.CHAIR),
    Kind.PLATFORM: (Role.MODERATOR,),
}


RECORDED_ELSEWHERE = "recorded-elsewhere"
"""The slug of the organisation that raised what was taken over from another register. Nobody can ever belong to it."""

SLUG_LENGTH = 80
LEGACY_BODY = "legacy"
"""`body_type` of a state body known from another register alone: it has issues on record, none can be addressed to it."""


def validate_bin(number: str) -> None:
    if not is_valid_bin(number):
        raise ValidationError(_("This is not a valid BIN: check the 12 digits."), code="bin")


class Translated(models.Model):
    """A name in the three languages; `name` is the one of the language in force."""

    name_kk = models.CharField(_("name in Kazakh"), max_length=300)
    name_ru = models.CharField(_("name in Russian"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """No query; falls back to any language that has one."""
        wanted = getattr(self, f"name_{(translation.get_language() or 'kk')[:2]}", "")
        return wanted or self.name_kk or self.name_ru or self.name_en


class Organisation(Translated):
    """One organisation of any kind. A ministry ends (`valid_to`) and has a successor: data, never an enum."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    slug = models.SlugField(_("short name in addresses"), max_length=SLUG_LENGTH, unique=True)
    bin = models.CharField(
        _("BIN"), max_length=12, null=True, blank=True, unique=True, validators=[validate_bin],
        error_messages={"unique": _("An organisation with this BIN is on Birge already.")},
    )  # fmt: skip
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.PENDING)
    standing_reason = models.CharField(_("public reason"), max_length=500, blank=True)
    standing_at = models.DateTimeField(null=True, blank=True, editable=False)
    body_type = models.CharField(max_length=20, blank=True, default="")
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    attached_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="councils", verbose_name=_("council of")
    )
    is_default_council = models.BooleanField(_("council for bodies that have none"), default=False)

    objects: ClassVar = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="organisation_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                fields=["is_default_council"],
                condition=Q(is_default_council=True),
                name="organisation_one_default_council",
                violation_error_message=_("There is a default council already."),
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.COUNCIL) | Q(attached_to=None, is_default_council=False),
                name="organisation_only_councils_are_attached",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "slug"]),
            models.Index(fields=["-standing_at", "-id"], name="organisation_last_decided",
                         condition=Q(standing_at__isnull=False)),
        ]  # fmt: skip

    @property
    def is_verified(self) -> bool:
        return self.standing == Standing.VERIFIED

    @property
    def roles(self) -> tuple[Role, ...]:
        """What its people can be; what is known from another register alone has none here. No query."""
        if self.slug == RECORDED_ELSEWHERE or self.is_legacy_body:
            return ()
        return ROLES_OF[Kind(self.kind)]

    @property
    def is_legacy_body(self) -> bool:
        return self.body_type == LEGACY_BODY

    def is_addressable_on(self, day: date) -> bool:
        """Whether an issue can be addressed to it on that day: as `OrganisationQuerySet.addressable_on`. No query."""
        return self.kind == Kind.STATE_BODY and not self.is_legacy_body and self.is_valid_on(day)

    def is_valid_on(self, day: date) -> bool:
        """Whether the body exists on that day, first and last day included. No query."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def has_ended(self, day: date) -> bool:
        return self.valid_to is not None and day > self.valid_to

    def in_force(self, day: date) -> "Organisation":
        """The body itself, or whoever succeeded it by that day. No query where `successor` was fetched along."""
        body, passed = self, {self.pk}
        while body.has_ended(day) and body.successor is not None and body.successor_id not in passed:
            body = body.successor
            passed.add(body.pk)
        return body


@dataclass(frozen=True, slots=True)
class StandsIn:
    """The signatory for whom a deputy signs."""

    user_id: int
    uuid: str
    name: str


class Membership(models.Model):
    """A person's role in an organisation, from `since` until `until`; a person who leaves loses access at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=15, choices=Role)
    post = models.CharField(_("post"), max_length=200, blank=True, help_text=_("Shown beside a signature."))
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    stands_in: StandsIn | None = None
    """For whom this person signs as a named deputy; only memberships read by `MembershipQuerySet.of` know it."""

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(until=None),
                name="membership_one_role_at_a_time",
                violation_error_message=_("This person has a role in this organisation already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    def clean(self) -> None:
        if self.organisation_id and self.role not in self.organisation.roles:
            raise ValidationError({"role": _("This kind of organisation has no such role.")})

    @property
    def role_in_force(self) -> str:
        """What the person may do in issues: a deputy in force has the signatory's role."""
        return Role.SIGNATORY if self.stands_in else self.role

    @property
    def role_said(self) -> str:
        """The role in words, as it stands beside the name. No query."""
        if self.stands_in is None:
            return str(self.get_role_display())
        words = gettext("%(role)s, deputy for: %(name)s")
        return words % {"role": self.get_role_display(), "name": self.stands_in.name}

    def is_active(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)
