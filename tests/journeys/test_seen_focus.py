"""The focus is seen on every control, in both themes: a ring of three to one against what lies behind it, cut off by nothing."""

import pytest
from playwright.sync_api import Page

from tests.journeys.test_axe import SHAPES, THEMES
from tests.journeys.world import World, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]

UNSEEN = """() => {
  const numbers = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const isSeen = colour => colour !== "transparent" && (numbers(colour)[3] ?? 1) === 1;
  const light = colour => numbers(colour).slice(0, 3)
    .map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const ratio = (one, other) => {
    const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  };
  const behind = each => {
    for (let one = each.parentElement; one; one = one.parentElement) {
      const {backgroundColor} = getComputedStyle(one);
      if (isSeen(backgroundColor)) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  // How many sides of the ring lie inside every ancestor that cuts off what sticks out.
  const sides = (box, each) => {
    const ring = [box.top - 3, box.left - 3, -(box.bottom + 3), -(box.right + 3)];
    const seen = [true, true, true, true];
    for (let one = each.parentElement; one && one !== document.body; one = one.parentElement) {
      if (getComputedStyle(one).overflowX === "visible") continue;
      const {top, left, bottom, right} = one.getBoundingClientRect();
      [top, left, -bottom, -right].forEach((edge, n) => { seen[n] &&= ring[n] >= edge - 1 });
    }
    return seen.filter(Boolean).length;
  };
  const found = [];
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const each of document.querySelectorAll(all)) {
    if (!each.checkVisibility({visibilityProperty: true}) || each.disabled || each.closest("svg")) continue;
    each.focus();
    if (document.activeElement !== each) continue;
    each.scrollIntoView({block: "center", inline: "nearest"});
    const style = getComputedStyle(each);
    const rings = [style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? style.outlineColor : "",
                   style.boxShadow.match(/rgba?\\([^)]*\\)/)?.[0] ?? ""].filter(Boolean);
    const best = Math.max(0, ...rings.map(ring => ratio(ring, behind(each))));
    if (best < 3) found.push(`${best.toFixed(1)} to one: ${each.outerHTML.slice(0, 90)}`);
    const whole = Math.max(...[...each.getClientRects()].map(box => sides(box, each)));
    if (whole < 2) found.push(`cut off on ${4 - whole} sides: ${each.outerHTML.slice(0, 90)}`);
  }
  return found;
}"""


def unseen(page: Page) -> list[str]:
    page.keyboard.press("Tab")  # from here on the browser takes it that keys are used
    return list(page.evaluate(UNSEEN))


def test_every_control_shows_that_it_has_the_focus_in_both_themes(world: World) -> None:
    found = []
    for name in SHAPES:
        page = world.open(name, "kk", "light", 1280)
        for theme in THEMES:
            for width in (1280, 360):
                look(page, theme, width)
                found += [f"{name}, {theme}, {width}: {each}" for each in unseen(page)]
    assert not found, "\n".join(found)
