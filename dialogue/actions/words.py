"""Where the words of messages stand: in the record, and beside it."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from dialogue.models import Mention, Message
from issues import policies
from issues.models import Attachment, EventText, Issue, IssueEvent
from issues.record.chain import Entry, append
from issues.record.copies import COPIES, Copy
from issues.record.removed import MESSAGE_POSTED, MESSAGE_TEXTS


def texts_of(message: Message) -> list[EventText]:
    """The words of a message in the record, those in force last. One query."""
    return list(_texts(message.issue_id, message.seq).select_related("event").order_by("event__seq"))


def _texts(issue: int, number: int) -> QuerySet[EventText]:
    about = {"event__issue": issue, "event__move__in": MESSAGE_TEXTS, "event__facts__message": number}
    return EventText.objects.filter(**about, key="body")


def names_of_files(message: Message) -> list[EventText]:
    """The names of its files in the record. One query."""
    said = EventText.objects.filter(
        event__issue=message.issue_id, event__move=MESSAGE_POSTED, event__facts__message=message.seq,
        key__startswith="file.",
    )  # fmt: skip
    return list(said.select_related("event").order_by("key"))


def enter(
    issue: Issue, what: str, seat: policies.Seat, at: datetime, facts: dict[str, Any], texts: dict[str, str]
) -> None:
    append(issue, Entry(what, issue.status, issue.status, at, seat.person, seat.organisation, facts, texts))
    issue.save(update_fields=["rev", "chain_hash", "active_at"])


def set_columns(message: Message, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(message, name, value)
    message.save(update_fields=list(fields))


def _author(event: IssueEvent, rest: str) -> Copy:
    """The name under a message of another register."""
    rows = Message.objects.filter(issue=event.issue_id, seq=event.facts["message"])
    return Copy(rows, "author_name", revised=True)


def _copy(event: IssueEvent, rest: str) -> Copy:
    """The message, if it says something else by no later event: what it said before stands in the record alone."""
    rows = Message.objects.filter(issue=event.issue_id, seq=event.facts["message"])
    if rest or _texts(event.issue_id, event.facts["message"]).filter(event__seq__gt=event.seq).exists():
        rows = rows.none()
    language = rows.values_list("language", flat=True).first() or ""
    return Copy(rows, "body", language, revised=True, gone=Mention.objects.filter(message__in=rows))


def _file(event: IssueEvent, rest: str) -> Copy:
    """A file of the message, which shows it."""
    rows = Message.objects.filter(issue=event.issue_id, seq=event.facts["message"])
    return Copy(Attachment.objects.filter(issue=event.issue_id, uuid=rest), "name", beside=rows)


COPIES[MESSAGE_POSTED, "file"] = _file
for _move in MESSAGE_TEXTS:
    COPIES[_move, "body"] = _copy
    COPIES[_move, "author"] = _author
