"""The list's filters in a browser with JavaScript: in place on a wide screen, in a dialog on a phone; Back restores them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.organisations.models import Organisation
from issues.models import Region
from tests.factories.people import Cast, make_cast
from tests.factories.stories import Story

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]


@pytest.fixture
def issues(live_server: Any) -> Cast:
    """Two raised to Labour in Aktobe, one to Ecology in Almaty."""
    cast = make_cast()
    Story(cast).raised(title="Grants are late")
    Story(cast).raised(title="Grants are small")
    ecology = Organisation.objects.get(slug="ecology")
    Story(cast).raised(title="No ramps", body_addressed=ecology, region=Region.objects.get(code="KZ-75"))
    return cast


@pytest.fixture
def screen(browser: Browser, live_server: Any) -> Iterator[Any]:
    """Opens the list at a width; at the end nothing may have troubled the browser."""
    contexts, trouble = [], []

    def opened(width: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: said.type in ("error", "warning") and trouble.append(said.text))
        page.goto(f"{live_server.url}/en/issues/")
        return page

    yield opened
    for context in contexts:
        context.pages[0].wait_for_load_state("networkidle")  # what it asked for last may still hold a connection
        context.close()
    assert trouble == []


def test_a_choice_changes_the_list_in_place_and_back_restores_it(issues: Cast, screen: Any) -> None:
    page = screen(1280)
    region = page.locator("#region")
    region.select_option("KZ-15")
    expect(page.locator("#list-heading")).to_have_text("2 issues: Aktobe Region")
    expect(page.locator("#announce")).to_have_text("2 issues")
    expect(page.locator("#body option[value=ecology]")).to_have_text("Ministry of Ecology and Natural Resources (0)")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    assert page.url.endswith("/en/issues/?region=KZ-15")
    assert page.title().startswith("2 issues")
    page.locator("#q").press_sequentially("small")
    expect(page.locator("#list-heading")).to_have_text("1 issue: small, Aktobe Region")
    expect(page.locator("#q")).to_be_focused()
    assert page.url.endswith("/en/issues/?q=small&region=KZ-15")
    page.go_back()
    expect(page.locator("#list-heading")).to_have_text("2 issues: Aktobe Region")
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#region")).to_have_value("KZ-15")


def test_the_focus_stays_on_the_control_that_was_used(issues: Cast, screen: Any) -> None:
    page = screen(1280)
    box = page.locator("#status-raised")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator("#list-heading")).to_have_text("3 issues: Raised")
    expect(box).to_be_focused()
    expect(box).to_be_checked()


def test_on_a_phone_nothing_applies_until_it_is_shown_and_cancel_changes_nothing(issues: Cast, screen: Any) -> None:
    page = screen(360)
    page.locator("#filters > summary").click()
    dialog = page.get_by_role("dialog", name="Filters")
    expect(dialog).to_be_visible()
    dialog.locator("#region").select_option("KZ-75")
    expect(dialog.get_by_role("button", name="Show 1 issue", exact=True)).to_be_visible()
    expect(page.locator("#list-heading")).to_have_text("3 issues")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#list-heading")).to_have_text("3 issues")
    assert page.url.endswith("/en/issues/")
    page.locator("#filters > summary").click()
    expect(page.locator("#region")).to_have_value("")
    dialog.locator("#region").select_option("KZ-15")
    dialog.get_by_role("button", name="Show 2 issues", exact=True).click()
    expect(page.locator("#list-heading")).to_have_text("2 issues: Aktobe Region")
    expect(dialog).to_be_hidden()
    expect(page.locator("#filters > summary")).to_have_text("Filters (1)")
    assert page.url.endswith("/en/issues/?region=KZ-15")
    page.locator("#filters > summary").click()
    page.keyboard.press("Escape")
    expect(page.locator("#filters > summary")).to_be_focused()
    expect(page.locator("#list-heading")).to_have_text("2 issues: Aktobe Region")


def test_on_a_phone_nothing_is_reckoned_or_reached_under_the_filters_and_all_of_it_comes_back(
    issues: Cast, screen: Any
) -> None:
    page = screen(360)
    page.set_viewport_size({"width": 360, "height": 400})
    summary = page.locator("#filters > summary")
    dialog = page.get_by_role("dialog", name="Filters")
    covered = ["header.site a", "#filters > summary", "#results h3 a", "footer.site a"]
    seen = "all => all.map(one => [one, document.querySelector(one).checkVisibility()])"
    page.evaluate("scrollTo(0, 90)")
    for leave in (lambda: page.keyboard.press("Escape"), dialog.get_by_role("button", name="Cancel").click):
        summary.focus()
        page.keyboard.press("Enter")
        expect(dialog.locator("#region")).to_be_visible()
        expect(dialog.get_by_role("heading", name="Filters")).to_be_focused()
        assert page.evaluate(seen, covered) == [[one, False] for one in covered]
        expect(page.get_by_role("link", name="Grants are late")).to_have_count(0)  # nor read out
        for _ in range(40):  # round and round: more than there are filters
            page.keyboard.press("Tab")
            outside = "!document.querySelector('.filters-dialog').contains(document.activeElement)"
            assert not page.evaluate(f"document.activeElement !== document.body && {outside}")
        leave()
        expect(dialog).to_be_hidden()
        expect(summary).to_be_focused()
        page.wait_for_function("document.querySelector('#results h3').checkVisibility()")
        assert page.evaluate(seen, covered) == [[one, True] for one in covered]
        assert page.evaluate("scrollY") == 90


def test_what_is_chosen_before_htmx_has_come_is_not_lost(issues: Cast, screen: Any, live_server: Any) -> None:
    page = screen(1280)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/htmx-*", hold)
    page.reload()
    page.locator("#region").select_option("KZ-75")
    page.locator("#topic").focus()
    page.wait_for_timeout(300)
    expect(page.locator("#list-heading")).to_have_text("3 issues")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("#list-heading")).to_have_text("1 issue: Almaty City")
    expect(page.locator("#topic")).to_be_focused()
    page.goto(f"{live_server.url}/en/about/")
    page.go_back()  # now htmx is held for good
    expect(page.locator("#list-heading")).to_have_text("1 issue: Almaty City")
    page.go_back()
    expect(page.locator("#list-heading")).to_have_text("3 issues")
    expect(page.locator("#region")).to_have_value("")
    page.goto("about:blank")


def test_a_button_pressed_before_htmx_has_come_opens_the_page(issues: Cast, screen: Any) -> None:
    for width in (1280, 360):
        page = screen(width)
        page.route("**/htmx-*", lambda route: None)  # asked for, never answered
        page.reload()
        if width == 360:
            page.locator("#filters > summary").click()
        page.locator("#region").select_option("KZ-75")
        page.locator("#filters-apply").click()
        expect(page.locator("#list-heading")).to_have_text("1 issue: Almaty City")
        assert "region=KZ-75" in page.url
        page.unroute_all()
