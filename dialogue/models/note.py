"""A note that a body keeps on an issue for itself: no part of the record, of the thread, or of anything that others see."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation
from issues.models import Issue


class PrivateNoteQuerySet(models.QuerySet["PrivateNote"]):
    def of(self, issue: Issue, organisation: Organisation) -> "PrivateNoteQuerySet":
        """Those of one body; there is no way to read them but by the body that keeps them."""
        return self.filter(issue=issue, organisation=organisation).select_related("author").order_by("n")


class PrivateNote(models.Model):
    """`n`: the body's own counter on this issue, which no other number depends on. `key` makes a repeat the same note."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    n = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField()
    body_html = models.TextField()
    at = models.DateTimeField()
    key = models.UUIDField(default=uuid.uuid4)

    objects: ClassVar = PrivateNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        ordering: ClassVar = ["n"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "organisation", "n"], name="private_note_numbered_once"),
            models.UniqueConstraint(fields=["author", "key"], name="private_note_written_once"),
            models.CheckConstraint(condition=models.Q(n__gte=1) & ~models.Q(body=""), name="private_note_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.n}"
