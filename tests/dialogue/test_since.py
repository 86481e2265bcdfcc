"""What changed since a person looked at an issue: told to that person, without what they did themselves."""

from datetime import timedelta
from typing import Any

import pytest

from dialogue.actions import post_message
from dialogue.models import Visit
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def posted(story: Story, who: Player) -> Any:
    return post_message(issue=story.issue, **who.acts, body="News.", at=story.now)


def look(story: Story, who: Player) -> Any:
    return Visitor(story, who).get(f"/issues/{story.issue.number}/")


def news(page: Any) -> list[tuple[str, str]]:
    return page.context["since"].news if page.context["since"] else []


def test_status_answer_messages_and_the_rest_are_told_with_where_they_stand(story: Story) -> None:
    manager = story.accepted().cast.manager
    assert news(look(story, manager)) == [], "the first visit"
    story.later(days=1)
    posted(story, story.cast.officer)
    posted(story, story.cast.officer)
    row = {"n": 1, "verdict": "refused", "ground": "law", "text": "No."}
    story.cosigned().move("answer", story.cast.signatory, asks=[row])
    story.later(days=1)
    number = story.issue.number
    page = look(story, manager)
    assert news(page) == [
        ("status: Refused", "#issue-head"),
        ("official answer", "#answers"),
        ("2 messages", f"/en/issues/{number}/m/1/"),
        ("1 other change", f"/en/issues/{number}/history/#event-5"),
    ]
    assert 'id="since"' in text_of(page)
    story.later(minutes=2)
    assert news(look(story, manager)) == [], "now they have seen it"


def test_a_moved_promise_is_told(story: Story) -> None:
    manager = story.answered("supported").cast.manager
    look(story, manager)
    due = (story.now + timedelta(60)).date()
    pk = story.issue.commitments.get().pk
    story.later(days=1).move("commitment_reschedule", story.cast.signatory, commitment=pk, due=due, reason="Snow.")
    assert news(look(story, manager)) == [("1 change of a promise", "#commitments")]


def test_what_one_did_oneself_is_no_news(story: Story) -> None:
    story.raised()
    look(story, story.cast.manager)
    posted(story.later(days=1), story.cast.manager)
    assert news(look(story, story.cast.manager)) == []
    assert news(look(story, story.cast.officer)) == []


def test_it_is_written_at_most_once_a_minute_and_by_looking_alone(story: Story) -> None:
    manager = Visitor(story.raised(), story.cast.manager)
    path = f"/issues/{story.issue.number}/"
    manager.client.head(f"/en{path}")
    manager.client.get(f"/en{path}", headers={"Sec-Purpose": "prefetch"})
    Visitor(story, None).get(path)
    assert not Visit.objects.exists()
    manager.get(path)
    first = Visit.objects.get()
    assert (first.person, first.rev, first.at) == (story.cast.manager.user, 1, story.now)
    posted(story.later(seconds=59), story.cast.officer)
    assert news(manager.get(path)) == [("1 message", f"/en{path}m/1/")]
    assert Visit.objects.get().at == first.at
    story.later(seconds=1)
    manager.get(path)
    assert (Visit.objects.get().at, Visit.objects.get().rev) == (story.now, 2)


def test_nobody_reads_anothers_visits(story: Story) -> None:
    story.raised()
    look(story, story.cast.manager)
    posted(story.later(days=1), story.cast.officer)
    assert look(story, story.cast.representative).context["since"] is None
    assert Visitor(story, None).get(f"/issues/{story.issue.number}/").context["since"] is None
