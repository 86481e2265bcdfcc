"""All state bodies, and all NGOs: where one looks for one of them."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from issues import directory
from issues.freshness import revalidated


def _language() -> str:
    return (get_language() or "kk")[:2]


@require_safe
@revalidated
def bodies(request: HttpRequest) -> HttpResponse:
    """Public; two queries."""
    at = timezone.now()
    return render(request, "issues/bodies.html", {"found": directory.bodies(_language(), at), "at": at})


@require_safe
@revalidated
def ngos(request: HttpRequest) -> HttpResponse:
    """Public; two queries, one more on a further page."""
    found = directory.ngos(_language(), request.GET)
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    addresses = {
        "newer": _at(query, "before", found.before) if found.before else "",
        "older": _at(query, "after", found.after) if found.after else "",
    }
    return render(request, "issues/ngos.html", {"found": found, **addresses})


def _at(query: QueryDict, name: str, slug: str) -> str:
    other = query.copy()
    other[name] = slug
    return f"?{other.urlencode()}"
