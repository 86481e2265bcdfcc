"""What charts are made of. All texts are in the language in force and plain: they are escaped when they are drawn.

`key` makes ids unique on a page. A value that is None, NaN or infinite is a gap: it keeps its row in the table and its `text`
there ("3 of 7: too few for a share"). A `text` that is left out is the value as the language writes it, with the chart's suffix.
"""

import re
from dataclasses import dataclass

MAX_LINES, MAX_BARS, MAX_PARTS, SHADES = 3, 2, 7, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What every chart has. `note` stands under the title: period, n, "as of". `row_name` heads the table's first column."""

    key: str
    title: str
    row_name: str
    note: str = ""
    csv_url: str = ""
    suffix: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.key):
            raise ValueError(f"{self.key!r} is no key: lower-case letters, digits and hyphens")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value. `label` is its whole name ("March 2026"), `tick` the short one for the axis, its lines parted by a line feed.

    `low` and `high`: its interval, `between` that in words. `href`: the list of what was counted.
    """

    label: str
    value: float | None
    tick: str = ""
    text: str = ""
    href: str = ""
    low: float | None = None
    high: float | None = None
    between: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values in order. `tone` is the colour, 1 to 7 of the style sheet; 0: by its place in the chart."""

    name: str
    points: tuple[Point, ...]
    tone: int = 0


def _check(series: tuple[Series, ...], most: int) -> None:
    if len(series) > most:
        raise ValueError(f"{len(series)} series where {most} can be told apart")
    if any([point.label for point in each.points] != [point.label for point in series[0].points] for each in series):
        raise ValueError("the series of one chart have the same labels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines(Chart):
    """One to three series over months or days, evenly apart. `axis`: words over the y axis; `maximum`: its least upper end."""

    series: tuple[Series, ...]
    axis: str = ""
    maximum: float | None = None

    def __post_init__(self) -> None:
        Chart.__post_init__(self)
        _check(self.series, MAX_LINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Chart):
    """One or two series, a bar for each value, from zero."""

    series: tuple[Series, ...]
    axis: str = ""
    maximum: float | None = None

    def __post_init__(self) -> None:
        Chart.__post_init__(self)
        _check(self.series, MAX_BARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram(Chart):
    """How many fall into each of the classes, which touch. `axis`: words over the y axis; `below`: words under the x axis."""

    points: tuple[Point, ...]
    axis: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparkline:
    """A word-sized line beside a number. `title` names it for those who do not see it; its first and last value are added."""

    title: str
    points: tuple[Point, ...]
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A share of the whole. `text` beside its count is for the label ("24%" if left out); `hatch` on one of them at most."""

    label: str
    value: float | None
    text: str = ""
    href: str = ""
    tone: int = 0
    hatch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Chart):
    """One bar of 100 % in up to seven parts. `value_name` heads the table's column of counts."""

    parts: tuple[Part, ...]
    value_name: str

    def __post_init__(self) -> None:
        Chart.__post_init__(self)
        if len(self.parts) > MAX_PARTS:
            raise ValueError(f"{len(self.parts)} parts where {MAX_PARTS} can be told apart")
        if sum(part.hatch for part in self.parts) > 1:
            raise ValueError("a hatch tells one part from all others: only one has it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From `day` on the curve is at `share` (0 to 1), until the next step; `low` and `high`: its band, None where there is none."""

    day: float
    share: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A quantile: where the curve comes down to `share`. `day` None: never, and `text` says so."""

    label: str
    share: float
    day: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival(Chart):
    """Those still waiting, from 1 at day 0 down. `name`: of the curve; `axis`: words over the y axis; `below`: of the days."""

    name: str
    steps: tuple[Step, ...]
    marks: tuple[Mark, ...] = ()
    axis: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One way in which the wait ended: its cumulative share by day."""

    name: str
    steps: tuple[Step, ...]
    tone: int = 0
    hatch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence(Chart):
    """Shares ended by each cause, one on top of the other; what is left over them still waits. First cause lowest."""

    causes: tuple[Cause, ...]
    axis: str = ""
    below: str = ""

    def __post_init__(self) -> None:
        Chart.__post_init__(self)
        if len(self.causes) > MAX_PARTS:
            raise ValueError(f"{len(self.causes)} causes where {MAX_PARTS} can be told apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A region. `code`: ISO 3166-2; `label`: its whole name; `short`: for a wide tile, where it may take two lines;
    `brief`: at most six letters or so, for a phone.
    """

    code: str
    label: str
    short: str
    brief: str
    value: float | None
    text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileMap(Chart):
    """Kazakhstan, a tile for each region. `value_name` heads the table's column."""

    tiles: tuple[Tile, ...]
    value_name: str
