"""Who is named in a message: a person of its room, and for whom they were there."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from backend.organisations.models import Organisation
from dialogue.models.message import Message


class Mention(models.Model):
    """Made of the message's words, with them: they go when the words go."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "person"], name="mention_one_per_message_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.person}"
