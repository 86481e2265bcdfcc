"""Charts for the sheet of components: every kind, in every state, with invented data. The metrics pages have real ones."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from backend.core.charts.data import (
    Bars,
    Cause,
    Chart,
    Histogram,
    Incidence,
    Lines,
    Mark,
    Part,
    Point,
    Series,
    Share,
    Sparkline,
    Step,
    Survival,
    Tile,
    TileMap,
)
from backend.core.charts.labels import month_label, month_ticks
from issues.region_names import SHORT_NAMES

HERE = "#main"


def months(count: int) -> list[date]:
    """The first days of the months that end with August 2026."""
    return [date(2026 + (8 - 1 - back) // 12, (8 - 1 - back) % 12 + 1, 1) for back in range(count - 1, -1, -1)]


def points(
    values: Iterable[float | None], *, spread: float = 0, texts: dict[int, str] | None = None
) -> tuple[Point, ...]:
    """By month, each with a link; `spread`: half the width of the interval."""
    known = list(values)
    when = months(len(known))
    return tuple(
        Point(
            label=month_label(month), tick=tick, value=value, href=HERE, text=(texts or {}).get(n, ""),
            low=max(value - spread, 0) if value is not None and spread else None,
            high=min(value + spread, 100) if value is not None and spread else None,
        )
        for n, (month, tick, value) in enumerate(zip(when, month_ticks(when), known, strict=True))
    )  # fmt: skip


RAISED = [31, 40, 38, 52, 47, 29, 44, 58, 61, 49, 55, 42, 37, 60, 66, 71, 58, 39, 63, 77, 84, 69, 72, 51]
ANSWERED = [20, 28, 35, 41, 44, 31, 33, 49, 52, 50, 47, 44, 30, 48, 59, 60, 57, 41, 50, 62, 70, 66, 63, 48]
RATE: list[float | None] = [58, 61, 55, 64, None, None, 60, 66, 71, 68, 73, 70]


def charts() -> list[Chart]:
    month, note = _("Month"), _("Invented data")
    raised, answered = _("Raised"), _("Answered")
    base: dict[str, Any] = {"row_name": month, "note": note, "csv_url": HERE}
    lines = (Series(name=raised, points=points(RAISED)), Series(name=answered, points=points(ANSWERED)))
    few = _("%(part)s of %(whole)s: too few for a share") % {"part": 3, "whole": 7}
    rate = Series(name=_("Answered on time"), points=points(RATE, spread=9, texts={4: few, 5: few}))
    return [
        Lines(key="lines", title=_("Raised and answered by month"), series=lines, axis=_("Issues"), **base),
        Lines(key="lines-band", title=_("A share with its interval and a gap"), series=(rate,), suffix="%", maximum=100, **base),
        Lines(key="lines-one", title=_("One month"), series=(Series(name=raised, points=points([7], spread=3)),), **base),
        Lines(key="lines-empty", title=_("Nothing yet"), series=(), **base),
        Bars(key="bars", title=_("Raised by month"), series=lines[:1], axis=_("Issues"), **base),
        Bars(key="bars-two", title=_("Raised and answered, one year"), series=(
            Series(name=raised, points=points(RAISED[12:])), Series(name=answered, points=points(ANSWERED[12:])),
        ), **base),
        Bars(key="bars-long", title=_("Raised and answered, two years"), series=lines, **base),
        Bars(key="bars-one", title=raised, series=(Series(name=raised, points=points([1])),), **base),
        *_shares(note),
        Histogram(
            key="histogram", title=_("Days to the first answer"), row_name=_("Working days"), note=note, csv_url=HERE,
            axis=_("Issues"), below=_("Working days"), points=tuple(
                Point(label=f"{3 * n}–{3 * n + 2}", value=count, href=HERE)
                for n, count in enumerate([4, 19, 44, 71, 96, 38, 12, 9, 4, 0, 1])
            ),
        ),
        *_waits(note),
        *_maps(note),
    ]  # fmt: skip


def _shares(note: str) -> list[Chart]:
    names = [
        _("Raised"),
        _("Under consideration"),
        _("In progress"),
        _("Reported done"),
        _("Disputed"),
        _("Refused"),
        _("Withdrawn"),
    ]
    base: dict[str, Any] = {"row_name": _("Status"), "value_name": _("Issues"), "note": note, "csv_url": HERE}

    def parts(counts: Iterable[int]) -> tuple[Part, ...]:
        return tuple(
            Part(label=name, value=count, href=HERE, hatch=n == 0)
            for n, (name, count) in enumerate(zip(names, counts, strict=False))
        )

    return [
        Share(key="share", title=_("Where open issues are"), parts=parts([84, 120, 203, 41, 12, 6, 2]), **base),
        Share(key="share-one", title=_("All in one part"), parts=parts([0, 0, 9]), **base),
        Share(key="share-empty", title=_("Nothing yet"), parts=parts([0, 0]), **base),
    ]


def _waits(note: str) -> list[Chart]:
    below = _("Working days")
    curve = tuple(
        Step(day=day, share=share, low=low, high=high)
        for day, share, low, high in [
            (1, 0.97, 0.93, 0.99), (3, 0.9, 0.85, 0.94), (5, 0.82, 0.76, 0.87), (8, 0.7, 0.63, 0.76), (10, 0.61, 0.54, 0.68),
            (12, 0.48, 0.41, 0.55), (15, 0.22, 0.16, 0.29), (19, 0.12, 0.08, 0.18), (26, 0.09, 0.05, 0.14), (40, 0.05, 0.02, 0.1),
        ]
    )  # fmt: skip
    median, p90 = _("Median"), _("9 of 10 answered")
    reached = (Mark(label=median, share=0.5, day=12, text="12"), Mark(label=p90, share=0.1, day=26, text="26"))
    open_end = (Mark(label=median, share=0.5, day=None, text=_("not reached")),)
    causes = (
        (_("Answered"), [0.1, 0.5, 0.72, 0.81]),
        (_("Redirected"), [0.05, 0.08, 0.09, 0.09]),
        (_("Withdrawn"), [0, 0.02, 0.04, 0.05]),
    )  # fmt: skip
    name = _("Still waiting")
    base: dict[str, Any] = {"row_name": below, "note": note, "csv_url": HERE, "below": below, "name": name}
    return [
        Survival(
            key="survival", title=_("How long until the first answer"), steps=curve, marks=reached, **base
        ),
        Survival(
            key="survival-open", title=_("The median is not reached"), steps=curve[:4], marks=open_end, **base
        ),
        Survival(key="survival-empty", title=_("Nothing yet"), steps=(), **base),
        Incidence(
            key="incidence", title=_("How the wait ended"), causes=tuple(
                Cause(name=cause, steps=tuple(Step(day=day, share=each) for day, each in zip([3, 10, 15, 30], shares, strict=True)))
                for cause, shares in causes
            ), row_name=below, note=note, csv_url=HERE, below=below,
        ),
    ]  # fmt: skip


def _maps(note: str) -> list[Chart]:
    def tile(n: int, code: str) -> Tile:
        short, brief = SHORT_NAMES[code]
        few = n % 9 == 4
        return Tile(
            code=code, label=str(short), short=str(short), brief=str(brief), href=HERE,
            value=None if few else 9 + n * 37 % 83, text="n = 4" if few else "",
        )  # fmt: skip

    tiles = tuple(tile(n, code) for n, code in enumerate(SHORT_NAMES))
    base: dict[str, Any] = {
        "row_name": _("Region"),
        "value_name": _("Answered on time"),
        "note": note,
        "csv_url": HERE,
        "suffix": "%",
    }
    return [
        TileMap(key="tiles", title=_("Answered on time by region"), tiles=tiles, **base),
        TileMap(key="tiles-empty", title=_("Nothing yet"), tiles=(), **base),
    ]


def sparklines() -> list[Sparkline]:
    title = _("Answered on time")
    return [
        Sparkline(title=title, points=points(RATE), suffix="%"),
        Sparkline(title=title, points=points([64]), suffix="%"),
        Sparkline(title=title, points=()),
    ]
