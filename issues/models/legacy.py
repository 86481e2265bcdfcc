"""Where an issue that was taken over from another register comes from. Written by `issues.actions.recording`."""

from typing import Any, ClassVar

from django.db import models

# The moves of the events that tell what was taken over: no rows of the move table, for nobody here makes them.
RECORDED, RECORDED_AGAIN, ANSWER_RECORDED = "recorded", "recorded_again", "answer_recorded"


class LegacySource(models.Model):
    """The register and its own name for the issue. `kept`: what else was kept of the row, pairs of a label and
    its texts.

    `digest` stands for the row as it was read last: the same row, read again, is known by it.
    """

    issue = models.OneToOneField("issues.Issue", models.PROTECT, related_name="source")
    register = models.CharField(max_length=200)
    source_id = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    kept: Any = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register", "source_id"], name="legacysource_taken_over_once")
        ]
