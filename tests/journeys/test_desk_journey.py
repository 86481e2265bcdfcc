"""The two-person act in a browser: without JavaScript, the signatory on a phone; and a walk over the desk by keyboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from issues.models import Issue
from issues.record.chain import broken_chains
from tests.factories.people import Player, make_cast
from tests.factories.stories import Story
from tests.journeys.conftest import Window
from tests.journeys.test_whole_journey import answered, fill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

type Opener = Callable[[Player | None, str], Window]

PHONE = {"width": 360, "height": 740}

PRESS_J_ON_A_KAZAKH_LAYOUT = """() => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", {key: "о", code: "KeyJ", bubbles: true, cancelable: true}))"""
PRESS_O_ONCE_ROWS_ARE_SWAPPED = """() => document.addEventListener("htmx:afterSwap", () => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", {code: "KeyO", bubbles: true, cancelable: true})), {once: true})"""


def test_an_officer_prepares_the_signatory_returns_it_and_then_publishes_on_a_phone(window: Opener) -> None:
    cast = make_cast()
    number = Story(cast, timezone.now() - timedelta(hours=1)).accepted().issue.number or ""
    officer, signatory = window(cast.officer, "en"), window(cast.signatory, "en")
    signatory.page.set_viewport_size(PHONE)

    page = officer.open("/desk/")
    page.locator("main").get_by_role("link", name="Prepare the official answer").click()
    fill(page, {**answered(1), "note": "The ministry of finance agreed."})
    officer.press("Hand over for signature")
    expect(page.locator(".notice-success")).to_contain_text(f"Handed over for signature: {number}")
    expect(page.locator(f"#issue-{number}")).to_contain_text("waits for signature")

    phone = signatory.open("/desk/")
    phone.get_by_role("link", name="For signature (1)").click()
    expect(phone.locator("main")).to_contain_text("The ministry of finance agreed.")
    phone.locator("summary", has_text="Return with a word").click()
    fill(phone, {"word": "Say from which budget."})
    signatory.press("Return it")
    expect(phone.locator("main")).to_contain_text("Nothing waits for your signature.")

    page = officer.open("/desk/")
    expect(page.locator(f"#issue-{number}")).to_contain_text("Say from which budget.")
    page.locator(f"#issue-{number}").get_by_role("link", name="Prepare the official answer").click()
    fill(page, {"asks.1.text": "From the reserve."})
    officer.press("Hand over for signature")

    phone = signatory.open("/desk/signing/")
    expect(phone.locator("main")).to_contain_text("From the reserve.")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    signatory.press("Publish…")
    expect(phone.locator("h1")).to_have_text("Check before you publish")
    signatory.press("Publish")
    expect(phone.locator(".notice-success")).to_contain_text(f"Published: {number}.")
    issue = Issue.objects.get(number=number)
    assert (issue.status, issue.answers.get().signed_by) == ("in_progress", cast.signatory.user)
    assert broken_chains([issue]) == {}


def test_the_desk_is_walked_by_keyboard(keyboard: Callable[[Player], Window]) -> None:
    cast = make_cast()
    begun = timezone.now() - timedelta(hours=1)
    first, second = (Story(cast, begun + timedelta(minutes=n)).accepted().issue.number for n in (0, 1))
    one = keyboard(cast.coordinator)
    page = one.open("/desk/")
    press = page.keyboard.press
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()

    press("j")
    expect(page.locator(f"#issue-{first} [data-open]")).to_be_focused()
    page.evaluate(PRESS_J_ON_A_KAZAKH_LAYOUT)
    expect(page.locator(f"#issue-{second}")).to_have_class("is-current")
    press("k")
    press("x")
    expect(page.locator(f"#issue-{first} input[name=issue]")).to_be_checked()

    press("o")
    expect(page.locator("#peek h2")).to_be_focused()
    expect(page.locator("#peek")).to_contain_text("Pay the grants.")
    press("Escape")
    expect(page.locator("#peek")).to_be_empty()
    expect(page.locator(f"#issue-{first} [data-open]")).to_be_focused()

    press("Shift+Slash")
    expect(page.locator("#keys-sheet")).to_be_visible()
    press("Escape")
    expect(page.locator("#keys-sheet")).to_be_hidden()

    press("Slash")
    expect(page.locator("#q")).to_be_focused()
    press("j")
    expect(page.locator("#q")).to_have_value("j")  # in a field a letter is a letter
    page.locator("h1").click()
    press("e")
    expect(page.locator("h1")).to_have_text("Assign the chosen rows")
    expect(page.locator('[name="issue"]')).to_have_count(1)

    page = one.open("/desk/")
    page.get_by_role("button", name="Keyboard").click()
    page.locator("h1").click()
    press("j")
    expect(page.locator(".is-current")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Keyboard")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Keyboard").click()
    page.locator("h1").click()
    press("g")
    press("i")
    page.wait_for_url("**/en/issues/**")
    page.go_back()
    press("j")
    press("Enter")
    page.wait_for_url(f"**/en/issues/{first}/")
    assert one.trouble == []


def test_parts_of_the_desk_change_in_place(keyboard: Callable[[Player], Window]) -> None:
    cast = make_cast()
    number = Story(cast, timezone.now() - timedelta(hours=1)).accepted().issue.number
    one = keyboard(cast.officer)
    page = one.open("/desk/")
    page.evaluate("window.isSamePage = true")
    page.locator("#part-overdue").click()
    expect(page.locator("#part-overdue")).to_have_attribute("aria-current", "page")
    expect(page.locator("#part-overdue")).to_be_focused()
    expect(page.locator(f"#issue-{number}")).to_have_count(0)
    assert page.evaluate("window.isSamePage")
    page.go_back()
    expect(page.locator(f"#issue-{number}")).to_be_visible()
    page.keyboard.press("j")
    page.evaluate(PRESS_O_ONCE_ROWS_ARE_SWAPPED)
    page.locator("#whose-me").click()
    expect(page.locator("#peek h2")).to_be_focused()
    assert page.url.endswith("/desk/?whose=me")
    assert one.trouble == []
