"""One to three lines over months or days, with their bands; each is named where it ends."""

from collections.abc import Iterator
from itertools import groupby

from django.utils.safestring import SafeString

from backend.core.charts.axes import Plot, lines_below, plot_in, spread, x_axis, y_axis
from backend.core.charts.data import Lines, Point, Series
from backend.core.charts.drawing import Drawing, draw, drawn, series_table, text_of
from backend.core.charts.scale import finite, ticks
from backend.core.charts.svg import LINE, TEXT, Size, element, text, width_of, wrap

LEAD = 16  # between a line's end and its name


@draw.register
def draw_lines(chart: Lines) -> Drawing:
    table = series_table(chart, chart.series)
    known = [value for each in chart.series for point in each.points for value in values_of(point)]
    if not known:
        return Drawing(chart, (), table)
    marks = ticks(known, maximum=chart.maximum)

    def paint(size: Size) -> tuple[float, list[SafeString]]:
        names = [wrap(_end(each, chart.suffix), 88 if size.is_narrow else 170) for each in chart.series]
        labels = [point.tick or point.label for point in chart.series[0].points]
        room = max(width_of(name) for name in names) + LEAD
        plot = plot_in(size, marks, chart.suffix, above=bool(chart.axis), right=room, below=lines_below(labels))
        places = places_of(plot, len(labels))
        inside = [y_axis(plot, chart.suffix, chart.axis), x_axis(plot, places, labels, size.width)]
        for paths in (band_of, line_of):  # no band lies over a line
            inside += [paths(plot, places, each, each.tone or n) for n, each in enumerate(chart.series, 1)]
        return size.height, [*inside, _names(plot, size, chart.series, names)]

    return drawn(chart, paint, table, links=False)


def values_of(point: Point) -> Iterator[float]:
    for value in (point.value, point.low, point.high):
        known = finite(value)
        if known is not None:
            yield known


def places_of(plot: Plot, count: int) -> list[float]:
    """Evenly from edge to edge; one alone stands in the middle."""
    if count == 1:
        return [(plot.left + plot.right) / 2]
    return [plot.left + (plot.right - plot.left) * n / (count - 1) for n in range(count)]


def runs(known: list[bool]) -> Iterator[list[int]]:
    """The stretches without a gap."""
    for whole, group in groupby(range(len(known)), key=lambda n: known[n]):
        if whole:
            yield list(group)


def line_of(plot: Plot, places: list[float], series: Series, tone: int) -> SafeString:
    """A path for each stretch without a gap; a dot for a value alone."""
    values = [finite(point.value) for point in series.points]
    parts = []
    for run in runs([value is not None for value in values]):
        spots = [(places[n], plot.y.at(values[n] or 0.0)) for n in run]
        if len(spots) == 1:
            parts.append(element("circle", cx=spots[0][0], cy=spots[0][1], r=4, class_=f"chart-fill-{tone}"))
        else:
            parts.append(element("path", d=path(spots), class_=f"chart-line chart-line-{tone}"))
    return element("g", *parts)


def band_of(plot: Plot, places: list[float], series: Series, tone: int) -> SafeString:
    """The area between `low` and `high`; over a value alone an upright stroke."""
    ends = [(finite(point.low), finite(point.high)) for point in series.points]
    parts = []
    for run in runs([low is not None and high is not None for low, high in ends]):
        upper = [(places[n], plot.y.at(ends[n][1] or 0.0)) for n in run]
        lower = [(places[n], plot.y.at(ends[n][0] or 0.0)) for n in run]
        if len(run) == 1:
            parts.append(element("path", d=path([lower[0], upper[0]]), class_="chart-whisker"))
        else:
            parts.append(element("path", d=path(upper + lower[::-1]) + "Z", class_=f"chart-band chart-fill-{tone}"))
    return element("g", *parts)


def path(spots: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)


def _last(series: Series) -> Point | None:
    return next((point for point in reversed(series.points) if finite(point.value) is not None), None)


def _end(series: Series, suffix: str) -> str:
    """A line's name and newest value."""
    last = _last(series)
    return f"{series.name} {text_of(last, suffix)}" if last else series.name


def _names(plot: Plot, size: Size, series: tuple[Series, ...], names: list[str]) -> SafeString:
    """At the height of each line's end, apart from each other, each led to by a stroke of its line."""
    heights = [float(LINE * (name.count("\n") + 1)) for name in names]
    ends = [plot.y.at(last.value or 0.0) if (last := _last(each)) else plot.bottom for each in series]
    edges = spread(ends, heights, 0, size.height)
    parts = []
    for n, (each, name, end, edge) in enumerate(zip(series, names, ends, edges, strict=True), 1):
        lead = path([(plot.right, end), (plot.right + 9, edge + LINE / 2)])
        parts.append(element("path", d=lead, class_=f"chart-line chart-line-{each.tone or n}"))
        parts.append(text(plot.right + 14, edge + TEXT, name, class_="chart-name"))
    return element("g", *parts, aria_hidden="true")
