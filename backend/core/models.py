"""What the installation remembers of itself."""

from typing import Any

from django.conf import settings
from django.db import models


class Mark(models.Model):
    """A fact about this very database, written once by the command that made it so: `demo` marks what it filled."""

    key = models.CharField(max_length=40, primary_key=True)
    value: Any = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class FirstAnswer(models.Model):
    """What the first request with a key was answered; `backend.core.once` keeps it and gives it again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    method = models.CharField(max_length=7)
    path = models.TextField()
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    answer: Any = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "method", "path", "key"], name="firstanswer_one_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
