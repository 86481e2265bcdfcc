"""The letters of the shipped fonts, and the icons of the sprite: what is used is there, and the files stay small."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import polib
from fontTools.ttLib import TTFont

from assets.icons import LUCIDE, OWN
from issues.lifecycle import Status
from issues.templatetags.issues import ICONS
from tests.project.translations import CATALOGUES, ROOT

FONTS = ROOT / "static" / "fonts"
STYLES = (ROOT / "static" / "css" / "birge.css").read_text(encoding="utf-8")
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі₸№«»–—"


def letters(font: Path) -> set[int]:
    return set(TTFont(font).getBestCmap())


def declared_ranges() -> dict[str, set[int]]:
    """File name to the letters that the style sheet sends there."""
    found: dict[str, set[int]] = {}
    for name, ranges in re.findall(r'fonts/([\w-]+\.woff2)"\).*?unicode-range: ([^;]+);', STYLES):
        found[name] = set()
        for each in ranges.split(", "):
            first, _, last = each.removeprefix("U+").partition("-")
            found[name] |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def test_the_fonts_have_every_letter_of_kazakh_and_of_both_catalogues() -> None:
    shipped = set().union(*(letters(font) for font in FONTS.glob("*.woff2")))
    written = {
        ord(letter)
        for catalogue in CATALOGUES
        for entry in polib.pofile(str(catalogue))
        for letter in entry.msgid + entry.msgstr + "".join(entry.msgstr_plural.values())
        if letter.isprintable()
    }
    assert {chr(each) for each in (written | set(map(ord, KAZAKH))) - shipped} == set()


def test_the_style_sheet_sends_each_letter_to_the_one_file_that_has_it() -> None:
    ranges = declared_ranges()
    assert ranges == {font.name: letters(font) for font in FONTS.glob("*.woff2")}
    assert sum(map(len, ranges.values())) == len(set().union(*ranges.values()))


def test_the_fonts_of_a_kazakh_page_weigh_26_kilobytes_at_most_and_carry_the_weights_400_to_700() -> None:
    assert sum(font.stat().st_size for font in FONTS.glob("*.woff2")) <= 26 * 1024
    for font in FONTS.glob("*.woff2"):
        assert [(a.axisTag, a.minValue, a.maxValue) for a in TTFont(font)["fvar"].axes] == [("wght", 400, 700)]


def test_the_sprite_has_every_icon_that_is_used_and_24_at_most() -> None:
    symbols = ET.parse(ROOT / "static" / "img" / "icons.svg").getroot()
    names = [each.attrib["id"] for each in symbols]
    assert names == [*LUCIDE, *OWN]
    assert len(names) <= 24
    templates = (ROOT / "templates").rglob("*.html")
    used = {name for path in templates for name in re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8"))}
    assert used | set(ICONS.values()) <= set(names)


def test_every_status_has_an_icon_of_its_own() -> None:
    assert set(ICONS) == set(Status)
    assert len(set(ICONS.values())) == len(Status)
