"""Every kind of page: no fault that axe finds, in two themes and three languages; no sideways scroll on a narrow screen.

The suite takes each page once, in turn of theme, language and width; `--exhaustive` takes all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from dialogue.actions import post_message
from tests.factories.people import Cast, Player
from tests.factories.stories import Story
from tests.journeys.conftest import TIMEOUT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

THEMES = ("light", "dark")
LANGUAGES = ("kk", "ru", "en")
WIDTHS = (1280, 360)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONGEST_TITLE = "Ұзақжолдардыңбәрінсыйғызу" * 8  # 200 characters without a blank

# Who looks, and the address; a name in braces is an issue of `World`.
PAGES: dict[str, tuple[str, str]] = {
    "home": ("", "/"),
    "list": ("", "/issues/"),
    "list, filtered": ("", "/issues/?status=open&overdue=1&q=x&region=nowhere"),
    "list, empty": ("", "/issues/?q=nothing-like-this"),
    "issue, raised": ("", "/issues/{raised}/"),
    "issue, in progress": ("signatory", "/issues/{answered}/"),
    "issue, reported done": ("manager", "/issues/{reported}/"),
    "issue, disputed": ("chair", "/issues/{disputed}/"),
    "message": ("manager", "/issues/{raised}/?reply=1"),
    "history": ("", "/issues/{disputed}/history/"),
    "clock": ("", "/issues/{raised}/clock/"),
    "files": ("manager", "/issues/{raised}/attachments/"),
    "draft, what": ("manager", "/issues/drafts/{draft}/what/"),
    "draft, asks": ("manager", "/issues/drafts/{draft}/asks/"),
    "draft, place": ("manager", "/issues/drafts/{draft}/where/"),
    "draft, related": ("manager", "/issues/drafts/{draft}/related/"),
    "draft, files": ("manager", "/issues/drafts/{draft}/files/"),
    "draft, check": ("manager", "/issues/drafts/{draft}/"),
    "move, answer": ("signatory", "/issues/{raised}/answer/"),
    "move, dispute": ("manager", "/issues/{reported}/dispute/"),
    "move, vote": ("chair", "/issues/{disputed}/vote/"),
    "desk": ("officer", "/desk/"),
    "signing": ("signatory", "/desk/signing/"),
    "me": ("manager", "/me/"),
    "people": ("manager", "/me/organisation/"),
    "council": ("chair", "/council/"),
    "body": ("", "/bodies/labour/"),
    "ngo": ("", "/ngos/qamqor/"),
    "commitments": ("", "/commitments/"),
    "about": ("", "/about/"),
    "rules": ("", "/about/rules/"),
    "privacy": ("", "/about/privacy/"),
    "components": ("", "/about/components/"),
    "login": ("", "/accounts/login/"),
    "new password": ("", "/accounts/password/reset/"),
    "not found": ("", "/nowhere/"),
}
# Pages whose form is sent empty: what they look like with faults.
WITH_FAULTS = ("move, answer", "move, dispute", "login")


@dataclass
class World:
    """The site with an issue in each state, and windows on it: one for each person and theme."""

    browser: Browser
    site: str
    cast: Cast
    names: dict[str, str]
    contexts: dict[tuple[str, str], BrowserContext]

    def page(self, who: str, theme: str) -> Page:
        context = self.contexts.get((who, theme))
        if context is None:
            context = self.browser.new_context(color_scheme=theme)  # type: ignore[arg-type]
            context.set_default_timeout(TIMEOUT)
            if who:
                self._sign_in(context, getattr(self.cast, who))
            context.new_page()
            self.contexts[who, theme] = context
        return context.pages[0]

    def _sign_in(self, context: BrowserContext, player: Player) -> None:
        client = Client()
        client.force_login(player.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.site}])

    def open(self, name: str, language: str, theme: str, width: int) -> Page:
        who, path = PAGES[name]
        page = self.page(who, theme)
        page.set_viewport_size({"width": width, "height": 800})
        answer = page.goto(f"{self.site}/{language}{path.format(**self.names)}")
        assert answer
        assert answer.status == (404 if name == "not found" else 200), (name, answer.status)
        return page


@pytest.fixture
def world(browser: Browser, live_server: Any, cast: Cast, settings: Any) -> Iterator[World]:
    settings.DEMO = True
    now = timezone.now() - timedelta(days=60)
    stories = {
        "raised": Story(cast, now).raised(title=LONGEST_TITLE, language="kk"),
        "answered": Story(cast, now).answered("supported", "refused"),
        "reported": Story(cast, now).reported("supported"),
        "disputed": Story(cast, now).disputed("supported"),
    }
    names = {name: str(story.issue.number) for name, story in stories.items()}
    names["draft"] = str(Story(cast, now).draft(title=LONGEST_TITLE, language="kk").issue.uuid)
    raised = stories["raised"]
    for player, words in ((cast.manager, "**?**"), (cast.officer, "1. a\n2. b"), (cast.manager, LONGEST_TITLE)):
        post_message(issue=raised.issue, **player.acts, body=words, at=raised.now)
    one = World(browser, live_server.url, cast, names, {})
    yield one
    for context in one.contexts.values():
        context.close()


def faults(page: Page, name: str) -> list[str]:
    """What axe finds on the page that is open, a line for each kind of fault."""
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    return [f"{name}: {each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}" for each in found]


def send_empty(page: Page) -> None:
    """The last button of the page's main form: what is required is missing then."""
    for control in page.locator("main form input[type=text], main form textarea").all():
        if control.is_visible():
            control.fill("")
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation():
        page.locator("main form button[type=submit]:visible").last.click()
    assert page.locator(".error-summary").count(), page.url + page.locator("main").inner_text()[:1500]


def test_each_page_is_without_fault_in_one_theme_language_and_width(world: World) -> None:
    found = []
    for name, theme, language, width in zip(PAGES, cycle(THEMES), cycle(LANGUAGES), cycle(WIDTHS * 2 + WIDTHS[::-1])):
        page = world.open(name, language, theme, width)
        found += faults(page, f"{name}, {theme}, {language}, {width}")
        if name in WITH_FAULTS:
            send_empty(page)
            found += faults(page, f"{name} with faults, {theme}, {language}, {width}")
    assert not found, "\n".join(found)


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_page_is_without_fault_in_every_theme_and_language(world: World, theme: str, language: str) -> None:
    found = []
    for width in WIDTHS:
        for name in PAGES:
            page = world.open(name, language, theme, width)
            found += faults(page, f"{name}, {width}")
            if name in WITH_FAULTS:
                send_empty(page)
                found += faults(page, f"{name} with faults, {width}")
    assert not found, "\n".join(found)


SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_no_page_scrolls_sideways_at_320_pixels_nor_with_text_of_twice_the_size(world: World) -> None:
    """In Kazakh, with a title of 200 characters without a blank."""
    wide = []
    for name in PAGES:
        page = world.open(name, "kk", "light", 320)
        if page.evaluate(SIDEWAYS) > 0:
            wide.append(f"{name} at 320")
        page.set_viewport_size({"width": 640, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate(SIDEWAYS) > 0:
            wide.append(f"{name} at 200 %")
    assert wide == []


def test_the_tracker_is_one_line_on_a_phone_and_stands_open_on_a_wide_screen(world: World) -> None:
    phone = world.open("issue, reported done", "kk", "light", 360)
    assert phone.locator(".tracker-fold summary").is_visible()
    assert not phone.locator(".tracker li").first.is_visible()
    wide = world.open("issue, reported done", "kk", "light", 1280)
    assert not wide.locator(".tracker-fold summary").is_visible()
    assert wide.locator(".tracker li").first.is_visible()
