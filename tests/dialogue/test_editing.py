"""Mending one's own message: who, for how long, and that what it said before stays public."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from dialogue.actions import edit_message, hide_message, post_message, show_message
from dialogue.live import Thread
from dialogue.models import Message
from issues.actions import blank_text
from issues.models import Issue
from issues.record.chain import broken_chains
from tests.factories.people import Player, player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def told(story: Story) -> Story:
    """Raised (`rev` 1), with a message of the NGO (2)."""
    story.raised()
    post_message(issue=story.issue, **story.cast.manager.acts, body="The grant is late.", at=story.now)
    return story


def edit(story: Story, body: str, who: Player | None = None, **fields: Any) -> Message:
    acts = (who or story.cast.manager).acts
    return edit_message(issue=Issue(pk=story.pk), seq=1, **acts, body=body, at=story.now, **fields)


def at(story: Story, rest: str) -> str:
    return f"/issues/{story.issue.number}/{rest}"


def test_the_words_change_and_both_are_public(told: Story) -> None:
    told.later(minutes=15)
    edited = edit(told, "The grant is **very** late.")
    assert (edited.rev, edited.edited_at, edited.seq) == (3, told.now, 1)
    issue = told.issue
    event = issue.events.get(seq=3)
    assert (event.move, event.facts, event.texts.get().text) == (
        "message_edited",
        {"message": 1},
        "The grant is **very** late.",
    )
    assert (issue.rev, issue.seq, issue.active_at) == (3, 1, told.now)
    assert broken_chains([issue]) == {}
    page = text_of(Visitor(told, None).get(at(told, "")))
    assert "The grant is <strong>very</strong> late." in page
    assert f'<a href="/en{at(told, "m/1/history/")}">edited' in page
    versions = text_of(Visitor(told, None).get(at(told, "m/1/history/")))
    assert versions.index("The grant is late.") < versions.index("The grant is <strong>very</strong> late.")


def test_the_same_words_change_nothing(told: Story) -> None:
    assert edit(told, "The grant is late.").edited_at is None
    assert told.issue.rev == 2


def test_after_a_quarter_of_an_hour_it_stands(told: Story) -> None:
    told.now += timedelta(minutes=15, seconds=1)
    with pytest.raises(Conflict, match="for 15 minutes"):
        edit(told, "Other words.")
    assert Message.objects.get().body == "The grant is late."


def test_only_the_author_for_the_same_organisation(told: Story) -> None:
    cast = told.cast
    elsewhere = Player(cast.manager.user, cast.other_manager.organisation, cast.other_manager.membership)
    for who in (cast.officer, cast.representative, cast.other_manager, cast.moderator, elsewhere):
        with pytest.raises(Forbidden):
            edit(told, "Other words.", who)


def test_no_words_are_no_message_and_a_removed_one_stays_as_it_is(told: Story) -> None:
    with pytest.raises(Invalid):
        edit(told, "  ")
    hide_message(issue=told.issue, seq=1, **told.cast.moderator.acts, code="insult", at=told.now)
    with pytest.raises(Conflict, match="was removed"):
        edit(told, "Other words.")


def test_shown_again_it_says_what_it_said_last(told: Story) -> None:
    cast = told.cast
    edit(told, "Second words.")
    hide_message(issue=told.issue, seq=1, **cast.moderator.acts, code="insult", at=told.now)
    second = player("second_moderator", cast.moderator.organisation, cast.moderator.membership.role)
    assert show_message(issue=told.issue, seq=1, **second.acts, reason="A slip.", at=told.now).body == "Second words."


def test_blanking_what_it_said_before_leaves_what_it_says_now(told: Story) -> None:
    edit(told, "Second words.")
    blank_text(issue=told.issue, event=2, key="body", **told.cast.moderator.acts, code="personal_data", at=told.now)
    assert Message.objects.get().body == "Second words."
    versions = text_of(Visitor(told, None).get(at(told, "m/1/history/")))
    assert "The grant is late." not in versions
    assert "These words were blanked." in versions
    assert "Second words." in versions


def test_removed_for_personal_data_no_version_is_left(told: Story) -> None:
    edit(told, "Second words.")
    hide_message(issue=told.issue, seq=1, **told.cast.moderator.acts, code="personal_data", at=told.now)
    for words in ("The grant is late.", "Second words."):
        for rest in ("", "history/", "thread/?after=0"):
            assert words not in text_of(Visitor(told, None).get(at(told, rest)))
    assert Visitor(told, None).get(at(told, "m/1/history/")).status_code == 410


def test_each_change_is_a_frame_with_the_words_of_now(told: Story) -> None:
    edit(told, "Second words.")
    frames = Thread().frames(told.pk, 0, ["en"])
    assert [frame.rev for frame in frames] == [1, 2, 3]
    words = [frame.texts["en"] for frame in frames]
    assert [text.partition(",")[0] for text in words] == ['{"t":"head"', '{"t":"msg"', '{"t":"edit"']
    assert ["Second words." in text for text in words] == [False, True, True]
    assert not any("The grant is late." in text for text in words)


class TestThePage:
    def test_offers_it_to_the_author_alone_and_only_in_time(self, told: Story) -> None:
        link = f'href="/en{at(told, "m/1/edit/")}"'
        assert link in text_of(Visitor(told, told.cast.manager).get(at(told, "")))
        assert link not in text_of(Visitor(told, told.cast.officer).get(at(told, "")))
        assert link not in text_of(Visitor(told, None).get(at(told, "")))
        told.later(minutes=16)
        assert link not in text_of(Visitor(told, told.cast.manager).get(at(told, "")))
        assert Visitor(told, told.cast.manager).get(at(told, "m/1/edit/")).status_code == 409
        assert Visitor(told, told.cast.officer).get(at(told, "m/1/edit/")).status_code == 403

    def test_saves_and_leads_to_the_message_and_keeps_what_is_refused(self, told: Story) -> None:
        visitor = Visitor(told, told.cast.manager)
        assert "The grant is late.</textarea>" in text_of(visitor.get(at(told, "m/1/edit/")))
        refused = visitor.post(at(told, "m/1/edit/"), {"body": "Call 8 701 000 00 00."})
        assert refused.status_code == 422
        assert "Call 8 701 000 00 00.</textarea>" in text_of(refused)
        saved = visitor.post(at(told, "m/1/edit/"), {"body": "Second words."})
        assert (saved.status_code, saved["Location"]) == (303, f"/en{at(told, '')}#m1")
        assert Message.objects.get().body == "Second words."
