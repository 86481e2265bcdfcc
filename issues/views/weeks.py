"""What changed in one week: for those who write about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from backend.core.errors import Words
from issues import addresses, clock
from issues.freshness import revalidated
from issues.metrics import quoting
from issues.metrics.asked import MetricFilters, kept_pairs
from issues.metrics.cohorts import Metric
from issues.metrics.figures import Figure
from issues.metrics.moderated import acts_by_week
from issues.metrics.weeks import Compared, Wait, Week, counted, headline, longest_waits
from issues.metrics.words import days_said, value_said, week_said
from issues.views.metric_shown import list_url
from issues.views.metrics import quoted_beside
from issues.views.open_data import csv_file

_OURS = ("from", "to")  # the week says them


@dataclass(frozen=True, slots=True)
class _Asked:
    week: Week
    filters: MetricFilters
    at: datetime


def _asked(request: HttpRequest) -> _Asked:
    """404 for what is no week, and for one that has not begun."""
    at = timezone.now()
    today, text = clock.local_day(at), str(request.GET.get("week", ""))
    week = Week.read(text, today) if text else Week.last_complete(today)
    if week is None:
        raise Http404(gettext("There is no such week here. A week is written as 2026-W47."))
    return _Asked(week, MetricFilters.read(_without_days(request)), at)


@require_safe
@revalidated
def changed(request: HttpRequest) -> HttpResponse:
    """Public. One week's counts, rates and longest waits beside the week before. At most 19 queries."""
    asked = _asked(request)
    week, at, today = asked.week, asked.at, clock.local_day(asked.at)
    counts, rates = counted(asked.filters, at, week), headline(asked.filters, at, week)
    told = [each.now for each in (*counts, *rates)]
    context = {
        "week": week,
        "heading": week_said(week),
        "days": days_said(week),
        "days_before": days_said(week.before),
        "is_over": week.sunday < today,
        "at": at,
        "quoted": quoted_beside(quoting.read(request.GET), told),
        "filters": asked.filters,
        "chips": [(chip, addresses.without(request.GET, chip.name, chip.value)) for chip in asked.filters.chips],
        "counts": [_row(request, each) for each in counts],
        "rates": [_row(request, each) for each in rates],
        "acts": _acts(request, asked),
        "waits": longest_waits(asked.filters, at, week),
        "earlier": address(request, week.before),
        "later": address(request, week.after) if week.after.monday <= today else "",
        "latest": address(request, Week.last_complete(today)),
        "quotable": f"{request.path}?{urlencode(quoting.pairs(_without_days(request), {'week': str(week)}, today, told))}",
        "csv_query": _query(request, week),
        "feed_query": f"?lang={get_language()}",
        "metrics_query": _query(request, None),
    }
    return render(request, "issues/weeks.html", context)


def _without_days(request: HttpRequest) -> QueryDict:
    query = request.GET.copy()
    for name in _OURS:
        query.pop(name, None)
    return query


def _acts(request: HttpRequest, asked: _Asked) -> list[tuple[Words, tuple[int, str], tuple[int, str]]]:
    """Acts of moderators by reason: this week's and the week's before, each with its list. One query."""
    days = replace(asked.filters, since=asked.week.before.monday, until=asked.week.sunday)
    now, before = acts_by_week(days, asked.at, 2, partial(list_url, request.GET, "moderation")).rows
    return [(here[0], here[1:], then[1:]) for here, then in zip(now.cells, before.cells, strict=True)]


def address(request: HttpRequest, week: Week, **more: str) -> str:
    return f"{reverse('metrics_changed')}{_query(request, week, **more)}"


def _query(request: HttpRequest, week: Week | None, **more: str) -> str:
    kept = [pair for pair in kept_pairs(request.GET) if pair[0] not in _OURS]
    pairs = [*([("week", str(week))] if week else []), *kept, *more.items()]
    return f"?{urlencode(pairs)}" if pairs else ""


def _row(request: HttpRequest, each: Compared) -> dict[str, Any]:
    """Both numbers with the lists of the very units."""
    now, before = (
        _cell(request, each.metric, figure, days)
        for figure, days in ((each.now, each.days), (each.before, each.days_before))
    )
    return {"metric": each.metric, "now": now, "before": before}


def _cell(request: HttpRequest, metric: Metric, figure: Figure, days: tuple[date, date]) -> dict[str, Any]:
    def listed(part: str) -> str:
        return list_url(request.GET, metric.key, part, since=days[0], until=days[1])

    return {
        "figure": figure, "value": value_said(figure), "url": listed("denominator"), "numerator_url": listed("numerator"),
    }  # fmt: skip


type Rows = tuple[tuple[str, ...], Iterable[Iterable[Any]]]


def _acts_rows(asked: _Asked) -> Rows:
    days = replace(asked.filters, since=asked.week.before.monday, until=asked.week.sunday)
    told = acts_by_week(days, asked.at, 2, lambda *_args, **_more: "", every=True)
    now, before = told.rows
    names = ("week", "reason", "count", "count_before")
    rows = zip(told.reasons, now.cells, before.cells, strict=True)
    return names, ([asked.week, name, here[1], then[1]] for (name, _words), here, then in rows)


def _counts_rows(asked: _Asked) -> Rows:
    names = ("week", "from", "to", "key", "version", "count", "count_before")
    return names, (
        [asked.week, *each.days, each.metric.key, each.metric.version, each.now.denominator, each.before.denominator]
        for each in counted(asked.filters, asked.at, asked.week)
    )


def _rates_rows(asked: _Asked) -> Rows:
    names = (
        "week",
        "from",
        "to",
        "key",
        "version",
        "numerator",
        "denominator",
        "numerator_before",
        "denominator_before",
    )
    return names, (
        [
            asked.week, *each.days, each.metric.key, each.metric.version, each.now.numerator, each.now.denominator,
            each.before.numerator, each.before.denominator,
        ]
        for each in headline(asked.filters, asked.at, asked.week)
    )  # fmt: skip


def _waits_rows(asked: _Asked) -> Rows:
    names = ("week", "issue", "body", "working_days", "answered_on")
    waits: list[Wait] = longest_waits(asked.filters, asked.at, asked.week)
    return names, ([asked.week, each.issue.number, each.body.slug, each.days, each.on] for each in waits)


TABLES: dict[str, Callable[[_Asked], Rows]] = {
    "counts": _counts_rows, "rates": _rates_rows, "moderation": _acts_rows, "waits": _waits_rows,
}  # fmt: skip


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """Public. A table of the page as CSV. Queries as the page."""
    if name not in TABLES:
        raise Http404
    asked = _asked(request)
    names, rows = TABLES[name](asked)
    return csv_file(f"{asked.week}-{name}", names, rows)
