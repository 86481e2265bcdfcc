"""What a person has read of a thread: theirs alone."""

import re
from typing import Any

import pytest

from dialogue.actions import hide_message, post_message
from dialogue.models import Visit
from dialogue.unread import new_messages
from issues.actions.following import follow
from issues.models import Issue
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def say(story: Story, who: Player, n: int = 1) -> None:
    for _ in range(n):
        post_message(issue=Issue(pk=story.pk), **who.acts, body="Words.", at=story.now)


def page(story: Story, who: Player | None) -> str:
    return text_of(Visitor(story, who).get(f"/issues/{story.issue.number}/"))


def unread(html: str) -> tuple[str, str]:
    """What the heading says of new messages, and before which the line stands."""
    heading = re.search(r'<h2 id="discussion">.*?</span>(.*?)\)</h2>', html)
    line = re.search(r'id="unread">.*?<li id="(m\d+)"', html, re.DOTALL)
    return heading[1] if heading else "?", line[1] if line else ""


def test_at_the_first_look_nothing_is_called_new_and_then_what_others_wrote_is(story: Story) -> None:
    cast = story.raised().cast
    say(story, cast.officer, 2)
    assert unread(page(story, cast.manager)) == ("", "")
    say(story, cast.manager)
    say(story, cast.officer, 2)
    assert unread(page(story, cast.manager)) == (", 2 new", "m4")
    assert unread(page(story, cast.manager)) == (", 2 new", "m4"), "to look is not to read"
    assert unread(page(story, None)) == ("", "")
    assert unread(page(story, cast.officer)) == ("", "")


def test_what_was_read_is_remembered_and_never_back_by_itself(story: Story) -> None:
    cast = story.raised().cast
    page(story, cast.manager)
    say(story, cast.officer, 4)
    visitor, address = Visitor(story, cast.manager), f"/issues/{story.issue.number}/seen/"
    assert visitor.client.post(f"/en{address}", {"seq": "3"}, headers={"HX-Request": "true"}).status_code == 204
    assert unread(page(story, cast.manager)) == (", 1 new", "m4")
    visitor.post(address, {"seq": "1"})
    assert unread(page(story, cast.manager)) == (", 1 new", "m4")
    visitor.post(address, {"from": "2"})
    assert unread(page(story, cast.manager)) == (", 3 new", "m2")
    visitor.post(address, {"from": "4"})
    assert unread(page(story, cast.manager)) == (", 3 new", "m2"), "back is never forward"
    hide_message(issue=story.issue, seq=2, **cast.moderator.acts, code="insult", at=story.now)
    assert unread(page(story, cast.manager)) == (", 2 new", "m3")
    answer = visitor.post(address, {"seq": "999999"})
    assert (answer.status_code, answer["Location"]) == (303, f"/en/issues/{story.issue.number}/#discussion")
    assert Visit.objects.get(person=cast.manager.user).seen == 4


@pytest.mark.parametrize("seq", ["", "x", "-1", "1.5", "9" * 12])
def test_a_number_that_is_none_is_not_there(story: Story, seq: str) -> None:
    cast = story.raised().cast
    assert Visitor(story, cast.manager).post(f"/issues/{story.issue.number}/seen/", {"seq": seq}).status_code == 404


def test_what_others_wrote_can_be_marked_unread_by_who_is_signed_in(story: Story) -> None:
    cast = story.raised().cast
    say(story, cast.officer)
    say(story, cast.manager)
    say(story, cast.officer)
    hide_message(issue=story.issue, seq=3, **cast.moderator.acts, code="insult", at=story.now)
    button = r'<button form="mark-unread" name="from" value="(\d+)"'
    html = page(story, cast.manager)
    assert re.findall(button, html.partition("<ol")[2].partition("<form id")[0]) == ["1"], (
        "neither one's own nor a removed one"
    )
    assert html.count('<form id="mark-unread"') == 1
    assert re.findall(button, page(story, None)) == []
    visitor = Visitor(story, cast.manager)
    visitor.post(f"/issues/{story.issue.number}/seen/", {"seq": "3"})
    assert visitor.post(f"/issues/{story.issue.number}/seen/", {"from": "1"}).status_code == 303
    assert unread(page(story, cast.manager)) == (", 1 new", "m1")


def test_the_way_down_and_the_renewed_head_say_how_many_are_new(story: Story) -> None:
    cast = story.raised().cast
    page(story, cast.manager)
    say(story, cast.officer, 2)
    address = f"/issues/{story.issue.number}/"
    for rest in ("", "head/"):
        assert "Discussion (2, 2 new)</a>" in text_of(Visitor(story, cast.manager).get(address + rest))
        assert "Discussion (2)</a>" in text_of(Visitor(story, None).get(address + rest))


def test_a_refused_post_leaves_the_line_where_it_was(story: Story) -> None:
    cast = story.raised().cast
    page(story, cast.manager)
    say(story, cast.officer, 2)
    refused = Visitor(story, cast.manager).post(f"/issues/{story.issue.number}/messages/", {"body": " "})
    assert refused.status_code == 422
    assert unread(text_of(refused)) == (", 2 new", "m1")


class TestMyPage:
    def test_names_issues_with_new_messages_that_are_followed_or_ones_own(
        self, story: Story, django_assert_num_queries: Any
    ) -> None:
        cast = story.raised().cast
        for who in (cast.manager, cast.other_manager):
            page(story, who)
        say(story, cast.manager)
        say(story, cast.officer, 2)
        assert self.news(story, cast.manager) == [(story.issue.number, "2 new")]
        assert self.news(story, cast.other_manager) == [], "looked at, and not followed"
        follow(issue=story.issue, actor=cast.other_manager.user)
        assert self.news(story, cast.other_manager) == [(story.issue.number, "3 new")]
        with django_assert_num_queries(1):
            assert [each.n for each in new_messages(cast.manager.user, cast.manager.organisation)] == [2]
        Visitor(story, cast.manager).post(f"/issues/{story.issue.number}/seen/", {"seq": "3"})
        assert self.news(story, cast.manager) == []

    @staticmethod
    def news(story: Story, who: Player) -> list[tuple[str, str]]:
        section = text_of(Visitor(story, who).get("/me/")).partition('id="news-title"')[2].partition("</section>")[0]
        return re.findall(r'#discussion"><span class="number">(\S+)</span> .*?class="meta">([^<]+)<', section)
