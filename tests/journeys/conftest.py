"""Chromium with JavaScript switched off, one window for each person; skipped, and said, where there is no Chromium."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from dialogue.actions import post_message
from dialogue.models import Message
from issues.models import Issue
from tests.factories.live import cookie_of, site
from tests.factories.people import PASSWORD, Cast, Player, make_cast
from tests.factories.stories import Story

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip

TIMEOUT = 60_000  # ms; a busy machine is slow, not broken
expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium in the path (Debian: apt-get install chromium); the CI run has one")
    # Playwright's synchronous interface runs an event loop in this thread, where Django then refuses to query.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@dataclass
class Window:
    """A person's browser window. `trouble`: what the browser complained about."""

    page: Page
    site: str
    language: str
    trouble: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.site}/{self.language}{path}")
        return self.page

    def sign_in(self, player: Player) -> None:
        """Through the form, as people do."""
        self.page.context.clear_cookies()
        self.open("/accounts/login/")
        self.page.fill("#id_login", player.user.email)
        self.page.fill("#id_password", PASSWORD)
        self.page.locator("main form button").click()

    def press(self, name: str) -> None:
        """The button with these words (they are the page's own, in its language)."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def listen(self) -> None:
        def complain(response: Response) -> None:
            if response.status >= 400:
                self.trouble.append(f"{response.status} {response.url}")

        def say(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.trouble.append(message.text)

        self.page.on("response", complain)
        self.page.on("console", say)


@pytest.fixture
def window(browser: Browser, live_server: Any) -> Iterator[Callable[[Player | None, str], Window]]:
    """Opens a window for a person who is signed in (None: for a visitor), in a language. At the end nothing may have troubled
    any browser.
    """
    contexts, windows = [], []

    def opened(player: Player | None, language: str) -> Window:
        context = browser.new_context(java_script_enabled=False)
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        if player is not None:
            client = Client()
            client.force_login(player.user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        one = Window(context.new_page(), live_server.url, language)
        one.listen()
        windows.append(one)
        return one

    yield opened
    for context in contexts:
        context.close()
    assert [line for one in windows for line in one.trouble] == []


@pytest.fixture
def keyboard(
    browser: Browser, window: Callable[[Player | None, str], Window], live_server: Any
) -> Iterator[Callable[[Player | None], Window]]:
    """A window with JavaScript, signed in as the one without it."""
    contexts = []

    def opened(player: Player | None) -> Window:
        cookies: Any = window(player, "en").page.context.cookies(live_server.url)
        context = browser.new_context()
        context.set_default_timeout(TIMEOUT)
        context.add_cookies(cookies)
        contexts.append(context)
        one = Window(context.new_page(), live_server.url, "en")
        one.listen()
        return one

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def world(browser: Browser, live_server: Any, cast: Cast, settings: Any) -> Iterator[Any]:
    """A `World`: all kinds of pages, with issues to fill them."""
    from tests.journeys.world import build_world

    settings.DEMO = True
    one = build_world(browser, live_server.url, cast)
    yield one
    for context in one.contexts.values():
        context.close()


type Opener = Callable[..., Page]


@pytest.fixture
def told(transactional_db: None) -> Story:
    """Raised, with a message of each side."""
    story = Story(make_cast()).raised()
    said(story, story.cast.manager, "When is it paid?")
    said(story, story.cast.officer, "In March.")
    return story


def said(story: Story, who: Player, body: str, **fields: Any) -> Message:
    return post_message(issue=Issue(pk=story.pk), **who.acts, body=body, at=story.now, **fields)


@pytest.fixture
def room(browser: Browser, told: Story) -> Iterator[Opener]:
    """Opens the issue for somebody (None: a visitor), and waits until the line is there."""
    contexts = []

    def opened(
        player: Player | None, language: str = "en", *, javascript: bool = True, width: int = 1280, query: str = ""
    ) -> Page:
        context = browser.new_context(java_script_enabled=javascript, viewport={"width": width, "height": 800})
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        if player:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": cookie_of(player), "url": f"http://{site()}"}
            context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"http://{site()}/{language}/issues/{told.issue.number}/{query}")
        if player and javascript:
            expect(page.locator("#here")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()


def write(page: Page, words: str) -> None:
    page.locator("#message-body").fill(words)
    page.locator("form[data-post] > .buttons button").click()


def messages(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("li.message .prose").all_inner_texts()]


def at_the_end(page: Page) -> None:
    page.locator("#typing").evaluate("each => each.scrollIntoView({block: 'end'})")
