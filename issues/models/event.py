"""The public record of an issue: append-only, one hash chain per issue (D11). Written by `issues.record`."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.organisations.models import Organisation
from issues.lifecycle import Status


def _kept_whole(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the public record is append-only';",
    )


class IssueEvent(models.Model):
    """One entry: who did what, for whom, when. `seq` starts at 1 and is the issue's `rev` after it.

    `canonical` are the exact bytes hashed: they hold a salted digest of each free text, while the text itself lies in
    `EventText` and can be blanked without breaking the chain. `hash` = sha256(previous hash + canonical).
    """

    issue = models.ForeignKey(
        "issues.Issue", models.PROTECT, related_name="events", db_index=False
    )  # the chain's rule finds it
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    move = models.CharField(max_length=32)
    from_status = models.CharField(max_length=20, choices=Status)
    to_status = models.CharField(max_length=20, choices=Status)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    facts: Any = models.JSONField(default=dict)
    canonical = models.BinaryField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "seq"], name="event_chain_has_no_fork"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="event_chain_starts_at_one"),
        ]
        indexes = [models.Index(fields=["at", "id"], name="event_by_time")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            _kept_whole("never_truncated"),
        ]


class EventText(models.Model):
    """A free text of an event with the salt of its digest. Only blanking both, once, is ever allowed afterwards: the
    event `text_blanked`, or `message_hidden`, then says who did it and why.
    """

    event = models.ForeignKey(IssueEvent, models.PROTECT, related_name="texts", db_index=False)  # as above
    key = models.CharField(max_length=60)
    text = models.TextField()
    salt = models.BinaryField(max_length=16)
    blanked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "key"], name="eventtext_once_per_key"),
            models.CheckConstraint(
                condition=Q(Q(blanked_at=None) & ~Q(text="") & ~Q(salt=b""))
                | Q(blanked_at__isnull=False, text="", salt=b""),
                name="eventtext_whole_or_blank",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            _kept_whole("text_never_truncated"),
            pgtrigger.Protect(
                name="only_blanked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NOT (NEW.text = '' AND length(NEW.salt) = 0 AND NEW.blanked_at IS NOT NULL"
                    " AND OLD.blanked_at IS NULL"
                    " AND NEW.id = OLD.id AND NEW.event_id = OLD.event_id AND NEW.key = OLD.key)"
                ),
            ),
        ]
