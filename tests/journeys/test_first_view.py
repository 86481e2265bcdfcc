"""What a browser asks for when it sees a page first, and where a link into a long discussion leads."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from dialogue.actions import post_message
from dialogue.paging import PAGE_SIZE
from issues.models import Issue
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story
from tests.journeys.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

SHIFTS = """window.shift = 0
new PerformanceObserver(found => found.getEntries().forEach(each => { if (!each.hadRecentInput) shift += each.value }))
  .observe({type: "layout-shift", buffered: true})"""


def test_a_first_view_asks_for_nine_files_at_most(world: World) -> None:
    number = world.names["disputed"]
    for path in ("/kk/", "/kk/issues/", f"/kk/issues/{number}/", "/kk/metrics/"):
        context = world.browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(world.site + path)
        page.wait_for_timeout(1_000)
        assert len(asked) <= 9, asked
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_link_to_a_message_lands_on_it_on_any_page_of_a_long_thread_and_nothing_jumps(
    browser: Any, live_server: Any, cast: Cast, width: int
) -> None:
    story = Story(cast).raised()
    count = 5 * PAGE_SIZE - 10
    for n in range(count):
        at = MONDAY + timedelta(minutes=n)
        body = f"Message {n + 1}.\n\n" + "Ұзақ мәтін жолдарға бөлінеді. " * (n % 7)
        post_message(issue=Issue(pk=story.pk), **cast.manager.acts, body=body, at=at)
    context = browser.new_context(viewport={"width": width, "height": 740})
    page: Page = context.new_page()
    page.add_init_script(SHIFTS)
    for seq in (3, 2 * PAGE_SIZE + 5, count - 20):
        page.goto(f"{live_server.url}/kk/issues/{story.issue.number}/m/{seq}/")
        page.wait_for_timeout(500)
        box = page.locator(f"#m{seq}").bounding_box()
        assert box
        assert -1 <= box["y"] < 200, (seq, box)
        assert page.evaluate("document.querySelector(':target').id") == f"m{seq}"
        assert page.evaluate("shift") <= 0.05, seq
    context.close()


def test_a_text_above_the_message_that_a_link_leads_to_is_never_folded(
    browser: Any, live_server: Any, cast: Cast
) -> None:
    story = Story(cast).raised(body="Ұзақ мәтін жолдарға бөлінеді. " * 40)
    post_message(issue=Issue(pk=story.pk), **cast.manager.acts, body="Here.", at=story.now)
    address = f"{live_server.url}/kk/issues/{story.issue.number}/"
    for place in ("", *["#m1"] * 8):  # what told it too late did so in half of the views
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page: Page = context.new_page()
        page.goto(address + place)
        page.wait_for_timeout(200)
        assert page.locator(".is-folded").count() == (0 if place else 1)
        context.close()


def test_a_line_is_as_long_before_our_font_has_come(world: World) -> None:
    widths = []
    for held in (False, True):
        context = world.browser.new_context(viewport={"width": 1280, "height": 740})
        page = context.new_page()
        if held:
            page.route("**/noto-sans-latin*", lambda route: None)  # asked for, never answered
        page.goto(f"{world.site}/kk/issues/{world.names['raised']}/", wait_until="commit")
        page.locator("footer.site").wait_for()
        page.wait_for_timeout(500)
        widths.append(page.locator("#problem-text").evaluate("each => each.getBoundingClientRect().width"))
        context.close()
    assert widths[0] == pytest.approx(widths[1], abs=0.1)
