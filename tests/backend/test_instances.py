"""A row made an instance without Django's way through `__init__` is what that way makes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from backend.core.prepared import Asked, prepared
from backend.organisations.models import Organisation
from dialogue.actions import post_message
from dialogue.models import Message
from issues.models import Issue, IssueEvent
from tests.factories.stories import Story


def state(instance: models.Model) -> dict[str, Any]:
    """Everything in it, and in what came along with it."""
    kept = {name: value for name, value in vars(instance).items() if name != "_state"}
    known = vars(instance._state) | {"fields_cache": {}}
    joined = {name: other and state(other) for name, other in instance._state.fields_cache.items()}
    return {**kept, "its state": known, "joined": joined, "its class": type(instance)}


def both(ask: Any, *values: Any) -> tuple[list[Any], list[Any]]:
    """As it is written once, and as Django asks."""
    written: Asked[Any] = prepared(*map(type, values))(ask)(*values)
    return list(written), list(ask(*values))


def events(issue: int) -> QuerySet[IssueEvent]:
    """With JSON, bytes and joins."""
    return IssueEvent.objects.filter(issue=issue).select_related("issue__body_addressed", "actor").order_by("seq")


def some_columns(issue: int) -> QuerySet[Issue]:
    return Issue.objects.filter(pk=issue).select_related("raised_by").only("number", "chain_hash", "raised_by__slug")


def none_joined(issue: int) -> QuerySet[Message]:
    return Message.objects.filter(issue=issue).select_related("parent", "reply_to__author")


def annotated(issue: int) -> QuerySet[Issue]:
    return Issue.objects.filter(pk=issue).annotate(messages_count=models.Count("messages"))


def with_parts(issue: int) -> QuerySet[Issue]:
    return Issue.objects.filter(pk=issue).prefetch_related("asks")


@pytest.mark.parametrize("ask", [events, some_columns, none_joined, annotated])
def test_it_holds_what_djangos_does(story: Story, ask: Any) -> None:
    issue = story.raised().issue
    post_message(issue=issue, **story.cast.manager.acts, body="Words")
    ours, djangos = both(ask, issue.pk)
    assert [state(each) for each in ours] == [state(each) for each in djangos] != []


def test_what_was_left_out_is_read_when_it_is_asked_for(story: Story) -> None:
    whole = story.raised().issue
    (ours,), _ = both(some_columns, whole.pk)
    with CaptureQueriesContext(connection) as queries:
        assert (ours.title, ours.raised_by.name_en) == (whole.title, whole.raised_by.name_en)
    assert len(queries) == 2
    ours.title = "Another"
    ours.save(update_fields=["title"])
    assert Issue.objects.get(pk=ours.pk).title == "Another"


def test_what_must_not_be_read_is_not(story: Story) -> None:
    (ours,), _ = both(lambda pk: some_columns(pk).fetch_mode(models.FETCH_RAISE), story.raised().issue.pk)
    with pytest.raises(FieldFetchBlocked):
        _ = ours.title


def test_what_django_reads_beside_comes_along(story: Story) -> None:
    (ours,), (djangos,) = both(with_parts, story.raised().issue.pk)
    with CaptureQueriesContext(connection) as queries:
        assert list(ours.asks.all()) == list(djangos.asks.all()) != []
    assert len(queries) == 0


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """Instances of which a listener hears when they are made."""
    made: list[Any] = []

    def hear(instance: Any, **_: Any) -> None:
        made.append(instance)

    post_init.connect(hear, sender=Organisation)
    yield made
    post_init.disconnect(hear, sender=Organisation)


def test_a_listener_hears_of_each(story: Story, heard: list[Any]) -> None:
    issue = story.raised().issue
    heard.clear()
    (ours,) = prepared(int)(lambda pk: Issue.objects.filter(pk=pk).select_related("raised_by"))(issue.pk)
    assert heard == [ours.raised_by]
