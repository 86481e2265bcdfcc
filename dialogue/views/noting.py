"""The private notes of a body on an issue. Nothing here is live: nobody learns that somebody writes one."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from backend.core.errors import Invalid
from backend.core.http import see_other
from backend.core.posting import shows_again
from backend.organisations.acting import acting, acts_for, seat_of
from dialogue.actions import write_note
from dialogue.models import PrivateNote
from dialogue.policies import can_note
from issues import policies
from issues.views.issue import issue_or_404

PAGE_SIZE = 50


@login_required
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, number: str) -> HttpResponse:
    """Guarded by `can_note`: it is not there for anybody else. The newest fifty, or those before `?before=<n>`."""
    issue, seat = issue_or_404(request, number), acting(request)
    if seat is None or can_note(policies.Seat.of(seat), issue):
        raise Http404
    errors, status = [], 200
    if request.method == "POST" and "change" not in request.POST:
        try:
            acts = acts_for(seat_of(request))
            note = write_note(issue=issue, **acts, body=request.POST.get("body", ""), key=_key(request))
            return see_other(f"{reverse('issue_notes', args=[issue.number])}#n{note.n}")
        except Invalid as refusal:
            errors, status = (
                [("note-body", words) for each in refusal.errors.values() for words in each],
                refusal.status,
            )
    found = PrivateNote.objects.of(issue, seat.organisation)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 10:
        found = found.filter(n__lt=int(before))
    shown = list(found.order_by("-n")[: PAGE_SIZE + 1])
    context = {
        "issue": issue, "seat": seat, "notes": shown[:PAGE_SIZE][::-1], "summary": errors,
        "older": str(shown[PAGE_SIZE - 1].n) if len(shown) > PAGE_SIZE else "",
        "written": request.POST.get("body", ""), "key": request.POST.get("key") or str(uuid4()),
    }  # fmt: skip
    return render(request, "dialogue/notes.html", context, status=status)


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None
