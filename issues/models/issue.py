"""The issue. Written only by `issues.actions`."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation
from issues.lifecycle import BEFORE_ANSWER, OPEN, Status
from issues.models.cosigning import CosignEnd, Cosigner
from issues.models.reference import Region, Topic
from issues.querysets import IssueQuerySet


class Origin(models.TextChoices):
    PLATFORM = "platform", _("Raised on Birge")
    LEGACY = "legacy", _("Recorded elsewhere")


class OwedBy(models.TextChoices):
    BODY = "body", _("State body")
    NGO = "ngo", _("NGO")
    COUNCIL = "council", _("Public council")


class Basis(models.TextChoices):
    """On whose word an issue is resolved, or a refusal stands."""

    CONFIRMED = "confirmed", _("confirmed by the NGO")
    COUNCIL = "council", _("by the council's conclusion")


_FILTERED = ("region", "topic", "body_addressed", "status", "owed_by", "due_at")


class Issue(models.Model):
    """An act of public dialogue. `rev` numbers every change since it was raised, gapless: the length of its event chain
    and the counter of its thread in one (D5, D11); `seq` numbers the messages. Both move under this row's lock.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=16, null=True, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("what is the problem"), blank=True)
    body_html = models.TextField(blank=True, editable=False)
    language = models.CharField(_("language of the text"), max_length=35, default="kk")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, verbose_name=_("topic"))
    # Of these references an index below begins with the same column.
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"), db_index=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    body_addressed = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="issues_addressed",
        verbose_name=_("responsible body"),
        db_index=False,
    )
    raised_by = models.ForeignKey(Organisation, models.PROTECT, related_name="issues_raised", db_index=False)
    # raised_by until a take-over
    held_by = models.ForeignKey(Organisation, models.PROTECT, related_name="issues_held", db_index=False)
    cosigners_count = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PLATFORM)
    official_number = models.CharField(_("number of the official appeal"), max_length=60, blank=True)
    official_date = models.DateField(_("date of the official appeal"), null=True, blank=True)
    source_status = models.CharField(max_length=200, blank=True, default="")  # in the words of its register
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True)
    first_received_at = models.DateTimeField(
        null=True
    )  # of any ask in it, by any body: its NGO's whole wait runs from here
    answered_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=10, choices=Basis, blank=True, default="")
    due_at = models.DateTimeField(null=True)
    owed_by = models.CharField(max_length=8, choices=OwedBy, blank=True, default="")
    active_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    rev = models.PositiveIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    chain_hash = models.BinaryField(max_length=32, default=b"")

    objects: ClassVar = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT, number=None, raised_at=None, rev=0)
                | Q(
                    ~Q(status=Status.DRAFT) & ~Q(title=""),
                    number__isnull=False,
                    raised_at__isnull=False,
                    topic__isnull=False,
                    region__isnull=False,
                    body_addressed__isnull=False,
                ),
                name="issue_raised_whole",
                violation_error_message=_("A raised issue has a number, a title, a topic, a region and a body."),
            ),
            models.CheckConstraint(
                condition=Q(status=Status.RESOLVED, resolved_at__isnull=False, basis__in=Basis.values)
                | Q(~Q(status=Status.RESOLVED), resolved_at=None),
                name="issue_resolved_by_someone",
                violation_error_message=_(
                    "An issue is resolved by the NGO's confirmation or the council's conclusion."
                ),
            ),
            models.CheckConstraint(
                condition=Q(basis="") | Q(status=Status.RESOLVED) | Q(status=Status.REFUSED, basis=Basis.COUNCIL),
                name="issue_basis_of_an_end",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None, owed_by="")
                | Q(due_at__isnull=False, owed_by__in=OwedBy.values, status__in=OPEN),
                name="issue_duty_has_an_ower",
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.LEGACY, status=Status.RECORDED)
                | Q(~Q(status=Status.RECORDED), origin=Origin.PLATFORM),
                name="issue_recorded_is_legacy",
            ),
            models.CheckConstraint(
                condition=Q(source_status="") | Q(origin=Origin.LEGACY), name="issue_own_state_is_a_legacy_issues"
            ),
            models.CheckConstraint(
                condition=Q(raised_at=None, first_received_at=None)
                | Q(first_received_at__isnull=False, first_received_at__lte=F("raised_at")),
                name="issue_wait_begins_by_the_raising",
            ),
            models.CheckConstraint(condition=Q(seq__lte=F("rev")), name="issue_each_message_is_a_change"),
            models.CheckConstraint(
                condition=Q(official_number="", official_date=None)
                | Q(~Q(official_number=""), official_date__isnull=False),
                name="issue_official_appeal_whole",
                violation_error_message=_("A registered official appeal has a number and a date."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_at", "id"], name="issue_by_due"),
            # The list asks for one origin or the other: a large register does not stand in the way of what was raised here.
            # Both are read without the rows, which are wide: whoever filters walks past thousands of them, or counts them.
            # Drafts are in no list; raised at no time, they would stand before all others.
            models.Index(
                fields=["-raised_at", "-id", *_FILTERED],
                condition=Q(~Q(status=Status.DRAFT), origin=Origin.PLATFORM),
                name="issue_by_newest",
            ),
            models.Index(fields=_FILTERED, condition=Q(origin=Origin.PLATFORM), name="issue_facets"),
            models.Index(fields=["-active_at", "-id"], name="issue_by_activity"),
            # The list by due date, across statuses; what has none comes after, by id.
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="issue_by_due_date"),
            # The two lists of the home page.
            models.Index(
                fields=["first_received_at", "id"],
                condition=Q(answered_at=None, origin=Origin.PLATFORM),
                name="issue_waiting_longest",
            ),
            models.Index(
                fields=["-resolved_at", "-id"], condition=Q(status=Status.RESOLVED), name="issue_newly_resolved"
            ),
            models.Index(fields=["body_addressed", "status", "due_at"], name="issue_of_body"),
            models.Index(fields=["-cosigners_count", "-id"], name="issue_by_cosigners"),
            models.Index(
                fields=["-raised_at", "-id"], condition=Q(origin=Origin.LEGACY), name="issue_legacy_by_newest"
            ),
            models.Index(fields=["raised_by", "status"], name="issue_of_ngo"),
            models.Index(fields=["held_by", "status"], name="issue_held"),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.uuid} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever raised an issue holds it, unless said otherwise (`bulk_create` and COPY say it themselves)."""
        self.held_by_id = self.held_by_id or self.raised_by_id
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        if self.status == Status.DRAFT:
            return reverse("draft", args=[self.uuid])
        return reverse("issue", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def holders(self) -> set[int]:
        """Ids of the NGOs that hold the issue or held it: what one of them did counts for whoever holds it now. No query
        on an issue from `with_parts()`.
        """
        took_over = {each.organisation_id for each in self.cosigners.all() if each.ended_as == CosignEnd.TOOK_OVER}
        return {self.raised_by_id, self.held_by_id} | took_over

    @property
    def supporters(self) -> list[Cosigner]:
        """The co-signatures that stand, the first one first. No query on an issue from `with_parts()`."""
        return [each for each in self.cosigners.all() if each.stands]

    @property
    def is_before_answer(self) -> bool:
        return self.status in BEFORE_ANSWER

    def is_overdue(self, at: datetime) -> bool:
        """Derived, never stored (habit 5): the body's date in force has passed."""
        return self.owed_by == OwedBy.BODY and self.due_at is not None and at > self.due_at


class NumberCounter(models.Model):
    """The last number given in a year. Taken last in a transaction; gaps are allowed."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)
