"""The list of issues: filters in the address, an exact count, pages by key."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_safe

from backend.core.http import is_partial
from backend.core.keyset import page
from backend.core.words import number
from issues import addresses, changed
from issues.facets import choices, tally
from issues.feeds import feed_query
from issues.filters import COUNT_AT_MOST, SORT_LABELS, SORTS, Filters
from issues.freshness import names_of, revalidated
from issues.metrics.units import UnitsAsked
from issues.models import Issue
from issues.rows import render_heads
from issues.views.metric_units import units


@require_safe
@revalidated
def issue_list(request: HttpRequest) -> HttpResponse:
    """Public. For a visitor one query tells whether anything changed. Rows one (two by due date), and one for those that nobody
    saw yet as they are; all counts one; a body or an NGO that is given one; the choices of the form three, once a minute, and
    all regions or topics one.

    With `metric` and `part` the very units behind that number. To htmx only
    what a change of the filters changes, each with its own id.
    """
    if (behind := UnitsAsked.read(request.GET)) is not None:
        return units(request, behind)
    at = timezone.now()
    wanted = Filters.read(request.GET)
    rows = page(wanted.apply(Issue.objects.public(), at).for_heads(), SORTS[wanted.sort], wanted.cursor)
    counts = tally(wanted, at)
    context: dict[str, Any] = {
        "heading": heading(counts.total),
        "show_words": show_words(counts.total),
        "filters": wanted,
        "rows": render_heads(rows.rows, at, names_of(request)),
        "at": at,
        "news": changed.address(reverse("issues_changed"), request.GET, at, rows.rows),
        "chips": [(chip, addresses.without(request.GET, chip.name, chip.value)) for chip in wanted.chips],
        "sorts": [(key, label, addresses.changed(request.GET, "sort", key)) for key, label in SORT_LABELS.items()],
        "sort_carries": addresses.carried(request.GET),
        "feed_query": feed_query(request.GET, get_language() or "kk", wanted.ignored),
        "hidden": list(addresses.pairs(request.GET, "ngo", "sort")),
        **addresses.around(request.GET, rows.before, rows.after),
        **choices(wanted, counts, at, names_of(request)),
    }
    return _rendered(request, context)


@require_safe
@revalidated
def list_changed(request: HttpRequest) -> HttpResponse:
    """Public; for a page of the list: how many of its issues changed since. One query, and one for each slug given."""
    matching = Filters.read(request.GET).apply(Issue.objects.public(), timezone.now())
    return changed.answer(request, reverse("issues"), matching)


def _rendered(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page; to htmx its parts, and the address without what the form leaves empty."""
    partial = is_partial(request)
    response = render(request, "issues/list_changed.html" if partial else "issues/list.html", context)
    patch_vary_headers(response, ["HX-Request"])
    if partial:
        response["HX-Push-Url"] = request.path + addresses.filled(request.GET)
    return response


def heading(count: int) -> str:
    """ "27 issues", exact to 10,000."""
    if count > COUNT_AT_MOST:
        return gettext("More than %(n)s issues") % {"n": number(COUNT_AT_MOST)}
    return ngettext("%(n)s issue", "%(n)s issues", count) % {"n": number(count)}


def show_words(count: int) -> str:
    """What the button of the filters says on a phone."""
    if count > COUNT_AT_MOST:
        return gettext("Show more than %(n)s issues") % {"n": number(COUNT_AT_MOST)}
    return ngettext("Show %(n)s issue", "Show %(n)s issues", count) % {"n": number(count)}
