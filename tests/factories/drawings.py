"""Charts taken apart again: the elements of an SVG with the places that they cover."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import backend.core.templatetags.charts  # noqa: F401  (it loads what draws)
from backend.core.charts.data import Chart, Point
from backend.core.charts.drawing import draw
from backend.core.charts.svg import TEXT, width_of

type Element = ET.Element


def svgs(chart: Chart) -> list[Element]:
    """The wide and the narrow drawing."""
    return [ET.fromstring(svg) for svg in draw(chart).svgs]


def of_class(svg: Element, name: str) -> list[Element]:
    return [each for each in svg.iter() if name in each.get("class", "").split()]


def number(element: Element, attribute: str) -> float:
    return float(element.get(attribute, "nan"))


def corners(path: Element) -> list[tuple[float, float]]:
    """The places that a path goes through; H and V keep the other coordinate."""
    spots: list[tuple[float, float]] = []
    for letter, numbers in re.findall(r"([MLHV])([-\d. ]+)", path.get("d", "")):
        first, *rest = map(float, numbers.split())
        if letter in "ML":
            spots.append((first, rest[0]))
        else:
            spots.append((first, spots[-1][1]) if letter == "H" else (spots[-1][0], first))
    return spots


def boxes(svg: Element) -> Iterator[tuple[str, float, float, float, float]]:
    """What it is, left, top, right, bottom: of everything that is drawn."""
    for each in svg.iter():
        if each.tag == "rect":
            x, y = number(each, "x"), number(each, "y")
            yield "rect", x, y, x + number(each, "width"), y + number(each, "height")
        elif each.tag == "circle":
            x, y, r = number(each, "cx"), number(each, "cy"), number(each, "r")
            yield "circle", x - r, y - r, x + r, y + r
        elif each.tag == "path" and each.get("class") != "chart-stripe":
            spots = corners(each)
            across, down = [x for x, _ in spots], [y for _, y in spots]
            yield "path", min(across), min(down), max(across), max(down)
        elif each.tag == "text":
            yield _text(each)


def _text(element: Element) -> tuple[str, float, float, float, float]:
    lines = [element.text or "", *(span.text or "" for span in element.iter("tspan"))]
    wide = max(width_of(line) for line in lines)
    left = number(element, "x") - {"middle": wide / 2, "end": wide}.get(element.get("text-anchor", ""), 0)
    top = number(element, "y") - TEXT
    return "".join(lines), left, top, left + wide, top + TEXT * 1.25 + 16 * (len(lines) - 1)


def points(*values: float | None, href: str = "", spread: float | None = None) -> tuple[Point, ...]:
    return tuple(
        Point(
            label=f"Month {n}", tick=f"M{n}", value=value, href=f"{href}{n}" if href else "",
            low=value - spread if spread is not None and value is not None else None,
            high=value + spread if spread is not None and value is not None else None,
        )
        for n, value in enumerate(values)
    )  # fmt: skip
