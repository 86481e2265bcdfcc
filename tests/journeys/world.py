"""Every kind of page, with an issue in each state, and a window for each person who looks."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from dialogue.actions import post_message
from tests.factories.people import Cast, Player
from tests.factories.stories import Story
from tests.journeys.conftest import TIMEOUT

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
    "bodies": ("", "/bodies/"),
    "ngos": ("", "/ngos/?q=q"),
    "metrics": ("", "/metrics/"),
    "metric": ("", "/metrics/time_to_first_answer/"),
    "week": ("", "/metrics/changed/"),
    "units": ("", "/issues/?metric=answered_on_time&part=denominator"),
    "open data": ("", "/open-data/"),
    "tokens": ("manager", "/me/tokens/"),
    "commitments": ("", "/commitments/"),
    "about": ("", "/about/"),
    "rules": ("", "/about/rules/"),
    "privacy": ("", "/about/privacy/"),
    "components": ("", "/about/components/"),
    "login": ("", "/accounts/login/"),
    "new password": ("", "/accounts/password/reset/"),
    "not found": ("", "/nowhere/"),
}


@dataclass
class World:
    """The site with an issue in each state, and a window on it for each person."""

    browser: Browser
    site: str
    cast: Cast
    names: dict[str, str]
    contexts: dict[str, BrowserContext]

    def page(self, who: str) -> Page:
        context = self.contexts.get(who)
        if context is None:
            context = self.browser.new_context(reduced_motion="reduce")  # no colour is measured half-way
            context.set_default_timeout(TIMEOUT)
            if who:
                self._sign_in(context, getattr(self.cast, who))
            context.new_page()
            self.contexts[who] = context
        return context.pages[0]

    def _sign_in(self, context: BrowserContext, player: Player) -> None:
        client = Client()
        client.force_login(player.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.site}])

    def open(self, name: str, language: str, theme: str, width: int) -> Page:
        who, path = PAGES[name]
        page = self.page(who)
        look(page, theme, width)
        answer = page.goto(f"{self.site}/{language}{path.format(**self.names)}")
        assert answer
        assert answer.status == (404 if name == "not found" else 200), (name, answer.status)
        return page


def look(page: Page, theme: str, width: int) -> None:
    """The page that is open, in another theme and of another width, without loading it again."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})


def build_world(browser: Browser, site: str, cast: Cast) -> World:
    """An issue in each state, the first with the longest of titles and three messages."""
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
    return World(browser, site, cast, names, {})
