"""The public numbers: all of them, one of them, and the very units behind each."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from backend.core.errors import Words
from backend.organisations.models import Organisation
from issues import addresses
from issues.freshness import revalidated
from issues.metrics.asked import MetricFilters, kept_pairs
from issues.metrics.cohorts import Kind
from issues.metrics.definitions import ANNEX, CHANGES, HEADLINES, METRICS
from issues.metrics.drawn import endings, region_map, trend, waiting_curve, where_open
from issues.metrics.figures import Figure, figures, open_ages, participation, slippage
from issues.metrics.tables import Row, by_body, by_month, by_region, oldest, open_by_status
from issues.metrics.units import PARTS, UnitsAsked, rows_of, totals_of
from issues.metrics.weeks import Week
from issues.metrics.words import counts_said, interval_said, units_heading, value_said
from issues.models import Region, Topic


@require_safe
@revalidated
def metrics(request: HttpRequest) -> HttpResponse:
    """Public. The five headline numbers and the annex. At most fifteen queries."""
    at, asked = timezone.now(), MetricFilters.read(request.GET)
    found, regions = figures(asked, at), by_region(asked, at)
    context = _around(request, asked, at) | {
        "headlines": [_shown(request, found[metric.key]) for metric in HEADLINES],
        "annex": [_shown(request, found[metric.key]) for metric in ANNEX],
        "slippage": slippage(asked, at),
        "ages": open_ages(asked, at),
        "participation": participation(asked, at),
        "bodies": _linked(request, by_body(asked, at), TREND),
        "regions": _linked(request, regions, TREND),
        "trend": trend(METRICS[TREND], by_month(asked, at, TREND), partial(list_url, request, TREND)),
        "where_open": where_open(open_by_status(asked), partial(_open_list, asked)),
        "region_map": region_map(METRICS[TREND], regions, partial(list_url, request, TREND)),
        "oldest": oldest(asked),
    }
    return render(request, "issues/metrics.html", context)


@require_safe
@revalidated
def metric(request: HttpRequest, key: str) -> HttpResponse:
    """Public. One number: its definition, its parts, its trend."""
    if key not in METRICS:
        raise Http404
    at, asked = timezone.now(), MetricFilters.read(request.GET)
    figure = figures(asked, at, [key])[key]
    context = _around(request, asked, at) | {
        "metric": METRICS[key],
        "shown": _shown(request, figure),
        "parts": _parts(request, figure),
        "changes": [each for each in CHANGES if each[0] == key],
        "trend": trend(METRICS[key], by_month(asked, at, key), partial(list_url, request, key)),
        "waiting_curve": waiting_curve(figure),
        "endings": endings(figure),
        "bodies": _linked(request, by_body(asked, at, key), key),
        "by_language": _by_language(request, asked, at, key),
    }
    return render(request, "issues/metric.html", context)


def units(request: HttpRequest, asked: UnitsAsked) -> HttpResponse:
    """The list that a number links to: one row per unit, its heading the very number. Five queries at most."""
    at = timezone.now()
    found, rows = rows_of(asked, at)
    total, issues = totals_of(asked, at)
    context = {
        "asked": asked,
        "part": PARTS[asked.part],
        "heading": units_heading(asked.metric.unit, total, issues),
        "rows": rows,
        "filters": asked.filters,
        "chips": [(chip, addresses.without(request.GET, chip.name, chip.value)) for chip in asked.filters.chips],
        "metric_url": _page_of(request, asked),
        **addresses.around(request.GET, found.before, found.after),
    }
    return render(request, "issues/units.html", context)


def _page_of(request: HttpRequest, asked: UnitsAsked) -> str:
    """The page of the number: of one that is counted by week that of its week."""
    if asked.metric.key in METRICS:
        return reverse("metric", args=[asked.metric.key]) + _query(request)
    week = f"?week={Week.of(asked.filters.since)}" if asked.filters.since else ""
    return reverse("metrics_changed") + week


def _around(request: HttpRequest, asked: MetricFilters, at: datetime) -> dict[str, Any]:
    return {
        "filters": asked,
        "at": at,
        "chips": [(chip, addresses.without(request.GET, chip.name, chip.value)) for chip in asked.chips],
        "all_bodies": Organisation.objects.bodies().exclude(body_type="legacy"),
        "all_regions": Region.objects.all(),
        "all_topics": Topic.objects.all(),
        "query": _query(request),
        "quotable": addresses.changed(request.GET, "to", asked.until.isoformat() if asked.until else f"{at:%Y-%m-%d}"),
    }


TREND = "answered_on_time"


def _open_list(asked: MetricFilters, statuses: Iterable[str]) -> str:
    """The list of issues itself: by one body, not by its children, as the list knows no more."""
    kept = [("topic", asked.topic and asked.topic.slug), ("region", asked.region and asked.region.code),
            ("body", asked.body and asked.body.slug), ("language", asked.language)]  # fmt: skip
    pairs = [("status", status) for status in statuses] + [(name, value) for name, value in kept if value]
    return f"{reverse('issues')}?{urlencode(pairs)}"


def _query(request: HttpRequest) -> str:
    kept = kept_pairs(request.GET)
    return f"?{urlencode(kept)}" if kept else ""


def list_url(
    request: HttpRequest, key: str, part: str, *, since: date | None = None, until: date | None = None, region: str = "",
    body: str = "", language: str = "",
) -> str:  # fmt: skip
    """The list of the very units, under the filters in force; of one month or region where these are given."""
    days = {"from": since.isoformat() if since else "", "to": until.isoformat() if until else ""}
    kept = kept_pairs(request.GET, **days, region=region, body=body, language=language)
    return f"{reverse('issues')}?{urlencode([('metric', key), ('part', part), *kept])}"


def _shown(request: HttpRequest, figure: Figure) -> dict[str, Any]:
    """A figure in words: with n below ten its counts alone."""
    metric = figure.metric
    return {
        "metric": metric,
        "figure": figure,
        "value": value_said(figure),
        "interval": interval_said(figure),
        "numerator_url": list_url(request, metric.key, "numerator"),
        "denominator_url": list_url(request, metric.key, "denominator"),
        "url": reverse("metric", args=[metric.key]) + _query(request),
        "parts": _parts(request, figure),
    }


def _by_language(request: HttpRequest, asked: MetricFilters, at: datetime, key: str) -> list[dict[str, Any]]:
    """The number by the language of the issue's text. One or two queries each."""
    rows = []
    for code, name in settings.LANGUAGES:
        if asked.language in ("", code):
            figure = figures(replace(asked, language=code), at, [key])[key]
            listed = {
                f"{part}_url": list_url(request, key, part, language=code) for part in ("numerator", "denominator")
            }
            rows.append({"code": code, "name": name, "figure": figure, "value": value_said(figure), **listed})
    return rows


def _linked(request: HttpRequest, rows: Iterable[Row], key: str) -> list[dict[str, Any]]:
    """Rows with the addresses of their lists; a number that is no rate shows the usual one."""
    of = key if METRICS[key].kind is Kind.RATE else TREND
    linked = []
    for row in rows:
        own: dict[str, Any] = {"region": row.thing.code} if isinstance(row.thing, Region) else {"body": row.thing.slug}
        linked.append(
            {
                "thing": row.thing, "open": row.open, "overdue": row.overdue, "rate": row.rate,
                "open_url": list_url(request, "waiting_now", "denominator", **own),
                "overdue_url": list_url(request, "waiting_now", "numerator", **own),
                "numerator_url": list_url(request, of, "numerator", **own),
                "denominator_url": list_url(request, of, "denominator", **own),
            }
        )  # fmt: skip
    return linked


def numbers_of(query: str, at: datetime) -> list[tuple[Words, str, str, str]]:
    """Of the headline numbers under these filters: label, value, counts in words, address. Six queries."""
    found = figures(MetricFilters.read(QueryDict(query)), at, [metric.key for metric in HEADLINES])
    return [
        (
            metric.label,
            value_said(found[metric.key]),
            counts_said(found[metric.key]),
            f"{reverse('metric', args=[metric.key])}?{query}",
        )
        for metric in HEADLINES
    ]


def _parts(request: HttpRequest, figure: Figure) -> list[tuple[Words, int, str]]:
    return [(PARTS[name], n, list_url(request, figure.metric.key, name)) for name, n in figure.beside.items()]
