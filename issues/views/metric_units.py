"""The list that a number links to: the very units behind it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from issues import addresses
from issues.feeds import feed_query
from issues.metrics.definitions import METRICS
from issues.metrics.units import PARTS, UnitsAsked, rows_of, totals_of
from issues.metrics.weeks import Week
from issues.metrics.words import units_heading
from issues.views.metric_shown import query_of


def units(request: HttpRequest, asked: UnitsAsked) -> HttpResponse:
    """One row per unit, its heading the very number. Five queries at most."""
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
        "feed_query": feed_query(request.GET, get_language() or "kk", asked.filters.ignored),
        **addresses.around(request.GET, found.before, found.after),
    }
    return render(request, "issues/units.html", context)


def _page_of(request: HttpRequest, asked: UnitsAsked) -> str:
    """The page of the number: of one that is counted by week that of its week."""
    if asked.metric.key in METRICS:
        return reverse("metric", args=[asked.metric.key]) + query_of(request.GET)
    week = f"?week={Week.of(asked.filters.since)}" if asked.filters.since else ""
    return reverse("metrics_changed") + week
