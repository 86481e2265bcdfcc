"""Values to places: scales that include zero, and ticks at round numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from django.utils.translation import gettext as _

from backend.core.words import number

NOTHING = "–"
LEAST = 1e-6  # less of a difference is none


def finite(value: float | None) -> float | None:
    """The value, or None for what cannot be drawn."""
    return value if value is not None and isfinite(value) else None


def said(value: float | None, suffix: str = "") -> str:
    """A value as the language writes it, to a tenth: "1 250", "64%"."""
    value = finite(value)
    if value is None:
        return NOTHING
    rounded = round(value, 1)
    return f"{number(int(rounded) if rounded == int(rounded) else rounded)}{suffix}"


def percent(share: float | None) -> str:
    """A share between 0 and 1: "64%"; one that is neither all nor nothing is not rounded to it."""
    share = finite(share)
    if share is None:
        return NOTHING
    if 0 < share < 0.005:
        return _("under 1%")
    if 0.995 <= share < 1:
        return _("over 99%")
    return said(float(round(share * 100)), "%")


@dataclass(frozen=True, slots=True)
class Scale:
    """From values between `low` and `high` to places between `start` and `end`; what lies outside is brought to the edge."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)


def ticks(values: Iterable[float], *, about: int = 5, maximum: float | None = None) -> tuple[float, ...]:
    """Round numbers a step of 1, 2 or 5 apart, with 0 among them, that enclose all values; whole ones for whole values."""
    known = [value for value in values if isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if maximum is not None:
        high = max(high, maximum)
    if high - low < LEAST:
        high = 1.0
    raw = (high - low) / about
    power = 10.0 ** floor(log10(raw))
    step = next(nice * power for nice in (1, 2, 5, 10) if nice * power >= raw * 0.999)
    if all(value == int(value) for value in known):
        step = max(step, 1.0)
    return tuple(round(n * step, 10) for n in range(floor(low / step), ceil(round(high / step, 6)) + 1))
