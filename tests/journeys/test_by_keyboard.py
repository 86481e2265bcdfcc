"""The journeys that exist so far, by keys alone, and in how many clicks: what is typed is not counted."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dialogue.models import Message
from issues.models import Issue
from tests.factories.files import TEXT
from tests.factories.people import Cast, Player, make_cast
from tests.factories.stories import Story
from tests.journeys.conftest import Window
from tests.journeys.keys import Keys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

type Opener = Callable[[Player | None], Window]


@pytest.fixture
def cast(live_server: Any) -> Cast:
    return make_cast()


def begun(one: Window, path: str) -> Keys:
    keys = Keys(one.page)
    one.open(path)
    return keys


def story(cast: Cast, days: int = 30) -> Story:
    return Story(cast, timezone.now() - timedelta(days=days))


def link(keys: Keys, path: str, within: str = "main") -> Any:
    """The first link to a page of the site."""
    return keys.page.locator(f'{within} a[href^="/en{path}"]').first


def test_an_issue_is_raised_in_five_clicks(cast: Cast, keyboard: Opener) -> None:
    keys = begun(keyboard(cast.manager), "/me/")
    keys.follow(link(keys, "/issues/new/", "header"))
    keys.write("title", "Grants are late")
    keys.write("body", "Since March.")
    keys.button("Continue")
    keys.write("asks.1", "Pay them.")
    keys.button("Continue")
    keys.choose("topic", "social-security")
    keys.choose("region", "KZ-15")
    keys.button("Go to the check")
    keys.button("Publish the issue")
    expect(keys.page.locator(".notice-success")).to_be_visible()
    issue = Issue.objects.get(title="Grants are late")
    assert (issue.status, issue.body, issue.asks.get().text) == ("raised", "Since March.", "Pay them.")
    assert keys.clicks == 5


def test_an_officer_takes_the_most_urgent_issue_in_one_click(cast: Cast, keyboard: Opener) -> None:
    urgent, later = (story(cast, days).raised().issue for days in (2, 0))
    keys = begun(keyboard(cast.officer), "/desk/")
    expect(keys.page.locator("tr[data-row]")).to_have_count(2)
    first = keys.page.locator("tr[data-row]").first.locator("td[data-label='Next step for us'] a")
    keys.follow(first)
    expect(keys.page).to_have_url(re.compile(f"/en/issues/{urgent.number}/accept/"))
    assert keys.clicks == 1
    keys.write("unit", "Grants unit")
    keys.choose("person", str(cast.officer.user.uuid))
    keys.button("Continue")
    keys.button("Publish")
    expect(keys.page.locator(".notice-success")).to_be_visible()
    urgent.refresh_from_db()
    later.refresh_from_db()
    assert (urgent.status, later.status) == ("under_consideration", "raised")
    assert keys.clicks == 3


def test_a_message_is_posted_in_two_clicks(cast: Cast, keyboard: Opener) -> None:
    issue = story(cast, 2).accepted().issue
    keys = begun(keyboard(cast.officer), "/desk/")
    keys.follow(keys.page.locator("main [data-open]"))
    keys.write("body", "It is paid in May.")
    keys.press(keys.page.get_by_role("button", name="Post message", exact=True))
    expect(keys.page.locator("main")).to_contain_text("It is paid in May.")
    assert Message.objects.get(issue=issue).organisation == cast.ministry
    assert keys.clicks == 2


def test_done_is_reported_with_a_file_in_four_clicks(cast: Cast, keyboard: Opener) -> None:
    issue = story(cast).answered("supported").issue
    keys = begun(keyboard(cast.signatory), f"/issues/{issue.number}/")
    keys.follow(link(keys, f"/issues/{issue.number}/report-done/"))
    keys.write("evidence.1.text", "Paid to all.")
    keys.go(keys.page.locator('[name="evidence.1.files.new"]'))
    with keys.page.expect_file_chooser() as chooser:
        keys.page.keyboard.press("Space")
    chooser.value.set_files({"name": "register.txt", "mimeType": "text/plain", "buffer": TEXT})
    keys.button("Continue")
    keys.button("Publish")
    expect(keys.page.locator(".notice-success")).to_be_visible()
    issue.refresh_from_db()
    assert (issue.status, issue.attachments.get().name) == ("reported_done", "register.txt")
    assert keys.clicks == 4


def test_what_is_done_is_confirmed_in_three_clicks(cast: Cast, keyboard: Opener) -> None:
    issue = story(cast, 20).reported("supported").issue
    keys = begun(keyboard(cast.manager), "/me/")
    keys.follow(link(keys, f"/issues/{issue.number}/confirm/"))
    keys.button("Continue")
    keys.button("Publish")
    expect(keys.page.locator(".notice-success")).to_be_visible()
    issue.refresh_from_db()
    assert (issue.status, issue.basis) == ("resolved", "confirmed")
    assert keys.clicks == 3


def test_what_is_not_done_is_disputed_in_three_clicks(cast: Cast, keyboard: Opener) -> None:
    issue = story(cast, 20).reported("supported").issue
    keys = begun(keyboard(cast.manager), "/me/")
    keys.follow(link(keys, f"/issues/{issue.number}/dispute/"))
    keys.write("reason", "Nothing arrived.")
    keys.button("Continue")
    keys.button("Publish")
    expect(keys.page.locator(".notice-success")).to_be_visible()
    issue.refresh_from_db()
    assert (issue.status, issue.disputes.get().reason) == ("disputed", "Nothing arrived.")
    assert keys.clicks == 3


def test_the_public_goes_from_a_number_to_an_issue_behind_it_in_two_clicks(cast: Cast, keyboard: Opener) -> None:
    issue = story(cast, 2).raised().issue
    keys = begun(keyboard(None), "/")
    number = keys.page.locator(".numbers a").first
    shown = number.locator(".numbers-value").inner_text()
    keys.follow(number)
    expect(keys.page.locator("main")).to_contain_text(f"{shown} issue")
    keys.follow(link(keys, f"/issues/{issue.number}/"))
    expect(keys.page.locator("h1")).to_have_text(issue.title)
    assert keys.clicks == 2


def test_shift_and_tab_lead_back_and_the_first_tab_skips_to_the_content(cast: Cast, keyboard: Opener) -> None:
    keys = begun(keyboard(cast.manager), "/issues/")
    keys.press(keys.page.locator("a.skip"))
    expect(keys.page.locator("#main")).to_be_focused()
    keys.go(keys.page.locator('main [name="q"]').first)
    keys.go(keys.page.locator("header a.brand"), back=True)
