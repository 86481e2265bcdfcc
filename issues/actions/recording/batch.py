"""A batch of another register's issues while it is taken over: its rows and its events, written together."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backend.core.markdown import render
from backend.organisations.models import Organisation
from issues import clock
from issues.actions.recording.records import Record
from issues.lifecycle import Status
from issues.models import Answer, Ask, AskAnswer, EventText, Issue, IssueEvent, Verdict
from issues.models.legacy import ANSWER_RECORDED, RECORDED
from issues.record.canonical import timestamp
from issues.record.chain import Entry, append_all, chained

type Chained = tuple[IssueEvent, list[EventText]]


@dataclass(slots=True)
class Outcome:
    """What became of a batch. `rejected`: (record, why); `answers`: how many answers came with what was added or updated."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    answers: int = 0
    rejected: list[tuple[Record, str]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """A batch being taken over: what is to be written, each kind of row at once."""

    register: str
    at: datetime
    elsewhere: Organisation
    outcome: Outcome = field(default_factory=Outcome)
    events: list[Chained] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    parts: list[AskAnswer] = field(default_factory=list)

    def enter(self, issue: Issue, move: str, at: datetime, facts: dict[str, object], texts: dict[str, str]) -> None:
        before = Status.DRAFT if move == RECORDED else Status.RECORDED
        entry = Entry(move, before, Status.RECORDED, at, None, self.elsewhere, facts, texts)
        self.events.append(chained(issue, entry))

    def answer(self, issue: Issue, ask: Ask, record: Record, body: Organisation, n: int) -> None:
        """The record's answer as the issue's `n`th, and its event: at the answer's date, if nothing was entered later."""
        assert record.answered_at
        answer = Answer(issue=issue, body=body, n=n, published_at=record.answered_at)
        self.answers.append(answer)
        self.parts.append(
            AskAnswer(
                answer=answer, ask=ask, verdict=Verdict.NOT_STATED, text=record.answer, text_html=render(record.answer)
            )
        )
        facts = {"answer": n, "body": body.slug, "answered_on": day(record.answered_at), "entered_on": day(self.at)}
        self.enter(issue, ANSWER_RECORDED, max(record.answered_at, issue.active_at), facts, {"text": record.answer})
        issue.answered_at = issue.answered_at or record.answered_at
        self.outcome.answers += 1

    def write(self) -> None:
        """What belongs to issues and asks that are written already."""
        Answer.objects.bulk_create(self.answers)
        AskAnswer.objects.bulk_create(self.parts)
        append_all(self.events)


def texts_of(record: Record) -> dict[str, str]:
    """What people wrote, by the keys of the event's texts."""
    return {
        "title": record.title, "body": record.body, "source_status": record.source_status, "url": record.url,
        "kept": kept_text(record.kept),
    }  # fmt: skip


def kept_text(kept: Sequence[tuple[str, Sequence[str]]]) -> str:
    """What else was kept of a row, as the record holds it: JSON; '' for nothing."""
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def day(at: datetime) -> str:
    return clock.local_day(at).isoformat()


def source_digest(register: str, source_id: str) -> str:
    """What stands in the record for the register's id: whoever knows the id finds its issue, also in a downloaded record."""
    return hashlib.sha256(f"{register}\n{source_id}".encode()).hexdigest()


def digest(record: Record, body: Organisation) -> bytes:
    """Of all that a row says: two rows with the same digest say the same."""
    said = [
        *texts_of(record).values(), record.language, record.topic.slug, record.region.code, body.slug, record.answer,
        timestamp(record.raised_at), record.answered_at and timestamp(record.answered_at),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()
