"""A commitment: a measure with a date. Kept, late and broken are derived from its *first* date, never stored."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Kind, Organisation
from issues.querysets import CommitmentQuerySet


class Progress(models.TextChoices):
    """The five points of the Open Government Partnership's reviews."""

    NO_EVIDENCE = "no_evidence", _("No evidence")
    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited")
    SUBSTANTIAL = "substantial", _("Substantial")
    COMPLETE = "complete", _("Complete")


class Commitment(models.Model):
    """What will be done for a supported ask, by which unit, by when, and what will show it.

    `first_due` never changes; `due` is the newest date, `moves` how often it moved: slippage stays visible.
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="commitments")
    ask = models.ForeignKey("issues.Ask", models.PROTECT, related_name="commitments")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="commitments")
    text = models.TextField(_("what will be done"))
    unit = models.CharField(_("which unit"), max_length=200)
    shows = models.TextField(_("what will show it"))
    promised_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # a joint measure counts once the NGO's manager took it on
    first_due = models.DateField(_("first date"))
    due = models.DateField(_("date"))
    moves = models.PositiveSmallIntegerField(default=0)
    progress = models.CharField(_("progress"), max_length=12, choices=Progress, default=Progress.NOT_STARTED)
    completed_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)
    broken_at = models.DateTimeField(null=True)  # a dispute over its ask ended "not done"

    objects: ClassVar = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering: ClassVar = ["first_due", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(progress=Progress.COMPLETE, completed_on__isnull=False)
                | Q(~Q(progress=Progress.COMPLETE), completed_on=None),
                name="commitment_complete_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(dropped_on=None) | Q(completed_on=None), name="commitment_not_both_dropped_and_complete"
            ),
            models.CheckConstraint(
                condition=Q(moves__gt=0) | Q(due=F("first_due")), name="commitment_moved_is_counted"
            ),
        ]
        indexes = [models.Index(fields=["due", "id"], name="commitment_by_due")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_pending(self) -> bool:
        return self.completed_on is None and self.dropped_on is None

    @property
    def is_joint(self) -> bool:
        """A measure of an NGO. No query where `owner` was fetched along."""
        return self.owner.kind == Kind.NGO

    @property
    def is_untaken(self) -> bool:
        """Offered to an NGO that did not take it on: nobody's promise. No query where `owner` was fetched along."""
        return self.taken_at is None and self.is_joint

    def result(self, today: date) -> str:
        """`kept`, `late`, `broken` or `pending` (domain.md section 2), on that Almaty day; `offered`: a joint measure that
        nobody took on, which does not count. No query where `owner` was fetched along.
        """
        if self.is_untaken:
            return "offered"
        if self.dropped_on or self.broken_at:
            return "broken"
        if self.completed_on:
            return "kept" if self.completed_on <= self.first_due else "late"
        return "broken" if today > self.first_due else "pending"

    def slippage(self) -> int:
        """Calendar days between the first date and completion, or the newest date while it is not complete."""
        return ((self.completed_on or self.due) - self.first_due).days
