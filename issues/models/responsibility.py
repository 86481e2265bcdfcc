"""A body's tenure over an issue, and the duties with their published due dates."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation
from issues.querysets import DutyQuerySet


class Responsibility(models.Model):
    """From receipt to redirect or end. Waits, answers, limits and metrics belong to it. One is current per issue.

    It ends by redirect, withdrawal, merge, scope or resolution; a refusal or a lapse leaves it: those can be disputed.
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="responsibilities")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="responsibilities")
    hop = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    registered_on = models.DateField()
    original_due_on = models.DateField()
    due_on = models.DateField()  # the answer's date in force
    unit = models.CharField(_("unit"), max_length=200, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    clarification_at = models.DateTimeField(null=True)
    extended_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    wait_days = models.PositiveIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering: ClassVar = ["received_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issue"], condition=Q(ended_at=None), name="responsibility_one_current"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | Q(Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="responsibility_ends_by_something",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("original_due_on")), name="responsibility_extended_forward"
            ),
        ]


class DutyKind(models.TextChoices):
    ACCEPT = "accept", _("Take up the issue")
    REDIRECT = "redirect", _("Send to the competent body")
    ANSWER = "answer", _("Answer")
    CLARIFY = "clarify", _("Answer the question")
    CONFIRM = "confirm", _("Confirm or disagree")
    CONCLUDE = "conclude", _("Conclude the dispute")
    CONCLUSION = "conclusion", _("Do what the council concluded")
    REPORT = "report", _("Report what was done")
    WITHDRAW = "withdraw", _("A co-signing NGO may take the issue over")
    AGREE = "agree", _("Reply to the proposed redirect")
    APPEAL = "appeal", _("Appeal against the moderator's decision")


COSIGNER = "cosigner"
NEW_BODY = "new_body"
MODERATOR = "moderator"
"""Whose date the window after a withdrawal, and the reply to a proposed redirect, is: beside `OwedBy`, since the issue's own
clock runs on and these are not the parties that it names.
"""


class Duty(models.Model):
    """A due date as it was published, with its explanation; a later calendar never rewrites it (domain.md section 3).

    `explanation` is the JSON of `clock.DueDate`. Open until met or ended; `lapsed_at`: the system entered that it passed.
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="duties")
    responsibility = models.ForeignKey(Responsibility, models.PROTECT, null=True, related_name="duties")
    dispute = models.ForeignKey("issues.Dispute", models.PROTECT, null=True, related_name="duties")
    kind = models.CharField(max_length=12, choices=DutyKind)
    owed_by = models.CharField(max_length=10)
    starts_on = models.DateField()
    due_on = models.DateField()
    due_at = models.DateTimeField()
    explanation: Any = models.JSONField()
    set_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # replaced, or no longer owed
    lapsed_at = models.DateTimeField(null=True)

    objects: ClassVar = DutyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["set_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "kind"], condition=Q(met_at=None, ended_at=None), name="duty_one_open_of_a_kind"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(met_at=None, ended_at=None, lapsed_at=None), name="duty_waiting_to_pass"
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.ended_at is None

    def is_past(self, at: datetime) -> bool:
        return at > self.due_at
