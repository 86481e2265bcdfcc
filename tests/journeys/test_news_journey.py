"""A list that is open for a while says that something changed, and shows it only when asked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from dialogue.actions import post_message
from issues.models import Issue
from tests.factories.people import Player, make_cast
from tests.factories.stories import Story
from tests.journeys.conftest import Window

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]


def test_a_list_says_what_changed_and_does_not_move(keyboard: Callable[[Player | None], Window]) -> None:
    from django.utils import timezone

    story = Story(make_cast()).raised()
    window = keyboard(None)
    window.page.clock.install()
    page = window.open("/issues/")
    before = page.locator(".row").first.bounding_box()
    post_message(issue=Issue(pk=story.pk), **story.cast.officer.acts, body="Words.", at=timezone.now())
    expect(page.locator("#list-news")).to_be_hidden()
    page.clock.fast_forward(66_000)
    link = page.get_by_role("link", name="1 issue changed. Show")
    expect(link).to_be_visible()
    expect(page.locator("#announce")).to_have_text("1 issue changed. Show")
    assert page.locator(".row").first.bounding_box() == before
    link.click()
    expect(page.locator("#list-news")).to_be_hidden()
