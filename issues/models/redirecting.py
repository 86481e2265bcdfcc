"""A redirect that is only proposed: late, or a further hop. The old clock runs until somebody agrees."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation


class ProposalEnd(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("No reply in time")
    OVERTAKEN = "overtaken", _("Overtaken: the issue moved on")


class RedirectProposal(models.Model):
    """One proposal, kept when it has ended; one is open per issue. `asks`: the numbers that would go, None: the whole issue.

    `hop`: what the new responsibility's would be; from the second on a moderator decides (domain.md section 2).
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="proposals")
    responsibility = models.ForeignKey("issues.Responsibility", models.PROTECT, related_name="proposals")
    to_body = models.ForeignKey(Organisation, models.PROTECT, related_name="redirects_proposed")
    hop = models.PositiveSmallIntegerField()
    asks: Any = models.JSONField(null=True)
    reason = models.TextField()
    reason_html = models.TextField(editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=ProposalEnd, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issue"], condition=Q(closed_at=None), name="proposal_one_open"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | Q(closed_at__isnull=False, outcome__in=ProposalEnd.values),
                name="proposal_closed_with_an_outcome",
            ),
            models.CheckConstraint(condition=Q(hop__gte=1), name="proposal_is_a_hop"),
        ]

    @property
    def by_moderator(self) -> bool:
        """Who replies: a moderator from the second hop on, else the proposed body."""
        return self.hop > 1
