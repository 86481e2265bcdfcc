"""The NGOs that put their name under another NGO's issue."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation


class CosignEnd(models.TextChoices):
    WITHDRAWN = "withdrawn", _("Co-signature withdrawn")
    TOOK_OVER = "took_over", _("Took the issue over")
    RESTORED = "restored", _("Its own issue was restored")


class Cosigner(models.Model):
    """One co-signature, kept when it has ended: taken back, or turned into holding the issue. One stands per NGO and issue;
    `Issue.cosigners_count` counts those that stand.
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="cosigners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cosigned")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=10, choices=CosignEnd, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "organisation"], condition=Q(ended_at=None), name="cosigner_signs_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_as="") | Q(ended_at__isnull=False, ended_as__in=CosignEnd.values),
                name="cosigner_ends_by_something",
            ),
        ]

    @property
    def stands(self) -> bool:
        return self.ended_at is None
