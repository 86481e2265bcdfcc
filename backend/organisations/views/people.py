"""The people of the organisation one acts for: who belongs to it, as what; and letting them go."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.forms import take
from backend.core.http import see_other
from backend.organisations import people as reader
from backend.organisations import policies
from backend.organisations.acting import acts_for, seat_of
from backend.organisations.actions import change_member, let_go
from backend.organisations.actions.members import is_last_keeper
from backend.organisations.forms import LeaveForm, RoleForm
from backend.organisations.models import Membership


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return people_page(request, seat_of(request))


def people_page(request: HttpRequest, seat: Membership, refusal: Conflict | None = None) -> HttpResponse:
    """The list; with why something was not done, where somebody else was faster. Two queries, four in a state body."""
    at = timezone.now()
    context = {
        "seat": seat,
        "may_invite": policies.can_invite(seat) is None,
        "colleagues": reader.colleagues(seat, at),
        "invitations": reader.invitations(seat, at),
        "deputies": reader.deputies(seat, at),
        "summary": [("", refusal.reason)] if refusal else [],
    }
    return render(request, "organisations/people.html", context, status=refusal.status if refusal else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another role or post for a colleague; for oneself another post."""
    seat = seat_of(request)
    member = colleague_or_404(seat, pk)
    if words := policies.can_change(seat, member):
        raise Forbidden(words)
    roles = [role for role in policies.roles_given(seat) if seat.user_id != member.user_id or role == member.role]
    if request.method != "POST":
        form = RoleForm(roles, initial={"role": member.role, "post": member.post})
        return _change_page(request, seat, member, form)
    form = RoleForm(roles, request.POST)
    if not form.is_valid():
        return _change_page(request, seat, member, form)
    try:
        changed = change_member(membership=member, **acts_for(seat), **form.cleaned_data)
    except Invalid as refusal:
        take(form, refusal)
        return _change_page(request, seat, member, form)
    except Conflict as refusal:
        return people_page(request, seat, refusal)
    said = {"name": member.user, "role": changed.role_said}
    messages.success(request, gettext("Saved. %(name)s: %(role)s.") % said)
    return see_other(reverse("people"))


def _change_page(request: HttpRequest, seat: Membership, member: Membership, form: RoleForm) -> HttpResponse:
    context = {"seat": seat, "member": member, "form": form}
    return render(request, "organisations/person_change.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more, then ends a colleague's membership, or one's own."""
    seat = seat_of(request)
    member = colleague_or_404(seat, pk)
    if words := policies.can_end(seat, member):
        raise Forbidden(words)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _end_page(request, seat, member, form)
    try:
        let_go(membership=member, **acts_for(seat), **form.cleaned_data)
    except Invalid as refusal:
        take(form, refusal)
        return _end_page(request, seat, member, form)
    except Conflict as refusal:
        return people_page(request, seat, refusal)
    if member.user_id == seat.user_id:
        return see_other(reverse("me"))  # where the header says for whom one no longer acts
    messages.success(request, gettext("No longer acts for your organisation: %(name)s.") % {"name": member.user})
    return see_other(reverse("people"))


def _end_page(request: HttpRequest, seat: Membership, member: Membership, form: LeaveForm) -> HttpResponse:
    is_last = is_last_keeper(member, timezone.now())
    context = {
        "seat": seat, "member": member, "form": form, "is_oneself": member.user_id == seat.user_id,
        "follows": reader.WHEN_NOBODY_IS_LEFT[member.role] if is_last else "",
    }  # fmt: skip
    return render(request, "organisations/person_end.html", context, status=422 if form.errors else 200)


def colleague_or_404(seat: Membership, pk: int) -> Membership:
    """Of the organisation acted for; those of others are not there."""
    people = Membership.objects.people_of(seat.organisation, timezone.now())
    return get_object_or_404(people.select_related("organisation"), pk=pk)
