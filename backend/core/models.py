"""What the installation remembers of itself."""

from typing import Any

from django.db import models


class Mark(models.Model):
    """A fact about this very database, written once by the command that made it so: `demo` marks what it filled."""

    key = models.CharField(max_length=40, primary_key=True)
    value: Any = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
