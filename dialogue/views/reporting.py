"""Reporting a message, and the page where the moderators read what was reported."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.core.errors import Forbidden, Invalid
from backend.core.http import see_other
from backend.core.posting import settles_repeats, shows_again
from backend.organisations.acting import acting, acts_for, seat_of
from dialogue.actions.reporting import report_message, settle_reports, why_not_report
from dialogue.forms import ReportForm
from dialogue.models import Report
from dialogue.views.page import issue_or_404
from dialogue.views.thread import address_of
from issues import policies

SHOWN_AT_MOST = 200


@login_required
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Guarded by `why_not_report`: anybody with an account. 303 to the message."""
    issue = issue_or_404(request, number)
    message = get_object_or_404(issue.messages.for_thread(), seq=seq)
    assert isinstance(request.user, User)  # @login_required
    if refusal := why_not_report(request.user, message, timezone.now()):
        raise refusal
    posted = request.method == "POST" and "change" not in request.POST
    form = ReportForm(request.POST if request.method == "POST" else None, checked=posted)
    address = address_of(issue, message)
    if posted and form.is_valid():
        try:
            report_message(message=message, person=request.user, **form.values())
        except Invalid as refusal:
            form.take(refusal)
        else:
            messages.success(request, gettext("The moderators will look at the message. Thank you."))
            return see_other(address)
    context = {"issue": issue, "message": message, "address": address, "report_form": form, "summary": form.summary()}
    return render(request, "dialogue/report.html", context, status=422 if posted else 200)


@login_required
@settles_repeats
@require_http_methods(["GET", "HEAD", "POST"])
def moderation(request: HttpRequest) -> HttpResponse:
    """Guarded by `policies.moderates`. What was reported and waits, the oldest first, at most 200: one query. POST: nothing of
    this `message` is to be removed.
    """
    seat = acting(request)
    if words := policies.moderates(policies.Seat.of(seat)):
        raise Forbidden(words)
    if request.method == "POST":
        given = request.POST.get("message", "")
        if given.isascii() and given.isdigit() and len(given) < 10:
            settle_reports(message=int(given), **acts_for(seat_of(request)))
        return see_other(reverse("moderation"))
    waiting = Report.objects.waiting().order_by("message_id", "at")
    found = waiting.select_related("message__issue", "message__author", "message__organisation")[:SHOWN_AT_MOST]
    reported = [(message, list(each)) for message, each in groupby(found, lambda one: one.message)]
    reported.sort(key=lambda pair: pair[1][0].at)
    return render(request, "dialogue/moderation.html", {"reported": reported, "seat": seat})
