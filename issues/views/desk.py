"""The work queue of a state body."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.core.errors import Forbidden
from backend.core.words import fill
from backend.organisations.acting import acting, check_not_switched
from backend.organisations.models import Membership
from issues import changed, clock, policies, proposals, signing
from issues import desk as reader
from issues.addresses import at_cursor
from issues.desk_filters import DeskFilters, Whose
from issues.models import Issue
from issues.sentences import status_sentence
from issues.views.issue import last_messages


def seat_at_desk(request: HttpRequest) -> Membership:
    seat = acting(request)
    if seat is None or not reader.is_desk_of(seat):
        raise Forbidden(_("The desk is for the people of a state body, acting for it. You act for none now."))
    return seat


def coordinator(request: HttpRequest) -> Membership:
    """Who may assign the rows of their body."""
    seat = seat_at_desk(request)
    if words := policies.can_assign(policies.Seat.of(seat)):
        raise Forbidden(words)
    check_not_switched(request)
    return seat


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Open issues of the body by the date of its next duty, and the redirects proposed to it; `?bucket=`, `?whose=` and `?q=`
    choose a part of the first. Thirteen queries and the session's, one for who signs, one more for each step of a succession.
    """
    seat, at = seat_at_desk(request), timezone.now()
    filters, bodies = DeskFilters.read(request.GET), reader.acted_for(seat, at)
    away = reader.away_now(bodies, at)
    issues = filters.narrowed(reader.queue(bodies, at), seat, bodies, away)
    counts = reader.counts(issues)
    shown = issues.filter(bucket=filters.bucket) if filters.bucket else issues
    rows, page = reader.rows_at(shown, seat, at, filters.cursor, away)
    today = clock.local_day(at)
    context = {
        "body": seat.organisation,
        "seat": seat,
        "filters": filters,
        "proposals": proposals.waiting_for_body(seat, bodies, at),
        "rows": [(row, row.days(today)) for row in rows],
        "news": changed.address(reverse("desk_changed"), request.GET, at, (row.issue for row in rows)),
        "buckets": [(each, each.label, counts[each], _query(filters, bucket=each)) for each in reader.Bucket],
        "all_query": _query(filters, bucket=""),
        "all_count": sum(counts.values()),
        "whose": [(each, each.label, _query(filters, whose=each)) for each in Whose],
        "total": counts[filters.bucket] if filters.bucket else sum(counts.values()),
        "before": at_cursor(request.GET, "before", page.before) if page.before else "",
        "after": at_cursor(request.GET, "after", page.after) if page.after else "",
        "next_due": None if rows else next(iter(reader.rows(issues[:1], seat, at)), None),
        "to_sign": len(signing.waiting(bodies)) if signing.signs(seat) else None,
        "may_assign": policies.can_assign(policies.Seat.of(seat)) is None,
    }
    return render(request, "issues/desk.html", context)


@login_required
@require_safe
def desk_changed(request: HttpRequest) -> HttpResponse:
    """For a page of the desk: how many of its issues changed since. Three queries and the session's."""
    seat, at = seat_at_desk(request), timezone.now()
    filters, bodies = DeskFilters.read(request.GET), reader.acted_for(seat, at)
    issues = filters.narrowed(reader.queue(bodies, at), seat, bodies, reader.away_now(bodies, at))
    shown = issues.filter(bucket=filters.bucket) if filters.bucket else issues
    return changed.answer(request, reverse("desk"), shown)


def same_desk(request: HttpRequest, page: str = "desk") -> str:
    """The desk as the address describes it, from the first page; or a page that leads back to it."""
    return reverse(page) + _query(DeskFilters.read(request.GET)).removesuffix("?")


def _query(filters: DeskFilters, **changed: str) -> str:
    """The address's query with another part or another's rows, from the first page."""
    now = {
        "bucket": filters.bucket or "",
        "whose": "" if filters.whose is Whose.BODY else filters.whose,
        "q": filters.q,
    }
    query = QueryDict(mutable=True)
    for name, value in (now | changed).items():
        if value and value != Whose.BODY:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@login_required
@require_safe
def peek(request: HttpRequest, number: str) -> HttpResponse:
    """One row opened beside the desk, as a fragment; without JavaScript the issue's own page."""
    seat, at = seat_at_desk(request), timezone.now()
    found = reader.queue(reader.acted_for(seat, at), at).filter(number=number)
    row = next(iter(reader.rows(found, seat, at)), None)
    if row is None:
        raise Http404
    if "HX-Request" not in request.headers:
        answer: HttpResponse = redirect(row.issue)
    else:
        answer = render(request, "issues/_peek.html", _peeked(row, at))
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _peeked(row: reader.DeskRow, at: datetime) -> dict[str, Any]:
    issue = Issue.objects.with_parts().get(pk=row.issue.pk)
    return {
        "row": row,
        "issue": issue,
        "prepared": row.prepared,
        "sentence": status_sentence(issue, at),
        "last_messages": last_messages(issue),
    }


def where_it_went(request: HttpRequest, issue: Issue, at: datetime) -> SafeString:
    """After an act, for somebody with a desk: under which part of it the issue lies now, as a link. '' for all others."""
    seat = acting(request)
    if seat is None or not reader.is_desk_of(seat):
        return SafeString()
    found = reader.queue(reader.acted_for(seat, at), at).filter(pk=issue.pk).values_list("bucket", flat=True).first()
    if found is None:
        return fill(gettext("It is no longer on your desk."))
    part = reader.Bucket(found)
    link = format_html('<a href="{}?bucket={}#issue-{}">{}</a>', reverse("desk"), part, issue.number, part.label)
    return fill(gettext("On your desk it lies under: %(part)s."), part=link)


def after_act(request: HttpRequest, issue: Issue) -> str:
    """Where an act leads: back to the desk it was begun from, else to the issue."""
    return reverse("desk") if request.GET.get("from") == "desk" else issue.get_absolute_url()
