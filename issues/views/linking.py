"""Linking the registered official appeal: the form, the check of what everybody sees then, and the link; 303."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.core.errors import Forbidden, Invalid, Refusal
from backend.core.http import see_other
from backend.core.posting import shows_again
from backend.organisations.acting import acting, check_not_switched
from issues import policies
from issues.actions import link_official_appeal
from issues.actions.linking import why_not_link
from issues.forms.linking import LinkForm
from issues.forms.registry import MovePage
from issues.models import Issue
from issues.views.issue import issue_or_404, last_messages
from issues.views.moves import refused, what_comes_next

PAGE = MovePage((), name=_("Link a registered official appeal"))


@login_required
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def official_appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Guarded by `policies.can_link`: 403 and 409 come before any form. POST checks, and with `confirmed` links."""
    issue = issue_or_404(request, number)
    seat = policies.Seat.of(acting(request))
    try:
        if request.method == "POST":
            return _posted(request, issue, seat)
        if refusal := why_not_link(seat, issue):
            raise refusal
        return _page(request, issue, seat, LinkForm())
    except Refusal as refusal:
        return refused(request, issue, PAGE, refusal)


def _posted(request: HttpRequest, issue: Issue, seat: policies.Seat | None) -> HttpResponse:
    words = policies.links_here(seat, issue)
    if seat is None or words:
        raise Forbidden(words or "")
    check_not_switched(request)
    form = LinkForm(request.POST, checked="change" not in request.POST)
    if not form.is_bound:
        return _page(request, issue, seat, form)
    confirmed = "confirmed" in request.POST
    try:
        linked = _linked(issue, seat, form, rehearsal=not confirmed) if form.is_valid() else None
    except Invalid as refusal:
        form.take(refusal)
        linked = None
    if linked is None:
        return _page(request, issue, seat, form, status=422)
    if not confirmed:
        return _page(request, issue, seat, form, next=what_comes_next(linked, timezone.now()))
    messages.success(request, _("The official appeal is linked, for everybody to see."))
    return see_other(linked.get_absolute_url())


def _linked(issue: Issue, seat: policies.Seat, form: LinkForm, *, rehearsal: bool) -> Issue:
    """Link it, or only try it: everything runs and is rolled back, so that the check shows what would come (D22)."""
    with transaction.atomic():
        link_official_appeal(issue=issue, actor=seat.person, organisation=seat.organisation, **form.values())
        linked = Issue.objects.with_parts().get(pk=issue.pk)
        transaction.set_rollback(rehearsal)
    return linked


def _page(
    request: HttpRequest, issue: Issue, seat: policies.Seat | None, form: LinkForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "issue": issue, "seat": seat, "page": PAGE, "act_form": form, "summary": form.summary(),
        "last_messages": partial(last_messages, issue),
    }  # fmt: skip
    return render(request, "issues/official_appeal.html", context | more, status=status)
