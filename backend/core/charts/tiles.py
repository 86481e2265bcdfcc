"""Kazakhstan as tiles of one size, a region each, where one looks for it on the map. No licence-clean geometry of the regions of
2022 exists (D16), and on a true map the three cities could not be seen, let alone pressed.

The shade is one of five steps of equal width between 0 and the largest value, each a colour of the style sheet on which words
keep 4.5:1 in both themes. It only repeats what the number in the tile says.
"""

from math import ceil

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.core.charts.data import SHADES, Tile, TileMap
from backend.core.charts.drawing import Cell, Drawing, Table, draw, drawn
from backend.core.charts.scale import finite, said, ticks
from backend.core.charts.svg import LINE, TEXT, Size, element, link, text, width_of, wrap

# Column and row of each region, from the west and from the north. The gaps are Uzbekistan's corner and what lies beyond the border.
PLACES = {
    "KZ-59": (3, 0),
    "KZ-27": (0, 1), "KZ-15": (1, 1), "KZ-39": (2, 1), "KZ-11": (3, 1), "KZ-55": (4, 1),
    "KZ-23": (0, 2), "KZ-43": (1, 2), "KZ-62": (2, 2), "KZ-71": (3, 2), "KZ-35": (4, 2), "KZ-10": (5, 2), "KZ-63": (6, 2),
    "KZ-47": (0, 3), "KZ-61": (2, 3), "KZ-31": (3, 3), "KZ-19": (4, 3), "KZ-33": (5, 3),
    "KZ-79": (2, 4), "KZ-75": (4, 4),
}  # fmt: skip
COLUMNS, ROWS, GAP = 7, 5, 2
LEGEND = 30


@draw.register
def draw_tiles(chart: TileMap) -> Drawing:
    unknown = [tile.code for tile in chart.tiles if tile.code not in PLACES]
    if unknown:
        raise ValueError(f"no place on the map for {unknown}")
    texts = {tile.code: tile.text or said(tile.value, chart.suffix) for tile in chart.tiles}
    rows = tuple((Cell(tile.label), Cell(texts[tile.code], tile.href)) for tile in chart.tiles)
    table = Table((chart.row_name, chart.value_name), rows)
    if not chart.tiles:
        return Drawing(chart, (), table)
    known = [value for tile in chart.tiles if (value := finite(tile.value)) is not None]
    top = ticks(known)[-1]

    def paint(size: Size) -> tuple[float, list[SafeString]]:
        wide, high = size.width / COLUMNS, 50.0 if size.is_narrow else 66.0
        inside = [_tile(tile, texts[tile.code], top, (wide, high), size.is_narrow) for tile in chart.tiles]
        if not known and any(tile.text for tile in chart.tiles):  # counts alone: no shade to explain
            return high * ROWS, inside
        return high * ROWS + 8 + LEGEND, [*inside, _legend(size, high * ROWS + 8, top, chart.suffix, bool(known))]

    return drawn(chart, paint, table, links=any(tile.href for tile in chart.tiles))


def shade(value: float | None, top: float) -> int:
    """1 to 5; 0 for what is not known."""
    value = finite(value)
    if value is None:
        return 0
    return min(max(ceil(value / top * SHADES), 1), SHADES)


def _tile(tile: Tile, words: str, top: float, box: tuple[float, float], brief: bool) -> SafeString:
    column, row = PLACES[tile.code]
    wide, high = box
    step = shade(tile.value, top)
    left, upper, middle = column * wide, row * high, (column + 0.5) * wide
    name = tile.brief if brief else wrap(tile.short, wide - GAP - 4)
    lines = name.count("\n") + 1
    first = upper + (high - LINE * (lines + 1)) / 2 + TEXT
    kind = f"chart-on-{step}"
    return link(
        tile.href, f"{tile.label}: {words}",
        element(
            "rect", x=left + GAP / 2, y=upper + GAP / 2, width=wide - GAP, height=high - GAP, rx=4,
            class_=f"chart-tile chart-shade-{step}",
        ),
        text(middle, first, name, "middle", f"{kind} chart-tile-name"),
        text(middle, first + LINE * lines, _fitting(words, wide - GAP - 2), "middle", f"{kind} chart-tile-value"),
    )  # fmt: skip


def _fitting(words: str, room: float) -> str:
    """A value too wide for its tile is left to the name and to the table."""
    return words if width_of(words) <= room else "…"


def _legend(size: Size, top: float, most: float, suffix: str, is_known: bool) -> SafeString:
    """The five steps, each up to and with its upper end."""
    if not is_known:
        return text(0, top + 18, _("No values yet."), class_="chart-axis")
    step = min(size.width / SHADES, 110)
    parts: list[SafeString] = []
    for n in range(1, SHADES + 1):
        label = f"{said(most * (n - 1) / SHADES)}–{said(most * n / SHADES, suffix)}"
        parts.append(
            element(
                "rect", x=(n - 1) * step + 1, y=top, width=step - 2, height=24, class_=f"chart-tile chart-shade-{n}"
            )
        )
        parts.append(text((n - 0.5) * step, top + 17, label, "middle", f"chart-on-{n} chart-tile-value"))
    return element("g", *parts, aria_hidden="true")
