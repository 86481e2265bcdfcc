"""What a body's people prepare before its signatory publishes it: private to the body, in tables of their own, so that nothing
public can come upon it."""

from enum import StrEnum
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issues.querysets_desk import PreparedAnswerQuerySet


class PreparedEnd(models.TextChoices):
    PUBLISHED = "published", _("Published")
    ANSWERED = "answered", _("Answered otherwise")


class PreparedState(StrEnum):
    WRITTEN = "written"
    WAITING = "waiting"
    RETURNED = "returned"

    @property
    def label(self) -> Promise:
        return _STATES[self]


_STATES = {
    PreparedState.WRITTEN: _("Being prepared"),
    PreparedState.WAITING: _("Waits for signature"),
    PreparedState.RETURNED: _("Returned"),
}


class PreparedAnswer(models.Model):
    """An official answer before it is signed: `asks` as the move `answer` takes them, dates in ISO form, perhaps unfinished.

    No event tells of it. It ends with an answer (`ended_as`), or with its responsibility: that is derived, never stored here.
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="+")
    responsibility = models.ForeignKey("issues.Responsibility", models.PROTECT, related_name="prepared_answers")
    asks: Any = models.JSONField()
    note = models.TextField(blank=True)  # to the signatory
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)  # waits for the signatory since then
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_word = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=10, choices=PreparedEnd, blank=True)

    objects: ClassVar = PreparedAnswerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["responsibility"], condition=Q(ended_at=None), name="prepared_answer_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_as="") | Q(Q(ended_at__isnull=False) & ~Q(ended_as="")),
                name="prepared_answer_ends_as_something",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_by=None, returned_word="")
                | Q(Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(returned_word="")),
                name="prepared_answer_returned_with_a_word",
            ),
        ]

    @property
    def state(self) -> PreparedState:
        if self.handed_at:
            return PreparedState.WAITING
        return PreparedState.RETURNED if self.returned_at else PreparedState.WRITTEN
