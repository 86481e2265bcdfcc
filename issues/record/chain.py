"""Appending to an issue's chain, and checking it."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from backend.accounts.models import User
from backend.core.live.bus import announce
from backend.core.writing import write_together
from backend.organisations.models import Organisation
from issues.metrics.counting import touch
from issues.models import EventText, Issue, IssueEvent
from issues.record.canonical import SALT_BYTES, canonical_bytes, chain, first_break, text_digest
from issues.record.removed import blanked_texts

VERIFIED_AT_ONCE = 100


@dataclass(slots=True)
class Entry:
    """What an event says. `facts`: codes, numbers and ISO dates only; everything people wrote goes into `texts`."""

    move: str
    from_status: str
    to_status: str
    at: datetime
    actor: User | None = None
    organisation: Organisation | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def append(issue: Issue, entry: Entry) -> IssueEvent:
    """Add the event with its texts to the issue's chain: one query; sets `issue.rev`, `issue.chain_hash`, `issue.active_at`.
    Whoever watches is told after the commit.

    The caller holds the issue's row lock (one lock for chain, `rev` and `seq`, always taken first) and saves the issue.
    """
    event, texts = chained(issue, entry)
    write_together(event, *texts)
    tell_of(issue)
    return event


def tell_of(issue: Issue) -> None:
    """An event of it was written: whoever watches hears of it after the commit, and it is counted anew."""
    announce(issue.pk, issue.rev)
    touch(issue.pk)


def append_all(entered: Iterable[tuple[IssueEvent, list[EventText]]]) -> None:
    """Write what `chained` made, of any number of issues that are saved already: two inserts. As for `append`, the caller
    holds the locks.
    """
    pairs = list(entered)
    IssueEvent.objects.bulk_create(event for event, _texts in pairs)
    EventText.objects.bulk_create(text for _event, texts in pairs for text in texts)


def chained(issue: Issue, entry: Entry) -> tuple[IssueEvent, list[EventText]]:
    """The issue's next event and its texts, not written yet. Sets `issue.rev`, `issue.chain_hash`, `issue.active_at`."""
    texts = {key: text for key, text in entry.texts.items() if text}
    salts = {key: os.urandom(SALT_BYTES) for key in texts}
    seq = issue.rev + 1
    canonical = canonical_bytes(
        issue=str(issue.uuid), seq=seq, at=entry.at, move=entry.move, from_status=entry.from_status,
        to_status=entry.to_status, actor=str(entry.actor.uuid) if entry.actor else None,
        organisation=entry.organisation.slug if entry.organisation else None, facts=entry.facts,
        texts={key: text_digest(salts[key], text) for key, text in texts.items()},
    )  # fmt: skip
    digest = chain(bytes(issue.chain_hash), canonical)
    event = IssueEvent(
        issue=issue, seq=seq, at=entry.at, move=entry.move, from_status=entry.from_status, to_status=entry.to_status,
        actor=entry.actor, organisation=entry.organisation, facts=entry.facts, canonical=canonical, hash=digest,
    )  # fmt: skip
    issue.rev, issue.chain_hash = seq, digest
    issue.active_at = max(issue.active_at, entry.at)
    return event, [EventText(event=event, key=key, text=text, salt=salts[key]) for key, text in texts.items()]


def broken_chains(issues: Iterable[Issue]) -> dict[str, int]:
    """Issue number -> `seq` of its first bad event, of those whose chain does not verify: five queries for a hundred issues.

    Checks the hashes, the tail kept on the issue's row, that columns say what the canonical bytes say, each text that was
    not blanked against its digest, and that just those are blanked of which a later event says so.
    """
    broken = {}
    for some in batched(issues, VERIFIED_AT_ONCE):
        events = _events_of(some)
        for issue in some:
            bad = _first_bad(issue, events[issue.pk])
            if bad is not None:
                broken[str(issue.number or issue.uuid)] = bad
    return broken


def _events_of(issues: Sequence[Issue]) -> dict[int, list[IssueEvent]]:
    """By issue, in their order, with parties and texts. Read anew, whatever the issues carry along."""
    found: dict[int, list[IssueEvent]] = {issue.pk: [] for issue in issues}
    events = IssueEvent.objects.filter(issue__in=found).order_by("issue_id", "seq")
    for event in events.prefetch_related("issue", "actor", "organisation", "texts"):
        found[event.issue_id].append(event)
    return found


def _first_bad(issue: Issue, events: list[IssueEvent]) -> int | None:
    bad = first_break((event.seq, bytes(event.canonical), bytes(event.hash)) for event in events)
    if bad is not None:
        return bad
    blanked = blanked_texts(events)
    for event in events:
        gone = {(event.seq, text.key) for text in event.texts.all() if text.blanked_at is not None}
        if not says_what_it_hashed(event) or gone != {each for each in blanked if each[0] == event.seq}:
            return event.seq
    tail = bytes(events[-1].hash) if events else b""
    return None if (len(events), tail) == (issue.rev, bytes(issue.chain_hash)) else len(events) + 1


def says_what_it_hashed(event: IssueEvent) -> bool:
    """Whether the columns and unblanked texts of an event rebuild its canonical bytes; texts and parties prefetched."""
    stored = json.loads(bytes(event.canonical))
    digests = dict(stored["texts"])
    for text in event.texts.all():
        if text.blanked_at is None and digests.get(text.key) != text_digest(bytes(text.salt), text.text):
            return False
    rebuilt = canonical_bytes(
        issue=str(event.issue.uuid), seq=event.seq, at=event.at, move=event.move, from_status=event.from_status,
        to_status=event.to_status, actor=str(event.actor.uuid) if event.actor else None,
        organisation=event.organisation.slug if event.organisation else None, facts=event.facts, texts=digests,
    )  # fmt: skip
    return rebuilt == bytes(event.canonical) and {text.key for text in event.texts.all()} == set(digests)
