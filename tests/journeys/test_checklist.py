"""What a reviewer tries by hand: a phone's first screen, faults in a form, signing in, zoom, paper."""

import io
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from PIL import Image
from playwright.sync_api import Locator, Page

from dialogue.actions import post_message
from issues.models import Issue
from tests.factories.stories import Story
from tests.journeys.conftest import Opener
from tests.journeys.test_axe import WITH_FAULTS, send_empty
from tests.journeys.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

PHONE = {"width": 360, "height": 740}
ZOOMED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %

FAULTS = """() => {
  const summary = document.querySelector(".error-summary");
  const said = text => text.replace(/\\s+/g, " ").trim();
  const links = [...summary.querySelectorAll("a")];
  const beside = [...document.querySelectorAll(".error p")].map(each => said(each.innerText));
  return {
    title: document.title,
    isFocused: document.activeElement === summary,
    isFirst: document.querySelector("main").firstElementChild === summary,
    deaf: links.filter(each => {
      const target = document.getElementById(each.hash.slice(1));
      return !target?.matches("input, select, textarea, [tabindex]") && !target?.querySelector("input, select, textarea");
    }).map(each => each.href),
    unlike: links.map(each => said(each.innerText))
      .filter(words => !beside.some(each => words.endsWith(each.replace(/^.*?: /, "")))),
    count: links.length,
  }
}"""
COVERED = """() => {
  const found = [];
  for (const each of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (!each.checkVisibility({visibilityProperty: true}) || each.closest(".vh") || each.disabled) continue;
    each.focus();
    if (document.activeElement !== each) continue;
    const {left, top, width, height} = each.getBoundingClientRect();
    const points = [[left + width / 2, top + height / 2], [left + 2, top + 2], [left + width - 2, top + height - 2]];
    const isSeen = points.some(([x, y]) => {
      const there = document.elementFromPoint(x, y);
      return there && (each.contains(there) || there.contains(each) || there.control === each);
    });
    if (!isSeen) found.push(each.outerHTML.slice(0, 120));
  }
  return found;
}"""
PARTED = """() => [...document.querySelectorAll("main .tag > .icon, main .status > .icon")].filter(icon => {
  const first = document.createRange();
  first.setStart(icon.nextSibling, 0);
  first.setEnd(icon.nextSibling, 1);
  const [mark, letter] = [icon.getBoundingClientRect(), first.getBoundingClientRect()];
  return mark.height && (mark.bottom <= letter.top || mark.top >= letter.bottom);
}).map(each => each.parentElement.outerHTML)"""
ON_PAPER = """() => {
  const seen = each => each.checkVisibility({visibilityProperty: true}) && each.getClientRects().length > 0;
  const start = each => each.outerHTML.slice(0, 90);
  const shown = selector => [...document.querySelectorAll(selector)].filter(seen);
  return {
    forScreens: shown("header nav, header summary, footer a, main form, main button, input, .pager, .parts").map(start),
    closed: [...document.querySelectorAll("main details:not(form details, .filters-fold) > :not(summary)")]
      .filter(each => !seen(each)).map(start),
    address: shown(".print-only").map(each => each.innerText).join(" "),
    answers: shown(".official").length, said: shown(".said").length, messages: shown(".message").length,
    tables: shown("main table").length,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }
}"""


def test_a_phones_first_screen_leads_to_the_discussion_and_says_how_much_is_new(world: World) -> None:
    world.open("issue, in progress", "kk", "light", 360)
    issue = Issue.objects.get(number=world.names["answered"])
    post_message(issue=issue, **world.cast.manager.acts, body="Қашан?", at=timezone.now())
    page = world.open("issue, in progress", "kk", "light", 360)
    page.set_viewport_size(PHONE)
    jump = page.locator(".jumps a[href='#discussion']")
    assert jump.inner_text() == "Талқылау (1, 1 жаңа)"
    box = jump.bounding_box()
    assert box
    assert box["y"] + box["height"] <= PHONE["height"]
    assert box["height"] >= 24
    jump.click()
    assert page.locator("#discussion").evaluate("each => each.getBoundingClientRect().top") < PHONE["height"] / 2


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_phone_the_tracker_is_one_sentence_with_what_comes_next(
    room: Opener, told: Story, language: str, javascript: bool
) -> None:
    for width, size in ((360, 16), (320, 16), (360, 32), (320, 32)):
        page = room(None, language, javascript=javascript, width=width)
        page.evaluate("size => { document.documentElement.style.fontSize = `${size}px` }", size)
        line = page.locator(".tracker-fold > summary")
        said = line.inner_text()
        steps = [each.strip() for each in page.locator(".tracker-label").all_text_contents()]
        assert steps[0] in said, "where it stands"
        with translation.override(language):
            assert said.endswith(gettext("Next: the body takes it up")), said
        box = line.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert line.evaluate("each => each.scrollWidth <= each.clientWidth"), (width, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, size)
        assert page.locator(".tracker").is_hidden()
        line.click()
        assert page.locator(".tracker").is_visible()


def test_the_message_that_a_link_leads_to_stands_off_its_mark_and_nothing_moves(room: Opener, told: Story) -> None:
    for theme in ("light", "dark"):
        page = room(None, "en", width=360)
        page.emulate_media(color_scheme=theme)
        before = page.locator("#m1 p").first.bounding_box()
        page = room(None, "en", width=360, query="#m1")
        page.emulate_media(color_scheme=theme)
        message, text = page.locator("#m1"), page.locator("#m1 p").first.bounding_box()
        assert before
        assert text
        assert (text["x"], text["width"], text["height"]) == (before["x"], before["width"], before["height"])
        left = colours_left_of(page, message)
        marked, room_between = left[0], left[-6:]
        assert marked != room_between[0], "the mark is seen"
        assert len(set(room_between)) == 1, "and six pixels of the ground lie between it and the text"


def colours_left_of(page: Page, message: Locator) -> list[Any]:
    """The pixels before the text's edge, from the mark on."""
    message.evaluate("each => each.scrollIntoView({block: 'center'})")
    box = message.bounding_box()
    assert box
    clip = {"x": box["x"] - 12, "y": box["y"] + box["height"] / 2, "width": 12, "height": 1}
    with Image.open(io.BytesIO(page.screenshot(clip=clip))) as picture:  # type: ignore[arg-type]
        return [picture.convert("RGB").getpixel((x, 0)) for x in range(12)]


def test_faults_are_summed_up_with_the_focus_and_a_link_to_each_in_the_words_beside_it(world: World) -> None:
    for name in WITH_FAULTS:
        page = world.open(name, "en", "light", 1280)
        send_empty(page)
        found = page.evaluate(FAULTS)
        assert found.pop("title").startswith("Error: "), name
        assert found.pop("count"), name
        assert found == {"isFocused": True, "isFirst": True, "deaf": [], "unlike": []}, name
        page.locator(".error-summary a").first.click()
        assert page.evaluate("document.activeElement.matches('input, select, textarea, main [tabindex]')"), name


def test_signing_in_takes_what_is_pasted_or_filled_in_by_a_keeper_of_passwords(world: World) -> None:
    page = world.open("login", "en", "light", 360)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for field, kind, kept in (("login", "email", "email"), ("password", "password", "current-password")):
        control = page.locator(f"#id_{field}")
        assert (control.get_attribute("type"), control.get_attribute("autocomplete")) == (kind, kept)
        page.evaluate("navigator.clipboard.writeText('pasted@test.example')")
        control.focus()
        page.keyboard.press("Control+V")
        assert control.input_value() == "pasted@test.example"
    page.locator("#id_password").fill("wrong")
    page.locator("main form button").click()
    assert page.locator("#id_login").input_value() == "pasted@test.example"  # what was typed is not asked for again


def test_at_four_times_the_size_what_has_the_focus_is_in_sight_and_nothing_is_dragged(world: World) -> None:
    for name in ("issue, raised", "issue, reported done", "desk", "move, answer", "metrics"):
        page = world.open(name, "kk", "light", 320)
        page.set_viewport_size(ZOOMED)
        assert page.evaluate(COVERED) == [], name
        assert page.locator("[draggable=true], input[type=range]").count() == 0, name


def test_at_twice_the_letters_a_status_stands_beside_its_icon_and_the_desk_says_what_it_searches(world: World) -> None:
    for name in ("list", "desk", "issue, reported done"):
        page = world.open(name, "kk", "light", 360)
        page.evaluate("() => { document.documentElement.style.fontSize = '32px' }")
        assert page.evaluate(PARTED) == [], name
        assert page.locator("[placeholder]:visible").count() == 0, "it would be cut"


def test_an_issue_and_the_numbers_are_whole_on_paper(world: World) -> None:
    for name, least in (
        ("issue, disputed", {"answers": 1, "said": 2}),
        ("issue, raised", {"messages": 3}),
        ("metrics", {"tables": 3}),
    ):
        page = world.open(name, "kk", "dark", 720)
        page.emulate_media(media="print")
        found = page.evaluate(ON_PAPER)
        address = found.pop("address")
        assert page.url in address, name
        assert str(timezone.localdate().year) in address, name
        assert {key: found[key] for key in ("forScreens", "closed", "wide")} == {
            "forScreens": [],
            "closed": [],
            "wide": 0,
        }, name
        assert {key: found[key] >= n for key, n in least.items()} == dict.fromkeys(least, True), (name, found)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", name
        page.emulate_media(media="screen")
