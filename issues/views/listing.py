"""The list of issues: filters in the address, an exact count, pages by key."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_safe

from backend.core.keyset import Page, page
from backend.core.words import number
from backend.organisations.models import Organisation
from issues import clock, filters
from issues.filters import COUNT_AT_MOST, SORT_LABELS, SORTS, Filters, counted
from issues.lifecycle import Status
from issues.models import Issue, Origin, Region, Topic


@require_safe
def issue_list(request: HttpRequest) -> HttpResponse:
    """Public. Rows one query (two by due date), the count one, the choices of the form three, each slug given one."""
    at = timezone.now()
    wanted = Filters.read(request.GET)
    found = wanted.apply(Issue.objects.public(), at)
    rows = page(found.for_list(), SORTS[wanted.sort], wanted.cursor)
    context = {
        "heading": heading(counted(found)),
        "filters": wanted,
        "rows": rows.rows,
        "at": at,
        "chips": [(chip, filters.without(request.GET, chip.name, chip.value)) for chip in wanted.chips],
        "sorts": [(key, label, filters.sorted_by(request.GET, key)) for key, label in SORT_LABELS.items()],
        "hidden": list(filters.pairs(request.GET, "ngo", "sort")),
        **_links(request, rows),
        **_choices(wanted.origin),
    }
    return render(request, "issues/list.html", context)


def heading(count: int) -> str:
    """ "27 issues", exact to 10,000."""
    if count > COUNT_AT_MOST:
        return gettext("More than %(n)s issues") % {"n": number(COUNT_AT_MOST)}
    return ngettext("%(n)s issue", "%(n)s issues", count) % {"n": number(count)}


def _links(request: HttpRequest, rows: Page[Issue]) -> dict[str, Any]:
    return {
        "newer": filters.at_cursor(request.GET, "before", rows.before) if rows.before else "",
        "older": filters.at_cursor(request.GET, "after", rows.after) if rows.after else "",
    }


def _choices(origin: str) -> dict[str, Any]:
    """What the form offers. Bodies that exist today; others can still be asked for by their own page's links. Those known
    from other registers alone only among legacy issues.
    """
    today = clock.local_day(timezone.now())
    known = Organisation.objects.bodies() if origin == Origin.LEGACY else Organisation.objects.addressable_on(today)
    bodies = known.by_name((get_language() or "kk")[:2])
    return {
        "statuses": [pair for pair in Status.choices if pair[0] not in (Status.DRAFT, Status.RECORDED)],
        "origins": [("", Origin.PLATFORM.label), (Origin.LEGACY, Origin.LEGACY.label)],
        "topics": list(Topic.objects.all()),
        "regions": list(Region.objects.all()),
        "bodies": list(bodies),
        "text_languages": settings.LANGUAGES,
    }
