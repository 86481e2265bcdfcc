"""Rows written together are as if each had been saved, or none of them is there."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.core.writing import write_together
from issues.models import EventText, Issue, IssueEvent
from tests.factories.stories import Story


def event(issue: Issue, seq: int, **more: Any) -> IssueEvent:
    said: dict[str, Any] = {"move": "message_posted", "from_status": issue.status, "to_status": issue.status}
    facts = {"facts": {"message": 7, "why": "қ'\"%s"}, "canonical": b"\x00%s'", "hash": b"h" * 32}
    return IssueEvent(issue=issue, seq=seq, at=issue.active_at, **said | facts | more)


def texts(of: IssueEvent) -> list[EventText]:
    return [EventText(event=of, key=key, text=f"{key} ₸ %s", salt=b"s" * 16) for key in ("body", "title")]


def test_an_event_its_texts_and_a_changed_row_take_one_query(story: Story) -> None:
    issue = story.raised().issue
    new = event(issue, 90)
    named = texts(new)
    issue.language, issue.title = "ru", "Not to be written"
    with CaptureQueriesContext(connection) as queries:
        write_together(new, *named, changed=issue, columns=["language"])
    assert len(queries) == 1
    stored = IssueEvent.objects.get(issue=issue, seq=90)
    assert (stored.pk, stored.facts, bytes(stored.canonical)) == (new.pk, new.facts, new.canonical)
    assert [(each.pk, each.key, each.text) for each in stored.texts.order_by("pk")] == [
        (each.pk, each.key, each.text) for each in named
    ]
    assert {each.event_id for each in named} == {new.pk}
    assert not new._state.adding
    fresh = Issue.objects.get(pk=issue.pk)
    assert (fresh.language, fresh.title) == ("ru", "Grants are three months late")


def test_whatever_is_refused_leaves_nothing(story: Story) -> None:
    issue = story.raised().issue
    before = IssueEvent.objects.count(), EventText.objects.count()
    taken = event(issue, 1)
    for new in ([event(issue, 91), taken], [taken, *texts(taken)]):
        with pytest.raises(IntegrityError), transaction.atomic():
            write_together(*new, changed=issue, columns=["language"])
    assert (IssueEvent.objects.count(), EventText.objects.count()) == before
