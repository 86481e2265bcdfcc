"""Posting without JavaScript: what is written is never lost, and never posted twice."""

import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from backend.organisations.actions import set_standing
from backend.organisations.models import Standing
from dialogue.actions import hide_message
from dialogue.models import Message
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def post(story: Story, player: Player | None, **fields: Any) -> Any:
    return Visitor(story, player).post(f"/issues/{story.issue.number}/messages/", fields)


def form_of(html: str) -> dict[str, str]:
    """The hidden fields of the form, and its text."""
    form = html.partition('id="write"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(key|as|parent)" value="([^"]*)"', form))
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.DOTALL)
    return fields | {"body": text[1] if text else ""}


def test_a_posted_message_is_shown_where_the_browser_lands(story: Story) -> None:
    story.raised()
    visitor = Visitor(story, story.cast.manager)
    address = f"/issues/{story.issue.number}/"
    fields = form_of(text_of(visitor.get(address)))
    assert fields["as"] == "qamqor"
    response = visitor.post(f"{address}messages/", fields | {"body": "When will **you** pay?"})
    assert response.status_code == 303
    assert response["Location"] == f"/en{address}#m1"
    assert "<p>When will <strong>you</strong> pay?</p>" in text_of(visitor.client.get(response["Location"]))


def test_a_reply_names_what_it_answers(story: Story) -> None:
    cast = story.raised().cast
    post(story, cast.manager, body="When?")
    visitor = Visitor(story, cast.officer)
    html = text_of(visitor.get(f"/issues/{story.issue.number}/?reply=1"))
    assert "Reply to #1" in html
    fields = form_of(html)
    assert fields["parent"] == "1"
    assert visitor.post(f"/issues/{story.issue.number}/messages/", fields | {"body": "Soon."}).status_code == 303
    assert Message.objects.get(seq=2).parent == Message.objects.get(seq=1)


def test_answering_what_is_not_there_is_left_out_of_the_form(story: Story) -> None:
    story.raised()
    for reply in ("9", "x", "99999999999999"):
        html = text_of(Visitor(story, story.cast.manager).get(f"/issues/{story.issue.number}/?reply={reply}"))
        assert "parent" not in form_of(html)
        assert "Write a message" in html


def test_the_same_form_sent_twice_makes_one_message(story: Story) -> None:
    story, key = story.raised(), str(uuid4())
    first = post(story, story.cast.manager, body="Once.", key=key)
    second = post(story, story.cast.manager, body="Once.", key=key)
    assert first["Location"] == second["Location"]
    assert Message.objects.count() == 1


def test_an_empty_or_too_long_message_is_refused_with_the_summary_first(story: Story) -> None:
    story.raised()
    for body, words in (("  \n ", "Write something here."), ("я" * 10_001, "This is too long.")):
        response = post(story, story.cast.manager, body=body)
        html = text_of(response)
        assert response.status_code == 422
        assert "<title>Error: " in html
        summary = html.partition('<main id="main"')[2].partition("<h1")[0]
        assert 'role="alert"' in summary
        assert f'<a href="#message-body">{words}' in summary
        assert form_of(html)["body"].strip() == body.strip()
        assert html.count('id="message-body"') == 1
    assert Message.objects.count() == 0


def test_a_reply_to_a_vanished_message_keeps_the_text_and_can_be_sent_on_its_own(story: Story) -> None:
    cast = story.raised().cast
    post(story, cast.manager, body="First.")
    hide_message(issue=story.issue, seq=1, code="insult", at=story.now, **cast.moderator.acts)
    response = post(story, cast.officer, body="My answer.", parent="1", key=str(uuid4()))
    assert response.status_code == 422
    fields = form_of(text_of(response))
    assert fields["body"] == "My answer."
    assert "parent" not in fields
    assert post(story, cast.officer, **fields).status_code == 303
    for parent in ("7", "x", "1" * 30):
        assert post(story, cast.officer, body="To what?", parent=parent).status_code == 422


def test_who_may_not_write_is_told_why_and_keeps_the_text(story: Story) -> None:
    cast = story.raised().cast
    for player in (cast.rival, cast.coordinator, None):
        response = post(story, player, body="Let me say: <b>no</b>.")
        html = text_of(response)
        assert response.status_code == 403
        assert form_of(html)["body"] == "Let me say: &lt;b&gt;no&lt;/b&gt;."
        assert "Your text is kept below." in html
    assert Message.objects.count() == 0


def test_a_suspended_ngo_reads_why_it_cannot_write(story: Story) -> None:
    cast = story.raised().cast
    set_standing(organisation=cast.ngo, standing=Standing.SUSPENDED, reason="No report.")
    html = text_of(Visitor(story, cast.manager).get(f"/issues/{story.issue.number}/"))
    assert "Only verified NGOs write here; yours is not, or is suspended." in html
    assert "<textarea" not in html
    assert post(story, cast.manager, body="Still here.").status_code == 403


def test_a_closed_issue_is_read_only(story: Story) -> None:
    cast = story.raised().cast
    story.move("withdraw", cast.manager, reason="Solved.")
    for player in (
        cast.manager,
        cast.rival,
        None,
    ):  # whoever could not write before reads the reason that holds for all
        html = text_of(Visitor(story, player).get(f"/issues/{story.issue.number}/"))
        assert "This issue is closed: its discussion can be read, not continued." in html
        assert "Sign in and choose an organisation to write here." not in html
        assert 'id="write" class="is-closed"' in html
    response = post(story, cast.manager, body="One more thing.")
    assert response.status_code == 409
    assert form_of(text_of(response))["body"] == "One more thing."


def test_a_form_begun_for_another_organisation_is_not_posted_for_this_one(story: Story) -> None:
    cast = story.raised().cast
    response = post(story, cast.manager, body="As whom?", **{"as": "zhasyl"})
    assert response.status_code == 409
    fields = form_of(text_of(response))
    assert (fields["as"], fields["body"]) == ("qamqor", "As whom?")
    assert Message.objects.count() == 0


def test_odd_values_harm_nothing(story: Story) -> None:
    cast = story.raised().cast
    assert post(story, cast.manager, body="Nul\x00 here", key="not a uuid").status_code == 303
    assert Message.objects.get().body == "Nul here"
    assert post(story, cast.manager).status_code == 422


def test_reading_the_address_of_posting_leads_to_the_form(story: Story) -> None:
    story.raised()
    response = Client().get(f"/en/issues/{story.issue.number}/messages/")
    assert (response.status_code, response["Location"]) == (302, f"/en/issues/{story.issue.number}/#write")


def test_a_form_without_its_token_is_refused(story: Story) -> None:
    story.raised()
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.cast.manager.user)
    response = client.post(f"/en/issues/{story.issue.number}/messages/", {"body": "Forged."})
    assert response.status_code == 403
    assert "The form was too old" in text_of(response)
    assert Message.objects.count() == 0


def test_one_who_is_signed_out_gets_the_way_to_sign_in_with_the_text(story: Story) -> None:
    story.raised()
    address = f"/en/issues/{story.issue.number}/"
    response = Client().post(f"{address}messages/", {"body": "Kept."}, headers={"HX-Request": "true"})
    assert response.status_code == 401
    html = text_of(response)
    assert "Kept.</textarea>" in html
    assert f'href="/en/accounts/login/?next={quote(address, safe="")}%23write">Sign in</a>' in html
