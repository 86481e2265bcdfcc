"""The frame of a plot: the y axis with its ticks, the labels under the x axis, labels at the end of lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from backend.core.charts.scale import Scale, said
from backend.core.charts.svg import LINE, TEXT, Size, element, text, width_of


@dataclass(frozen=True, slots=True)
class Plot:
    """Where values are drawn, in units of the drawing."""

    left: float
    right: float
    top: float
    bottom: float
    ticks: tuple[float, ...]

    @property
    def y(self) -> Scale:
        return Scale(self.ticks[0], self.ticks[-1], self.bottom, self.top)

    def slot(self, count: int) -> float:
        return (self.right - self.left) / count

    def moved(self, by: float) -> "Plot":
        return replace(self, top=self.top + by, bottom=self.bottom + by)


def plot_in(size: Size, ticks: tuple[float, ...], suffix: str, *, above: bool, right: float, below: int) -> Plot:
    """The plot of a drawing: room for the ticks, for words above, for labels at the right, for lines of labels below."""
    left = max(width_of(said(tick, suffix)) for tick in ticks) + 8
    top = LINE + (LINE + 4 if above else 0)
    return Plot(left, size.width - max(right, 8), top, size.height - 8 - LINE * below, ticks)


def y_axis(plot: Plot, suffix: str, words: str = "", say: Callable[[float], str] | None = None) -> SafeString:
    """Lines and numbers at the ticks; the line at 0 is stronger. Not read out: the table has the numbers."""
    parts = [text(0, float(TEXT), words, class_="chart-axis")] if words else []
    for tick in plot.ticks:
        y = plot.y.at(tick)
        kind = "chart-zero" if tick == 0 else "chart-grid"
        parts.append(element("path", d=f"M{plot.left:.1f} {y:.1f}H{plot.right:.1f}", class_=kind))
        label = say(tick) if say else said(tick, suffix)
        parts.append(text(plot.left - 6, y + TEXT * 0.35, label, "end", "chart-axis"))
    return element("g", *parts, aria_hidden="true")


def x_axis(plot: Plot, places: Sequence[float], labels: Sequence[str], width: float) -> SafeString:
    """As many of the labels as there is room for, evenly apart; one of two lines (a new year) is among them. `width`: the
    drawing's, over whose edges no label goes.
    """
    parts = []
    for n in shown_labels(places, labels):
        half = width_of(labels[n]) / 2
        x = min(max(places[n], half), width - half)
        parts.append(text(x, plot.bottom + LINE + 2, labels[n], "middle", "chart-axis"))
    return element("g", *parts, aria_hidden="true")


def shown_labels(places: Sequence[float], labels: Sequence[str]) -> list[int]:
    """Which labels fit side by side."""
    if not labels:
        return []
    widest = max(width_of(label) for label in labels) + 8
    apart = abs(places[1] - places[0]) if len(places) > 1 else widest
    least = next((step for step in (1, 2, 3, 4, 6, 12, 24) if step * apart >= widest), len(labels))
    anchor = next((n for n, label in enumerate(labels) if n and "\n" in label), 0)
    return list(range(anchor % least, len(labels), least))


def lines_below(labels: Sequence[str], extra: str = "") -> int:
    """How many lines of words stand under the plot."""
    return max([1, *(label.count("\n") + 1 for label in labels)]) + bool(extra)


def spread(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Upper edges for labels that want to stand at these middles, moved as little as needed so that none covers another."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    edges = [0.0] * len(wanted)
    floor = top
    for n in order:
        edges[n] = floor = max(wanted[n] - heights[n] / 2, floor)
        floor += heights[n]
    ceiling = bottom
    for n in reversed(order):
        edges[n] = ceiling = min(edges[n], ceiling - heights[n])
    return edges
