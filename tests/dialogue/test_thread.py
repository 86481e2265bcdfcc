"""The discussion: numbers that stay, replies under what they answer, pages, and catching up by `rev`."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from backend.accounts.actions import save_person
from dialogue import paging
from dialogue.actions import edit_message, hide_message, post_message
from dialogue.fragments import render_message
from dialogue.models import Message
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def say(story: Story, who: Player, body: str = "Words.", parent: int | None = None) -> Message:
    return post_message(issue=story.issue, **who.acts, body=body, parent=parent, at=story.later(minutes=1).now)


def hide(story: Story, seq: int) -> None:
    hide_message(issue=story.issue, seq=seq, code="personal_data", at=story.now, **story.cast.moderator.acts)


def page(story: Story, query: str = "", language: str = "en") -> str:
    response = Client().get(f"/{language}/issues/{story.issue.number}/{query}")
    assert response.status_code == 200
    return text_of(response)


def ids(html: str) -> list[str]:
    """Messages, and `|` for each event line, in the order of the page."""
    found = re.findall(r'<li (?:id="(m\d+)"|class="(event)-line")', html.partition('<ol class="thread"')[2])
    return [message or "|" for message, __ in found]


def test_replies_stand_boxed_under_the_message_they_answer_oldest_first(story: Story) -> None:
    cast = story.raised().cast
    say(story, cast.manager)
    say(story, cast.officer)
    say(story, cast.officer, parent=1)
    say(story, cast.manager, parent=3)  # an answer to an answer stays on the one level
    say(story, cast.manager, parent=2)
    html = page(story)
    assert ids(html) == ["|", "m1", "m3", "m4", "m2", "m5"]
    box = html.partition('<ol aria-label="Replies to #1" id="replies-1">')[2].partition("</ol>")[0]
    assert re.findall(r'id="(m\d+)"', box) == ["m3", "m4"]
    assert re.search(r'· to <a href="[^"]+/m/3/"><span class="vh">Message </span>#3</a>', box)


def test_events_stand_between_the_messages_where_they_were_entered(story: Story) -> None:
    cast = story.raised().cast
    say(story, cast.manager)
    story.move("accept", cast.officer, unit="U", person=cast.officer.user)
    say(story, cast.officer)
    story.move("clarify_request", cast.officer, question="Where?")
    html = page(story)
    assert ids(html) == ["|", "m1", "|", "m2", "|"]
    assert "Issue taken up · Ministry of Labour and Social Protection of the Population ·" in html


def test_a_hidden_message_keeps_its_number_its_place_and_none_of_its_words(story: Story) -> None:
    cast = story.raised().cast
    for words in ("First.", "My number is 870101300123.", "Third."):
        say(story, cast.manager, words)
    story.move("accept", cast.officer, unit="U", person=cast.officer.user)
    hide(story, 2)
    html = page(story)
    assert ids(html) == ["|", "m1", "m2", "m3", "|"]
    assert "870101300123" not in html
    assert "Reason: Personal data" in html
    gone = Client().get(f"/en/issues/{story.issue.number}/m/2/")
    assert gone.status_code == 410
    assert "Reason: Personal data" in text_of(gone)


@pytest.fixture
def long_talk(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Pages of three: ten top-level messages, #4 and #9 replies to #1 and #8, a move after #6."""
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)
    from dialogue.views import thread

    monkeypatch.setattr(thread, "PAGE_SIZE", 3)
    cast = story.raised().cast
    for n in range(1, 13):
        say(story, cast.manager, parent={4: 1, 9: 8}.get(n))
        if n == 6:
            story.move("accept", cast.officer, unit="U", person=cast.officer.user)
    return story


def test_a_long_discussion_is_paged_both_ways_and_each_thing_stands_once(long_talk: Story) -> None:
    pages, query = [], ""
    while True:
        html = page(long_talk, query)
        pages.append(ids(html))
        newer = re.search(r'href="[^"]*(\?after_seq=\d+)#discussion"', html)
        if not newer:
            break
        query = newer[1]
    assert pages == [["|", "m1", "m4", "m2", "m3"], ["m5", "m6", "|", "m7"], ["m8", "m9", "m10", "m11"], ["m12"]]
    back = []
    while older := re.search(r'href="[^"]*(\?before=\d+)#discussion">Older', html):
        html = page(long_talk, older[1])
        back.append(ids(html))
    assert back == [["m8", "m9", "m10", "m11"], ["m5", "m6", "|", "m7"], ["|", "m1", "m4", "m2", "m3"]]


def test_latest_is_one_step_from_the_first_page(long_talk: Story) -> None:
    html = page(long_talk)
    latest = re.search(r'href="[^"]*(\?before=\d+)#discussion">Latest', html)
    assert latest
    assert ids(page(long_talk, latest[1])) == ["m10", "m11", "m12"]


def test_the_permanent_address_leads_to_the_page_that_holds_the_message(long_talk: Story) -> None:
    number = long_talk.issue.number
    for seq in range(1, 13):
        response = Client().get(f"/en/issues/{number}/m/{seq}/")
        assert response.status_code == 302
        address, __, fragment = response["Location"].partition("#")
        assert fragment == f"m{seq}"
        assert f"m{seq}" in ids(text_of(Client().get(address)))


@pytest.mark.parametrize("seq", ["0", "13", "99999999999999999999"])
def test_a_message_that_never_was_is_not_found(long_talk: Story, seq: str) -> None:
    assert Client().get(f"/en/issues/{long_talk.issue.number}/m/{seq}/").status_code == 404


@pytest.mark.parametrize("query", ["?before=x", "?after_seq=-1", "?after_seq=99999999999999", "?before=%00"])
def test_a_bad_place_is_left_out_and_told(long_talk: Story, query: str) -> None:
    html = page(long_talk, query)
    assert ids(html)[:2] == ["|", "m1"]
    assert "Not understood and left out:" in html


def test_beyond_the_end_there_is_a_way_back(long_talk: Story) -> None:
    html = page(long_talk, "?after_seq=500")
    assert ids(html) == [] or ids(html) == ["|"] * len(ids(html))
    assert "?before=501#discussion" in html


def test_numbers_over_a_thousand_are_not_grouped_in_addresses(story: Story) -> None:
    cast = story.raised().cast
    type(story.issue).objects.filter(pk=story.pk).update(seq=1233, rev=2000)
    assert say(story, cast.manager).seq == 1234
    for language in ("kk", "ru", "en"):
        html = page(story, language=language)
        assert 'id="m1234"' in html
        assert f'href="/{language}/issues/{story.issue.number}/m/1234/"><span class="vh">' in html
        assert "</span>#1234</a>" in html
        assert 'data-rev="2001"' in html
        assert "?reply=1234#write" in html


def test_catching_up_gives_what_changed_after_a_rev_in_its_order(story: Story) -> None:
    cast = story.raised().cast
    address = f"/en/issues/{story.issue.number}/thread/"
    say(story, cast.manager)  # rev 2
    say(story, cast.officer, parent=1)  # rev 3
    story.move("accept", cast.officer, unit="U", person=cast.officer.user)  # rev 4
    hide(story, 1)  # rev 5
    both = text_of(Client().get(f"{address}?after=2"))
    assert re.findall(r'<li id="([^"]+)"', both) == ["head-changed", "m2", "m1"]
    assert '<ol id="changes" data-rev="5">' in both
    assert "Words." in both.partition('id="m2"')[2].partition('id="m1"')[0]
    assert "Words." not in both.partition('id="m1"')[2]
    late = text_of(Client().get(f"{address}?after=4"))
    assert re.findall(r'<li id="([^"]+)"', late) == ["m1"]
    for nothing_new in ("5", "6"):
        response = Client().get(f"{address}?after={nothing_new}")
        assert (response.status_code, response.content) == (204, b"")


def test_catching_up_from_a_bad_rev_gives_all_and_says_so(story: Story) -> None:
    story.raised()
    say(story, story.cast.manager)
    for query, told in (("", False), ("?after=0", False), ("?after=x", True), ("?after=-3", True)):
        html = text_of(Client().get(f"/en/issues/{story.issue.number}/thread/{query}"))
        assert 'id="m1"' in html
        assert ("Not understood" in html) is told, query


def test_catching_up_on_very_much_says_where_to_go_on(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    from dialogue.views import thread

    monkeypatch.setattr(thread, "CHANGES_AT_MOST", 2)
    story.raised()
    for _ in range(5):
        say(story, story.cast.manager)
    met, after = [], "0"
    while (response := Client().get(f"/en/issues/{story.issue.number}/thread/?after={after}")).status_code == 200:
        html = text_of(response)
        met += re.findall(r'<li id="(m\d+)"', html)
        after = re.findall(r'data-rev="(\d+)">', html)[0]
    assert met == ["m1", "m2", "m3", "m4", "m5"]


def test_a_message_is_made_the_same_for_whoever_looks(story: Story, django_assert_num_queries: Any) -> None:
    cast = story.raised().cast
    say(story, cast.officer, "Біз **қарап** жатырмыз. <script>x</script>")
    message = story.issue.messages.for_thread().get()
    with django_assert_num_queries(0):
        html = render_message(message, "en")
    for player in (None, cast.manager, cast.officer, cast.moderator):
        assert html in text_of(Visitor(story, player).get(f"/issues/{story.issue.number}/"))
    assert html in text_of(Client().get(f"/en/issues/{story.issue.number}/thread/?after=0"))
    assert "<script>" not in html
    assert "<strong>Officer</strong>\u00a0· Ministry of Labour and Social Protection of the Population" in html
    assert '<div class="prose" lang="en">' in html


def test_only_the_small_words_of_a_message_depend_on_the_language(story: Story) -> None:
    cast = story.raised().cast
    say(story, cast.officer, "Words.")
    message = story.issue.messages.for_thread().get()
    english, kazakh = render_message(message, "en"), render_message(message, "kk")
    assert "/en/issues/" in english
    assert "/kk/issues/" in kazakh
    assert message.body_html in english
    assert message.body_html in kazakh
    assert "State body" not in kazakh


def test_the_discussion_of_another_issue_is_never_mixed_in(story: Story) -> None:
    cast = story.raised().cast
    other = Story(cast).raised()
    say(other, cast.manager, "Elsewhere.")
    say(story, cast.manager, "Here.")
    html = page(story)
    assert "Here." in html
    assert "Elsewhere." not in html


def test_a_new_name_of_an_author_is_shown_at_once_on_a_message_that_did_not_change(story: Story) -> None:
    cast = story.raised().cast
    say(story, cast.manager)
    before = page(story)
    save_person(person=cast.manager.user, name="Жаңа Есім", language="kk")
    assert "Жаңа Есім" not in before
    assert "Жаңа Есім" in page(story)


def test_what_was_rendered_and_taken_back_is_never_shown_for_the_change_that_came_instead(story: Story) -> None:
    """A check step hides the message, shows it so, and takes it back; the edit that follows has the same `rev`."""
    said = say(story.raised(), story.cast.manager, "First words.")
    with transaction.atomic():
        hide(story, said.seq)
        assert "Removed by the moderators" in page(story)
        transaction.set_rollback(True)
    edit_message(issue=story.issue, seq=said.seq, body="Other words.", at=story.now, **story.cast.manager.acts)
    assert "Other words." in page(story)
    assert "Removed by the moderators" not in page(story)
