"""A word to the moderators about a message: no part of the record, read by them alone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dialogue.models.message import Message
from dialogue.querysets import ReportQuerySet
from issues.models import HideReason


class Report(models.Model):
    """One of a person about a message. It waits until the message is removed, or a moderator finds nothing to remove."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40, choices=HideReason)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "person"], name="report_one_per_person_and_message"),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="report_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.code}"
