"""Colours of the style sheet as people see them: luminance, contrast, and how far apart two are for each kind of colour blindness.

SEEN_BY: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision
Deficiency", IEEE TVCG 15(6), 2009, doi 10.1109/TVCG.2009.113: the matrices of severity 1.0, for linear RGB.
`apart` is CIEDE2000, as in G. Sharma, W. Wu, E. N. Dalal, Color Research and Application 30(1), 2005.
"""

import re
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

from tests.project.translations import ROOT

type Triple = tuple[float, float, float]

SEEN_BY: dict[str, tuple[Triple, Triple, Triple]] = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
_WHITE = (0.95047, 1.0, 1.08883)  # D65
_XYZ: tuple[Triple, Triple, Triple] = (
    (0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041),
)  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """The charts' colours by name, and the page's as `bg`."""
    found = {}
    for sheet in ("birge", "charts"):
        css = (ROOT / f"static/css/{sheet}.css").read_text(encoding="utf-8")
        for name, light, dark in re.findall(
            r"--(tone-\d|shade-\d|on-shade-\d|bg): light-dark\((#\w{6}), (#\w{6})\)", css
        ):
            found[name] = {"light": light, "dark": dark}[theme]
    return found


def linear(colour: str) -> Triple:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(_times(_XYZ, linear(each))[1] for each in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def seen(colour: str, by: str) -> Triple:
    """In CIELAB."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in _times(SEEN_BY[by], linear(colour)))
    parts = (part / white for part, white in zip(_times(_XYZ, (red, green, blue)), _WHITE, strict=True))
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(rows: tuple[Triple, Triple, Triple], by: Triple) -> Triple:
    first, second, third = (sum(one * other for one, other in zip(row, by, strict=True)) for row in rows)
    return first, second, third


def apart(one: Triple, other: Triple) -> float:
    """1 is hardly seen side by side, 10 at a glance; black and white are 100 apart."""
    grey = 0.5 * (1 - _saturation((hypot(*one[1:]) + hypot(*other[1:])) / 2))
    (light1, chroma1, hue1), (light2, chroma2, hue2) = (_cylinder(each, 1 + grey) for each in (one, other))
    light, chroma = (light1 + light2) / 2, (chroma1 + chroma2) / 2
    turn = (hue2 - hue1 + 180) % 360 - 180 if chroma1 and chroma2 else 0.0
    hue = hue1 + turn / 2 if chroma1 and chroma2 else hue1 + hue2
    weight = (
        1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.2 * _cos(4 * hue - 63)
    )  # fmt: skip
    in_light = (light2 - light1) / (1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2))
    in_chroma = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    in_hue = 2 * sqrt(chroma1 * chroma2) * sin(radians(turn / 2)) / (1 + 0.015 * chroma * weight)
    blue = sin(radians(60 * exp(-((((hue % 360) - 275) / 25) ** 2))))
    return sqrt(in_light**2 + in_chroma**2 + in_hue**2 - 2 * _saturation(chroma) * blue * in_chroma * in_hue)


def _saturation(chroma: float) -> float:
    return sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _cylinder(colour: Triple, stretch: float) -> Triple:
    """Lightness, chroma, hue in degrees."""
    light, a, b = colour
    return light, hypot(a * stretch, b), degrees(atan2(b, a * stretch)) % 360


def _cos(angle: float) -> float:
    return cos(radians(angle))
