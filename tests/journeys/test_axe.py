"""Every kind of page: no fault that axe finds, in two themes and three languages; no sideways scroll on a narrow screen.

The suite takes a page of each kind, in turn of theme, language and width, and the shape of half of them; `--exhaustive` takes
all of them, each address loaded once.
"""

from collections.abc import Iterable
from itertools import cycle
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.world import PAGES, World, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

THEMES = ("light", "dark")
LANGUAGES = ("kk", "ru", "en")
WIDTHS = (1280, 360)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What the suite takes; `.ci/run` has a step for all of them.
SAMPLE = (
    "home", "list, filtered", "issue, in progress", "issue, disputed", "history", "clock", "draft, asks", "draft, check",
    "move, answer", "signing", "council", "login",
)  # fmt: skip
# Of whose shape the suite makes sure besides: those with tables, long rows, figures and parts beside each other.
SHAPES = (
    *SAMPLE,
    "list",
    "issue, raised",
    "draft, files",
    "move, vote",
    "desk",
    "people",
    "metrics",
    "commitments",
    "components",
)
# Pages whose form is sent empty: what they look like with faults.
WITH_FAULTS = ("move, answer", "move, dispute", "login")


AXE = Axe().axe_script
ALL_RULES = {"runOnly": TAGS, "resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}  # 24 pixels
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


def faults(page: Page, name: str, options: dict[str, Any] = ALL_RULES) -> list[str]:
    """What axe finds on the page that is open, a line for each kind of fault."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found = page.evaluate("options => axe.run(options).then(({violations}) => violations)", options)
    return [f"{name}: {each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}" for each in found]


def faults_everywhere(page: Page, name: str) -> list[str]:
    """All rules in both themes, at one width each; what depends on colours at the other width too."""
    found = []
    for theme, width, options in (
        ("light", 1280, ALL_RULES), ("dark", 1280, COLOURS), ("dark", 360, ALL_RULES), ("light", 360, COLOURS),
    ):  # fmt: skip
        look(page, theme, width)
        found += faults(page, f"{name}, {theme}, {width}", options)
    return found


def send_empty(page: Page) -> None:
    """The last button of the page's main form: what is required is missing then."""
    for control in page.locator("main form input[type=text], main form textarea").all():
        if control.is_visible():
            control.fill("")
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation():
        page.locator("main form button[type=submit]:visible").last.click()
    assert page.locator(".error-summary").count(), page.url + page.locator("main").inner_text()[:1500]


def test_a_page_of_each_kind_is_without_fault_in_one_theme_language_and_width(world: World) -> None:
    found = []
    for name, theme, language, width in zip(SAMPLE, cycle(THEMES), cycle(LANGUAGES), cycle(WIDTHS * 2 + WIDTHS[::-1])):
        page = world.open(name, language, theme, width)
        found += faults(page, f"{name}, {theme}, {language}, {width}")
        if name in WITH_FAULTS:
            send_empty(page)
            found += faults(page, f"{name} with faults, {theme}, {language}, {width}")
    assert not found, "\n".join(found)


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_without_fault_in_both_themes_and_every_language(world: World, language: str) -> None:
    found = []
    for name in PAGES:
        page = world.open(name, language, "light", 1280)
        found += faults_everywhere(page, name)
        if name in WITH_FAULTS:
            send_empty(page)
            found += faults_everywhere(page, f"{name} with faults")
    assert not found, "\n".join(found)


SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHAPE = """() => {
  const STATUSES = ".tag-raised, .tag-in_progress, .tag-reported_done, .tag-under_consideration";
  const seen = [...document.querySelectorAll("body *")].filter(each => each.checkVisibility());
  const low = seen.filter(each => each.matches("button:not(.plain), a.button") && each.getBoundingClientRect().height < 43.5);
  return {
    headings: document.querySelectorAll("h1").length,
    landmarks: ["header.site", "main", "footer.site"].filter(each => document.querySelectorAll(each).length !== 1),
    unmarked: [...document.querySelectorAll(STATUSES)].filter(each => !each.querySelector("svg") || !each.innerText.trim()).length,
    low: low.filter(each => !each.closest(".vh, .skip")).map(each => each.outerHTML.slice(0, 90)),
    languages: [...document.querySelectorAll(".site-languages a")].map(each => each.getAttribute("href")),
    help: document.querySelector("footer.site li:last-child a")?.getAttribute("href"),
  }
}"""
CUT = """() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter(each => each.checkVisibility() && !each.closest(".vh, .scroll, pre, .row-title") && each.clientWidth > 1)
  .filter(each => /hidden|clip/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth + 1)
  .filter(each => !each.matches("thead, thead *, select, input, svg, svg *"))
  .map(each => each.outerHTML.slice(0, 90))"""
WHITE = """() => [...document.querySelectorAll("body *")]
  .filter(each => each.checkVisibility() && getComputedStyle(each).backgroundColor === "rgb(255, 255, 255)")
  .map(each => each.outerHTML.slice(0, 90))"""


def misshapen(page: Page, name: str, address: str) -> list[str]:
    """What a machine can tell of a Kazakh page at 320 pixels, with text of twice the size, and in the dark."""
    found = []
    if page.evaluate(SIDEWAYS) > 0:
        found.append(f"{name} scrolls sideways at 320")
    shape = page.evaluate(SHAPE)
    expected = {
        "headings": 1, "landmarks": [], "unmarked": 0, "low": [], "help": "/kk/about/help/",
        "languages": [f"/{language}{address}" for language in LANGUAGES],
    }  # fmt: skip
    if name == "components":  # it shows tags and buttons that are not in use
        expected |= {"unmarked": shape["unmarked"], "low": shape["low"]}
    found += [
        f"{name}: {key}: {shape[key]} instead of {expected[key]}" for key in expected if shape[key] != expected[key]
    ]
    page.emulate_media(color_scheme="dark")
    if white := page.evaluate(WHITE):
        found.append(f"{name} is white in the dark: {white[:3]}")
    page.set_viewport_size({"width": 640, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if page.evaluate(SIDEWAYS) > 0:
        found.append(f"{name} scrolls sideways at 200 %")
    if cut := page.evaluate(CUT):
        found.append(f"{name} is cut at 200 %: {cut[:3]}")
    page.set_viewport_size({"width": 360, "height": 800})
    if page.evaluate(SIDEWAYS) > 0:
        found.append(f"{name} scrolls sideways on a phone whose text is twice as large")
    return found


@pytest.mark.parametrize(
    "names", [pytest.param(SHAPES, id="some"), pytest.param(PAGES, id="all", marks=pytest.mark.exhaustive)]
)
def test_every_page_keeps_its_shape_when_it_is_narrow_large_or_dark(world: World, names: Iterable[str]) -> None:
    """In Kazakh, with a title of 200 characters without a blank."""
    found = []
    for name in names:
        page = world.open(name, "kk", "light", 320)
        found += misshapen(page, name, PAGES[name][1].format(**world.names))
    assert not found, "\n".join(found)


def test_the_tracker_is_one_line_on_a_phone_and_stands_open_on_a_wide_screen(world: World) -> None:
    phone = world.open("issue, reported done", "kk", "light", 360)
    assert phone.locator(".tracker-fold summary").is_visible()
    assert not phone.locator(".tracker li").first.is_visible()
    wide = world.open("issue, reported done", "kk", "light", 1280)
    assert not wide.locator(".tracker-fold summary").is_visible()
    assert wide.locator(".tracker li").first.is_visible()
