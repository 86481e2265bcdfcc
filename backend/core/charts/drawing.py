"""What a drawn chart is, and which function draws what."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from itertools import zip_longest

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.core.charts.data import Chart, Point, Series
from backend.core.charts.scale import finite, said
from backend.core.charts.svg import NARROW, WIDE, Size, element


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The same numbers in rows: the first cell of a row is its heading."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """`svgs`: the wide and the narrow one; none where there is nothing to draw. `aside`: what only the narrow one must say."""

    chart: Chart
    svgs: tuple[SafeString, ...]
    table: Table
    aside: str = ""


@singledispatch
def draw(chart: Chart) -> Drawing:
    """Any chart, drawn in the language in force; each module registers its kind."""
    raise TypeError(f"nothing draws {type(chart).__name__}")


def drawn(
    chart: Chart, paint: Callable[[Size], tuple[float, list[SafeString]]], table: Table, *, links: bool, aside: str = ""
) -> Drawing:
    """Both drawings; `paint` gives the height it took and what is inside.

    An image has no parts for those who hear it, so what holds links is a group.
    """
    svgs = []
    for size in (WIDE, NARROW):
        height, inside = paint(size)
        svgs.append(
            element(
                "svg", *inside, class_=f"chart-{size.name}", viewBox=f"0 0 {size.width:.0f} {height:.0f}",
                role="group" if links else "img", aria_labelledby=f"{chart.key}-title",
                aria_describedby=f"{chart.key}-note" if chart.note else None, focusable="false",
            )
        )  # fmt: skip
    return Drawing(chart, tuple(svgs), table, aside)


def series_table(chart: Chart, series: tuple[Series, ...]) -> Table:
    """A row for each label; a column for each series, and one for its interval where it has any."""
    heads, columns = [chart.row_name], []
    for each in series:
        heads.append(each.name)
        columns.append([Cell(text_of(point, chart.suffix), point.href) for point in each.points])
        if any(point.low is not None for point in each.points):
            heads.append(_("%(series)s: 95%% interval") % {"series": each.name})
            columns.append([Cell(interval_of(point, chart.suffix)) for point in each.points])
    labels = [Cell(point.label) for point in series[0].points] if series else []
    return Table(tuple(heads), tuple(zip_longest(labels, *columns, fillvalue=Cell(""))))


def text_of(point: Point, suffix: str) -> str:
    return point.text or said(point.value, suffix)


def interval_of(point: Point, suffix: str) -> str:
    if point.between or finite(point.low) is None or finite(point.high) is None:
        return point.between or said(None)
    return f"{said(point.low)}–{said(point.high, suffix)}"
