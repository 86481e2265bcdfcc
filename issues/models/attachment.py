"""Files that people attach, and what each belongs to. Where the bytes lie, `storage_key` says; no address leads there."""

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from backend.core.uploads.kinds import FileKind
from backend.organisations.models import Organisation
from issues.querysets import AttachmentQuerySet


class Place(models.TextChoices):
    """What a file belongs to."""

    ISSUE = "issue"
    EVIDENCE = "evidence"
    ADDENDUM = "addendum"
    MESSAGE = "message"


class Stage(models.TextChoices):
    """`PENDING` waits in a form, is its uploader's alone, and goes after a day; `DRAFT` stays with the draft, for its NGO."""

    PENDING = "pending"
    DRAFT = "draft"
    PUBLISHED = "published"


# What stays of a public file that is taken down: all but its name.
_KEPT = (
    "uuid", "issue_id", "place", "evidence_id", "addendum_id", "message", "stage", "uploaded_by_id", "organisation_id",
    "kind", "size", "sha256", "storage_key", "at", "published_rev",
)  # fmt: skip


def _same(*columns: str) -> str:
    return " AND ".join(f"OLD.{each} IS NOT DISTINCT FROM NEW.{each}" for each in columns)


_TAKEN_DOWN = f"OLD.taken_down_at IS NULL AND NEW.taken_down_at IS NOT NULL AND {_same('withheld_at')}"
_WITHHELD = f"OLD.place = 'message' AND {_same('name', 'taken_down_at')}"


class Attachment(models.Model):
    """One file. `name` is cleaned and only shown; `kind` was told by content; `sha256` is of the bytes as they are kept and
    served. `published_rev`: the event of the issue that made it public; from then on the row does not change, save that it
    is taken down: its name is blanked in the record, and its bytes are gone. `message`: the number of the message that it
    belongs to; `withheld_at`: since when that message is hidden, and the file with it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issue = models.ForeignKey(
        "issues.Issue", models.CASCADE, related_name="attachments"
    )  # a draft is deleted with its files
    place = models.CharField(max_length=10, choices=Place)
    evidence = models.ForeignKey("issues.Evidence", models.PROTECT, null=True, related_name="attachments")
    addendum = models.ForeignKey("issues.Addendum", models.PROTECT, null=True, related_name="attachments")
    message = models.PositiveIntegerField(null=True)
    stage = models.CharField(max_length=10, choices=Stage)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=5, choices=FileKind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    published_rev = models.PositiveIntegerField(null=True)
    taken_down_at = models.DateTimeField(null=True)
    withheld_at = models.DateTimeField(null=True)

    objects: ClassVar = AttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=Stage.PUBLISHED, published_rev__isnull=False)
                | Q(~Q(stage=Stage.PUBLISHED), published_rev=None, evidence=None, addendum=None, message=None),
                name="attachment_published_by_an_event",
            ),
            models.CheckConstraint(
                condition=~Q(place=Place.EVIDENCE) | Q(evidence__isnull=False) | Q(stage=Stage.PENDING),
                name="attachment_of_evidence_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(place=Place.ADDENDUM) | Q(addendum__isnull=False) | Q(stage=Stage.PENDING),
                name="attachment_of_an_addendum_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(place=Place.MESSAGE) | Q(message__isnull=False) | Q(stage=Stage.PENDING),
                name="attachment_of_a_message_names_it",
            ),
            models.CheckConstraint(
                condition=(Q(evidence=None) | Q(place=Place.EVIDENCE))
                & (Q(addendum=None) | Q(place=Place.ADDENDUM))
                & (Q(message=None) | Q(place=Place.MESSAGE)),
                name="attachment_is_in_one_place",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.DRAFT) | Q(place=Place.ISSUE), name="attachment_of_a_draft_is_the_issues"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_is_not_empty"),
            models.CheckConstraint(
                condition=Q(taken_down_at=None) | Q(stage=Stage.PUBLISHED), name="attachment_taken_down_was_public"
            ),
            models.CheckConstraint(
                condition=Q(withheld_at=None) | Q(message__isnull=False), name="attachment_withheld_with_its_message"
            ),
        ]
        indexes = [
            models.Index(fields=["at", "id"], condition=Q(stage=Stage.PENDING), name="attachment_pending"),
            models.Index(fields=["issue", "message"], condition=Q(message__isnull=False), name="attachment_by_message"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="attachment_public_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.stage = 'published'"),
            ),
            pgtrigger.Protect(
                name="attachment_only_taken_down",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.stage = 'published' AND NOT ({_same(*_KEPT)} AND (({_TAKEN_DOWN}) OR ({_WITHHELD})))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is downloaded. Needs `issue`."""
        if self.issue.number is None:
            return reverse("draft_attachment", args=[self.issue.uuid, self.uuid])
        return reverse("attachment", args=[self.issue.number, self.uuid])

    @property
    def is_published(self) -> bool:
        return self.stage == Stage.PUBLISHED

    @property
    def mime(self) -> str:
        return FileKind(self.kind).mime
