"""Reading what is private to a state body: prepared answers, and who stands in for whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from issues.lifecycle import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from issues.models import Issue, PreparedAnswer, Substitution  # noqa: F401


class PreparedAnswerQuerySet(models.QuerySet["PreparedAnswer"]):
    def open(self) -> PreparedAnswerQuerySet:
        """Neither ended by an answer, nor with its responsibility: redirected, withdrawn, merged, out of scope."""
        return self.filter(ended_at=None, responsibility__ended_at=None, issue__status__in=OPEN)

    def of(self, issue: Issue) -> PreparedAnswer | None:
        """The open one of an issue, with everybody named in it. One query."""
        return self.open().filter(issue=issue).select_related("made_by", "edited_by", "returned_by").first()

    def waiting(self, bodies: Iterable[int]) -> PreparedAnswerQuerySet:
        """Those of these bodies' issues that wait for a signature, the earliest date of the body first."""
        from issues.models import Duty

        owed = Duty.objects.open().filter(issue=OuterRef("issue"), kind="answer").values("due_at")
        waiting = self.open().filter(handed_at__isnull=False, issue__body_addressed__in=bodies)
        due = Coalesce(Subquery(owed[:1]), F("issue__due_at"))  # a dispute's date is not the body's
        return waiting.order_by(due.asc(nulls_last=True), "issue_id")


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def of_body(self, body: int) -> SubstitutionQuerySet:
        """All ever named there, the latest first, with the names. One query."""
        return self.filter(organisation=body).select_related("away", "by", "named_by")

    def in_force(self, at: datetime) -> SubstitutionQuerySet:
        today = timezone.localdate(at)
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=at), since__lte=today, until__gte=today)
