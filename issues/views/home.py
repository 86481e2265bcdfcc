"""The first page: what is happening, and whether the State answers."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.core.words import number
from backend.organisations.models import Organisation
from issues import clock
from issues.directory import open_by_body
from issues.filters import COUNT_AT_MOST, Filters, counted_together
from issues.freshness import names_of, revalidated
from issues.metrics.asked import MetricFilters
from issues.metrics.definitions import METRICS
from issues.metrics.figures import figures
from issues.metrics.tables import DEFAULT
from issues.metrics.words import value_said
from issues.models import Basis, Issue
from issues.rows import render_heads

ROWS = 5
BODIES_AT_MOST = 20


@require_safe
@revalidated
def home(request: HttpRequest) -> HttpResponse:
    """Public; four bounded counts, two lists of five, open issues by body, answers on time: six queries, and one
    more for each of the two lists that has rows nobody saw as they are.
    """
    at = timezone.now()
    public = Issue.objects.public().filter(origin="platform")
    waiting = public.open().filter(answered_at=None).order_by("first_received_at", "id")
    resolved = public.filter(status="resolved", basis=Basis.CONFIRMED).order_by(F("resolved_at").desc(), "-id")
    context = {
        "numbers": _numbers(at),
        "waiting": render_heads(waiting.for_heads()[:ROWS], at, names_of(request), shows_wait=True),
        "resolved": render_heads(resolved.for_heads()[:ROWS], at, names_of(request)),
        "bodies": _by_body(at),
        "on_time": _on_time(at),
        "bodies_at_most": BODIES_AT_MOST,
        "at": at,
    }
    return render(request, "issues/home.html", context)


# Each headline number is the count of the very list it links to. Rates come with the metrics.
_NUMBERS: tuple[tuple[Promise, str], ...] = (
    (_("open"), "status=open"),
    (_("overdue"), "overdue=1"),
    (_("resolved: confirmed by the NGO, or by the council's conclusion"), "status=resolved"),
    (_("NGO disagrees"), "status=disputed"),
)


def _numbers(at: datetime) -> list[tuple[str, Promise, str]]:
    """(the number as written, its label, the address of its list). One query."""
    lists = (Filters.read(QueryDict(query)).apply(Issue.objects.public(), at) for _label, query in _NUMBERS)
    found = zip(_NUMBERS, counted_together(lists), strict=True)
    return [(_shown(count), label, f"{reverse('issues')}?{query}") for (label, query), count in found]


def _shown(count: int) -> str:
    return f"{number(COUNT_AT_MOST)}+" if count > COUNT_AT_MOST else number(count)


def _on_time(at: datetime) -> dict[str, Any]:
    """Answered on time, of what was received in the last twelve months: its counts are those of their lists. One query."""
    since = clock.local_day(at) - timedelta(365)
    query = f"from={since.isoformat()}"
    figure = figures(MetricFilters.read(QueryDict(query)), at, [DEFAULT])[DEFAULT]
    return {"value": value_said(figure), "figure": figure, "query": f"metric={DEFAULT}&{query}", "key": DEFAULT,
            "label": METRICS[DEFAULT].label}  # fmt: skip


def _by_body(at: datetime) -> list[dict[str, Any]]:
    """The bodies with the most open issues, by name: no league. Two queries."""
    most = open_by_body(at).order_by("-open", "body_addressed")[:BODIES_AT_MOST]
    by_body = {each["body_addressed"]: each for each in most}
    named = Organisation.objects.filter(pk__in=by_body).by_name((get_language() or "kk")[:2])
    return [{"body": body, **by_body[body.pk]} for body in named]
