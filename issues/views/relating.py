"""Naming issues that belong with an issue, checked before it is published; and taking such a link back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.core.errors import Forbidden, Invalid, Refusal
from backend.core.http import see_other
from backend.core.posting import shows_again
from backend.organisations.acting import acting, check_not_switched
from issues import policies
from issues.actions import relate, unrelate
from issues.forms.registry import MovePage
from issues.forms.relating import RelateForm
from issues.models import Issue
from issues.relations import relations_on
from issues.views.issue import issue_or_404
from issues.views.moves import refused

PAGE = MovePage((), name=_("Related issues"))
BACK = MovePage((), name=_("Take back the link"))


@login_required
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def related(request: HttpRequest, number: str) -> HttpResponse:
    """Guarded by `policies.relates_here`. GET shows what the issue names, and the form or why there is none; POST checks, and
    with `confirmed` names another.
    """
    issue = issue_or_404(request, number)
    try:
        seat = _seat(request, issue)
        return _posted(request, issue, seat) if request.method == "POST" else _page(request, issue, seat, RelateForm())
    except Refusal as refusal:
        return refused(request, issue, PAGE, refusal)


def _posted(request: HttpRequest, issue: Issue, seat: policies.Seat) -> HttpResponse:
    confirmed = "confirmed" in request.POST
    form = RelateForm(request.POST, checked="change" not in request.POST)
    if not form.is_bound:
        return _page(request, issue, seat, form)
    form.is_valid()  # the action says what is missing
    try:
        with transaction.atomic():  # tried and rolled back, so that each refusal comes before the check (D22)
            event = relate(
                issue=issue, actor=seat.person, organisation=seat.organisation, other=form.cleaned_data.get("other"),
                kind=form.cleaned_data.get("kind"),
            )  # fmt: skip
            transaction.set_rollback(not confirmed)
    except Invalid as refusal:
        form.take(refusal)
        return _page(request, issue, seat, form, refusal.status)
    if confirmed:
        messages.success(request, _("Published: the link is shown on both issues."))
        return see_other(f"{issue.get_absolute_url()}#related")
    other = Issue.objects.public().get(number=event.facts["other"])
    context = {"issue": issue, "page": PAGE, "seat": seat, "act_form": form, "other": other}
    return render(request, "issues/related_check.html", context)


def _page(
    request: HttpRequest, issue: Issue, seat: policies.Seat, form: RelateForm, status: int = 200
) -> HttpResponse:  # fmt: skip
    context = {
        "issue": issue, "page": PAGE, "seat": seat, "own": relations_on(issue).own, "act_form": form,
        "cannot_relate": policies.can_relate(seat, issue), "summary": form.summary(),
    }  # fmt: skip
    return render(request, "issues/related.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, number: str, other: str) -> HttpResponse:
    """Guarded by `policies.relates_here`. GET asks once more; POST takes the link to that issue back."""
    issue = issue_or_404(request, number)
    try:
        seat = _seat(request, issue)
        if request.method == "POST":
            unrelate(issue=issue, actor=seat.person, organisation=seat.organisation, other=other)
            messages.success(request, _("The link is taken back. That it was there stays in the history."))
            return see_other(issue.get_absolute_url())
        row = next((each for each in relations_on(issue).own if each.other.number == other), None)
        if row is None:
            raise Http404
        context = {"issue": issue, "page": BACK, "seat": seat, "row": row}
        return render(request, "issues/related_take_back.html", context)
    except Refusal as refusal:
        return refused(request, issue, BACK, refusal)


def _seat(request: HttpRequest, issue: Issue) -> policies.Seat:
    """Raises Forbidden; Conflict on a form that was opened for another party."""
    seat = policies.Seat.of(acting(request))
    if words := policies.relates_here(seat, issue):
        raise Forbidden(words)
    assert seat is not None  # who acts for nobody was just refused
    check_not_switched(request)
    return seat
