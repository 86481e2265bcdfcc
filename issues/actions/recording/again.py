"""A row that says something else than before: what differs is entered as a further event, and the issue follows it."""

from collections.abc import Sequence
from typing import Any

from backend.core.markdown import render
from backend.organisations.models import Organisation
from issues.actions.recording.batch import Batch, day, digest, kept_text, texts_of
from issues.actions.recording.records import Record
from issues.models import Ask, AskAnswer, EventText, Issue, LegacySource
from issues.models.legacy import ANSWER_RECORDED, RECORDED, RECORDED_AGAIN

FIELDS = (
    "title", "body", "body_html", "language", "topic", "region", "body_addressed", "source_status", "answered_at",
    "edited_at", "active_at", "version", "rev", "chain_hash",
)  # fmt: skip


def record_again(batch: Batch, changed: Sequence[tuple[LegacySource, Record, Organisation]]) -> None:
    """Locks the issues. The date stays, since the number tells its year, and so does the text of the ask; an answer that the
    register no longer shows stays too, and what a moderator blanked is not taken over again. The caller writes the batch.
    Seven queries.
    """
    if not changed:
        return
    keys = [source.issue_id for source, _record, _body in changed]
    locked = Issue.objects.select_for_update(of=("self",)).select_related("body_addressed", "topic", "region")
    issues = {issue.pk: issue for issue in locked.filter(pk__in=keys).order_by("pk")}
    asks = {ask.issue_id: ask for ask in Ask.objects.filter(issue__in=keys, n=1)}
    parts = AskAnswer.objects.filter(answer__issue__in=keys).select_related("answer").order_by("answer__n")
    last = {part.answer.issue_id: part for part in parts}
    blanked = _blanked(keys)
    for source, record, body in changed:
        issue = issues[source.issue_id]
        assert issue.raised_at
        if day(issue.raised_at) != day(record.raised_at):
            batch.outcome.rejected.append((record, _another_date(issue, record)))
            continue
        is_new = _enter_differences(batch, issue, source, record, body, blanked.get(issue.pk, set()))
        is_new |= _enter_answer(
            batch, issue, asks[issue.pk], last.get(issue.pk), record, body, blanked.get(issue.pk, set())
        )
        source.digest = digest(record, body)
        if is_new:
            issue.version, issue.edited_at = issue.version + 1, batch.at
            batch.outcome.updated += 1
        else:
            batch.outcome.unchanged += 1
    Issue.objects.bulk_update(issues.values(), FIELDS)
    LegacySource.objects.bulk_update([source for source, _record, _body in changed], ["url", "kept", "digest"])


def _another_date(issue: Issue, record: Record) -> str:
    assert issue.raised_at
    return (
        f"raised_at: It was recorded as {day(issue.raised_at)} under the number {issue.number}, and a date never changes; "
        f"now it is {day(record.raised_at)}."
    )


def _blanked(issues: Sequence[int]) -> dict[int, set[str]]:
    """By issue the keys of the texts that stand blanked: the last one of its key was. One query."""
    found: dict[int, set[str]] = {}
    texts = EventText.objects.filter(
        event__issue__in=issues, event__move__in=(RECORDED, RECORDED_AGAIN, ANSWER_RECORDED)
    ).order_by("event__seq")
    for issue, key, at in texts.values_list("event__issue", "key", "blanked_at"):
        keys = found.setdefault(issue, set())
        keys.discard(key) if at is None else keys.add(key)
    return found


def _enter_differences(
    batch: Batch, issue: Issue, source: LegacySource, record: Record, body: Organisation, blanked: set[str]
) -> bool:
    """One event with all that differs; the issue says it from now on. False where nothing does."""
    before = {"title": issue.title, "body": issue.body, "source_status": issue.source_status, "url": source.url,
              "kept": kept_text(source.kept)}  # fmt: skip
    texts = {key: text for key, text in texts_of(record).items() if text != before[key] and key not in blanked}
    facts: dict[str, Any] = {
        name: code for name, (old, code) in {
            "body": (issue.body_addressed and issue.body_addressed.slug, body.slug),
            "topic": (issue.topic and issue.topic.slug, record.topic.slug),
            "region": (issue.region and issue.region.code, record.region.code),
            "language": (issue.language, record.language),
        }.items() if old != code
    }  # fmt: skip
    if not texts and not facts:
        return False
    if emptied := [key for key, text in texts.items() if not text]:
        facts["emptied"] = emptied
    batch.enter(issue, RECORDED_AGAIN, max(batch.at, issue.active_at), facts, texts)
    for name in texts.keys() & {"title", "body", "source_status"}:
        setattr(issue, name, texts[name])
    if "body" in texts:
        issue.body_html = render(issue.body)
    source.url = texts.get("url", source.url)
    source.kept = record.kept if "kept" in texts else source.kept
    issue.language, issue.topic, issue.region, issue.body_addressed = record.language, record.topic, record.region, body
    return True


def _enter_answer(
    batch: Batch, issue: Issue, ask: Ask, last: AskAnswer | None, record: Record, body: Organisation, blanked: set[str]
) -> bool:
    """An answer that came meanwhile, or another than the last one: beside it, with its own number. False where none did."""
    if not record.answered_at:
        return False
    if last is None:
        batch.answer(issue, ask, record, body, 1)
        return True
    is_same_day = day(last.answer.published_at) == day(record.answered_at)
    if is_same_day and (last.text == record.answer or "text" in blanked):
        return False
    batch.answer(issue, ask, record, body, last.answer.n + 1)
    return True
