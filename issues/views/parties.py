"""The public pages of a state body and of an NGO: standing or validity, and their issues."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.organisations.models import Organisation, Standing
from issues import clock
from issues.filters import Filters, counted
from issues.models import Issue
from issues.views.listing import heading

type Counts = tuple[tuple[Promise, str], ...]

_COUNTS: Counts = (
    (_("All"), ""),
    (_("Open"), "&status=open"),
    (_("Overdue"), "&overdue=1"),
    (_("Resolved"), "&status=resolved"),
    (_("NGO disagrees"), "&status=disputed"),
)
_LEGACY_COUNTS: Counts = ((_("Recorded elsewhere"), "&origin=legacy"),)


@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """Public; one query for the body, one for its councils, one for legacy issues, two for each count."""
    bodies = Organisation.objects.bodies().select_related("parent", "successor")
    found = get_object_or_404(bodies, slug=slug)
    at = timezone.now()
    has_legacy = Issue.objects.on_legacy().filter(body_addressed=found).exists()
    context = {
        "body": found,
        "exists": found.is_valid_on(clock.local_day(at)),
        "councils": list(found.councils.all()),
        "counts": [] if found.is_legacy_body else _counts("body", found, at),
        "legacy_counts": _counts("body", found, at, _LEGACY_COUNTS) if has_legacy else [],
    }
    return render(request, "issues/body.html", context)


@require_safe
def ngo(request: HttpRequest, slug: str) -> HttpResponse:
    """Public once the registrar has verified it; one query, and two for each count."""
    ngos = Organisation.objects.ngos().exclude(standing=Standing.PENDING)
    found = get_object_or_404(ngos, slug=slug)
    return render(request, "issues/ngo.html", {"ngo": found, "counts": _counts("ngo", found, timezone.now())})


def _counts(name: str, party: Organisation, at: datetime, which: Counts = _COUNTS) -> list[Any]:
    """(label, "27 issues", address): each number is the count of the list it links to."""
    rows = []
    for label, more in which:
        query = f"{name}={party.slug}{more}"
        count = counted(Filters.read(QueryDict(query)).apply(Issue.objects.public(), at))
        rows.append((label, heading(count), f"{reverse('issues')}?{query}"))
    return rows
