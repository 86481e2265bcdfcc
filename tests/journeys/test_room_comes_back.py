"""The room of an issue in a browser: after its server was killed, after its reader was away, and how much of it is read out."""

import time
from collections.abc import Iterator
from itertools import pairwise
from urllib.request import urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from dialogue.models import Message
from dialogue.models.visit import Visit
from tests.factories.live import cookie_of, site
from tests.factories.people import Player
from tests.factories.processes import wait_until
from tests.factories.stories import Story
from tests.journeys.conftest import TIMEOUT, Opener, said
from tests.trials.live import serving

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.long, pytest.mark.thorough,
]  # fmt: skip

ANNOUNCED = """window.announced = []
new MutationObserver(() => {
  const words = document.getElementById("announce").textContent
  if (words) announced.push([performance.now(), words])
}).observe(document.getElementById("announce"), {childList: true})"""


@pytest.fixture
def room(browser: Browser, told: Story) -> Iterator[Opener]:
    """Opens the issue for somebody (None: a visitor) at a server."""
    contexts = []

    def opened(player: Player | None, address: str = "") -> Page:
        at = f"http://{address or site()}"
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        if player:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie_of(player), "url": at}])
        page = context.new_page()
        page.goto(f"{at}/en/issues/{told.issue.number}/")
        if player:
            expect(page.locator("#here")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()


def messages(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("li.message .prose").all_inner_texts()]


def test_a_killed_server_loses_no_message_and_doubles_none(told: Story, room: Opener) -> None:
    with serving("daphne") as server:
        wait_until(lambda: is_up(server.address))
        page = room(told.cast.manager, server.address)
        page.locator("#message-body").fill("We are waiting.")
        server.kill()
        for n in (1, 2, 3):
            said(told, told.cast.officer, f"Meanwhile, {n}.")
        expect(page.locator("#line-state")).to_have_text("Reconnecting… You can keep writing.")
        page.locator("form[data-post] > .buttons button").click()
        expect(page.get_by_role("alert")).to_contain_text("Not posted. Your text is saved.")
        server.start()
        expect(page.locator("#newbar button")).to_have_text("Show 3 new messages")
        expect(page.locator("#message-body")).to_have_value("We are waiting.")
        page.locator("form[data-post] > .buttons button").click()
        expect(page.locator("#m6 .prose")).to_have_text("We are waiting.")
        expected = ["When is it paid?", "In March.", *(f"Meanwhile, {n}." for n in (1, 2, 3)), "We are waiting."]
        assert messages(page) == expected
        assert [each.body for each in Message.objects.order_by("seq")] == expected
        page.reload()
        assert messages(page) == expected


def test_the_unread_line_stands_where_its_reader_left(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    address = page.url
    page.goto(address.replace(f"issues/{told.issue.number}/", "me/"))
    for n in (1, 2):
        said(told, told.cast.officer, f"More, {n}.")
    page.goto(address)
    expect(page.locator("#discussion")).to_have_text("Discussion (4, 2 new)")
    assert page.locator("#unread + li").get_attribute("id") == "m3"
    page.get_by_role("link", name="To the first new message").click()
    assert page.locator("#m3").evaluate("each => each.matches(':target')")
    assert 0 <= page.locator("#unread").evaluate("each => each.getBoundingClientRect().bottom") < 800
    wait_until(lambda: Visit.objects.filter(person=told.cast.manager.user, seen=4).exists())  # both lay in sight
    page.goto(address.replace(f"issues/{told.issue.number}/", "me/"))
    said(told, told.cast.officer, "The last.")
    page.goto(address)
    expect(page.locator("#discussion")).to_have_text("Discussion (5, 1 new)")
    assert page.locator("#unread + li").get_attribute("id") == "m5"


def test_what_is_new_is_read_out_at_most_once_in_five_seconds_and_never_who_is_writing(
    told: Story, room: Opener
) -> None:
    page, other = room(told.cast.manager), room(told.cast.officer)
    spoken = page.locator("[aria-live], [role=status], [role=log], [role=alert]")
    assert spoken.evaluate_all("all => all.map(each => each.id)") == ["line-state", "announce"]
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(ANNOUNCED)
    other.locator("#message-body").press_sequentially("We are about to")
    expect(page.locator("#typing")).to_contain_text("is writing")
    for n in range(1, 13):
        said(told, told.cast.officer, f"Line {n}.")
        time.sleep(0.7)
    expect(page.locator("#newbar button")).to_have_text("Show 12 new messages")
    page.wait_for_timeout(5_500)
    announced = page.evaluate("announced")
    assert sum(int(words.split()[0]) for _, words in announced) == 12, announced
    times = [at for at, _ in announced]
    assert all(after - before >= 4_900 for before, after in pairwise(times)), announced


def is_up(address: str) -> bool:
    try:
        return bool(urlopen(f"http://{address}/healthz", timeout=5))
    except OSError:
        return False
