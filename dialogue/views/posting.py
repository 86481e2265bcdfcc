"""Posting a message: 303 to it, or the page again with text and files kept and the reason said first."""

import re
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.core.errors import Forbidden, Invalid, Refusal, Words
from backend.core.http import is_partial, see_other
from backend.core.posting import shows_again
from backend.core.prepared import prepared
from backend.core.uploads.intake import takes_files
from backend.organisations.acting import acting, check_not_switched
from dialogue.actions import post_message
from dialogue.fragments import render_message
from dialogue.models import Message
from dialogue.views.page import issue_or_404, render_page
from dialogue.views.thread import address_of
from issues import policies
from issues.actions.personal_data import PersonalDataFound
from issues.forms.personal_data import PersonalDataForm
from issues.models import Issue, Place
from issues.views.receiving import with_files

_FIELD_IDS = {"body": "message-body", "parent": "message-body", "files": "id_files"}
_ONLY_SHOWS = ("change", "more", "remove_file")
"""Buttons that post nothing: what looked like personal data is written anew, files are taken in, or out again."""


@takes_files
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, number: str) -> HttpResponse:
    """Guarded by `policies.can_post`. A repeat with the same `key` answers as the first did. Reading goes to the form.

    A page that shows the thread already (`HX-Request`) gets the message alone, 201, or the form again.
    """
    issue = next(iter(_numbered(number)), None)
    if issue is None:
        raise Http404
    if request.method != "POST":
        return redirect(reverse("issue", args=[issue.number]) + "#write")
    decisions = PersonalDataForm({"body": request.POST.get("body", "")}, request.POST)
    try:
        acts = _acts(request, issue)
        sent, untaken = with_files(request, issue, acts, Place.MESSAGE)
        refused = untaken.get("files", [])
        if refused or any(button in sent for button in _ONLY_SHOWS):
            return _again(request, number, refused=refused, form=decisions, status=422 if refused else 200)
        message = _posted(request, issue, acts, decisions, sent.getlist("files"))
    except PersonalDataFound as refusal:
        decisions.ask_for(refusal)
        return _again(request, number, form=decisions, status=refusal.status)
    except Refusal as refusal:
        # What was refused because it is not there any more is not sent along again.
        gone = {"parent": ""} if isinstance(refusal, Invalid) and "parent" in refusal.errors else {}
        signed_out = is_partial(request) and not request.user.is_authenticated
        status = 401 if signed_out else refusal.status
        return _again(request, number, gone, summary=_summary(refusal), form=decisions, status=status)
    return _fragment(issue, message) if is_partial(request) else see_other(address_of(issue, message))


@prepared(str)
def _numbered(number: str) -> QuerySet[Issue]:
    """Everybody may see it: a draft has no number."""
    return Issue.objects.public().filter(number=number).only("uuid", "number")


def _again(request: HttpRequest, number: str, instead: dict[str, str] | None = None, **shown: Any) -> HttpResponse:
    """The page with what was written: only it needs the whole issue."""
    return render_page(request, issue_or_404(request, number), written=_written(request) | (instead or {}), **shown)


def _fragment(issue: Issue, message: Message) -> HttpResponse:
    shown = issue.messages.for_thread().get(pk=message.pk)
    html = render_message(shown, get_language() or "kk")
    return HttpResponse(html, status=201, headers={"X-Rev": str(message.rev), "X-Seq": str(message.seq)})


def _written(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("body", "parent", "key")}


def _acts(request: HttpRequest, issue: Issue) -> dict[str, Any]:
    """Who writes, and for whom. Raises Forbidden; Conflict on a form that was opened for another party."""
    member = acting(request)
    if member is None or not isinstance(request.user, User):
        raise Forbidden(policies.can_post(None, issue) or "")
    check_not_switched(
        request, _("You act for another organisation now than when you began to write. Check it, and post again.")
    )
    return {"actor": request.user, "organisation": member.organisation}


def _posted(
    request: HttpRequest, issue: Issue, acts: dict[str, Any], decisions: PersonalDataForm, files: list[str]
) -> Message:
    return post_message(
        issue=issue, **acts, body=decisions.masked()["body"], parent=_parent(request), files=files, key=_key(request),
        keep=decisions.keep(),
    )  # fmt: skip


def _parent(request: HttpRequest) -> int | None:
    """The number of the message answered; one that is no number answers a message that is not there."""
    text = request.POST.get("parent", "")
    if not text:
        return None
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _summary(refusal: Refusal) -> list[tuple[str, Words]]:
    if isinstance(refusal, Invalid):
        return [
            (_FIELD_IDS.get(field, ""), words) for field, all_words in refusal.errors.items() for words in all_words
        ]
    return [("message-body", refusal.reason), ("message-body", _("Not posted. Your text is kept below."))]
