"""The public numbers: all of them, and one of them."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backend.organisations.models import Organisation
from issues import addresses, clock
from issues.freshness import revalidated
from issues.metrics import quoting
from issues.metrics.annex import ANNEX
from issues.metrics.asked import KINDS, MetricFilters
from issues.metrics.definitions import CHANGES, HEADLINES, METRICS
from issues.metrics.drawn import endings, region_map, trend, verdict_mix, waiting_curve, where_open
from issues.metrics.figures import Figure, figures
from issues.metrics.moderated import acts_by_week
from issues.metrics.tables import DEFAULT, by_body, by_month, by_region, oldest
from issues.metrics.words import counts_said, value_said
from issues.models import Region, Topic
from issues.views.metric_shown import MIX, all_shown, by_kind, by_language, linked, list_url, query_of, shown
from issues.views.metric_tables import table_url

WEEKS = 12
"""Of the acts of moderators, on the page of their number."""


@require_safe
@revalidated
def metrics(request: HttpRequest) -> HttpResponse:
    """Public. The five headline numbers and the annex. At most twenty queries."""
    at, asked, query = timezone.now(), MetricFilters.read(request.GET), request.GET
    found, regions = figures(asked, at), by_region(asked, at)
    files = partial(table_url, query, DEFAULT)
    context = _around(request, asked, at, [found[metric.key] for metric in HEADLINES]) | {
        "headlines": all_shown(query, HEADLINES, found),
        "annex": all_shown(query, ANNEX, found),
        "kinds": by_kind(linked(query, by_body(asked, at), DEFAULT)),
        "bodies_file": files("bodies"),
        "regions": linked(query, regions, DEFAULT),
        "regions_file": files("regions"),
        "trend": trend(METRICS[DEFAULT], by_month(asked, at), partial(list_url, query, DEFAULT), files("months")),
        "where_open": where_open(
            found["waiting_now"], partial(list_url, query, "waiting_now"), table_url(query, "waiting_now", "parts")
        ),
        "region_map": region_map(METRICS[DEFAULT], regions, partial(list_url, query, DEFAULT), files("regions")),
        "oldest": oldest(asked),
    }
    return render(request, "issues/metrics.html", context)


@require_safe
@revalidated
def metric(request: HttpRequest, key: str) -> HttpResponse:
    """Public. One number: its definition, its parts, its trend. At most twenty-five queries."""
    if key not in METRICS:
        raise Http404
    at, asked, query = timezone.now(), MetricFilters.read(request.GET), request.GET
    found = figures(asked, at, {key, MIX})
    figure, listed, files = found[key], partial(list_url, query, key), partial(table_url, query, key)
    told = shown(query, figure, found[MIX])
    context = _around(request, asked, at, [figure]) | {
        "metric": METRICS[key],
        "shown": told,
        "changes": [each for each in CHANGES if each[0] == key],
        "trend": trend(METRICS[key], by_month(asked, at, key), listed, files("months")),
        "waiting_curve": waiting_curve(figure, files("curve")),
        "endings": endings(figure, files("curve")),
        "mix": verdict_mix(told["mix"], table_url(query, MIX, "parts")),
        "where_open": where_open(figure, listed, files("parts")) if key == "waiting_now" else None,
        "weeks": acts_by_week(asked, at, WEEKS, listed) if key == "moderation" else None,
        "weeks_file": files("weeks"),
        "kinds": by_kind(linked(query, by_body(asked, at, key), key)),
        "parts_file": files("parts"),
        "rate_label": METRICS[key if METRICS[key].divides else DEFAULT].label,
        "bodies_file": files("bodies"),
        "by_language": by_language(query, asked, at, key),
        "languages_file": files("languages"),
    }
    return render(request, "issues/metric.html", context)


def _around(request: HttpRequest, asked: MetricFilters, at: datetime, told: Iterable[Figure]) -> dict[str, Any]:
    return {
        "filters": asked,
        "at": at,
        "chips": [(chip, addresses.without(request.GET, chip.name, chip.value)) for chip in asked.chips],
        "all_bodies": Organisation.objects.bodies().exclude(body_type="legacy"),
        "all_kinds": KINDS.items(),
        "all_regions": Region.objects.all(),
        "all_topics": Topic.objects.all(),
        "query": query_of(request.GET),
        **quotable(request, at, told),
    }


def quotable(request: HttpRequest, at: datetime, told: Iterable[Figure]) -> dict[str, Any]:
    """A link that keeps these figures under these very filters; and what such a link told, beside now."""
    now = [*told]
    return {
        "quotable": f"{request.path}?{urlencode(quoting.pairs(request.GET, {}, clock.local_day(at), now))}",
        "quoted": quoted_beside(quoting.read(request.GET), now),
    }


def quoted_beside(quoted: quoting.Quoted | None, now: Iterable[Figure]) -> dict[str, Any] | None:
    """Each number of a link for quoting, and what it is now: (label, then, its counts, now, its counts)."""
    if quoted is None:
        return None
    current = {figure.metric.key: figure for figure in now}
    rows = [
        (then.metric.label, value_said(then), counts_said(then), value_said(here), counts_said(here))
        for then in quoted.figures
        if (here := current.get(then.metric.key))
    ]
    return {"on": quoted.on, "is_sealed": quoted.is_sealed, "rows": rows}


def numbers_of(query: str, at: datetime) -> list[dict[str, Any]]:
    """The headline numbers under these filters, as cards. Seven queries."""
    asked = QueryDict(query)
    found = figures(MetricFilters.read(asked), at, [*(metric.key for metric in HEADLINES), MIX])
    return all_shown(asked, HEADLINES, found)
