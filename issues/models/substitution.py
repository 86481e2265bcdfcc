"""Who looks after the rows of somebody who is away: on the desk alone, it gives nobody another role."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from backend.organisations.models import Organisation
from backend.organisations.models.deputy import DAYS, one_of
from issues.querysets_desk import SubstitutionQuerySet


class Substitution(models.Model):
    """`away` is away from the first to the last day, both included, in Almaty, or until `ended_at`; `by` sees their rows beside
    their own. In force or not is derived, never stored. Private to the body.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    away = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = SubstitutionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="substitution_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(away=F("by")), name="substitution_by_another"),
            ExclusionConstraint(
                name="substitution_one_at_a_time",
                expressions=[one_of("organisation"), one_of("away"), DAYS],
                condition=Q(ended_at=None),
            ),
        ]

    def is_over(self, today: date) -> bool:
        return self.ended_at is not None or self.until < today
