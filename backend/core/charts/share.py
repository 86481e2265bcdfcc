"""One bar of 100 % in parts, each with its label: on a wide drawing where the part is, on a narrow one in a row of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from backend.core.charts.data import Part, Share
from backend.core.charts.drawing import Cell, Drawing, Table, draw, drawn
from backend.core.charts.scale import finite, percent, said
from backend.core.charts.svg import LINE, TEXT, Size, element, hatch, join, link, text, width_of

BAR = 40
ROW = 28


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part where it is drawn."""

    part: Part
    tone: int
    left: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class _Label:
    """Where a label goes: beside the foot of its leader at `x`, in a row."""

    x: float
    start: float
    end: float
    row: int
    anchor: str

    def covers(self, x: float) -> bool:
        return self.start < x < self.end


@draw.register
def draw_share(chart: Share) -> Drawing:
    values = [max(finite(part.value) or 0.0, 0.0) for part in chart.parts]
    total = sum(values)
    texts = [
        part.text or percent(value / total if total else None) for part, value in zip(chart.parts, values, strict=True)
    ]
    table = Table(
        (chart.row_name, chart.value_name, "%"),
        tuple(
            (Cell(part.label), Cell(said(part.value), part.href), Cell(words))
            for part, words in zip(chart.parts, texts, strict=True)
        ),
    )
    if not total:
        return Drawing(chart, (), table)

    def paint(size: Size) -> tuple[float, list[SafeString]]:
        stripes = f"{chart.key}-{size.name}-hatch"
        pieces = list(_pieces(chart.parts, texts, [value / total * size.width for value in values]))
        body = _rows(pieces, stripes) if size.is_narrow else _labelled(pieces, stripes, size.width)
        return body[0], [hatch(stripes), *body[1]]

    return drawn(chart, paint, table, links=any(part.href for part in chart.parts))


def _pieces(parts: Sequence[Part], texts: Sequence[str], widths: Sequence[float]) -> Iterator[_Piece]:
    left = 0.0
    for n, (part, words, width) in enumerate(zip(parts, texts, widths, strict=True), 1):
        yield _Piece(part, part.tone or n, left, width, f"{part.label} {said(part.value)} ({words})")
        left += width


def _block(x: float, y: float, width: float, height: float, piece: _Piece, stripes: str) -> SafeString:
    place = {"x": x, "y": y, "width": width, "height": height}
    blocks = [element("rect", **place, class_=f"chart-bar chart-fill-{piece.tone}")]
    if piece.part.hatch:
        blocks.append(element("rect", **place, fill=f"url(#{stripes})"))
    return join(*blocks)


def _name(piece: _Piece) -> str:
    return f"{piece.part.label}: {piece.words.removeprefix(piece.part.label).strip()}"


def _rows(pieces: Sequence[_Piece], stripes: str) -> tuple[float, list[SafeString]]:
    """The bar, and under it a row for each part, which is its link."""
    inside = [_block(piece.left, 0, piece.width, BAR, piece, stripes) for piece in pieces if piece.width]
    for n, piece in enumerate(pieces):
        y = BAR + 8 + ROW * n
        inside.append(
            link(
                piece.part.href, _name(piece),
                element("rect", x=0, y=y, width=320, height=ROW, class_="chart-hit"),
                _block(2, y + 6, 16, 16, piece, stripes),
                text(26, y + 19, piece.words, class_="chart-name"),
            )
        )  # fmt: skip
    return BAR + 12.0 + ROW * len(pieces), inside


def _labelled(pieces: Sequence[_Piece], stripes: str, width: float) -> tuple[float, list[SafeString]]:
    """Each part with a leader down to its label."""
    seen = [piece for piece in pieces if piece.width]
    labels = placed([(piece.left + piece.width / 2, width_of(piece.words)) for piece in seen], width)
    inside = []
    for piece, label in zip(seen, labels, strict=True):
        y = BAR + 20 + label.row * (LINE + 10)
        leader = element("path", d=f"M{label.x:.1f} {BAR}V{y - TEXT * 0.3:.1f}", class_="chart-leader")
        beside = label.start if label.anchor == "start" else label.end
        hit = element("rect", x=label.start, y=y - 17, width=label.end - label.start, height=24, class_="chart-hit")
        words = text(beside, y, piece.words, label.anchor, "chart-name")
        block = _block(piece.left, 0, piece.width, BAR, piece, stripes)
        inside.append(link(piece.part.href, _name(piece), block, leader, hit, words))
    return BAR + 30.0 + max(label.row for label in labels) * (LINE + 10), inside


def placed(wanted: Sequence[tuple[float, float]], width: float) -> list[_Label]:
    """Rows for labels (place of the leader, width of the words): none covers another, and leaders cross words as seldom as may be.

    Tried from the right and from the left, the better of the two is taken.
    """
    tries = [_greedy(wanted, width, backwards=backwards) for backwards in (True, False)]
    return min(tries, key=lambda labels: (_crossings(labels), max((label.row for label in labels), default=0)))


def _greedy(wanted: Sequence[tuple[float, float]], width: float, *, backwards: bool) -> list[_Label]:
    done: dict[int, _Label] = {}
    order = range(len(wanted) - 1, -1, -1) if backwards else range(len(wanted))
    for n in order:
        x, words = wanted[n]
        choices = [
            label
            for row in range(len(wanted))
            for label in (_Label(x, x + 5, x + 5 + words, row, "start"), _Label(x, x - 5 - words, x - 5, row, "end"))
            if label.start >= 0 and label.end <= width and not any(_touch(label, other) for other in done.values())
        ] or [_Label(x, (width - words) / 2, (width + words) / 2, len(done), "start")]
        done[n] = min(
            choices, key=lambda label: (_crossings([*done.values(), label]), label.row, label.anchor == "end")
        )
    return [done[n] for n in range(len(wanted))]


def _touch(one: _Label, other: _Label) -> bool:
    return one.row == other.row and one.start < other.end + 8 and other.start < one.end + 8


def _crossings(labels: Sequence[_Label]) -> int:
    """How often a leader runs through the words of another part."""
    return sum(one.row > other.row and other.covers(one.x) for one in labels for other in labels)
