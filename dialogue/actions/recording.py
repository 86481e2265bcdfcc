"""Taking over what was said about a legacy issue in its register: messages with a name in words, and nobody of ours behind it."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from backend.core.live.bus import announce
from backend.core.markdown import render
from backend.organisations.models import RECORDED_ELSEWHERE, Organisation
from dialogue.models import Message, Side
from issues.actions.recording.batch import Chained, day, source_digest
from issues.models import Issue, Origin
from issues.record.chain import Entry, append_all, chained
from issues.record.removed import MESSAGE_POSTED


@dataclass(frozen=True, slots=True)
class Saying:
    """A message of another register, checked. `parent`: the register's id of the message it answers, '' for none; `author`
    may be ''; `row` is where it stands in its file.
    """

    row: int
    source_id: str
    parent: str
    at: datetime
    author: str
    language: str
    body: str


@dataclass(slots=True)
class Heard:
    """What became of the messages of one issue. `orphans`: of those added, how many answer one that is not here."""

    added: int = 0
    unchanged: int = 0
    orphans: int = 0


@transaction.atomic
def record_messages(*, issue: Issue, said: Sequence[Saying], register: str, at: datetime | None = None) -> Heard:
    """Take the messages over, the oldest first and none before the one it answers. Idempotent by the register's ids: what is
    here already stays as it was. An orphan keeps its place, and learns what it answers should that come later.

    Holds the row lock of the issue, which is a legacy one. Six queries, and one more for each level of replies.
    """
    locked = Issue.objects.select_for_update().get(pk=issue.pk, origin=Origin.LEGACY)
    known = {message.source_id: message for message in _known(locked)}
    taking = _Taking(locked, register, at or timezone.now(), dict(known))
    for each in in_order([each for each in said if each.source_id not in known]):
        taking.add(each)
    if taking.made:
        taking.write()
        _adopt(known.values(), taking)
        locked.save(update_fields=["seq", "rev", "chain_hash", "active_at"])
        announce(locked.pk, locked.rev)
    orphans = sum(message.is_orphan for message, _depth in taking.made)
    return Heard(len(taking.made), len(said) - len(taking.made), orphans)


def _known(issue: Issue) -> Iterable[Message]:
    return issue.messages.exclude(source_id="").select_related("parent").defer("body", "body_html")


def in_order(said: Sequence[Saying]) -> Iterator[Saying]:
    """By their times, but each after the one it answers. Of those that answer one another in a circle the oldest comes first."""
    ids = {each.source_id for each in said}
    answers: dict[str, list[Saying]] = defaultdict(list)
    for each in said:
        answers[each.parent if each.parent in ids else ""].append(each)
    placed: set[str] = set()

    def from_here(starts: Sequence[Saying]) -> Iterator[Saying]:
        waiting = [(each.at, each.row, each) for each in starts if each.source_id not in placed]
        heapq.heapify(waiting)
        while waiting:
            _at, _row, each = heapq.heappop(waiting)
            if each.source_id not in placed:
                placed.add(each.source_id)
                yield each
                for answer in answers[each.source_id]:
                    heapq.heappush(waiting, (answer.at, answer.row, answer))

    yield from from_here(answers[""])
    for each in sorted(said, key=lambda one: (one.at, one.row)):
        yield from from_here([each])


@dataclass(slots=True)
class _Taking:
    """Messages while they are taken over, with their events. `here`: what can be answered, by its register's id."""

    issue: Issue
    register: str
    at: datetime
    here: dict[str, Message]
    made: list[tuple[Message, int]] = field(default_factory=list)
    events: list[Chained] = field(default_factory=list)
    depths: dict[str, int] = field(default_factory=dict)
    elsewhere: Organisation = field(init=False)

    def __post_init__(self) -> None:
        self.elsewhere = Organisation.objects.get(slug=RECORDED_ELSEWHERE)

    def add(self, each: Saying) -> None:
        """Replies have one level here: below a reply they stand beside it and name it."""
        answered = self.here.get(each.parent) if each.parent else None
        parent = answered.parent if answered and answered.parent else answered
        self.issue.seq += 1
        self._enter(each, answered)
        message = Message(
            issue=self.issue, seq=self.issue.seq, rev=self.issue.rev, parent=parent,
            reply_to=answered if answered != parent else None, author_name=each.author, source_id=each.source_id,
            source_parent=each.parent, side=Side.OTHER, language=each.language, body=each.body,
            body_html=render(each.body), at=each.at,
        )  # fmt: skip
        self.here[each.source_id] = message
        self.depths[each.source_id] = self.depths.get(each.parent, -1) + 1 if answered else 0
        self.made.append((message, self.depths[each.source_id]))

    def _enter(self, each: Saying, answered: Message | None) -> None:
        """At the message's own time, if nothing was entered later."""
        facts: dict[str, object] = {
            "message": self.issue.seq, "parent": answered.seq if answered else None,
            "source": source_digest(self.register, each.source_id), "said_on": day(each.at), "entered_on": day(self.at),
        }  # fmt: skip
        if each.parent:
            facts["answers"] = source_digest(self.register, each.parent)
        status, texts = self.issue.status, {"body": each.body, "author": each.author}
        at = max(each.at, self.issue.active_at)
        entry = Entry(MESSAGE_POSTED, status, status, at, None, self.elsewhere, facts, texts)
        self.events.append(chained(self.issue, entry))

    def write(self) -> None:
        """Level after level, since a reply names a row that is there."""
        levels: dict[int, list[Message]] = defaultdict(list)
        for message, depth in self.made:
            levels[depth].append(message)
        for depth in sorted(levels):
            Message.objects.bulk_create(levels[depth])
        append_all(self.events)


def _adopt(known: Iterable[Message], taking: _Taking) -> None:
    """Orphans of an earlier time whose message has come now: they name it. One query, if there are any."""
    come = {message.source_id for message, _depth in taking.made}
    orphans = [message for message in known if message.is_orphan and message.source_parent in come]
    for orphan in orphans:
        orphan.reply_to = taking.here[orphan.source_parent]
        orphan.rev = orphan.reply_to.rev
    if orphans:
        Message.objects.bulk_update(orphans, ["reply_to", "rev"])
