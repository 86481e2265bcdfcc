"""Adding to an open issue: 303 to what was added, or the form again with the text kept and the reason said first."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.core.errors import Conflict, Forbidden, Invalid, Refusal
from backend.core.http import see_other
from backend.organisations.acting import acting, check_not_switched
from issues import policies
from issues.actions import add_addendum
from issues.forms.adding import AddendumForm
from issues.forms.registry import MovePage
from issues.models import Issue
from issues.views.moves import refused

PAGE = MovePage((), name=_("Add to the issue"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def addenda(request: HttpRequest, number: str) -> HttpResponse:
    """Guarded by `policies.can_add`. GET shows the form; POST adds the text."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user).with_parts(), number=number)
    try:
        return _added(request, issue) if request.method == "POST" else _asked(request, issue, AddendumForm())
    except Refusal as refusal:
        return refused(request, issue, PAGE, refusal)


def _asked(request: HttpRequest, issue: Issue, form: AddendumForm, status: int = 200) -> HttpResponse:
    seat = policies.Seat.of(acting(request))
    if words := policies.adds_here(seat, issue):
        raise Forbidden(words)
    if words := policies.can_add(seat, issue):
        raise Conflict(words)
    last = issue.messages.for_thread().filter(hidden_at=None).order_by("-seq")[:3]
    context = {"issue": issue, "seat": seat, "page": PAGE, "form": form, "last_messages": lambda: list(last)[::-1]}
    return render(request, "issues/addendum.html", context, status=status)


def _added(request: HttpRequest, issue: Issue) -> HttpResponse:
    seat = policies.Seat.of(acting(request))
    if seat is None:
        raise Forbidden(policies.adds_here(None, issue) or "")
    check_not_switched(request)
    form = AddendumForm(request.POST)
    form.is_valid()  # the action says what is missing
    try:
        event = add_addendum(
            issue=issue, actor=seat.person, organisation=seat.organisation, text=form.masked()["text"],
            keep=form.keep(),
        )  # fmt: skip
    except Invalid as refusal:
        form.take(refusal)
        return _asked(request, issue, form, refusal.status)
    messages.success(request, _("Added to the issue, for everybody to read."))
    return see_other(f"{issue.get_absolute_url()}#addendum-{event.facts['addendum']}")
