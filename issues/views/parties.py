"""The public pages of a state body and of an NGO: standing or validity, their issues, promises and disagreements."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.core.errors import Words
from backend.organisations.models import Organisation, Standing
from issues import board, clock
from issues.filters import SORTS, Filters, counted
from issues.freshness import revalidated
from issues.metrics.asked import KINDS, MetricFilters
from issues.metrics.definitions import METRICS
from issues.metrics.drawn import trend
from issues.metrics.tables import DEFAULT, by_month
from issues.models import Commitment, Issue
from issues.views.board import heading as commitments_heading
from issues.views.listing import heading
from issues.views.metric_shown import beside_its_kind, list_url
from issues.views.metric_tables import table_url
from issues.views.metrics import numbers_of

type Counts = tuple[tuple[Promise, str], ...]

ROWS = 5
_COUNTS: Counts = (
    (_("All"), ""),
    (_("Open"), "&status=open"),
    (_("Overdue"), "&overdue=1"),
    (_("Resolved"), "&status=resolved"),
    (_("NGO disagrees"), "&status=disputed"),
)
_LEGACY_COUNTS: Counts = ((_("Recorded elsewhere"), "&origin=legacy"),)
# The lists on the page itself: the first rows of the list that the link under them opens.
_LISTS: Counts = (
    (_("Overdue issues"), "&overdue=1&sort=due"),
    (_("Open issues"), "&status=open&sort=due"),
    (_("Where the NGO disagrees"), "&status=disputed&sort=due"),
)


@require_safe
@revalidated
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """Public; one query for the body, two for its councils and predecessors, one for legacy issues, two for each count of
    issues and each list, three for each count of commitments, about twenty-five for
    the numbers, their trend and those of its kind.
    """
    bodies = Organisation.objects.bodies().select_related("parent", "successor")
    found = get_object_or_404(bodies, slug=slug)
    at = timezone.now()
    has_legacy = Issue.objects.on_legacy().filter(body_addressed=found).exists()
    context = {
        "body": found,
        "exists": found.is_valid_on(clock.local_day(at)),
        "councils": list(found.councils.all()),
        "predecessors": list(found.predecessors.order_by("valid_to", "id")),
        "counts": [] if found.is_legacy_body else _counts("body", found, at),
        "legacy_counts": _counts("body", found, at, _LEGACY_COUNTS) if has_legacy else [],
        "commitments": [] if found.is_legacy_body else _commitments("body", found, at),
        "lists": [] if found.is_legacy_body else _lists("body", found, at),
        **({} if found.is_legacy_body else _numbers(found, at)),
        "at": at,
    }
    return render(request, "issues/body.html", context)


def _numbers(body: Organisation, at: datetime) -> dict[str, Any]:
    """How it answers: the headline numbers, its own trend, and the same beside all bodies of its kind."""
    query, kind = QueryDict(f"body={body.slug}"), body.body_type if body.body_type in KINDS else ""
    months = by_month(MetricFilters.read(query), at)
    return {
        "numbers": numbers_of(query.urlencode(), at),
        "trend": trend(
            METRICS[DEFAULT], months, partial(list_url, query, DEFAULT), table_url(query, DEFAULT, "months")
        ),
        "kind_said": KINDS.get(kind, ""),
        "kind_query": f"?kind={kind}",
        "compared": beside_its_kind(body.slug, kind, at) if kind else [],
    }


@require_safe
@revalidated
def ngo(request: HttpRequest, slug: str) -> HttpResponse:
    """Public once the registrar has verified it; one query, and as for a body for its counts and lists."""
    ngos = Organisation.objects.ngos().exclude(standing=Standing.PENDING)
    found, at = get_object_or_404(ngos, slug=slug), timezone.now()
    context = {
        "ngo": found,
        "counts": _counts("ngo", found, at),
        "commitments": _commitments("ngo", found, at),
        "lists": _lists("ngo", found, at),
        "at": at,
    }
    return render(request, "issues/ngo.html", context)


def _counts(name: str, party: Organisation, at: datetime, which: Counts = _COUNTS) -> list[Any]:
    """(label, "27 issues", address): each number is the count of the list it links to."""
    rows = []
    for label, more in which:
        query = f"{name}={party.slug}{more}"
        count = counted(Filters.read(QueryDict(query)).apply(Issue.objects.public(), at))
        rows.append((label, heading(count), f"{reverse('issues')}?{query}"))
    return rows


def _commitments(name: str, party: Organisation, at: datetime) -> list[Any]:
    """As `_counts`, of what it promised, state by state."""
    rows: list[tuple[Words, str, str]] = []
    for label, more in [(_("All"), ""), *((label, f"&state={key}") for key, label in board.STATES.items())]:
        query = f"{name}={party.slug}{more}"
        wanted = board.BoardFilters.read(QueryDict(query))
        count = counted(wanted.apply(Commitment.objects.all(), clock.local_day(at)))
        rows.append((label, commitments_heading(count), f"{reverse('commitment_board')}?{query}"))
    return rows


def _lists(name: str, party: Organisation, at: datetime) -> list[Any]:
    """(title, the first rows, address of the whole list), of the lists that are not empty."""
    lists = []
    for title, more in _LISTS:
        query = f"{name}={party.slug}{more}"
        found = Filters.read(QueryDict(query)).apply(Issue.objects.public(), at)
        if rows := list(found.for_list().order_by(SORTS["due"].column, "id")[:ROWS]):
            lists.append((title, rows, f"{reverse('issues')}?{query}"))
    return lists
