"""The tables and charts of the numbers' pages as CSV, under the same filters."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from issues.metrics.asked import MetricFilters, kept_pairs
from issues.metrics.definitions import METRICS
from issues.metrics.figures import figures
from issues.metrics.intervals import Rate
from issues.metrics.moderated import acts_by_week
from issues.metrics.survival import CAUSES
from issues.metrics.tables import DEFAULT, Row, by_body, by_month, by_region
from issues.models import Region
from issues.views.metric_shown import by_language
from issues.views.open_data import csv_file, figure_cells

type Rows = tuple[tuple[str, ...], Iterable[Iterable[Any]]]

_RATE = ("numerator", "denominator", "value", "lower", "upper")
WEEKS = 52


def table_url(query: QueryDict, key: str, name: str) -> str:
    kept = kept_pairs(query)
    return reverse("metric_table", args=[key, name]) + (f"?{urlencode(kept)}" if kept else "")


def _rate(found: Rate) -> list[Any]:
    ends = (found.interval.lower, found.interval.upper) if found.interval else ("", "")
    return [found.numerator, found.n, "" if found.value is None else found.value, *ends]


def _months(asked: MetricFilters, at: datetime, key: str, query: QueryDict) -> Rows:
    return ("key", "month", *_RATE), (
        [key, f"{each.day:%Y-%m}", *_rate(each.rate)] for each in by_month(asked, at, key)
    )


def _of(rows: Iterable[Row], key: str) -> Iterator[list[Any]]:
    of = key if METRICS[key].divides else DEFAULT
    for row in rows:
        name = row.thing.code if isinstance(row.thing, Region) else row.thing.slug
        yield [of, name, row.open, row.overdue, *_rate(row.rate)]


def _bodies(asked: MetricFilters, at: datetime, key: str, query: QueryDict) -> Rows:
    return ("key", "body", "open", "overdue", *_RATE), _of(by_body(asked, at, key), key)


def _regions(asked: MetricFilters, at: datetime, key: str, query: QueryDict) -> Rows:
    return ("key", "region", "open", "overdue", *_RATE), _of(by_region(asked, at, key), key)


def _languages(asked: MetricFilters, at: datetime, key: str, query: QueryDict) -> Rows:
    names = ("language", "key", "version", "numerator", "denominator", "value", "lower", "upper")
    return names, ([row["code"], *figure_cells(row["figure"])] for row in by_language(query, asked, at, key))


def _parts(asked: MetricFilters, at: datetime, key: str, query: QueryDict) -> Rows:
    found = figures(asked, at, [key])[key]
    parts = {"numerator": found.numerator, "denominator": found.denominator, **found.beside}
    return ("key", "version", "part", "count"), ([key, found.metric.version, *each] for each in parts.items())


def _curve(asked: MetricFilters, at: datetime, key: str, query: QueryDict) -> Rows:
    """Kaplan-Meier with its band, and by cause Aalen-Johansen, day by day."""
    found = figures(asked, at, [key])[key]
    if found.survival is None or found.incidence is None:
        raise Http404
    ended = {step.day: step.incidence for step in found.incidence.steps}
    names = ("working_day", "waiting", "lower", "upper", *(cause.name.lower() for cause in CAUSES))
    return names, (
        [step.day, step.survival, *("" if end is None else end for end in (step.lower, step.upper)),
         *(ended[step.day][cause] if step.day in ended else "" for cause in CAUSES)]
        for step in found.survival.steps
    )  # fmt: skip


def _weeks(asked: MetricFilters, at: datetime, key: str, query: QueryDict) -> Rows:
    """Of the acts of moderators alone; none is left out, so that a week without one has its zeros."""
    if key != "moderation":
        raise Http404
    told = acts_by_week(asked, at, WEEKS, lambda *_args, **_more: "", every=True)
    names = ("week", "from", "to", *(name for name, _label in told.reasons))
    return names, (
        [row.week, row.week.monday, row.week.sunday, *(n for _label, n, _url in row.cells)] for row in told.rows
    )


TABLES: dict[str, Callable[[MetricFilters, datetime, str, QueryDict], Rows]] = {
    "months": _months, "bodies": _bodies, "regions": _regions, "languages": _languages, "weeks": _weeks, "parts": _parts,
    "curve": _curve,
}  # fmt: skip


@require_safe
def metric_table(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Public. A table of a number's page. Queries as its part of the page."""
    if key not in METRICS or name not in TABLES:
        raise Http404
    names, rows = TABLES[name](MetricFilters.read(request.GET), timezone.now(), key, request.GET)
    return csv_file(f"{key}-{name}", names, rows)
