"""The wait by days: a step curve with its band and quantiles, and the causes that ended it, one on top of the other."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.core.charts.axes import Plot, plot_in, shown_labels, spread, x_axis, y_axis
from backend.core.charts.data import Cause, Incidence, Mark, Step, Survival
from backend.core.charts.drawing import Cell, Drawing, Table, draw, drawn
from backend.core.charts.lines import LEAD, path, runs
from backend.core.charts.scale import Scale, finite, percent, said, ticks
from backend.core.charts.svg import LINE, TEXT, Size, element, hatch, text, width_of, wrap

ROW = LINE + 2
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
type Spots = list[tuple[float, float]]


@draw.register
def draw_survival(chart: Survival) -> Drawing:
    steps = tuple(step for step in chart.steps if finite(step.share) is not None and finite(step.day) is not None)
    table = Table(
        (chart.row_name, chart.name, _("%(series)s: 95%% interval") % {"series": chart.name}),
        (
            *((Cell(said(step.day)), Cell(percent(step.share)), Cell(_interval(step))) for step in steps),
            *((Cell(mark.label), Cell(mark.text), Cell("")) for mark in chart.marks),
        ),
    )
    if not steps:
        return Drawing(chart, (), table)

    def paint(size: Size) -> tuple[float, list[SafeString]]:
        plot = _plot(size, chart.axis, chart.below, right=8, rows=len(chart.marks))
        x = _days(plot, steps)
        inside = _frame(plot, size, x, chart.axis, chart.below)
        inside += _bands(plot, x, steps)
        line = stairs(plot, x, [(0.0, 1.0), *((step.day, step.share) for step in steps)])
        inside.append(element("path", d=path(line), class_="chart-line chart-line-1"))
        return size.height, [*inside, *_marks(plot, x, chart.marks)]

    return drawn(chart, paint, table, links=False)


@draw.register
def draw_incidence(chart: Incidence) -> Drawing:
    days = sorted({step.day for cause in chart.causes for step in cause.steps if finite(step.day) is not None})
    table = Table(
        (chart.row_name, *(cause.name for cause in chart.causes)),
        tuple((Cell(said(day)), *(Cell(percent(_share(each, day))) for each in chart.causes)) for day in days),
    )
    if not days:
        return Drawing(chart, (), table)

    def paint(size: Size) -> tuple[float, list[SafeString]]:
        stripes = f"{chart.key}-{size.name}-hatch"
        names = [
            wrap(f"{each.name} {percent(_share(each, days[-1]))}", 92 if size.is_narrow else 190)
            for each in chart.causes
        ]
        plot = _plot(size, chart.axis, chart.below, right=max(width_of(name) for name in names) + LEAD)
        x = _days(plot, [Step(day=day, share=0) for day in days])
        inside = [hatch(stripes), *_frame(plot, size, x, chart.axis, chart.below)]
        return size.height, [
            *inside,
            *_stack(plot, x, chart.causes, days, stripes),
            _ends(plot, size, chart, names, days),
        ]

    return drawn(chart, paint, table, links=False)


def _interval(step: Step) -> str:
    if finite(step.low) is None or finite(step.high) is None:
        return said(None)
    return f"{percent(step.low)}–{percent(step.high)}"


def _share(cause: Cause, day: float) -> float:
    """What had ended so by that day."""
    return max((step.share for step in cause.steps if step.day <= day and finite(step.share) is not None), default=0.0)


def _plot(size: Size, axis: str, below: str, *, right: float, rows: int = 0) -> Plot:
    """`rows`: of words between the axis' own and the plot."""
    marks = tuple(tick * 100 for tick in SHARES)
    plot = plot_in(size, marks, "%", above=bool(axis), right=right, below=1 + bool(below))
    return Plot(plot.left, plot.right, plot.top + rows * ROW, plot.bottom, SHARES)


def _days(plot: Plot, steps: Sequence[Step]) -> Scale:
    return Scale(0, max([1.0, *(step.day for step in steps)]), plot.left, plot.right)


def _frame(plot: Plot, size: Size, x: Scale, axis: str, below: str) -> list[SafeString]:
    days = [day for day in ticks([x.high], about=4 if size.is_narrow else 8) if day <= x.high]
    labels = [said(day) for day in days]
    places = [x.at(day) for day in days]
    kept = shown_labels(places, labels)
    parts = [
        y_axis(plot, "", axis, say=lambda share: said(share * 100, "%")),
        x_axis(plot, [places[n] for n in kept], [labels[n] for n in kept], size.width),
    ]
    if below:
        parts.append(element("g", text(plot.right, size.height - 4, below, "end", "chart-axis"), aria_hidden="true"))
    return parts


def stairs(plot: Plot, x: Scale, values: Sequence[tuple[float, float]], until: float | None = None) -> Spots:
    """Corners of a step curve: level until the next day, then up or down; at last level until that day (None: the edge)."""
    spots: Spots = []
    for day, share in values:
        if spots:
            spots.append((x.at(day), spots[-1][1]))
        spots.append((x.at(day), plot.y.at(share)))
    return [*spots, (x.end if until is None else x.at(until), spots[-1][1])]


def _bands(plot: Plot, x: Scale, steps: Sequence[Step]) -> list[SafeString]:
    """For each stretch where the interval is known, until the day of the next step."""
    parts = []
    for run in runs([finite(step.low) is not None and finite(step.high) is not None for step in steps]):
        until = steps[run[-1] + 1].day if run[-1] + 1 < len(steps) else x.high
        upper = stairs(plot, x, [(steps[n].day, steps[n].high or 0.0) for n in run], until)
        lower = stairs(plot, x, [(steps[n].day, steps[n].low or 0.0) for n in run], until)
        parts.append(element("path", d=path(upper + lower[::-1]) + "Z", class_="chart-band chart-fill-1"))
    return parts


def _marks(plot: Plot, x: Scale, marks: Sequence[Mark]) -> list[SafeString]:
    """Words over the plot, and a line down to where the curve reaches the quantile; those not reached have words only."""
    parts = []
    for n, mark in enumerate(marks):
        words = f"{mark.label}: {mark.text}"
        y = plot.top - 10 - (len(marks) - 1 - n) * ROW
        if mark.day is not None:
            at = x.at(mark.day)
            foot = element("path", d=f"M{at:.1f} {y - TEXT + 2:.1f}V{plot.bottom:.1f}", class_="chart-mark")
            parts += [foot, element("circle", cx=at, cy=plot.y.at(mark.share), r=4, class_="chart-fill-1")]
        else:
            at = plot.right
        fits = at + 6 + width_of(words) <= plot.right + 8
        place = at + 6 if fits else max(min(at - 6, plot.right), width_of(words))
        parts.append(text(place, y, words, "start" if fits else "end", "chart-name"))
    return parts


def _stack(plot: Plot, x: Scale, causes: Sequence[Cause], days: Sequence[float], stripes: str) -> list[SafeString]:
    floor = dict.fromkeys(days, 0.0)
    parts = []
    for n, cause in enumerate(causes, 1):
        roof = {day: min(floor[day] + _share(cause, day), 1.0) for day in days}
        lower = stairs(plot, x, [(0.0, 0.0 if days[0] else floor[days[0]]), *floor.items()])
        upper = stairs(plot, x, [(0.0, 0.0 if days[0] else roof[days[0]]), *roof.items()])
        area = path(upper + lower[::-1]) + "Z"
        parts.append(element("path", d=area, class_=f"chart-bar chart-fill-{cause.tone or n}"))
        if cause.hatch:
            parts.append(element("path", d=area, fill=f"url(#{stripes})"))
        floor = roof
    return parts


def _ends(plot: Plot, size: Size, chart: Incidence, names: Sequence[str], days: Sequence[float]) -> SafeString:
    """Each cause's name at the height of the middle of its end."""
    middles, floor = [], 0.0
    for cause in chart.causes:
        share = _share(cause, days[-1])
        middles.append(plot.y.at(min(floor + share / 2, 1.0)))
        floor += share
    heights = [float(LINE * (name.count("\n") + 1)) for name in names]
    edges = spread(middles, heights, 0, size.height)
    parts = []
    for name, middle, edge in zip(names, middles, edges, strict=True):
        lead = path([(plot.right, middle), (plot.right + 9, edge + LINE / 2)])
        parts.append(element("path", d=lead, class_="chart-leader"))
        parts.append(text(plot.right + 14, edge + TEXT, name, class_="chart-name"))
    return element("g", *parts, aria_hidden="true")
