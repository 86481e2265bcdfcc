"""Quoting a message in the next: a link that fills the form."""

import re
from html import unescape

import pytest

from dialogue.actions import hide_message, post_message
from dialogue.quoting import QUOTED_AT_MOST, quoted
from issues.models import Issue
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def say(story: Story, body: str) -> None:
    post_message(issue=Issue(pk=story.pk), **story.cast.officer.acts, body=body, at=story.now)


def begun(story: Story, who: Player | None, query: str) -> str | None:
    """What stands in the form; None where there is no form."""
    html = text_of(Visitor(story, who).get(f"/issues/{story.issue.number}/{query}"))
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", html, re.DOTALL)
    return unescape(found[1]) if found else None


def test_the_form_holds_the_words_with_their_number_and_who_wrote_them(story: Story) -> None:
    cast = story.raised().cast
    say(story, "First line.\n\nSecond & <b>.")
    link = f'href="/en/issues/{story.issue.number}/?quote=1#write">Quote<span class="vh"> #1</span>'
    assert link in text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/"))
    body = str(cast.officer.organisation)
    assert begun(story, cast.manager, "?quote=1") == (
        f"> #1 · {cast.officer.user} · {body}\n>\n> First line.\n>\n> Second & <b>.\n\n"
    )
    assert begun(story, cast.manager, "") == ""
    assert begun(story, None, "?quote=1") is None, "a visitor has no form, only the way to sign in"


def test_a_quote_in_a_reply_stays_a_reply(story: Story) -> None:
    cast = story.raised().cast
    say(story, "First.")
    say(story, "Second.")
    html = text_of(Visitor(story, cast.manager).get(f"/issues/{story.issue.number}/?quote=2&reply=1"))
    assert '<input type="hidden" name="parent" value="1">' in html
    assert "&gt; Second." in html


def test_what_is_quoted_is_not_quoted_again_and_a_long_text_is_cut_between_words(story: Story) -> None:
    story.raised()
    say(story, "> #9 · Somebody\n>\n> Old.\n\nNew.")
    say(story, "word " * 400)
    first, second = (quoted(each) for each in story.issue.messages.for_thread())
    assert first.endswith("\n>\n> New.\n\n")
    assert "Old." not in first
    assert second.endswith("word…\n\n")
    assert QUOTED_AT_MOST - 5 <= len(second.rpartition("\n>\n")[2]) <= QUOTED_AT_MOST + 5


@pytest.mark.parametrize("query", ["?quote=2", "?quote=x", "?quote=", "?quote=99999999999999"])
def test_nothing_is_quoted_from_what_is_not_there_or_was_removed(story: Story, query: str) -> None:
    cast = story.raised().cast
    say(story, "First.")
    assert begun(story, cast.manager, query) == ""
    hide_message(issue=story.issue, seq=1, **cast.moderator.acts, code="insult", at=story.now)
    assert begun(story, cast.manager, "?quote=1") == ""


def test_a_refused_text_is_not_replaced_by_a_quote(story: Story) -> None:
    cast = story.raised().cast
    say(story, "First.")
    address = f"/issues/{story.issue.number}/messages/?quote=1"
    refused = Visitor(story, cast.manager).post(address, {"body": "Mine: 8 701 000 00 00."})
    assert refused.status_code == 422
    assert "Mine: 8 701 000 00 00.</textarea>" in text_of(refused)
