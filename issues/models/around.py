"""Around an issue: what was added to it later, and the issues it belongs with."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation
from issues.querysets import RelationQuerySet


class Addendum(models.Model):
    """What the NGO adds once the asks are frozen: facts, figures, news. It changes no ask and no clock."""

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="addenda")
    n = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    text_html = models.TextField(editable=False)

    class Meta:
        ordering: ClassVar = ["n"]
        constraints = [models.UniqueConstraint(fields=["issue", "n"], name="addendum_numbered_once")]


class RelationKind(models.TextChoices):
    RELATED = "related", _("Related")
    RECURS = "recurs", _("The same problem again")
    SPLIT = "split", _("Asks of it went to another body")


NAMED = (RelationKind.RELATED, RelationKind.RECURS)
"""What an NGO names itself."""


class Relation(models.Model):
    """A link from an issue to another, shown on both. `split`: made by a redirect of some asks, from their first issue;
    `recurs`: to an earlier issue, closed when it was named. What was taken back stays as a row, and in both records.
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="relations")
    other = models.ForeignKey("issues.Issue", models.PROTECT, related_name="relations_to")
    kind = models.CharField(max_length=10, choices=RelationKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = RelationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "other"], condition=Q(ended_at=None), name="relation_once"),
            models.CheckConstraint(condition=~Q(issue=F("other")), name="relation_to_another"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(kind__in=NAMED), name="relation_taken_back_was_named"
            ),
        ]


class DraftRelation(models.Model):
    """What a draft names, for its NGO alone. A table of its own, so that nothing read of the other issue can come upon it."""

    issue = models.ForeignKey("issues.Issue", models.CASCADE, related_name="draft_relations")  # goes with the draft
    other = models.ForeignKey("issues.Issue", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=RelationKind)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "other"], name="draft_relation_once"),
            models.CheckConstraint(condition=Q(kind__in=NAMED), name="draft_relation_is_named"),
        ]
