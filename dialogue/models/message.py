"""A message in an issue's thread. `seq` is its permanent number; `rev` the issue's change that last touched it (D5)."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.organisations.models import Organisation
from dialogue.querysets import MessageQuerySet
from issues.models import Attachment, HideReason, Issue
from issues.models.moderation import STUBS


class Side(models.TextChoices):
    """Which party a message speaks for; shown in words beside the name."""

    NGO = "ngo", _("NGO")
    STATE = "state", _("State body")
    COUNCIL = "council", _("Public council")
    PLATFORM = "platform", _("Platform")
    OTHER = "other", _("Another register")


class Message(models.Model):
    """One level of replies: `parent` is always a top-level message; `reply_to` the one really answered. `body_html` is
    rendered and sanitised when it is written (D9). `key` makes a repeated post the same message.

    A hidden message has no words here: whatever reads this table cannot show them. They lie in the record, and come back
    from there if the message is shown again; where they were blanked, a stub stands for them.

    A message of another register has nobody of ours behind it: its author is a name in words, or nobody named. `source_id` is
    its id there, `source_parent` the id of the one it answers, also where that one is not here.

    `issue` and `author` are found by the unique rules that begin with them; an index of each alone costs every message a write.
    """

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="messages", db_index=False)
    seq = models.PositiveIntegerField()
    rev = models.PositiveIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="messages", db_index=False
    )  # fmt: skip
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="messages")
    author_name = models.CharField(max_length=200, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    source_parent = models.CharField(max_length=200, blank=True)
    side = models.CharField(max_length=8, choices=Side)
    language = models.CharField(max_length=35, blank=True)
    body = models.TextField()
    body_html = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_reason = models.CharField(max_length=40, choices=HideReason, blank=True)
    key = models.UUIDField(default=uuid.uuid4)

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "seq"], name="message_numbered_once"),
            models.UniqueConstraint(fields=["author", "key"], name="message_posted_once"),
            models.UniqueConstraint(
                fields=["issue", "source_id"], condition=~Q(source_id=""), name="message_taken_over_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(side=Side.OTHER),
                    author__isnull=False,
                    organisation__isnull=False,
                    author_name="",
                    source_id="",
                    source_parent="",
                )
                | Q(~Q(source_id=""), author=None, organisation=None, side=Side.OTHER),
                name="message_of_a_member_or_taken_over",
            ),
            models.CheckConstraint(
                condition=Q(seq__gte=1) & Q(rev__gte=models.F("seq")), name="message_each_is_a_change"
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")), name="message_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_reason="")
                | Q(hidden_at__isnull=False, hidden_reason__in=HideReason.values),
                name="message_hidden_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(Q(hidden_at=None) & ~Q(body=""))
                | Q(hidden_at__isnull=False, body="", body_html="")
                | Q(hidden_at__isnull=False, body__in=list(STUBS.values())),
                name="message_hidden_without_words",
            ),
        ]
        indexes = [models.Index(fields=["issue", "rev"], name="message_by_rev")]

    def __str__(self) -> str:
        return f"#{self.seq}"

    @property
    def is_blanked(self) -> bool:
        """Whether its words are gone for good: a stub stands for them, and it cannot be shown again."""
        return self.body in STUBS.values()

    @property
    def files(self) -> list[Attachment]:
        """What is attached to it, of a hidden one nothing: to be shown, not saved. Of a message from `for_thread()`."""
        attached: list[dict[str, Any]] = [] if self.hidden_at else getattr(self, "attached")  # noqa: B009  (annotated)
        return [Attachment(issue=self.issue, **_read(each)) for each in attached]

    @property
    def by(self) -> Words:
        """Who wrote it."""
        return str(self.author) if self.author else self.author_name or _("Author not named")

    @property
    def signed(self) -> str:
        """Who wrote it, and for whom."""
        return f"{self.by} · {self.organisation}" if self.organisation else str(self.by)

    @property
    def is_taken_over(self) -> bool:
        return bool(self.source_id)

    @property
    def is_orphan(self) -> bool:
        """Whether it answers a message that is not here."""
        return bool(self.source_parent) and self.parent_id is None and self.reply_to_id is None


def _read(told: dict[str, Any]) -> dict[str, Any]:
    """Columns of a file as they came in JSON."""
    taken_down = told["taken_down_at"]
    return told | {
        "uuid": uuid.UUID(told["uuid"]),
        "taken_down_at": datetime.fromisoformat(taken_down) if taken_down else None,
    }
