""" "5 issues changed. Show" under the list and the desk: what counts, and what never does."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from dialogue.actions import post_message, write_note
from issues.models import Issue
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def opened(story: Story, who: Player | None, page: str) -> str:
    """Where the page, opened now, asks what changed."""
    story.later(minutes=1)
    html = text_of(Visitor(story, who).get(page))
    bar = re.search(r'<p class="newbar" id="list-news" data-news="([^"]+)" hidden></p>', html)
    assert bar
    story.later(minutes=1)
    return unescape(bar[1]).removeprefix("/en")


def said(story: Story, who: Player | None, address: str) -> str:
    response = Visitor(story, who).get(address)
    assert response.status_code == 200
    return text_of(response).strip()


def post(story: Story, who: Player) -> None:
    post_message(issue=Issue(pk=story.pk), **who.acts, body="Words.", at=story.now)


def test_the_list_counts_each_changed_issue_once_and_leads_to_itself(story: Story) -> None:
    cast = story.raised().cast
    other = Story(cast).raised()
    address = opened(story, None, "/issues/?status=raised&sort=newest")
    assert said(story, None, address) == ""
    post(story, cast.manager)
    post(story, cast.officer)
    link = '<a class="button" href="/en/issues/?status=raised&amp;sort=newest">'
    assert said(story, None, address) == f"{link}1 issue changed. Show</a>"
    other.now = story.now
    post(other, cast.manager)
    assert said(story, None, address) == f"{link}2 issues changed. Show</a>"
    assert said(story, None, opened(story, None, "/issues/?status=raised&sort=newest")) == ""


def test_an_issue_that_left_the_filter_counts_and_one_that_never_was_in_it_does_not(story: Story) -> None:
    cast = story.raised().cast
    address = opened(story, None, "/issues/?status=raised")
    elsewhere = opened(story, None, "/issues/?status=resolved")
    story.move("accept", cast.officer, unit="U", person=cast.officer.user)
    assert "1 issue changed" in said(story, None, address)
    assert said(story, None, elsewhere) == ""


def test_the_desk_counts_its_own_and_a_private_note_counts_nowhere(story: Story) -> None:
    cast = story.raised().cast
    desk, everybody = opened(story, cast.officer, "/desk/"), opened(story, None, "/issues/")
    write_note(issue=story.issue, **cast.signatory.acts, body="Ours.", at=story.now)
    assert (said(story, cast.officer, desk), said(story, None, everybody)) == ("", "")
    post(story, cast.manager)
    assert said(story, cast.officer, desk) == '<a class="button" href="/en/desk/">1 issue changed. Show</a>'
    rivals = opened(story, cast.rival, "/desk/")
    post(story, cast.manager)
    assert said(story, cast.rival, rivals) == ""
    assert Visitor(story, cast.manager).get(desk).status_code == 403


@pytest.mark.parametrize("since", ["", "x", "2026-02-31T00:00:00Z", "2026-02-01T00:00:00", "%00"])
def test_a_time_that_is_none_says_nothing(story: Story, since: str) -> None:
    story.raised()
    assert said(story, None, f"/issues/changed/?since={since}&shown=2026-000001") == ""


def test_a_visitor_is_told_that_nothing_changed_with_one_query(
    story: Story, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.DEBUG = False
    story.raised()
    address = opened(story, None, "/issues/")
    story.now += timedelta(hours=1)
    client = Client()
    first = client.get(f"/en{address}")
    with django_assert_num_queries(1):
        again = client.get(f"/en{address}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
