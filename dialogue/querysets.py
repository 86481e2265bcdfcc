"""Reading messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from issues.models import Attachment

if TYPE_CHECKING:
    from backend.accounts.models import User
    from dialogue.models import Message, Report  # noqa: F401


FILE_COLUMNS = ("uuid", "name", "kind", "size", "sha256", "place", "stage", "taken_down_at")
"""What of an attached file is shown beside its message."""


class MessageQuerySet(models.QuerySet["Message"]):
    def for_thread(self) -> MessageQuerySet:
        """All a message needs to be shown, in one query, in the order of posting; `Message.files` reads its `attached`."""
        files = Attachment.objects.published().filter(issue=OuterRef("issue"), message=OuterRef("seq"))
        told = files.order_by("at", "id").values(told=JSONObject(**{each: F(each) for each in FILE_COLUMNS}))
        return (
            self.select_related("author", "organisation", "parent", "reply_to")
            .annotate(attached=ArraySubquery(told))
            .order_by("seq")
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_mentions(self) -> MessageQuerySet:
        """With whom they name, one query more."""
        named = self.model._meta.get_field("mentions").related_model
        parties = named._default_manager.select_related("person", "organisation")
        return self.prefetch_related(models.Prefetch("mentions", parties))

    def new_to(self, person: User, seen: int | models.F | models.OuterRef) -> MessageQuerySet:
        """What others wrote after message number `seen`, and was not removed."""
        return self.filter(seq__gt=seen, hidden_at=None).exclude(author=person)

    def changed_after(self, rev: int) -> MessageQuerySet:
        """Those posted, edited or hidden since that `rev` (D5)."""
        return self.filter(rev__gt=rev).order_by("rev")


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> ReportQuerySet:
        """About messages that no moderator removed, or found nothing to remove in, yet."""
        return self.filter(settled_at=None, message__hidden_at=None)
