"""The discussion in parts: messages only, what is official only; moves in a row as one line."""

import re

import pytest
from django.test import Client

from dialogue import paging
from dialogue.actions import post_message
from issues.models import Issue
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def say(story: Story, who: Player, parent: int | None = None) -> None:
    post_message(issue=Issue(pk=story.pk), **who.acts, body="Words.", parent=parent, at=story.later(minutes=1).now)


def page(story: Story, query: str = "") -> str:
    response = Client().get(f"/en/issues/{story.issue.number}/{query}")
    assert response.status_code == 200
    return text_of(response)


def ids(html: str) -> list[str]:
    """Messages, and `|` for each event line, in the order of the page."""
    found = re.findall(r'<li (?:id="(m\d+)"|class="(event)-line")', html.partition('<ol class="thread"')[2])
    return [message or "|" for message, _ in found]


@pytest.fixture
def talk(story: Story) -> Story:
    """Of the NGO #1, #4, of the body #2 and its reply #3 to #1; taken up after #3."""
    cast = story.raised().cast
    say(story, cast.manager)
    say(story, cast.officer)
    say(story, cast.officer, parent=1)
    story.move("accept", cast.officer, unit="U", person=cast.officer.user)
    say(story, cast.manager)
    return story


def test_messages_only_leaves_the_lines_of_moves_out(talk: Story) -> None:
    assert ids(page(talk)) == ["|", "m1", "m3", "m2", "|", "m4"]
    assert ids(page(talk, "?show=messages")) == ["m1", "m3", "m2", "m4"]


def test_official_only_is_what_the_body_wrote_and_the_moves_and_names_what_it_answers(talk: Story) -> None:
    html = page(talk, "?show=official")
    assert ids(html) == ["|", "m2", "m3", "|"]
    assert re.search(r'<li class="answers meta"><a href="[^"]+/m/1/">Reply to #1</a></li>\s*<li id="m3"', html)
    assert "Reply to #1</a>" not in page(talk)


def test_the_parts_are_links_and_the_one_in_force_is_marked(talk: Story) -> None:
    for query, marked in (("", "All"), ("?show=messages", "Messages only"), ("?show=official", "Official only")):
        html = page(talk, query)
        parts = re.findall(r'href="[^"]+/(\?show=\w+)?#discussion"( aria-current="true")?>([^<(]+)</a></li>', html)
        assert [(each, label) for each, _, label in parts if label != "Discussion "] == [
            ("", "All"), ("?show=messages", "Messages only"), ("?show=official", "Official only"),
        ]  # fmt: skip
        assert [label for _, current, label in parts if current] == [marked]
        assert (f'data-show="{query[6:]}"' in html) == bool(query)


def test_a_part_that_is_none_is_left_out_and_told(talk: Story) -> None:
    html = page(talk, "?show=loud")
    assert "<code>show=loud</code>" in html
    assert ids(html) == ids(page(talk))


def test_pages_of_the_official_part_hold_each_thing_once_and_keep_the_part(
    talk: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 1)
    say(talk, talk.cast.officer)  # 5
    first = page(talk, "?show=official")
    assert "Older" not in first
    newer = re.search(r'href="[^"]*(\?after_seq=2&amp;show=official)#discussion">Newer', first)
    assert newer
    second = page(talk, newer[1].replace("&amp;", "&"))
    assert "?before=3&amp;show=official#discussion" in second
    assert [ids(first), ids(second), ids(page(talk, "?after_seq=3&show=official"))] == [
        ["|", "m2"], ["m3", "|"], ["m5"],
    ]  # fmt: skip
    assert ids(page(talk, "?before=3&show=official")) == ["|", "m2"]


def test_catching_up_gives_the_part_alone_and_goes_on_past_the_rest(talk: Story) -> None:
    address = f"/en/issues/{talk.issue.number}/thread/"
    rev = talk.issue.rev
    for show, found in (("official", ["head-changed", "m2", "m3"]), ("messages", ["m1", "m2", "m3", "m4"])):
        html = text_of(Client().get(f"{address}?after=0&show={show}"))
        assert re.findall(r'<li id="([^"]+)"', html) == found
        assert f'data-rev="{rev}"' in html
    nothing_of_it = Client().get(f"{address}?after={rev - 1}&show=official")
    assert nothing_of_it.status_code == 200
    assert re.findall(r'<ol id="changes" data-rev="(\d+)">\s*</ol>', text_of(nothing_of_it)) == [str(rev)]
    followed = Client().get(f"{address}?after=0&show=official", headers={"Accept": "text/html"})
    assert f'href="?after={rev}&amp;show=official"' in text_of(followed)
    assert "<code>show=x</code>" in text_of(Client().get(f"{address}?after=0&show=x"))


def test_what_the_part_leaves_out_does_not_count_as_read(talk: Story) -> None:
    visitor = Visitor(talk, talk.cast.manager)
    address = f"/issues/{talk.issue.number}/"
    assert "data-seen=" in text_of(visitor.get(f"{address}?show=messages"))
    assert "data-seen=" not in text_of(visitor.get(f"{address}?show=official"))


def test_three_moves_in_a_row_are_one_line_that_opens_and_two_are_two(story: Story) -> None:
    cast = story.raised().cast
    story.move("clarify_request", cast.officer, question="Where?")
    assert ids(page(story)) == ["|", "|"]
    assert "<summary>2 events" not in page(story)
    story.move("clarify", cast.manager, text="Here.")
    html = page(story)
    group = html.partition("<details><summary>3 events</summary>")[2].partition("</details>")[0]
    assert re.findall(r'id="(e\d+)"', group) == ["e1", "e2", "e3"]
    say(story, cast.manager)
    assert "<summary>3 events" not in page(story, "?show=official"), "there the moves are what was asked for"
