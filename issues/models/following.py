"""Whom an issue's news concerns: private to the person, no part of the record."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Follow(models.Model):
    """A person follows an issue until they no longer do; nobody else learns of it."""

    issue = models.ForeignKey("issues.Issue", models.CASCADE, related_name="followers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["issue", "person"], name="follow_once")]
