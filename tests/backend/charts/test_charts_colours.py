"""The charts' colours, for every eye: each pair is told apart in both themes, and something besides colour tells it too."""

import re
from itertools import combinations, pairwise

import pytest

from backend.core.charts.data import (
    MAX_LINES,
    MAX_PARTS,
    SHADES,
    Bars,
    Cause,
    Incidence,
    Lines,
    Part,
    Series,
    Share,
    Step,
)
from tests.factories.colours import SEEN_BY, apart, contrast, seen, tokens
from tests.factories.drawings import of_class, points, svgs
from tests.project.translations import ROOT

THEMES = ("light", "dark")
TONES_APART = 12  # areas and lines of one chart, whichever lie beside each other
SHADES_APART = 6  # a step of the map's scale, whose tiles say their numbers


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_that_of_the_published_pairs(
    one: tuple[float, float, float], other: tuple[float, float, float], distance: float
) -> None:
    assert apart(one, other) == pytest.approx(distance, abs=1e-4)
    assert apart(other, one) == pytest.approx(distance, abs=1e-4)


def test_who_lacks_a_kind_of_cone_sees_some_colours_as_one_and_no_grey_as_coloured() -> None:
    for by in SEEN_BY:
        assert apart(seen("#808080", by), seen("#808080", "all colours")) < 0.1, by
    assert apart(seen("#ff0000", "all colours"), seen("#7a7a00", "all colours")) > 40
    red, green = "#c05040", "#808040"
    assert apart(seen(red, "deutan"), seen(green, "deutan")) < TONES_APART / 2
    assert apart(seen(red, "tritan"), seen(green, "tritan")) > TONES_APART


@pytest.mark.parametrize("by", SEEN_BY)
@pytest.mark.parametrize("theme", THEMES)
def test_every_two_colours_of_a_chart_are_told_apart(theme: str, by: str) -> None:
    colours = {name: seen(colour, by) for name, colour in tokens(theme).items()}
    tones = [f"tone-{n}" for n in range(1, MAX_PARTS + 1)]
    near = {f"{a}, {b}": round(apart(colours[a], colours[b]), 1) for a, b in combinations(tones, 2)}
    assert {pair: how for pair, how in near.items() if how < TONES_APART} == {}
    shades = [colours[f"shade-{n}"] for n in range(1, SHADES + 1)]
    assert min(apart(a, b) for a, b in pairwise(shades)) >= SHADES_APART
    lights = [light for light, _a, _b in shades]
    assert lights == sorted(lights, reverse=theme == "light")  # more is further from the page, for every eye


@pytest.mark.parametrize("theme", THEMES)
def test_shades_bear_their_words_and_tones_are_seen_on_the_page(theme: str) -> None:
    colours = tokens(theme)
    assert len(colours) == MAX_PARTS + 2 * SHADES + 1
    assert min(contrast(colours[f"shade-{n}"], colours[f"on-shade-{n}"]) for n in range(1, SHADES + 1)) >= 4.5
    assert min(contrast(colours[f"tone-{n}"], colours["bg"]) for n in range(1, MAX_PARTS + 1)) >= 3


BASE = {"key": "it", "title": "It", "row_name": "Month"}


def test_lines_differ_by_their_dashes_too_and_are_named_at_their_ends() -> None:
    css = (ROOT / "static/css/charts.css").read_text(encoding="utf-8")
    rules = [
        re.findall(rf"\.chart-line-{n} {{ stroke: var\(--tone-{n}\);([^}}]*)}}", css) for n in range(1, MAX_LINES + 1)
    ]
    assert len({dash for (dash,) in rules}) == MAX_LINES
    names = [f"Series {n}" for n in range(1, MAX_LINES + 1)]
    for svg in svgs(Lines(**BASE, series=tuple(Series(name=name, points=points(1, 2, 3)) for name in names))):
        for n, name in enumerate(names, 1):
            assert of_class(svg, f"chart-line-{n}"), name
        assert sorted(" ".join(each.itertext()) for each in of_class(svg, "chart-name")) == [
            f"{name} 3" for name in names
        ]


def test_of_two_bars_the_second_has_an_outline_and_so_has_its_place_in_the_key() -> None:
    for svg in svgs(Bars(**BASE, series=tuple(Series(name=name, points=points(1, 2)) for name in "ab"))):
        first, second = (of_class(svg, f"chart-fill-{n}") for n in (1, 2))
        assert len(first) == len(second) == 3
        assert not [each for each in first if "chart-second" in each.get("class", "")]
        assert all("chart-second" in each.get("class", "") for each in second)


def test_parts_and_causes_are_named_where_they_are_and_one_may_have_stripes() -> None:
    names = [f"Part {n}" for n in range(1, MAX_PARTS + 1)]
    parts = tuple(Part(label=name, value=10, hatch=n == 2) for n, name in enumerate(names))
    causes = tuple(Cause(name=name, steps=(Step(day=1, share=0.1),), hatch=n == 2) for n, name in enumerate(names))
    for chart in (Share(**BASE, parts=parts, value_name="n"), Incidence(**BASE, causes=causes)):
        for svg in svgs(chart):
            said = [" ".join(each.itertext()) for each in of_class(svg, "chart-name")]
            assert [name for name in names if not any(each.startswith(name) for each in said)] == []
            assert [each for each in svg.iter() if each.get("fill", "").startswith("url(#")]


def test_a_browser_without_two_themes_has_the_light_one() -> None:
    css = (ROOT / "static/css/charts.css").read_text(encoding="utf-8")
    alone = dict(re.findall(r"--((?:tone|shade|on-shade)-\d): (#\w{6});", css))
    assert alone == {name: colour for name, colour in tokens("light").items() if name != "bg"}
