"""Editing one's own message, and what it said before."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.models import User
from backend.core.errors import Invalid, Refusal
from backend.core.http import is_partial, see_other
from backend.core.markdown import render as markdown
from backend.core.posting import settles_repeats, shows_again
from backend.organisations.acting import acting, acts_for, seat_of
from dialogue.actions import edit_message, note_seen
from dialogue.actions.editing import why_not_edit
from dialogue.actions.words import texts_of
from dialogue.views.page import issue_or_404
from dialogue.views.thread import address_of, removed
from issues import policies
from issues.actions.personal_data import PersonalDataFound
from issues.forms.personal_data import PersonalDataForm


@login_required
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Guarded by `why_not_edit`: the author, for some minutes. 303 to the message; a refusal keeps the text."""
    issue = issue_or_404(request, number)
    message = get_object_or_404(issue.messages.for_thread(), seq=seq)
    body = request.POST.get("body", message.body)
    context = {"issue": issue, "message": message, "body": body, "address": address_of(issue, message)}
    if request.method != "POST" or "change" in request.POST:
        if refusal := why_not_edit(policies.Seat.of(acting(request)), issue, message, timezone.now()):
            raise refusal
        return render(request, "dialogue/edit.html", context)
    decisions = PersonalDataForm({"body": body}, request.POST)
    words = []
    try:
        acts = acts_for(seat_of(request))
        edit_message(issue=issue, seq=seq, **acts, body=decisions.masked()["body"], keep=decisions.keep())
        return see_other(context["address"])  # type: ignore[arg-type]
    except PersonalDataFound as refusal:
        decisions.ask_for(refusal)
        status = refusal.status
    except Refusal as refusal:
        fields = refusal.errors.values() if isinstance(refusal, Invalid) else [[refusal.reason]]
        words = [("message-body", each) for found in fields for each in found]
        status = refusal.status
    return render(request, "dialogue/edit.html", context | {"form": decisions, "summary": words}, status=status)


@require_safe
def history(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Public: what the message said, the oldest first. Of a removed one, 410 and why it was removed."""
    issue = issue_or_404(request, number)
    message = get_object_or_404(issue.messages.for_thread(), seq=seq)
    if message.hidden_at is not None:
        return removed(request, issue, message)
    said = [(text.event, text.blanked_at, markdown(text.text)) for text in texts_of(message)]
    versions = [(event, blanked, mark_safe(html)) for event, blanked, html in said]  # noqa: S308  (sanitised)
    context = {"issue": issue, "message": message, "versions": versions, "address": address_of(issue, message)}
    return render(request, "dialogue/versions.html", context)


@login_required
@settles_repeats
@require_POST
def seen(request: HttpRequest, number: str) -> HttpResponse:
    """What a person has read, theirs alone: `seq` forward, `from` back to before that message. 204 to the page, else 303 to it."""
    issue = issue_or_404(request, number)
    forward, back = request.POST.get("seq", ""), request.POST.get("from", "")
    given = back or forward
    if not (given.isascii() and given.isdigit() and len(given) < 10) or not isinstance(request.user, User):
        raise Http404
    note_seen(person=request.user, issue=issue, seq=int(given) - bool(back), back=bool(back))
    if is_partial(request):
        return HttpResponse(status=204)
    return see_other(f"{issue.get_absolute_url()}#discussion")
