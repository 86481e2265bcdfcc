"""What those get who do not see a chart: names, groups, tables; and that colours are never all there is."""

import json
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from fontTools.ttLib import TTFont

from backend.core.charts.data import Bars, Chart, Histogram, Lines, Part, Point, Series, Share, Sparkline, Tile, TileMap
from backend.core.charts.drawing import draw
from backend.core.charts.scale import percent
from backend.core.charts.svg import width_of
from backend.core.charts.tiles import PLACES, shade
from issues.region_names import SHORT_NAMES
from issues.views.component_charts import charts
from tests.factories.drawings import of_class, points, svgs
from tests.project.translations import ROOT

BASE = {"key": "it", "title": "It", "row_name": "Month"}


def page(chart: Chart) -> str:
    return Template("{% load charts %}{% chart thing %}").render(Context({"thing": chart}))


def rows(html: str) -> list[list[str]]:
    return [
        [unescape(re.sub("<.*?>", "", cell)) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", html)
    ]


def test_what_holds_links_is_a_group_with_names_and_what_holds_none_an_image() -> None:
    bars = Bars(**BASE, series=(Series(name="Raised", points=points(3, 4, href="/list/")),))
    for svg in svgs(bars):
        assert svg.get("role") == "group"
        assert svg.get("aria-labelledby") == "it-title"
        links = list(svg.iter("a"))
        assert [(each.get("href"), each.get("aria-label")) for each in links] == [
            ("/list/0", "Raised, Month 0: 3"), ("/list/1", "Raised, Month 1: 4"),
        ]  # fmt: skip
        assert [each.findtext("g/title") for each in links] == [each.get("aria-label") for each in links]
        assert [inner.get("aria-hidden") for each in links for inner in each] == ["true", "true"], (
            "its name is said once"
        )
    lines = Lines(**BASE, series=bars.series)
    assert [svg.get("role") for svg in svgs(lines)] == ["img", "img"]


def test_every_name_that_is_referred_to_is_on_the_page_once() -> None:
    for chart in charts():
        html = page(chart)
        idents = re.findall(r'\bid="([^"]+)"', html)
        assert len(idents) == len(set(idents)), chart.key
        referred = re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', html) + re.findall(r"url\(#([^)]+)\)", html)
        assert set(referred) <= set(idents), chart.key


def test_no_chart_has_style_or_script_and_all_words_are_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    series = Series(name=evil, points=(Point(label=evil, tick=evil, value=1, text=evil, href=f"javascript:{evil}"),))
    parts = (Part(label=evil, value=1, href=evil), Part(label="b", value=1))
    tile = Tile(code="KZ-71", label=evil, short=evil, brief=evil, value=1, text=evil, href=evil)
    base: dict[str, Any] = {"key": "it", "title": evil, "row_name": evil, "note": evil, "csv_url": evil}
    for chart in (
        Lines(**base, series=(series,)), Bars(**base, series=(series,)), Histogram(**base, points=series.points, below=evil),
        Share(**base, parts=parts, value_name=evil), TileMap(**base, tiles=(tile,), value_name=evil), *charts(),
    ):  # fmt: skip
        html = page(chart)
        assert re.findall(r"<script|\sstyle=|\son\w+=", html) == [], chart.key
    assert "<script" not in Template("{% load charts %}{% sparkline thing %}").render(
        Context({"thing": Sparkline(title=evil, points=series.points)})
    )


def test_the_table_has_every_number_of_the_chart_with_its_interval_and_its_list() -> None:
    series = (
        Series(name="Share", points=points(58, 61.25, None, href="/l/", spread=9)),
        Series(name="Early", points=points(1, 2, 3)),
    )
    html = page(Lines(**BASE, series=series, suffix="%", note="n = 40", csv_url="/figures.csv"))
    assert rows(html) == [
        ["Month", "Share", "Share: 95% interval", "Early"],
        ["Month 0", "58%", "49–67%", "1%"],
        ["Month 1", "61.2%", "52.2–70.2%", "2%"],
        ["Month 2", "–", "–", "3%"],
    ]
    assert html.count('scope="row"') == 3
    assert html.count('scope="col"') == 4
    assert '<td><a href="/l/0">58%</a></td>' in html
    assert "<caption" in html
    assert '<a href="/figures.csv">' in html


def test_words_that_are_given_stand_in_table_and_name_instead_of_the_number() -> None:
    few = Point(label="May 2026", value=None, text="3 of 7", href="/few/")
    chart = Bars(**BASE, series=(Series(name="Kept", points=(few, Point(label="June 2026", value=12))),))
    assert rows(page(chart))[1] == ["May 2026", "3 of 7"]
    (link,) = svgs(chart)[0].iter("a")
    assert link.get("aria-label") == "Kept, May 2026: 3 of 7"
    assert of_class(link, "chart-bar") == []


def test_a_narrow_drawing_of_two_years_says_that_it_has_only_one() -> None:
    chart = Bars(**BASE, series=(Series(name="Raised", points=points(*range(24), href="/x/")),))
    wide, narrow = svgs(chart)
    assert len(list(wide.iter("a"))) == 24
    assert [each.get("href") for each in narrow.iter("a")] == [f"/x/{n}" for n in range(12, 24)]
    assert "Drawn here: the last 12. All are in the table." in page(chart)
    assert len(rows(page(chart))) == 25


def test_a_share_that_is_not_all_is_never_called_so() -> None:
    assert [percent(each) for each in (0, 0.001, 0.5, 0.999, 1, None)] == [
        "0%", "under 1%", "50%", "over 99%", "100%", "–",
    ]  # fmt: skip


def test_the_map_has_a_place_of_its_own_for_each_region() -> None:
    codes = {row["code"] for row in json.loads((ROOT / "issues/reference/regions.json").read_text(encoding="utf-8"))}
    assert set(PLACES) == codes - {"KZ"} == set(SHORT_NAMES)
    assert len(set(PLACES.values())) == 20
    west, north, east, south = PLACES["KZ-27"], PLACES["KZ-59"], PLACES["KZ-63"], PLACES["KZ-79"]
    assert west[0] < north[0] < east[0]
    assert north[1] < west[1] < south[1]


def test_a_tile_says_its_value_and_a_shade_only_repeats_it() -> None:
    tiles = (
        Tile(code="KZ-71", label="Astana city", short="Astana", brief="Ast.", value=100, href="/a/"),
        Tile(code="KZ-75", label="Almaty city", short="Almaty", brief="Alm.", value=21, href="/b/"),
        Tile(code="KZ-79", label="Shymkent city", short="Shymkent", brief="Shy.", value=None, text="n = 4", href="/c/"),
    )
    chart = TileMap(**BASE, value_name="Share", tiles=tiles, suffix="%")
    for svg, name in zip(svgs(chart), ("Astana", "Ast."), strict=True):
        first, _, last = svg.iter("a")
        assert first.get("aria-label") == "Astana city: 100%"
        assert [each.text for each in first.iter("text")] == [name, "100%"]
        assert [each.text for each in last.iter("text")][1] == "n = 4"
        assert len(of_class(last, "chart-shade-0")) == 1
    few = TileMap(**BASE, value_name="Share", tiles=tiles[2:], suffix="%")
    assert not any("No values yet." in ET.tostring(svg, "unicode") for svg in svgs(few)), "a count is one"
    assert [shade(value, 100) for value in (None, 0, 20, 20.1, 100, 130)] == [0, 1, 1, 2, 5, 5]
    assert rows(page(chart))[1:] == [["Astana city", "100%"], ["Almaty city", "21%"], ["Shymkent city", "n = 4"]]
    with pytest.raises(ValueError, match="KZ-00"):
        draw(TileMap(**BASE, value_name="", tiles=(Tile(code="KZ-00", label="", short="", brief="", value=1),)))


def test_a_sparkline_says_its_first_and_last_value_and_is_nothing_without_any() -> None:
    tag = Template("{% load charts %}{% sparkline thing %}")
    html = tag.render(Context({"thing": Sparkline(title="Kept", points=points(None, 40, 64, None), suffix="%")}))
    assert 'aria-label="Kept: Month 1 40% – Month 2 64%"' in html
    assert tag.render(Context({"thing": Sparkline(title="Kept", points=points(None))})) == ""


def test_what_cannot_be_told_apart_is_refused() -> None:
    many = tuple(Series(name=str(n), points=points(1)) for n in range(4))
    for refused in (
        lambda: Lines(**BASE, series=many),
        lambda: Bars(**BASE, series=many[:3]),
        lambda: Bars(**BASE, series=(many[0], Series(name="b", points=points(1, 2)))),
        lambda: Share(**BASE, value_name="", parts=tuple(Part(label=str(n), value=1) for n in range(8))),
        lambda: Share(**BASE, value_name="", parts=(Part(label="a", value=1, hatch=True),) * 2),
        lambda: Lines(key="Not a key", title="", row_name="", series=()),
    ):
        with pytest.raises(ValueError, match=r"told apart|same labels|hatch|no key"):
            refused()


def test_words_are_never_wider_than_was_reckoned_with() -> None:
    fonts = [TTFont(ROOT / f"static/fonts/noto-sans-{name}.woff2") for name in ("latin", "cyrillic", "cyrillic-ext")]
    widths = {
        code: font["hmtx"][glyph][0] * 1000 / font["head"].unitsPerEm
        for font in fonts
        for code, glyph in font.getBestCmap().items()
    }
    for word in (
        "Мерзімінде жауап берілді",
        "Зарегистрировано",
        "Withdrawn 2 (under 1%)",
        "Қаң 2025",
        "шешілді",
        "НПО",
    ):
        exact = sum(widths[ord(each)] for each in word) * 13 / 1000
        assert exact <= width_of(word) <= exact * 1.35, word
