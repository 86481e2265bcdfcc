"""Who signs for a signatory for a time, by name: on leave, on a journey, by order."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from backend.organisations.models.organisation import Membership
from backend.organisations.querysets import DeputyQuerySet


def one_of(seat: str) -> tuple[Any, str]:
    """Equality as an overlap of ranges: so the index needs no extension of the database."""
    whole = Func(F(seat), F(seat), Value("[]"), function="int8range", output_field=BigIntegerRangeField())
    return whole, RangeOperators.OVERLAPS


DAYS = (
    Func(F("since"), F("until"), Value("[]"), function="daterange", output_field=DateRangeField()),
    RangeOperators.OVERLAPS,
)


class Deputy(models.Model):
    """`deputy` has the capacity of `signatory` from the first to the last day, both included, in Almaty; until `ended_at`, and
    never longer than both memberships last. In force or not is derived (`DeputyQuerySet.in_force`), never stored.
    """

    signatory = models.ForeignKey(Membership, models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Membership, models.PROTECT, related_name="stands_in_for")
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=300)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="deputy_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(signatory=F("deputy")), name="deputy_is_another"),
            ExclusionConstraint(
                name="deputy_one_of_a_signatory", expressions=[one_of("signatory"), DAYS], condition=Q(ended_at=None)
            ),
            ExclusionConstraint(
                name="deputy_of_one_signatory", expressions=[one_of("deputy"), DAYS], condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy.user} / {self.signatory.user}"

    def is_over(self, today: date) -> bool:
        """Ended early, or the last day has passed. That a membership ended also ends it (`organisations.actions`)."""
        return self.ended_at is not None or self.until < today
