"""The NGO disagrees; the council's members vote by name; the chair publishes the conclusion."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation
from issues.lifecycle import Status


class Outcome(models.TextChoices):
    DONE = "done", _("Done, or the refusal stands")
    NOT_DONE = "not_done", _("Not done")
    RETRACTED = "retracted", _("Taken back by the NGO")
    ANSWERED = "answered", _("Answered")
    REPORTED = "reported", _("Reported done again")
    WITHDRAWN = "withdrawn", _("The issue was withdrawn")
    CONFIRMED = "confirmed", _("Confirmed by the NGO")
    REASSIGNED = "reassigned", _("The issue went to another body")


class Dispute(models.Model):
    """One disagreement over named asks. One is open per issue; each opening event is used once by an NGO."""

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="disputes")
    responsibility = models.ForeignKey("issues.Responsibility", models.PROTECT, related_name="disputes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="disputes")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    council = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="disputes_before")
    opening = models.CharField(max_length=12)
    opening_ref = models.CharField(max_length=40)
    reason = models.TextField()
    reason_html = models.TextField(editable=False)
    status_before = models.CharField(max_length=20, choices=Status)
    opened_at = models.DateTimeField()
    silent_at = models.DateTimeField(null=True)  # council_lapse entered
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    concluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    concluded_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    conclusion = models.TextField(blank=True)
    conclusion_html = models.TextField(blank=True, editable=False)
    until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issue"], condition=Q(closed_at=None), name="dispute_one_open"),
            models.UniqueConstraint(
                fields=["issue", "opening", "opening_ref", "organisation"], name="dispute_once_per_opening"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | Q(Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="dispute_closed_with_an_outcome",
            ),
        ]


class DisputedAsk(models.Model):
    """An ask named in a dispute. `found_done` is the council's majority for it, once concluded."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="asks")
    ask = models.ForeignKey("issues.Ask", models.PROTECT, related_name="disputed")
    found_done = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["ask__n"]
        constraints = [models.UniqueConstraint(fields=["dispute", "ask"], name="disputedask_named_once")]


class Opinion(models.Model):
    """A member's public vote on one ask: done (or the refusal upheld), or not. Changed only until the conclusion."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="opinions")
    ask = models.ForeignKey("issues.Ask", models.PROTECT, related_name="opinions")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    council = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    done = models.BooleanField()
    cast_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["ask__n", "cast_at"]
        constraints = [models.UniqueConstraint(fields=["dispute", "ask", "member"], name="opinion_one_per_member")]
