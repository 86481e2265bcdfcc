"""A message with what looks like personal data comes back once, with a choice for each; then it is posted, once."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from dialogue.actions import post_message
from dialogue.models import Message
from issues.actions.personal_data import PersonalDataFound
from issues.models import Issue
from issues.personal_data import find
from issues.record.chain import broken_chains
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

PHONE, EMAIL = "8 701 000 12 34", "info@ministry.example"
BODY = f"Call {PHONE} or write to {EMAIL}."


def field(words: str) -> str:
    (hit,) = find(words)
    return f"personal.{hit.token}"


def token(words: str) -> str:
    return field(words).partition(".")[2]


def post(story: Story, player: Player | None, **fields: Any) -> Any:
    return Visitor(story, player).post(f"/issues/{story.issue.number}/messages/", fields)


class TestAction:
    def acts(self, story: Story, **more: Any) -> Message:
        return post_message(issue=Issue(pk=story.pk), **story.cast.officer.acts, body=BODY, at=story.now, **more)

    def test_a_hit_that_is_not_kept_knowingly_stops_it(self, story: Story) -> None:
        story.raised()
        with pytest.raises(PersonalDataFound) as caught:
            self.acts(story, keep=[token(EMAIL)])
        assert [(name, hit.text) for name, hit in caught.value.found] == [("body", PHONE)]
        assert caught.value.errors.keys() == {"personal_data"}
        assert (Message.objects.count(), story.issue.rev) == (0, 1)

    def test_the_event_counts_what_is_kept(self, story: Story) -> None:
        story.raised()
        message = self.acts(story, keep=[token(EMAIL), token(PHONE)])
        assert message.body == BODY
        event = story.issue.events.get(seq=2)
        assert event.facts == {"message": 1, "parent": None, "kept": {"email": 1, "phone": 1}}
        assert broken_chains([story.issue]) == {}

    def test_a_repeat_gets_the_message_back_whatever_it_keeps(self, story: Story) -> None:
        story.raised()
        key = UUID("c0ffee00-0000-4000-8000-000000000000")
        first = self.acts(story, key=key, keep=[token(EMAIL), token(PHONE)])
        assert self.acts(story, key=key) == first
        assert Message.objects.count() == 1


class TestPage:
    def test_it_comes_back_with_the_text_and_a_choice_for_each(self, story: Story) -> None:
        story.raised()
        key = str(uuid4())
        response = post(story, story.cast.officer, body=BODY, key=key)
        page = text_of(response)
        assert response.status_code == 422
        assert "<title>Error: " in page
        form = page.partition('id="write"')[2].partition("</form>")[0]
        assert f">{BODY}</textarea>" in form
        assert f'name="key" value="{key}"' in form
        assert f"Text: Call <mark>{PHONE}</mark> or write to {EMAIL}." in form
        assert form.count('type="radio"') == 4
        assert " checked" not in form
        assert "Mask it: • ••• ••• •• ••" in form
        summary = page.partition('role="alert"')[2].partition("</div>")[0]
        assert f'<a href="#id_{field(PHONE)}_0">Phone number: {PHONE}: choose whether to mask or keep it.' in summary
        assert page.count(f'id="id_{field(PHONE)}_0"') == 1
        assert Message.objects.count() == 0

    def test_with_the_choices_it_is_posted_once(self, story: Story) -> None:
        story.raised()
        sent = {"body": BODY, "key": str(uuid4()), field(PHONE): "mask", field(EMAIL): "keep"}
        first, second = (post(story, story.cast.officer, **sent) for __ in range(2))
        assert first.status_code == 303
        assert first["Location"] == second["Location"]
        message = Message.objects.get()
        assert message.body == f"Call • ••• ••• •• •• or write to {EMAIL}."
        assert story.issue.events.get(seq=2).facts["kept"] == {"email": 1}
        assert PHONE not in text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/"))

    def test_half_chosen_it_asks_for_the_rest_and_keeps_what_was_chosen(self, story: Story) -> None:
        story.raised()
        page = text_of(post(story, story.cast.officer, body=BODY, **{field(EMAIL): "keep"}))
        summary = page.partition('role="alert"')[2].partition("</div>")[0]
        assert "Phone number" in summary
        assert "E-mail address" not in summary
        assert page.count(" checked") == 1

    def test_taken_out_of_the_text_it_needs_no_choice(self, story: Story) -> None:
        story.raised()
        assert post(story, story.cast.officer, body="Call us.", **{field(PHONE): "mask"}).status_code == 303
        assert Message.objects.get().body == "Call us."

    def test_refused_for_another_reason_the_choices_stay_with_the_text(self, story: Story) -> None:
        story.raised()
        sent = {"body": BODY, "parent": "9", field(PHONE): "mask", field(EMAIL): "keep"}
        page = text_of(post(story, story.cast.officer, **sent))
        assert "The message you answer is not there any more." in page
        assert page.count(" checked") == 2
        assert f">{BODY}</textarea>" in page

    def test_who_may_not_write_is_asked_nothing(self, story: Story) -> None:
        story.raised()
        for player in (story.cast.rival, None):
            response = post(story, player, body=BODY)
            assert response.status_code == 403
            assert 'role="alert"' in text_of(response)
            assert "choose whether to mask or keep it" not in text_of(response)
        assert Message.objects.count() == 0

    def test_a_reader_sees_no_trace_of_the_check(self, story: Story) -> None:
        story.raised()
        assert "personal-data" not in text_of(Visitor(story, story.cast.officer).get(f"/issues/{story.issue.number}/"))
