"""Putting one's NGO under another NGO's issue, and taking that back: one page for both."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Refusal
from backend.core.http import see_other
from backend.organisations.acting import acting, check_not_switched
from issues import policies
from issues.actions import cosign, uncosign
from issues.forms.registry import MovePage
from issues.models import Issue
from issues.views.issue import issue_or_404, last_messages

PAGE = MovePage((), name=_("Co-sign the issue"))
BACK = MovePage((), name=_("Withdraw your co-signature"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cosigning(request: HttpRequest, number: str) -> HttpResponse:
    """Guarded by `policies.can_cosign`. GET explains and asks; POST does it, `withdraw` takes the co-signature back."""
    issue = issue_or_404(request, number)
    page = BACK if "withdraw" in request.POST else PAGE
    try:
        if request.method == "POST":
            return _done(request, issue)
        return _asked(request, issue)
    except Refusal as refusal:
        context = {"issue": issue, "page": page, "refusal": refusal, "typed": []}
        return render(request, "issues/move_refused.html", context, status=refusal.status)


def _asked(request: HttpRequest, issue: Issue) -> HttpResponse:
    seat = policies.Seat.of(acting(request))
    if words := policies.cosigns_here(seat, issue):
        raise Forbidden(words)
    if words := policies.can_cosign(seat, issue):
        raise Conflict(words)
    signed = policies.cosignature(seat, issue)
    context = {
        "issue": issue,
        "seat": seat,
        "signed": signed,
        "page": BACK if signed else PAGE,
        "last_messages": partial(last_messages, issue),
    }
    return render(request, "issues/cosign.html", context)


def _done(request: HttpRequest, issue: Issue) -> HttpResponse:
    seat = acting(request)
    if seat is None:
        raise Forbidden(policies.cosigns_here(None, issue) or "")
    check_not_switched(request)
    act, words = (
        (uncosign, gettext("Your organisation's co-signature is withdrawn."))
        if "withdraw" in request.POST
        else (cosign, gettext("Your organisation has co-signed this issue."))
    )
    assert isinstance(request.user, User)  # @login_required
    act(issue=issue, actor=request.user, organisation=seat.organisation, at=timezone.now())
    messages.success(request, words)
    return see_other(issue.get_absolute_url())
