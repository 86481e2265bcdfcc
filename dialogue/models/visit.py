"""When a person last looked at an issue: theirs alone, shown to nobody else and no part of any record."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from issues.models import Issue


class Visit(models.Model):
    """`rev`: the issue's change (D5) that they saw last; `seen`: the message up to which they have read."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="+")
    rev = models.PositiveIntegerField()
    at = models.DateTimeField()
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "issue"], name="visit_one_per_person_and_issue")
        ]
