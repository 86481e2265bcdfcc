"""The public numbers as charts; each bar, point and tile leads to the very units it stands for."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.core.charts.data import (
    Cause,
    Incidence,
    Lines,
    Mark,
    Part,
    Point,
    Series,
    Share,
    Step,
    Survival,
    Tile,
    TileMap,
)
from backend.core.errors import Words
from backend.core.words import number
from issues.metrics.cohorts import Metric
from issues.metrics.figures import Figure
from issues.metrics.measures import GROUPS
from issues.metrics.survival import CAUSES, Outcome
from issues.metrics.tables import Month, Row
from issues.models import Region
from issues.region_names import SHORT_NAMES

type Address = Callable[..., str]
"""`address(part, from_=…, to=…, region=…)`: the list of the units of this number."""

_SHORT = 60  # days of a wait that a chart shows at most


def trend(metric: Metric, months: Sequence[Month], address: Address, file: str = "") -> Lines | None:
    """Rates by month of the cohort, with their intervals; a month with too few is a gap that says its counts."""
    if not months:
        return None
    points = tuple(_month(each, address) for each in months)
    return Lines(
        key="trend", title=str(metric.label), row_name=_("Month"), suffix="%", maximum=100, csv_url=file,
        note=_("Share by month of the cohort, with its 95% interval; months with fewer than ten show counts alone."),
        series=(Series(name=str(metric.label), points=points),),
    )  # fmt: skip


def _month(month: Month, address: Address) -> Point:
    rate = month.rate
    counts = f"{number(rate.numerator)} / {number(rate.n)}"
    few = rate.counts_only or rate.value is None
    return Point(
        label=date_format(month.day, "YEAR_MONTH_FORMAT"), tick=f"{month.day:%m}\n{month.day:%Y}",
        value=None if few or rate.value is None else round(rate.value * 100, 1),
        text=counts if few or rate.value is None else f"{rate.value * 100:.0f}% ({counts})",
        low=None if few or rate.interval is None else rate.interval.lower * 100,
        high=None if few or rate.interval is None else rate.interval.upper * 100,
        href=address("denominator", since=month.since, until=month.until),
    )  # fmt: skip


def waiting_curve(figure: Figure, file: str = "") -> Survival | None:
    """The share still without an answer by working day since registration."""
    found = figure.survival
    if found is None or not found.events:
        return None
    steps = tuple(
        Step(day=each.day, share=each.survival, low=each.lower, high=each.upper)
        for each in found.steps
        if each.day <= _SHORT
    )
    marks = tuple(
        Mark(label=label, share=1 - float(each.p), day=each.day, text=_days(each.day))
        for label, each in ((_("Median"), found.median), ("p90", found.p90))
    )
    return Survival(
        key="waiting", title=_("Still without an answer"), row_name=_("Working days"), name=_("Still waiting"),
        steps=steps, marks=marks, below=_("Working days since registration"), csv_url=file, note=_n(figure.n),
    )  # fmt: skip


def _days(day: int | None) -> str:
    if day is None:
        return _("not reached")
    return ngettext("%(n)s working day", "%(n)s working days", day) % {"n": day}


def _n(n: int) -> str:
    return f"n = {number(n)}"


def endings(figure: Figure, file: str = "") -> Incidence | None:
    """How waits ended, each cause on top of the others."""
    found = figure.incidence
    if found is None or not any(found.ended.values()):
        return None
    names = {
        Outcome.ANSWERED: _("Answered"), Outcome.REDIRECT: _("Sent to another body"),
        Outcome.WITHDRAWAL: _("Withdrawn"), Outcome.MERGE: _("Merged"), Outcome.SCOPE: _("Out of scope"),
    }  # fmt: skip
    causes = tuple(
        Cause(
            name=names[cause],
            steps=tuple(Step(day=each.day, share=each.incidence[cause]) for each in found.steps if each.day <= _SHORT),
        )
        for cause in CAUSES
        if found.ended[cause]
    )
    return Incidence(
        key="endings", title=_("How the wait ended"), row_name=_("Working days"), causes=causes,
        below=_("Working days since registration"), csv_url=file, note=_n(found.n),
    )  # fmt: skip


_TONES = {"waiting": 2, "work": 1, "reported": 3, "in_dispute": 5}


def where_open(figure: Figure, address: Address, file: str = "") -> Share | None:
    """Open issues in groups of statuses."""
    names = {
        "waiting": _("Waiting for an answer"), "work": _("In progress"), "reported": _("Reported done"),
        "in_dispute": _("NGO disagrees"),
    }  # fmt: skip
    if not figure.denominator:
        return None
    parts = tuple(
        Part(
            label=names[key], value=figure.beside[key], tone=_TONES[key], hatch=key == "waiting", href=address(key)
        )
        for key in GROUPS
    )  # fmt: skip
    return Share(
        key="where-open", title=_("Where open issues are now"), row_name=_("Group"), value_name=_("Issues"), parts=parts,
        note=_n(figure.denominator), csv_url=file,
    )  # fmt: skip


def verdict_mix(mix: Sequence[tuple[Words, int, str]], file: str = "") -> Share | None:
    """What the answers said, beside a figure of speed: asks by the verdict in force."""
    if not mix:
        return None
    names = (_("Supported"), _("Partly supported"), _("Refused"))
    parts = tuple(
        Part(label=name, value=n, tone=tone, hatch=tone == 2, href=href)
        for name, tone, (_said, n, href) in zip(names, (1, 3, 2), mix, strict=True)
    )
    return Share(
        key="verdicts", title=_("What the answers said"), row_name=_("Verdict"), value_name=_("Asks"), parts=parts,
        note=_n(sum(n for _said, n, _href in mix)), csv_url=file,
    )  # fmt: skip


def region_map(metric: Metric, rows: Sequence[Row], address: Address, file: str = "") -> TileMap:
    """A rate by region; the whole country is no tile."""
    by_code = {row.thing.code: row for row in rows if isinstance(row.thing, Region)}
    tiles = tuple(
        _tile(region, by_code.get(region.code), address) for region in Region.objects.exclude(code=Region.COUNTRY)
    )
    return TileMap(
        key="regions", title=str(metric.label), row_name=_("Region"), value_name=str(metric.label), tiles=tiles, suffix="%",
        csv_url=file,
        note=_("Regions with fewer than ten show counts alone. Issues of the whole country are not on the map."),
    )  # fmt: skip


def _tile(region: Region, row: Row | None, address: Address) -> Tile:
    rate: Any = row.rate if row else None
    few = rate is None or rate.counts_only
    name, (short, brief) = str(region), SHORT_NAMES[region.code]
    return Tile(
        code=region.code, label=name, short=str(short), brief=str(brief),
        value=None if few else round(rate.value * 100),
        text=f"{rate.numerator} / {rate.n}" if rate is not None and few else "",
        href=address("denominator", region=region.code),
    )  # fmt: skip
