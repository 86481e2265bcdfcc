"""The public numbers in a browser: read by keyboard alone, printed whole, and without a fault that axe finds."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories.people import Cast, Player
from tests.factories.stories import Story, answer_row
from tests.journeys.conftest import Window
from tests.journeys.test_axe import SIDEWAYS, faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

TILES = "#regions svg:visible a"
HIDDEN = "header.site nav, form, footer.site ul, .chart-table summary, .metric-back"
FOLDED = """() => [...document.querySelectorAll("table")].filter(each => !each.checkVisibility({contentVisibilityAuto: true})
  || each.closest(".scroll") && each.closest(".scroll").scrollWidth > each.closest(".scroll").clientWidth + 1)
  .map(each => each.caption?.innerText ?? each.innerText.slice(0, 60))"""


@pytest.fixture
def window(cast: Cast, keyboard: Callable[[Player | None], Window]) -> Window:
    """Twelve refusals, so that there are shares and a median; and two that are open."""
    for _ in range(12):
        story = Story(cast).raised()
        story.later(days=1).move(
            "answer", cast.signatory, asks=[answer_row(1, "refused", story.now.date())]
        )  # fmt: skip
    Story(cast).raised()
    Story(cast).disputed("supported")
    return keyboard(None)


def said(page: Page) -> str:
    """The name of what has the focus, as a screen reader says it."""
    name = page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")
    return str(name).strip()


def test_a_chart_is_read_by_keyboard_alone(window: Window) -> None:
    page = window.open("/metrics/")
    parts = page.locator("#where-open svg:visible a")
    tiles = page.locator(TILES)
    expect(tiles).to_have_count(20)
    page.locator("#trend summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#trend table")).to_be_visible()
    reached = []
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#where-open svg a')"):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            reached.append(said(page))
        if page.evaluate("document.activeElement.matches('#where-open summary')"):
            break
    assert len(reached) == parts.count()
    assert all(re.search(r"\d", name) for name in reached), reached
    tiles.first.focus()
    names = []
    for _tile in range(20):
        names.append(said(page))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Tab")
    expect(page.locator("#regions summary")).to_be_focused()
    assert len(set(names)) == 20
    known = next(name for name in names if "Aktobe" in name)
    assert re.search(r"\d+%", known), "the value is said"
    tiles.nth(names.index(known)).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("metric=answered_on_time&part=denominator&region=KZ-15"))
    expect(page.locator("h1")).to_have_text(re.compile(r"^1[0-9] responsibilities in "))


def test_on_paper_there_are_address_date_and_whole_tables_and_nothing_to_press(window: Window) -> None:
    for path in ("/metrics/", "/metrics/time_to_first_answer/", "/metrics/changed/", "/bodies/labour/"):
        page = window.open(path)
        page.set_viewport_size({"width": 718, "height": 1000})  # A4 without its margins
        page.emulate_media(media="print")
        footer = page.locator("footer .print-only")
        expect(footer).to_be_visible()
        expect(footer).to_contain_text(re.compile(rf"{re.escape(path)}.*20\d\d"))
        shown = [each for each in page.locator(HIDDEN).all() if each.is_visible()]
        assert not shown, path
        assert page.evaluate(FOLDED) == [], path
        assert page.evaluate(SIDEWAYS) <= 0, path
        assert page.pdf(format="A4").startswith(b"%PDF"), path


@pytest.mark.parametrize(("theme", "width"), [("dark", 360), pytest.param("light", 1280, marks=pytest.mark.exhaustive)])
def test_axe_finds_no_fault_in_the_numbers_pages(window: Window, theme: str, width: int) -> None:
    found = []
    window.page.set_viewport_size({"width": width, "height": 900})
    window.page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    quoted = (
        window.open("/metrics/answered_on_time/").get_by_role("link", name="Link for quoting").get_attribute("href")
    )
    assert quoted
    for path in (
        "/metrics/",
        quoted.removeprefix("/en"),
        "/metrics/moderation/",
        "/bodies/labour/",
        "/metrics/changed/",
    ):
        page = window.open(path)
        page.evaluate("for (const each of document.querySelectorAll('.chart details')) each.open = true")
        found += faults(page, f"{path.partition('?')[0]}, {theme}, {width}")
        if page.evaluate(SIDEWAYS) > 0:
            found.append(f"{path} scrolls sideways at {width}")
    assert not found, "\n".join(found)
