"""What a screen reader is told of raising an issue and of reading one in Kazakh: everything has a name, in words, said once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.world import World, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

NAMED = {
    "link",
    "button",
    "textbox",
    "combobox",
    "checkbox",
    "radio",
    "heading",
    "navigation",
    "region",
    "searchbox",
    "DisclosureTriangle",
}
READ = (
    "issue, reported done", "issue, disputed", "issue, raised", "history", "clock", "list", "home", "council", "metrics",
)  # fmt: skip
RAISE = ("draft, what", "draft, asks", "draft, place", "draft, related", "draft, files", "draft, check")


def told(page: Page) -> Iterator[dict[str, Any]]:
    """Of each thing that is told: role, name, description; with `inside`, the names of what holds it."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    above = [(nodes[0], ())]
    while above:
        node, inside = above.pop()
        role, name, description = (
            (node.get(part) or {}).get("value") or "" for part in ("role", "name", "description")
        )
        if not node.get("ignored"):
            yield {"role": role, "name": name.strip(), "description": description, "inside": inside}
            inside = (*inside, role)
        above += [(by_id[each], inside) for each in node.get("childIds", []) if each in by_id]


def misread(page: Page) -> list[str]:
    all_told, found = list(told(page)), []
    heads = {each["name"] for each in all_told if each["role"] == "columnheader" and each["name"]}
    for each in all_told:
        role, name = each["role"], each["name"]
        if "Date" in each["inside"] or role == "Date":
            continue  # the browser's own parts, in the browser's language
        if role in NAMED and not re.search(r"\w", name):
            found.append(f"{role} «{name}» has no words")
        if name and each["description"] == name:
            found.append(f"{role} «{name}» is said twice")
        if role in ("link", "button") and re.fullmatch(r"(.+?)[\s:]+\1", name):
            found.append(f"{role} «{name}» says one thing twice")
        if role == "cell" and any(name.startswith(f"{head} ") for head in heads):
            found.append(f"cell «{name[:60]}» begins with the head of its column")
        if role in ("link", "button") and not re.search(r"[^\W\d_]|^\d{4}-\d{6}$", name):
            found.append(f"{role} «{name}» is a number of nothing")
        if role == "StaticText" and name in ("/", "→"):
            found.append(f"a sign is read out: {name}")
        if role == "StaticText" and name == "–" and "definition" not in each["inside"] and "cell" not in each["inside"]:
            found.append("a dash where words should be")
    return found


@pytest.mark.parametrize("width", [360, 1280])
def test_an_issue_is_raised_and_read_by_ear(world: World, width: int) -> None:
    found = []
    for name in (*READ, *RAISE):
        page = world.open(name, "kk", "light", width)
        found += [f"{name}: {each}" for each in misread(page)]
    assert not found, "\n".join(found)


def test_a_control_of_a_draft_is_told_with_its_hint_and_its_fault(world: World) -> None:
    page = world.open("draft, what", "kk", "light", 360)
    look(page, "light", 360)
    fields = {each["name"]: each["description"] for each in told(page) if each["role"] == "textbox"}
    assert set(fields) == {"Тақырыбы", "Мәселе неде"}
    assert all(re.search(r"[.!]$", hint) for hint in fields.values())
    page.locator("[name=title]").fill("")
    page.locator("form[data-autosave] button[name=continue], main form .buttons button").first.click()
    page.locator(".error-summary").wait_for()
    faulty = next(each for each in told(page) if each["role"] == "textbox" and each["name"] == "Тақырыбы")
    assert "Қате" in faulty["description"]
    assert [each["name"] for each in told(page) if each["role"] == "alert"] == ["Қате бар"]
