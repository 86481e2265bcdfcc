"""Bars by month, and histograms. Each bar is a link; what can be pressed is the whole column, 24 pixels wide at least."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.core.charts.axes import Plot, lines_below, plot_in, x_axis, y_axis
from backend.core.charts.data import Bars, Chart, Histogram, Point, Series
from backend.core.charts.drawing import Drawing, draw, drawn, series_table, text_of
from backend.core.charts.scale import finite, ticks
from backend.core.charts.svg import LINE, Size, element, link, text, width_of, wrap
from backend.core.words import number

LEAST = 24  # units of a bar's column
THICKEST = 56
ON_A_PHONE = 12


@draw.register
def draw_bars(chart: Bars) -> Drawing:
    return _drawn(chart, chart.series, chart.axis, "", chart.maximum)


@draw.register
def draw_histogram(chart: Histogram) -> Drawing:
    return _drawn(chart, (Series(name=chart.axis or chart.title, points=chart.points),), chart.axis, chart.below, None)


def _drawn(chart: Chart, series: tuple[Series, ...], axis: str, below: str, maximum: float | None) -> Drawing:
    table = series_table(chart, series)
    points = [point for each in series for point in each.points]
    known = [value for point in points if (value := finite(point.value)) is not None]
    if not known:
        return Drawing(chart, (), table)
    marks = ticks(known, maximum=maximum)
    touching = isinstance(chart, Histogram)

    def paint(size: Size) -> tuple[float, list[SafeString]]:
        shown = tuple(_recent(each, size) for each in series) if not touching else series
        return _panels(chart.suffix, shown, axis, below, marks, size, touching)

    most = max(len(each.points) for each in series)
    aside = _("Drawn here: the last %(n)s. All are in the table.") % {"n": number(ON_A_PHONE)}
    links = any(point.href for point in points)
    return drawn(chart, paint, table, links=links, aside=aside if most > ON_A_PHONE and not touching else "")


def _recent(series: Series, size: Size) -> Series:
    points = series.points[-ON_A_PHONE:] if size.is_narrow else series.points
    return Series(name=series.name, points=points, tone=series.tone)


def _panels(
    suffix: str, series: tuple[Series, ...], axis: str, below: str, marks: tuple[float, ...], size: Size, touching: bool
) -> tuple[float, list[SafeString]]:
    """Two series stand side by side where each bar has room, else one under the other, on the same scale."""
    labels = [point.tick or point.label for point in series[0].points]
    above = bool(axis) or len(series) > 1
    plot = plot_in(size, marks, suffix, above=above, right=8, below=lines_below(labels, below))
    together = len(series) == 1 or plot.slot(len(labels)) / len(series) >= LEAST
    if not together:
        plot = plot_in(Size(size.name, size.width, size.height * 0.7), marks, suffix, above=True, right=8, below=0)
    inside: list[SafeString] = []
    drawn_in = plot
    for n, each in enumerate(series):
        drawn_in = plot if together else plot.moved(n * (plot.bottom + 8))
        if together and n == 0:
            inside.append(y_axis(plot, suffix, axis if len(series) == 1 else ""))
            inside.append(_key(plot, series) if len(series) > 1 else element("g"))
        elif not together:
            inside += [y_axis(drawn_in, suffix), _key(drawn_in, (each,), n)]
        share, place = (len(series), n) if together else (1, 0)
        inside.append(_bars(drawn_in, each, each.tone or n + 1, (share, place), suffix, touching))
    slot = plot.slot(len(labels))
    places = [plot.left + slot * (n + 0.5) for n in range(len(labels))]
    inside.append(x_axis(drawn_in, places, labels, size.width))
    height = drawn_in.bottom + 8 + LINE * lines_below(labels, below)
    if below:
        inside.append(text(size.width - 8, height - 4, wrap(below, size.width), "end", "chart-axis"))
    return height, inside


def _key(plot: Plot, series: Sequence[Series], first: int = 0) -> SafeString:
    """The series' names over the plot, each behind its colour."""
    parts, x = [], plot.left
    for n, each in enumerate(series, first + 1):
        parts.append(element("rect", x=x, y=plot.top - LINE - 16, width=12, height=12, class_=_look(each.tone or n, n)))
        parts.append(text(x + 18, plot.top - LINE - 6, each.name, class_="chart-name"))
        x += 18 + width_of(each.name) + 20
    return element("g", *parts, aria_hidden="true")


def _look(tone: int, place: int) -> str:
    """The second of two series has an outline too, for those who do not tell colours apart."""
    return f"chart-bar chart-fill-{tone}" + (" chart-second" if place > 1 else "")


def _bars(plot: Plot, series: Series, tone: int, among: tuple[int, int], suffix: str, touching: bool) -> SafeString:
    of, place = among
    slot = plot.slot(len(series.points)) / of
    thick = slot - 1 if touching else min(slot * 0.72, THICKEST)
    texts = [text_of(point, suffix) for point in series.points]
    fit = all(width_of(each) <= slot for each in texts)
    parts = []
    for n, point in enumerate(series.points):
        left = plot.left + slot * (n * of + place)
        room = element("rect", x=left, y=plot.top, width=slot, height=plot.bottom - plot.top, class_="chart-hit")
        inside = [
            room,
            *_bar(plot, point, left + (slot - thick) / 2, thick, _look(tone, place + 1 if of > 1 else tone)),
        ]
        value = finite(point.value)
        if fit and value is not None:
            y = plot.y.at(max(value, 0.0)) - 4
            inside.append(text(left + slot / 2, y, texts[n], "middle", "chart-value"))
        parts.append(link(point.href, f"{series.name}, {point.label}: {texts[n]}", *inside))
    return element("g", *parts)


def _bar(plot: Plot, point: Point, x: float, thick: float, look: str) -> list[SafeString]:
    """From zero to the value; nothing for a gap."""
    value = finite(point.value)
    if value is None:
        return []
    ends = sorted((plot.y.at(value), plot.y.at(0.0)))
    return [element("rect", x=x, y=ends[0], width=thick, height=ends[1] - ends[0], class_=look)]
