"""Files of an issue: each as a download, all of them on a page, and the NGO adding some to an open issue."""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.core.errors import Forbidden, Invalid, Refusal, Words
from backend.core.http import see_other
from backend.core.uploads.intake import takes_files
from backend.core.uploads.serving import FileGone, download
from backend.organisations.acting import acting, check_not_switched
from issues import policies
from issues.actions import attach
from issues.forms.files import FilesForm
from issues.forms.registry import MovePage
from issues.models import Attachment, Issue, Place
from issues.views.issue import issue_or_404
from issues.views.moves import refused
from issues.views.receiving import with_files

logger = logging.getLogger(__name__)

PAGE = MovePage((), name=_("Attach files"))


@require_safe
def attachment(request: HttpRequest, number: str, uuid: UUID) -> HttpResponseBase:
    """A public file, without asking who reads it: one query. What waits in a form, for whoever uploaded it."""
    files = Attachment.objects.downloadable().filter(issue__number=number, uuid=uuid)
    found = files.published().first() or files.visible_to(request.user).first()
    return _given_out(request, found)


@login_required
@require_safe
def draft_attachment(request: HttpRequest, uuid: UUID, file: UUID) -> HttpResponseBase:
    """A file of a draft, for the people of its NGO; once it is published, where everybody finds it."""
    files = Attachment.objects.visible_to(request.user).select_related("issue")
    found = files.filter(issue__uuid=uuid, uuid=file).first()
    return redirect(found) if found is not None and found.is_published else _given_out(request, found)


def _given_out(request: HttpRequest, found: Attachment | None) -> HttpResponseBase:
    if found is None:
        raise Http404
    try:
        return download(
            request, found.storage_key, name=found.name, mime=found.mime, size=found.size, sha256=found.sha256,
            is_public=found.is_published,
        )  # fmt: skip
    except FileGone:
        logger.exception("An attached file is not in the store: %s", found.storage_key)
        raise Http404 from None


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: HttpRequest, number: str) -> HttpResponse:
    """Public: all files of the issue. Guarded by `policies.can_attach`: files are added, taken out again, published."""
    issue = issue_or_404(request, number)
    try:
        return _posted(request, issue) if request.method == "POST" else _page(request, issue)
    except Refusal as refusal:
        return refused(request, issue, PAGE, refusal)


def _posted(request: HttpRequest, issue: Issue) -> HttpResponse:
    seat = policies.Seat.of(acting(request))
    if words := policies.attaches_here(seat, issue, Place.ISSUE, timezone.now()):
        raise Forbidden(words)
    assert seat is not None  # who acts for nobody was just refused
    check_not_switched(request)
    acts: dict[str, Any] = {"actor": seat.person, "organisation": seat.organisation}
    sent, untaken = with_files(request, issue, acts, Place.ISSUE)
    if untaken:
        return _page(request, issue, untaken.get("files", ()), status=422)
    if "publish" not in sent:
        return see_other(request.path)
    try:
        attach(issue=issue, **acts, files=sent.getlist("files"))
    except Invalid as refusal:
        return _page(request, issue, refusal.errors["files"], status=422)
    messages.success(request, _("Published: the files are part of the issue now."))
    return see_other(issue.get_absolute_url())


def _page(request: HttpRequest, issue: Issue, refused: Sequence[Words] = (), status: int = 200) -> HttpResponse:
    seat = policies.Seat.of(acting(request))
    form = None
    if seat and policies.can_attach(seat, issue, Place.ISSUE, timezone.now()) is None:
        waiting = Attachment.objects.pending_of(seat.person, seat.organisation, issue).filter(place=Place.ISSUE)
        form = FilesForm(waiting, refused)
    published = issue.attachments.published().select_related("evidence__ask", "addendum", "organisation")
    context = {"issue": issue, "page": PAGE, "seat": seat, "form": form, "files": list(published)}
    return render(request, "issues/attachments.html", context, status=status)
