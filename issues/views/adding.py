"""Adding to an open issue: 303 to what was added, or the form again with the text kept and the reason said first."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.core.errors import Conflict, Forbidden, Invalid, Refusal
from backend.core.http import see_other
from backend.core.posting import shows_again
from backend.core.uploads.intake import takes_files
from backend.organisations.acting import acting, check_not_switched
from issues import policies
from issues.actions import add_addendum
from issues.forms.adding import AddendumForm
from issues.forms.registry import MovePage
from issues.models import Attachment, Issue, IssueEvent, Place
from issues.views.issue import issue_or_404, last_messages
from issues.views.moves import refused
from issues.views.receiving import with_files

PAGE = MovePage((), name=_("Add to the issue"))


@login_required
@takes_files
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def addenda(request: HttpRequest, number: str) -> HttpResponse:
    """Guarded by `policies.can_add`. GET shows the form; POST shows the check and with
    `confirmed` adds the text with its files, or only takes the files in."""
    issue = issue_or_404(request, number)
    try:
        seat = _seat(request, issue)
        return _posted(request, issue, seat) if request.method == "POST" else _page(request, issue, seat)
    except Refusal as refusal:
        return refused(request, issue, PAGE, refusal)


def _seat(request: HttpRequest, issue: Issue) -> policies.Seat:
    """Whoever may add here now. Raises Forbidden; Conflict, also on a form that was opened for another party."""
    seat = policies.Seat.of(acting(request))
    if words := policies.adds_here(seat, issue):
        raise Forbidden(words)
    assert seat is not None  # who acts for nobody was just refused
    check_not_switched(request)
    if words := policies.can_add(seat, issue):
        raise Conflict(words)
    return seat


def _posted(request: HttpRequest, issue: Issue, seat: policies.Seat) -> HttpResponse:
    """Files are taken in first, so that they survive errors; those that were not are told, and nothing is published."""
    acts: dict[str, Any] = {"actor": seat.person, "organisation": seat.organisation}
    sent, untaken = with_files(request, issue, acts, Place.ADDENDUM)
    only_files = any(button in sent for button in ("more", "remove_file", "change")) and not untaken
    form = AddendumForm(_waiting(issue, seat), sent, checked=not only_files)
    if only_files:
        return _page(request, issue, seat, form)
    form.is_valid()  # the action says what is missing
    if untaken:
        form.say("files", untaken.get("files", ()))
        return _page(request, issue, seat, form, 422)
    confirmed = "confirmed" in sent
    try:
        event = _added(issue, acts, form, rehearsal=not confirmed)
    except Invalid as refusal:
        form.take(refusal)
        return _page(request, issue, seat, form, refusal.status)
    if not confirmed:
        return _page(request, issue, seat, form, template="issues/addendum_check.html", said=form.said())
    messages.success(request, _("Added to the issue, for everybody to read."))
    return see_other(f"{issue.get_absolute_url()}#addendum-{event.facts['addendum']}")


def _added(issue: Issue, acts: dict[str, Any], form: AddendumForm, *, rehearsal: bool) -> IssueEvent:
    """Add it, or only try it, for the check (D22)."""
    with transaction.atomic():
        event = add_addendum(
            issue=issue, **acts, text=form.masked()["text"], files=form.cleaned_data["files"], keep=form.keep()
        )  # fmt: skip
        transaction.set_rollback(rehearsal)
    return event


def _waiting(issue: Issue, seat: policies.Seat) -> list[Attachment]:
    """What this person uploaded for an addendum and did not publish. One query."""
    pending = Attachment.objects.pending_of(seat.person, seat.organisation, issue)
    return list(pending.filter(place=Place.ADDENDUM))


def _page(
    request: HttpRequest, issue: Issue, seat: policies.Seat, form: AddendumForm | None = None, status: int = 200, *,
    template: str = "issues/addendum.html", **more: Any,
) -> HttpResponse:  # fmt: skip
    context = {
        "issue": issue, "seat": seat, "page": PAGE, "form": form or AddendumForm(_waiting(issue, seat)),
        "last_messages": partial(last_messages, issue), **more,
    }  # fmt: skip
    return render(request, template, context, status=status)
