"""Charts in a browser: by keyboard alone, on a phone, and without a fault that axe finds."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.people import Player
from tests.journeys.conftest import Window
from tests.journeys.test_axe import SIDEWAYS, faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

FIRST = "#bars svg:visible a"
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".chart text")].filter(each => each.checkVisibility())
  .map(each => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a))"""


@pytest.fixture
def sheet(keyboard: Callable[[Player | None], Window], settings: Any) -> Callable[[int], Page]:
    settings.DEMO = True
    window = keyboard(None)

    def opened(width: int) -> Page:
        window.page.set_viewport_size({"width": width, "height": 800})
        return window.open("/about/components/")

    return opened


@pytest.mark.parametrize(("width", "bars"), [(1280, 24), (360, 12)])
def test_every_bar_that_is_shown_is_reached_by_tab_and_seen_and_no_other(
    sheet: Callable[[int], Page], width: int, bars: int
) -> None:
    page = sheet(width)
    links = page.locator(FIRST)
    expect(links).to_have_count(bars)
    links.first.focus()
    reached = []
    for _bar in range(bars):
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Tab")
    assert reached == [each.get_attribute("aria-label") for each in links.all()]
    expect(page.locator("#bars summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#bars table")).to_be_visible()
    links.first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(page.url.split("#")[0] + "#main")


def test_letters_have_twelve_pixels_at_least_and_nothing_scrolls_sideways(sheet: Callable[[int], Page]) -> None:
    for width in (1280, 700, 360):
        page = sheet(width)
        assert page.evaluate(SMALLEST) >= 12
        assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_fault_in_the_charts(sheet: Callable[[int], Page], theme: Any) -> None:
    for width in (1280, 360):
        page = sheet(width)
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.evaluate("for (const each of document.querySelectorAll('.chart details')) each.open = true")
        assert faults(page, f"components, {theme}, {width}") == []
