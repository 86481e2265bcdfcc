"""What is done with on the desk of a state body."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backend.core.keyset import Cursor, Sort, page
from issues import addresses
from issues import desk as reader
from issues.filters import counted
from issues.lifecycle import OPEN
from issues.models import Issue
from issues.views.desk import seat_at_desk
from issues.views.listing import heading

LATEST_FIRST = Sort("active_at", descending=True)


@login_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The closed issues of the bodies one acts for, the latest change first. Four queries and the session's, one more for each
    step of a succession.
    """
    seat, at = seat_at_desk(request), timezone.now()
    closed = Issue.objects.public().filter(body_addressed__in=reader.acted_for(seat, at), origin="platform")
    closed = closed.exclude(status__in=OPEN)
    found = page(closed.for_list(), LATEST_FIRST, _cursor(request))
    context = {
        "body": seat.organisation,
        "heading": heading(counted(closed)),
        "rows": found.rows,
        "at": at,
        **addresses.around(request.GET, found.before, found.after),
    }
    return render(request, "issues/desk_done.html", context)


def _cursor(request: HttpRequest) -> Cursor | None:
    """None for anything that is no place in this order."""
    for name in ("after", "before"):
        cursor = Cursor.parse(request.GET.get(name, ""), backwards=name == "before")
        if cursor is not None and cursor.fits(LATEST_FIRST):
            return cursor
    return None
