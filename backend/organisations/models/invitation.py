"""An invitation by e-mail to act for an organisation: a link that works once, for its address alone, for two weeks."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models.organisation import Membership, Organisation, Role
from backend.organisations.querysets import InvitationQuerySet


class Invitation(models.Model):
    """`token_hash` is all that is kept of the link (`organisations.links`). `mailed_at`: the mail has left; empty, it has not.

    A newer invitation of the same address takes the open one back: at most one link of an address works.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=15, choices=Role)
    post = models.CharField(_("post"), max_length=200, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True)
    mailed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_as = models.OneToOneField(Membership, models.PROTECT, null=True, related_name="invitation")

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_per_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_as=None)
                | Q(accepted_at__isnull=False, accepted_as__isnull=False),
                name="invitation_accepted_as_a_membership",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organisation}"

    def is_expired(self, at: datetime) -> bool:
        return self.expires_at <= at
