"""A word-sized line beside a number: no axis, no table, its first and last value said in its name."""

from django.utils.safestring import SafeString

from backend.core.charts.axes import Plot
from backend.core.charts.data import Series, Sparkline
from backend.core.charts.drawing import text_of
from backend.core.charts.lines import line_of, places_of
from backend.core.charts.scale import finite, ticks
from backend.core.charts.svg import element

WIDTH, HEIGHT, MARGIN = 120, 32, 5


def draw_sparkline(sparkline: Sparkline) -> SafeString:
    """The `<svg>`; nothing at all where nothing is known."""
    points = sparkline.points
    known = [n for n, point in enumerate(points) if finite(point.value) is not None]
    if not known:
        return SafeString("")
    ends = [points[n] for n in dict.fromkeys((known[0], known[-1]))]
    told = " – ".join(f"{point.label} {text_of(point, sparkline.suffix)}" for point in ends)
    marks = ticks([points[n].value or 0.0 for n in known])
    plot = Plot(MARGIN, WIDTH - MARGIN, MARGIN, HEIGHT - MARGIN, marks)
    places = places_of(plot, len(points))
    line = line_of(plot, places, Series(name="", points=points), 1)
    end = element(
        "circle", cx=places[known[-1]], cy=plot.y.at(points[known[-1]].value or 0.0), r=3, class_="chart-fill-1"
    )
    name = f"{sparkline.title}: {told}"
    box = f"0 0 {WIDTH} {HEIGHT}"
    return element("svg", line, end, class_="sparkline", viewBox=box, role="img", aria_label=name, focusable="false")
