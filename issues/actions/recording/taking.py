"""Taking a batch over: what is new is recorded, what differs from what was recorded before is recorded again."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from backend.core.markdown import render
from backend.organisations.models import RECORDED_ELSEWHERE, Organisation
from issues import clock
from issues.actions.numbering import take_numbers
from issues.actions.recording.again import record_again
from issues.actions.recording.batch import Batch, Outcome, day, digest, source_digest, texts_of
from issues.actions.recording.bodies import BodyNames, body_on, find_bodies
from issues.actions.recording.records import Record
from issues.lifecycle import Status
from issues.models import Ask, Issue, LegacySource, Origin, Verdict
from issues.models.legacy import RECORDED


@transaction.atomic
def record(*, records: Sequence[Record], register: str, bodies: BodyNames, at: datetime | None = None) -> Outcome:
    """Take a batch over from `register`: what is new, and what differs from what was recorded before. Idempotent by the
    register's ids, each of which stands in `records` once; safe to run twice at once.

    Holds the register's lock until the transaction ends. Some fifteen queries for a batch, more for new bodies.
    """
    batch = Batch(register, at or timezone.now(), Organisation.objects.get(slug=RECORDED_ELSEWHERE))
    _lock(register)
    candidates = find_bodies({record.body_addressed or bodies.default for record in records}, bodies)
    sources = LegacySource.objects.filter(register=register, source_id__in=[record.source_id for record in records])
    known = {source.source_id: source for source in sources}
    fresh: list[tuple[Record, Organisation]] = []
    changed: list[tuple[LegacySource, Record, Organisation]] = []
    for each in records:
        name = each.body_addressed or bodies.default
        body = body_on(candidates[name], clock.local_day(each.raised_at))
        source = known.get(each.source_id)
        if body is None:
            batch.outcome.rejected.append((each, _no_body(name)))
        elif source is None:
            fresh.append((each, body))
        elif bytes(source.digest) == digest(each, body):
            batch.outcome.unchanged += 1
        else:
            changed.append((source, each, body))
    record_again(batch, changed)
    _add(batch, fresh)
    return batch.outcome


def _lock(register: str) -> None:
    """One batch of a register at a time: the second import sees what the first has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"register {register}"])


def _no_body(name: str) -> str:
    if not name:
        return "body_addressed: It is missing, and the mapping names no default body."
    return (
        f"body_addressed: No state body is called {name!r}. Give its short name under [bodies.names] of the mapping, "
        "or make the body with --create-bodies."
    )


def _add(batch: Batch, fresh: Sequence[tuple[Record, Organisation]]) -> None:
    """Issues with their asks, sources, answers and events. The counters of the years are the last locks taken."""
    issues = [_issue(batch, record, body) for record, body in fresh]
    _number(issues)
    asks = [
        Ask(issue=issue, n=1, text=issue.title, owner=batch.elsewhere, verdict=Verdict.NOT_STATED) for issue in issues
    ]
    for issue, ask, (each, body) in zip(issues, asks, fresh, strict=True):
        batch.enter(issue, RECORDED, each.raised_at, _facts(batch, issue, each), texts_of(each) | {"ask.1": ask.text})
        if each.answer:
            batch.answer(issue, ask, each, body, 1)
    Issue.objects.bulk_create(issues)
    Ask.objects.bulk_create(asks)
    LegacySource.objects.bulk_create(
        LegacySource(
            issue=issue, register=batch.register, source_id=each.source_id, url=each.url, kept=each.kept,
            digest=digest(each, body),
        )
        for issue, (each, body) in zip(issues, fresh, strict=True)
    )  # fmt: skip
    batch.write()
    batch.outcome.added += len(issues)


def _issue(batch: Batch, record: Record, body: Organisation) -> Issue:
    return Issue(
        title=record.title, body=record.body, body_html=render(record.body), language=record.language, topic=record.topic,
        region=record.region, body_addressed=body, status=Status.RECORDED, origin=Origin.LEGACY,
        source_status=record.source_status, raised_by=batch.elsewhere, held_by=batch.elsewhere, raised_at=record.raised_at,
        first_received_at=record.raised_at, active_at=record.raised_at, created_at=batch.at, edited_at=batch.at,
    )  # fmt: skip


def _number(issues: Sequence[Issue]) -> None:
    """From the year of each issue's date, in their order."""
    years = [clock.local_day(issue.raised_at).year for issue in issues if issue.raised_at]
    numbers = {year: iter(take_numbers(year, n)) for year, n in sorted(Counter(years).items())}
    for issue, year in zip(issues, years, strict=True):
        issue.number = next(numbers[year])


def _facts(batch: Batch, issue: Issue, record: Record) -> dict[str, object]:
    assert issue.body_addressed
    return {
        "number": issue.number, "register": batch.register, "source": source_digest(batch.register, record.source_id),
        "body": issue.body_addressed.slug, "topic": record.topic.slug, "region": record.region.code,
        "language": record.language, "asks": [1], "entered_on": day(batch.at),
    }  # fmt: skip
