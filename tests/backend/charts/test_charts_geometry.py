"""What is drawn is where the numbers say, inside of the drawing, in every state and language."""

from itertools import combinations
from math import inf, nan

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from backend.core.charts.data import Bars, Cause, Incidence, Lines, Mark, Part, Series, Share, Step, Survival
from backend.core.charts.drawing import draw
from backend.core.charts.scale import Scale, ticks
from backend.core.charts.share import placed
from issues.views.component_charts import charts
from tests.factories.drawings import boxes, corners, number, of_class, points, svgs

BASE = {"key": "it", "title": "It", "row_name": "Month"}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_nothing_of_any_chart_lies_outside_of_its_drawing(language: str) -> None:
    with translation.override(language):
        for chart in charts():
            for svg in svgs(chart):
                _, _, width, height = map(float, svg.get("viewBox", "").split())
                out = [
                    box
                    for box in boxes(svg)
                    if box[1] < -0.2 or box[2] < -3 or box[3] > width + 0.2 or box[4] > height + 3
                ]
                assert out == [], (chart.key, svg.get("class"))


def test_the_height_of_a_bar_is_its_value_from_zero() -> None:
    values = (10, 20, 5, 0, 40)
    for svg in svgs(Bars(**BASE, series=(Series(name="a", points=points(*values)),))):
        drawn = of_class(svg, "chart-bar")
        heights = [number(bar, "height") for bar in drawn]
        assert heights == pytest.approx([value * heights[-1] / 40 for value in values], abs=0.1)
        assert {round(number(bar, "y") + number(bar, "height"), 0) for bar in drawn} == {
            round(number(drawn[0], "y") + number(drawn[0], "height"), 0)
        }


def test_a_negative_bar_hangs_from_zero() -> None:
    (svg, _) = svgs(Bars(**BASE, series=(Series(name="a", points=points(10, -10)),)))
    up, down = of_class(svg, "chart-bar")
    assert number(up, "height") == pytest.approx(number(down, "height"), abs=0.1)
    assert number(up, "y") + number(up, "height") == pytest.approx(number(down, "y"), abs=0.1)


def test_two_series_have_one_scale_whether_side_by_side_or_one_under_the_other() -> None:
    two = tuple(Series(name=name, points=points(*values)) for name, values in (("a", [10] * 12), ("b", [20] * 12)))
    for svg in svgs(Bars(**BASE, series=two)):
        first, second = of_class(svg, "chart-fill-1"), of_class(svg, "chart-fill-2")
        assert number(second[-1], "height") == pytest.approx(2 * number(first[-1], "height"), abs=0.2)


def test_what_can_be_pressed_is_24_units_wide_at_least() -> None:
    two = tuple(Series(name=name, points=points(*[9] * 24, href="/x")) for name in "ab")
    for series in (two[:1], two):
        for svg in svgs(Bars(**BASE, series=series)):
            assert min(number(hit, "width") for hit in of_class(svg, "chart-hit")) >= 24


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30)), min_size=2, max_size=30))
def test_the_band_encloses_its_line(known: list[tuple[float, float]]) -> None:
    series = points(*(value for value, _ in known))
    spread = tuple(
        type(each)(label=each.label, value=each.value, low=each.value - by, high=each.value + by)
        for each, (_, by) in zip(series, known, strict=True)
        if each.value is not None
    )
    for svg in svgs(Lines(**BASE, series=(Series(name="a", points=spread),))):
        (band,) = of_class(svg, "chart-band")
        line = corners(of_class(svg, "chart-line-1")[0])
        edge = corners(band)
        upper, lower = edge[: len(line)], edge[: len(line) - 1 : -1]
        for (x, y), (x_up, y_up), (x_low, y_low) in zip(line, upper, lower, strict=True):
            assert x == x_up == x_low
            assert y_up - 0.1 <= y <= y_low + 0.1


@pytest.mark.parametrize("gap", [None, nan, inf, -inf])
def test_a_gap_parts_the_line_and_is_never_drawn(gap: float | None) -> None:
    chart = Lines(**BASE, series=(Series(name="a", points=points(1, 2, gap, 4, gap, 5, 6)),))
    for svg, said in zip(svgs(chart), draw(chart).svgs, strict=True):
        stretches = [corners(path) for path in of_class(svg, "chart-line-1")]
        assert [len(each) for each in stretches] == [2, 2, 2]  # 1 2, 5 6, and the stroke to the name
        assert len(list(svg.iter("circle"))) == 1  # 4, alone
        assert "nan" not in said
        assert "inf" not in said
    cells = [row[1].text for row in draw(chart).table.rows]
    assert cells == ["1", "2", "–", "4", "–", "5", "6"]


@pytest.mark.parametrize("values", [(), (None,), (nan, None)])
def test_where_nothing_is_known_nothing_is_drawn_and_the_table_keeps_its_rows(values: tuple[float | None, ...]) -> None:
    for kind in (Lines, Bars):
        drawing = draw(kind(**BASE, series=(Series(name="a", points=points(*values)),)))
        assert drawing.svgs == ()
        assert len(drawing.table.rows) == len(values)


def test_zero_alone_is_drawn_on_the_axis() -> None:
    (svg, _) = svgs(Bars(**BASE, series=(Series(name="a", points=points(0, 0)),)))
    assert [number(bar, "height") for bar in of_class(svg, "chart-bar")] == [0, 0]


@given(st.lists(st.floats(-1e6, 1e9), max_size=20))
def test_ticks_enclose_all_values_have_zero_among_them_and_are_few(values: list[float]) -> None:
    marks = ticks(values)
    least = 1e-5 * (marks[-1] - marks[0])
    assert marks[0] <= min([0.0, *values]) + least
    assert marks[-1] >= max([0.0, *values]) - least
    assert 0 in marks
    assert 2 <= len(marks) <= 8


def test_counts_have_no_halves_on_their_axis() -> None:
    assert ticks([1, 2]) == (0, 1, 2)
    assert ticks([0.1, 0.35]) == (0, 0.1, 0.2, 0.3, 0.4)
    assert ticks([37], maximum=100) == (0, 20, 40, 60, 80, 100)
    assert ticks([]) == (0, 1)


def test_a_scale_brings_what_lies_outside_to_its_edge() -> None:
    scale = Scale(0, 10, 100, 0)
    assert [scale.at(value) for value in (0, 5, 10, 12, -3)] == [100, 50, 0, 0, 100]


def test_the_parts_of_the_whole_are_as_wide_as_their_shares_and_fill_it() -> None:
    chart = Share(**BASE, value_name="Issues", parts=tuple(Part(label=f"Part {n}", value=n) for n in (1, 2, 5, 0, 2)))
    for svg, width in zip(svgs(chart), (720, 320), strict=True):
        bar = [each for each in of_class(svg, "chart-bar") if number(each, "height") > 20]
        assert [number(each, "width") for each in bar] == pytest.approx([width * n / 10 for n in (1, 2, 5, 2)], abs=0.1)
        assert number(bar[-1], "x") + number(bar[-1], "width") == pytest.approx(width, abs=0.2)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(20, 220)), min_size=1, max_size=7))
def test_no_label_of_a_part_covers_another_or_leaves_the_drawing(parts: list[tuple[float, float]]) -> None:
    labels = placed(sorted((x * 720, width) for x, width in parts), 720)
    for one, other in combinations(labels, 2):
        assert one.row != other.row or one.end <= other.start or other.end <= one.start
    assert all(label.start >= 0 and label.end <= 720 for label in labels)


def test_the_survival_curve_is_level_between_its_steps_and_its_marks_stand_at_their_days() -> None:
    steps = tuple(
        Step(day=day, share=share, low=share / 2, high=share) for day, share in ((5, 0.8), (10, 0.5), (20, 0.1))
    )
    marks = (Mark(label="Median", share=0.5, day=10, text="10"), Mark(label="p99", share=0.01, day=None, text="never"))
    for svg in svgs(Survival(**BASE, name="Waiting", steps=steps, marks=marks)):
        line = corners(of_class(svg, "chart-line-1")[0])
        (left, top), right = line[0], line[-1][0]
        floor = corners(of_class(svg, "chart-zero")[0])[0][1]
        places = [(round((x - left) / (right - left) * 20), round((floor - y) / (floor - top), 2)) for x, y in line]
        assert places == [(0, 1), (5, 1), (5, 0.8), (10, 0.8), (10, 0.5), (20, 0.5), (20, 0.1), (20, 0.1)]
        (mark,) = of_class(svg, "chart-mark")
        assert corners(mark)[0][0] == pytest.approx(left + (right - left) / 2, abs=0.1)
        assert "p99: never" in [each.text for each in svg.iter("text")]


def test_causes_lie_on_top_of_each_other() -> None:
    causes = tuple(
        Cause(name=name, steps=(Step(day=10, share=share), Step(day=20, share=2 * share)))
        for name, share in (("Answered", 0.3), ("Redirected", 0.1))
    )
    for svg in svgs(Incidence(**BASE, causes=causes)):
        areas = [sorted({round(y, 1) for _, y in corners(area)}) for area in of_class(svg, "chart-bar")]
        floor, high = max(areas[0]), corners(of_class(svg, "chart-grid")[-1])[0][1]
        shares = [[round((floor - y) / (floor - high), 2) for y in area] for area in areas]
        assert shares == [[0.6, 0.3, 0], [0.8, 0.6, 0.4, 0.3, 0]]
