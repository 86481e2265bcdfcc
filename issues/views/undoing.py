"""Undo, beside the words that tell what was assigned. The token in its form carries what it was: nothing is kept for it."""

from collections.abc import Iterable
from dataclasses import astuple
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from backend.core.errors import Conflict, Words
from backend.core.http import see_other
from backend.organisations.acting import acts_for
from backend.organisations.models import Membership
from issues.actions import undo_assigning
from issues.actions.assigning import Given
from issues.views.desk import coordinator, same_desk

SALT = "issues.undo"
UNDONE_WITHIN = timedelta(hours=1)


def with_undo(request: HttpRequest, seat: Membership, words: Words, given: Iterable[Given]) -> SafeString:
    """These words, and a button that undoes what of it changed anything."""
    changed = [astuple(each) for each in given if each.was != each.now]
    token = signing.dumps([str(seat.pk), changed], salt=SALT, compress=True) if changed else ""
    context = {"words": words, "token": token, "seat": seat, "action": same_desk(request, "desk_assign_undo")}
    return mark_safe(render_to_string("issues/_undo.html", context, request).strip())  # noqa: S308  (a template's own)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest) -> HttpResponse:
    """Puts an assignment back, for whoever made it; a reader is led to the desk. What became of it is told there."""
    seat = coordinator(request)
    if request.method != "POST":
        return redirect("desk")
    try:
        given = _given(request.POST.get("token", ""), seat)
        undo_assigning(given=given, **acts_for(seat))
    except Conflict as refusal:
        not_undone = gettext("Not undone.")
        messages.warning(request, f"{not_undone} {refusal}")
    else:
        words = ngettext(
            "Undone: %(n)s issue is as it was before.", "Undone: %(n)s issues are as they were before.", len(given)
        )
        messages.success(request, words % {"n": len(given)})
    return see_other(same_desk(request))


def _given(token: str, seat: Membership) -> list[Given]:
    try:
        whose, changed = signing.loads(token, salt=SALT, max_age=UNDONE_WITHIN)
    except signing.BadSignature:
        whose, changed = "", []
    if whose != str(seat.pk):
        raise Conflict(gettext("It is too late for that. Choose the rows and assign them once more."))
    return [Given(number, (was[0], was[1]), (now[0], now[1])) for number, was, now in changed]
