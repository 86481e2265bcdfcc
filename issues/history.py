"""The public record of an issue in words: each event as who, for whom, when, what, with its facts and texts."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.core.errors import Words
from issues.answer_language import read_as
from issues.headings import what
from issues.history_facts import Names, facts_of, text_label
from issues.lifecycle import Status
from issues.models import EventText, Issue, IssueEvent
from issues.models.legacy import RECORDED
from issues.record.removed import MESSAGE_TEXTS, hidden_messages


@dataclass(frozen=True, slots=True)
class Said:
    """A text of an event: `text` is empty where it was blanked, or is that of a hidden message (its number). `language`: in
    which it is read.
    """

    key: str
    label: str
    text: str
    blanked_at: datetime | None
    hidden: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the history shows it. `change`: (from, to) where the status changed."""

    event: IssueEvent
    what: Words
    change: tuple[Words, Words] | None
    facts: list[tuple[Words, Any]]
    texts: list[Said]
    hash: str


def entries(issue: Issue, last: int | None = None) -> list[Entry]:
    """The whole record of an issue, or its `last` events, oldest first. Four queries, however long it is; one more where a
    deputy signed, two of an issue that was taken over from another register.
    """
    events = list(
        issue.events.order_by("-seq").select_related("actor", "organisation").prefetch_related("texts")[:last]
    )
    events.reverse()  # what hides a message comes after it: it is among the last events whenever the message is
    names = Names.of(issue, events)
    hidden = hidden_messages(events)
    return [_entry(event, names, hidden) for event in events]


def entry_of(event: IssueEvent) -> Entry:
    """One event as the history shows it. Queries as `entries`."""
    return _entry(event, Names.of(event.issue, [event]), hidden_messages([event]))


def _entry(event: IssueEvent, names: Names, hidden: set[int]) -> Entry:
    changed = event.from_status != event.to_status and event.move != RECORDED  # it never was a draft here
    return Entry(
        event,
        what(event),
        (Status(event.from_status).label, Status(event.to_status).label) if changed else None,
        list(facts_of(event, names)),
        [_said(text, event, names.language, hidden) for text in event.texts.all()],
        bytes(event.hash).hex(),
    )


def _said(text: EventText, event: IssueEvent, language: str, hidden: set[int]) -> Said:
    of_message = event.facts["message"] if event.move in MESSAGE_TEXTS else None
    if of_message and event.actor:
        language = event.actor.language
    under = of_message if of_message in hidden else None
    words = "" if under else _readable(text)
    return Said(text.key, text_label(text.key), words, text.blanked_at, under, read_as(words, language))


def _readable(text: EventText) -> str:
    """As a person reads it: what was kept of a register's row stands in the record as JSON."""
    if text.key != "kept" or text.blanked_at:
        return text.text
    return "\n".join(f"{label}: {'; '.join(texts)}" for label, texts in json.loads(text.text))
