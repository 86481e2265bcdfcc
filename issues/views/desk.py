"""The work queue of a state body."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.core.errors import Forbidden
from backend.organisations.acting import acting
from issues import clock, proposals
from issues import desk as reader


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Open issues of the body by the date of its next duty, and the redirects proposed to it; `?bucket=` chooses a part of
    the first. Ten queries and the session's, one more for each step of a succession.
    """
    seat, at = acting(request), timezone.now()
    if seat is None or not reader.is_desk_of(seat):
        raise Forbidden(_("The desk is for the people of a state body, acting for it. You act for none now."))
    bodies = reader.acted_for(seat, at)
    issues = reader.queue(bodies, at)
    wanted = request.GET.get("bucket", "")
    bucket = reader.Bucket(wanted) if wanted in set(reader.Bucket) else None
    shown = issues.filter(bucket=bucket) if bucket else issues
    counts = reader.counts(issues)
    total = counts[bucket] if bucket else sum(counts.values())
    today = clock.local_day(at)
    rows = reader.rows(shown, seat, at)
    context = {
        "body": seat.organisation,
        "proposals": proposals.waiting_for_body(seat, bodies, at),
        "rows": [(row, row.days(today)) for row in rows],
        "buckets": [(each, each.label, counts[each]) for each in reader.Bucket],
        "bucket": bucket,
        "ignored": wanted if wanted and not bucket else "",
        "total": total,
        "at_most": reader.ROWS_AT_MOST,
        "next_due": None if rows else next(iter(reader.rows(issues[:1], seat, at)), None),
    }
    return render(request, "issues/desk.html", context)
