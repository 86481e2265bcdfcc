"""What stands around every page: a menu of one line, a link over it, a switch of language; and what a list says that is empty."""

import re
from typing import Any

import pytest

from tests.factories.people import Cast
from tests.journeys.world import World, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

# Lists that have nothing to show, by who looks; what must stand there is a sentence, and a link or a form to go on with.
EMPTY = [
    ("", "/issues/"), ("", "/issues/?status=open&q=nothing"), ("", "/commitments/"), ("", "/commitments/?state=late"),
    ("", "/ngos/?q=nothing"), ("", "/issues/?metric=answered_on_time&part=denominator"),
    ("", "/metrics/changed/"), ("officer", "/desk/"), ("officer", "/desk/done/"), ("signatory", "/desk/signing/"),
    ("chair", "/council/"), ("moderator", "/moderation/"), ("manager", "/me/"), ("manager", "/me/tokens/"),
    ("manager", "/me/kept/"),
]  # fmt: skip


def test_the_menu_takes_one_line_on_a_desk_for_everybody(world: World) -> None:
    for who in ("", "manager", "officer", "signatory", "chair", "moderator"):
        page = world.page(who)
        look(page, "light", 1280)
        for language in ("kk", "ru", "en"):
            page.goto(f"{world.site}/{language}/about/rules/")
            assert page.locator("header.site .site-bar").first.evaluate("each => each.offsetHeight") < 70, (
                who,
                language,
            )


def test_the_menu_takes_one_line_at_any_width_whoever_looks(world: World) -> None:
    for who in ("", "manager", "chair"):
        page = world.page(who)
        for language in ("kk", "ru", "en"):
            page.goto(f"{world.site}/{language}/about/rules/")
            for width in (1160, 1100, 1024, 992, 991, 800, 640):
                page.set_viewport_size({"width": width, "height": 800})
                height = page.locator("header.site .site-bar").first.evaluate("each => each.offsetHeight")
                assert height < 70, (who, language, width)


def test_the_first_link_leads_over_the_menu_and_a_change_of_language_keeps_place_and_question(world: World) -> None:
    page = world.page("")
    look(page, "light", 1280)
    page.goto(f"{world.site}/kk/issues/?status=open&q=a%26b&sort=due")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    for name, code in (("Русский", "ru"), ("English", "en"), ("Қазақша", "kk")):
        page.get_by_role("link", name=name, exact=True).click()
        assert page.url == f"{world.site}/{code}/issues/?status=open&q=a%26b&sort=due"
        assert page.locator("#q").input_value() == "a&b"
        assert page.locator("html").get_attribute("lang") == code
    page.goto(f"{world.site}/")  # the choice is remembered
    assert page.url == f"{world.site}/kk/"


def test_a_list_with_nothing_to_show_says_so_and_what_can_be_done(browser: Any, live_server: Any, cast: Cast) -> None:
    world = World(browser, live_server.url, cast, {}, {})
    found = []
    for who, path in EMPTY:
        page = world.page(who)
        page.goto(f"{world.site}/en{path}")
        main = page.locator("main")
        said = " ".join(main.inner_text().split())
        if not re.search(r"\b(No|Nothing|None|no)\b[^.]*\.", said):
            found.append(f"{path} says nothing: {said[:200]}")
        if not main.locator("a[href]:visible, form:visible").count():
            found.append(f"{path} leads nowhere")
    for context in world.contexts.values():
        context.close()
    assert not found, "\n".join(found)
