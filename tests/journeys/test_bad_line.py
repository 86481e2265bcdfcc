"""Chromium on a line that comes and goes: at every step of raising and writing nothing is lost, and there is one result."""

import contextlib
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dialogue.models import Message
from issues.models import Attachment, Issue
from tests.factories.people import Cast, Player, make_cast
from tests.factories.processes import wait_until
from tests.factories.stories import Story
from tests.journeys.conftest import TIMEOUT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

NOT_POSTED = "Not posted. Your text is saved. Try again"
type Opener = Callable[[Player], Page]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def signed_in(browser: Browser, live_server: Any) -> Iterator[Opener]:
    """A page, with JavaScript, for a person who is signed in; its address begins at the site."""
    contexts: list[BrowserContext] = []

    def opened(player: Player) -> Page:
        context = browser.new_context(base_url=live_server.url)
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        client = Client()
        client.force_login(player.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def press_without_a_line(page: Page, name: str, *, leads_on: bool = True) -> None:
    """The line is gone; the button says so; the line is back, and the same button works, and mostly leads to another page."""
    page.context.set_offline(True)
    press(page, name)
    expect(page.get_by_role("alert").filter(has_text=NOT_POSTED)).to_be_visible()
    page.context.set_offline(False)
    with page.expect_navigation() if leads_on else contextlib.nullcontext():
        press(page, name)


def saved_texts(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter(each => each.startsWith('birge.text.')).length"))


def test_a_message_is_posted_once_after_a_lost_line_and_survives_a_reload(cast: Cast, signed_in: Opener) -> None:
    story = Story(cast).raised()
    page = signed_in(cast.manager)
    page.goto(f"/en/issues/{story.issue.number}/")
    page.get_by_label("Your message").fill("When is it paid?")
    wait_until(lambda: saved_texts(page) == 1)
    page.reload()
    expect(page.get_by_label("Your message")).to_have_value("When is it paid?")
    expect(page.locator(".draft-from")).to_contain_text(re.compile(r"Draft from \d\d:\d\d · Discard"))
    press_without_a_line(page, "Post message", leads_on=False)
    expect(page.locator("#m1")).to_contain_text("When is it paid?")
    assert [each.body for each in Message.objects.all()] == ["When is it paid?"]
    expect(page.get_by_label("Your message")).to_have_value("")
    assert saved_texts(page) == 0


def test_a_saved_text_can_be_discarded(cast: Cast, signed_in: Opener) -> None:
    story = Story(cast).raised()
    page = signed_in(cast.manager)
    page.goto(f"/en/issues/{story.issue.number}/")
    page.get_by_label("Your message").fill("No, better not.")
    wait_until(lambda: saved_texts(page) == 1)
    page.reload()
    press(page, "Discard")
    expect(page.get_by_label("Your message")).to_have_value("")
    page.reload()
    expect(page.get_by_label("Your message")).to_have_value("")
    assert saved_texts(page) == 0


@pytest.mark.exhaustive
def test_every_step_of_raising_survives_a_lost_line(cast: Cast, signed_in: Opener) -> None:
    page = signed_in(cast.manager)
    page.goto("/en/issues/new/")
    page.fill("#id_title", "Ramps are missing")
    page.fill("#id_body", "In all three clinics of the district.")
    press_without_a_line(page, "Continue")
    page.get_by_label("Ask 1").fill("Build three ramps.")
    press_without_a_line(page, "Continue")
    page.select_option("#id_topic", index=1)
    page.select_option("#id_region", index=1)
    page.select_option("#id_body_addressed", "labour")
    press_without_a_line(page, "Continue")
    press_without_a_line(page, "Continue")  # related issues
    press_without_a_line(page, "Continue")  # files
    press_without_a_line(page, "Publish the issue")
    expect(page.locator(".notice-success")).to_contain_text("The issue is published")
    issue = Issue.objects.get()
    assert (issue.status, issue.title) == ("raised", "Ramps are missing")
    assert issue.body == "In all three clinics of the district."
    assert [ask.text for ask in issue.asks.all()] == ["Build three ramps."]
    assert saved_texts(page) == 0


@pytest.mark.exhaustive
def test_every_step_of_answering_survives_a_lost_line(cast: Cast, signed_in: Opener) -> None:
    story = Story(cast).accepted()
    page = signed_in(cast.signatory)
    page.goto(f"/en/issues/{story.issue.number}/answer/")
    page.locator('[name="asks.1.verdict"][value="refused"]').check()
    page.locator('[name="asks.1.ground"]').first.select_option("law")
    page.locator('[name="asks.1.text"]').fill("The law names no such ramp.")
    wait_until(lambda: saved_texts(page) == 1)
    page.reload()
    expect(page.locator('[name="asks.1.text"]')).to_have_value("The law names no such ramp.")
    expect(page.locator('[name="asks.1.verdict"][value="refused"]')).to_be_checked()
    press_without_a_line(page, "Continue")
    expect(page.locator("h1")).to_have_text("Check before you publish")
    press_without_a_line(page, "Publish")
    expect(page.locator(".notice-success")).to_be_visible()
    assert story.issue.status == "refused"
    assert story.issue.answers.count() == 1
    assert saved_texts(page) == 0


def test_a_removed_ask_does_not_come_back(cast: Cast, signed_in: Opener) -> None:
    """What the server shows after a button is newer than what the device saved before it."""
    story = Story(cast).draft()
    page = signed_in(cast.manager)
    page.goto(f"/en/issues/drafts/{story.issue.uuid}/asks/")
    page.get_by_label("Ask 1").fill("First.")
    for n, words in ((2, "Second."), (3, "Third.")):
        press(page, "Add another ask")
        page.get_by_label(f"Ask {n}").fill(words)
    press(page, "Remove ask 2")
    expect(page.get_by_label("Ask 3")).to_have_count(0)
    assert [page.get_by_label(f"Ask {n}").input_value() for n in (1, 2)] == ["First.", "Third."]


def test_a_draft_is_saved_while_it_is_written_and_a_colleagues_change_is_not_written_over(
    cast: Cast, signed_in: Opener
) -> None:
    page = signed_in(cast.manager)
    page.goto("/en/issues/new/")
    page.fill("#id_title", "Ramps are missing")
    page.locator("#id_body").focus()
    expect(page.locator("[data-autosave-status]")).to_contain_text(re.compile(r"Draft saved at \d\d:\d\d"))
    draft = Issue.objects.get()
    assert (draft.title, draft.status) == ("Ramps are missing", "draft")
    expect(page).to_have_url(re.compile(rf"/en/issues/drafts/{draft.uuid}/what/$"))
    page.fill("#id_body", "In all three clinics.")
    page.locator("#id_title").focus()
    wait_until(lambda: page.locator("[name=version]").input_value() == "2")
    colleague = Client()
    colleague.force_login(cast.representative.user)
    sent = {"title": "Ramps!", "body": "In two clinics.", "language": "en", "version": "2", "later": "1"}
    assert colleague.post(f"/en/issues/drafts/{draft.uuid}/what/", sent).status_code == 303
    page.fill("#id_title", "Ramps are still missing")
    page.locator("#id_body").focus()
    expect(page.locator("[data-autosave-status]")).to_contain_text("Somebody of your organisation changed this draft")
    press(page, "Continue")
    expect(page.locator("main")).to_contain_text("Ramps are still missing")
    expect(page.locator("main")).to_contain_text("Ramps!")
    assert Issue.objects.get().title == "Ramps!"


def photograph(orientation: int = 6) -> bytes:
    """A large one: noise does not compress. Lies on its side, as phones store them."""
    picture = Image.effect_noise((2600, 1300), 90).convert("RGB")
    picture.paste((255, 0, 0), (0, 0, 650, 1300))  # its left quarter; upright, the top
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=92, exif=exif)
    return held.getvalue()


def test_a_photograph_is_made_smaller_before_it_is_sent(cast: Cast, signed_in: Opener) -> None:
    story = Story(cast).draft()
    large = photograph()
    assert len(large) > 1024 * 1024
    page = signed_in(cast.manager)
    page.goto(f"/en/issues/drafts/{story.issue.uuid}/files/")
    page.locator('input[type="file"]').set_input_files(
        [
            {"name": "ramp.jpeg", "mimeType": "image/jpeg", "buffer": large},
            {"name": "note.txt", "mimeType": "text/plain", "buffer": b"As it is."},
        ]
    )
    wait_until(lambda: chosen(page)[0][0] == "ramp.jpg")
    (_, smaller), note = chosen(page)
    assert smaller < len(large) / 2
    assert note == ["note.txt", len(b"As it is.")]
    press(page, "Continue")
    expect(page.locator("h1")).to_have_text("Check before you publish")
    kept = Attachment.objects.get(name="ramp.jpg")
    with kept_file(kept) as held, Image.open(held) as picture:
        assert picture.size == (1000, 2000), "upright, its longest side 2,000 pixels"
        top = picture.convert("RGB").getpixel((500, 100))
        assert isinstance(top, tuple)
        assert (top[0] > 200, top[1] < 80) == (True, True), "the red part is at the top"


def test_without_a_line_a_page_says_what_is_saved_here_in_its_language(cast: Cast, signed_in: Opener) -> None:
    """The device keeps that page, its style and its letters, and no page of anybody."""
    story = Story(cast).raised()
    page = signed_in(cast.manager)
    page.goto(f"/kk/issues/{story.issue.number}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    wait_until(lambda: len(kept_on_device(page)) > 0)
    page.locator("#message-body").fill("When is it paid?")
    wait_until(lambda: saved_texts(page) == 1)
    page.reload()  # the worker is in charge from here
    page.context.set_offline(True)
    page.goto("/kk/me/", wait_until="load")
    expect(page.locator("h1")).to_have_text(gettext_in("kk", "You are offline"))
    expect(page.locator("#saved-texts")).to_contain_text("Grants are three months late")
    assert all("/offline/" in path or path.startswith("/static/") for path in kept_on_device(page))
    page.context.set_offline(False)
    page.locator("#saved-texts a").click()
    expect(page.locator("#message-body")).to_have_value("When is it paid?")


def gettext_in(language: str, words: str) -> str:
    with translation.override(language):
        return gettext(words)


def kept_on_device(page: Page) -> list[str]:
    """The paths of what the service worker keeps."""
    script = """async () => {
        const names = await caches.keys();
        const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
        return all.flat().map((each) => new URL(each.url).pathname);
    }"""
    found: list[str] = page.evaluate(script)
    return found


def chosen(page: Page) -> list[list[Any]]:
    """The files of the form as they would be sent: name and size."""
    script = "[...document.querySelector('input[type=file]').files].map(each => [each.name, each.size])"
    found: list[list[Any]] = page.evaluate(script)
    return found


def kept_file(attachment: Attachment) -> Any:
    from django.core.files.storage import default_storage

    return default_storage.open(attachment.storage_key)
