"""Posting through the action: who, in what order it is numbered, and that a repeat is one message."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions import end_membership, set_standing
from backend.organisations.models import Standing
from dialogue.actions import MESSAGE_LENGTH, hide_message, post_message
from dialogue.models import Message
from issues.models import Issue
from issues.record.chain import broken_chains
from tests.factories.people import Player
from tests.factories.stories import Story


def post(story: Story, who: Player, body: Any = "We have a question.", **more: Any) -> Message:
    return post_message(issue=Issue(pk=story.pk), **who.acts, body=body, at=story.now, **more)


def test_a_message_is_an_event_of_the_issues_one_chain(story: Story) -> None:
    cast = story.raised().cast
    first = post(story, cast.officer)
    story.move("accept", cast.officer, unit="Unit", person=cast.officer.user)
    second = post(story, cast.manager, "Our reply.")
    issue = story.issue
    assert [(each.seq, each.rev) for each in (first, second)] == [(1, 2), (2, 4)]
    assert (issue.seq, issue.rev, issue.version) == (2, 4, 3), "a message changes no version: forms stay fresh"
    assert [event.move for event in issue.events.all()] == ["submit", "message_posted", "accept", "message_posted"]
    event = issue.events.get(seq=4)
    assert (event.facts, event.texts.get().text) == ({"message": 2, "parent": None}, "Our reply.")
    assert (event.from_status, event.to_status) == ("under_consideration", "under_consideration")
    assert broken_chains([issue]) == {}


def test_it_shows_for_whom_its_author_writes(story: Story) -> None:
    cast = story.raised().cast
    sides = {post(story, who).side for who in (cast.other_manager, cast.signatory, cast.default_chair, cast.moderator)}
    assert sides == {"ngo", "state", "council", "platform"}
    message = Message.objects.get(author=cast.signatory.user)
    assert (message.organisation, message.language) == (cast.ministry, "en")


def test_replies_have_one_level(story: Story) -> None:
    cast = story.raised().cast
    top = post(story, cast.manager)
    reply = post(story, cast.officer, parent=top.seq)
    deeper = post(story, cast.manager, parent=reply.seq)
    assert (reply.parent, reply.reply_to) == (top, None)
    assert (deeper.parent, deeper.reply_to) == (top, reply)
    assert story.issue.events.latest("seq").facts["parent"] == reply.seq


@pytest.mark.parametrize("parent", [0, 2, -1, "1", 1.0, True, [], {}, 10**30, "x"])
def test_only_a_message_that_is_there_is_answered(story: Story, parent: Any) -> None:
    post(story.raised(), story.cast.manager)
    with pytest.raises(Invalid) as caught:
        post(story, story.cast.officer, parent=parent)
    assert caught.value.errors.keys() == {"parent"}


def test_a_hidden_message_is_not_answered(story: Story) -> None:
    post(story.raised(), story.cast.manager)
    hide_message(issue=story.issue, seq=1, code="insult", at=story.now, **story.cast.moderator.acts)
    with pytest.raises(Invalid):
        post(story, story.cast.officer, parent=1)


@pytest.mark.parametrize("body", [None, "", " \r\n ", "\x00", "\ud800", 5, [], "x" * (MESSAGE_LENGTH + 1)])
def test_a_message_is_a_text_of_at_most_ten_thousand_characters(story: Story, body: Any) -> None:
    story.raised()
    with pytest.raises(Invalid) as caught:
        post(story, story.cast.manager, body, key=uuid4())
    assert caught.value.errors.keys() == {"body"}
    assert (story.issue.rev, Message.objects.count()) == (1, 0)


def test_markup_is_rendered_once_and_is_harmless(story: Story) -> None:
    story.raised()
    body = "**Late**\r\n<script>alert(1)</script>\n[x](javascript:alert(1)) ![](https://a.test/x.png)\x00"
    message = post(story, story.cast.manager, body)
    assert message.body == body.replace("\r\n", "\n").rstrip("\x00")
    assert "<strong>Late</strong>" in message.body_html
    assert not any(tag in message.body_html for tag in ("<script", 'javascript:alert(1)"', "<img"))


class TestRepeats:
    KEY = UUID("c0ffee00-0000-4000-8000-000000000000")

    def test_the_same_words_with_the_same_key_are_one_message(self, story: Story) -> None:
        cast = story.raised().cast
        first = post(story, cast.manager, key=self.KEY)
        assert post(story, cast.manager, key=self.KEY) == first
        story.move("withdraw", cast.manager, reason="Solved.")
        assert post(story, cast.manager, key=self.KEY) == first, "the first answer, also after the issue closed"
        assert Message.objects.count() == 1

    def test_other_words_with_the_same_key_are_not_lost(self, story: Story) -> None:
        """Back in the browser, another text, and sent again."""
        cast = story.raised().cast
        for _ in range(2):
            post(story, cast.manager, "First.", key=self.KEY)
            post(story, cast.manager, "Second.", key=self.KEY)
        assert list(Message.objects.values_list("seq", "body")) == [(1, "First."), (2, "Second.")]

    def test_a_key_is_of_one_person_and_one_issue(self, story: Story) -> None:
        cast = story.raised().cast
        mine = post(story, cast.manager, key=self.KEY)
        theirs = post(story, cast.officer, key=self.KEY)
        elsewhere = post(Story(cast).raised(), cast.manager, key=self.KEY)
        assert len({mine.pk, theirs.pk, elsewhere.pk}) == 3

    def test_without_a_key_the_same_words_twice_are_two_messages(self, story: Story) -> None:
        story.raised()
        assert post(story, story.cast.manager) != post(story, story.cast.manager)


class TestRefusals:
    def test_only_parties_write(self, story: Story) -> None:
        cast = story.raised().cast
        for who in (cast.coordinator, cast.rival, cast.rival_officer, cast.registrar):
            with pytest.raises(Forbidden):
                post(story, who)

    def test_a_suspended_ngo_is_stopped_at_once(self, story: Story) -> None:
        cast = story.raised().cast
        set_standing(organisation=cast.ngo, standing=Standing.SUSPENDED, reason="No report.")
        cast.ngo.refresh_from_db()
        for who in (cast.manager, cast.representative):
            with pytest.raises(Forbidden, match="suspended"):
                post(story, who)

    def test_who_left_does_not_write_any_more(self, story: Story) -> None:
        story.raised()
        end_membership(membership=story.cast.officer.membership, at=story.now)
        with pytest.raises(Forbidden):
            post(story, story.cast.officer)

    def test_a_closed_issue_is_read_only_and_a_stranger_is_told_first_that_they_have_no_part(
        self, story: Story
    ) -> None:
        cast = story.accepted().move("withdraw", story.cast.manager, reason="Solved.").cast
        with pytest.raises(Conflict, match="closed"):
            post(story, cast.manager)
        with pytest.raises(Forbidden):
            post(story, cast.rival_officer)

    def test_an_issue_that_was_deleted_is_a_conflict(self, story: Story) -> None:
        story.draft().move("discard", story.cast.manager)
        with pytest.raises(Conflict):
            post(story, story.cast.manager)

    def test_a_draft_has_no_discussion(self, story: Story) -> None:
        story.draft()
        with pytest.raises(Conflict):
            post(story, story.cast.manager)
        assert story.issue.rev == 0
