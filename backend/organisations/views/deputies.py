"""Naming who signs for a signatory of the body one acts for, and ending that."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.forms import take
from backend.core.http import see_other
from backend.organisations import actions, policies
from backend.organisations.acting import acts_for, seat_of
from backend.organisations.forms import DeputyForm
from backend.organisations.models import Deputy, Membership
from backend.organisations.views.people import colleague_or_404, people_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, pk: int) -> HttpResponse:
    seat = seat_of(request)
    signatory = colleague_or_404(seat, pk)
    if words := policies.can_name_deputy(seat, signatory):
        raise Forbidden(words)
    people = Membership.objects.people_of(seat.organisation, timezone.now()).filter(role__in=policies.DEPUTIES)
    form = DeputyForm(list(people.exclude(user=seat.user)), request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _name_page(request, seat, signatory, form)
    try:
        deputy = actions.name_deputy(signatory=signatory, **acts_for(seat), **form.values())
    except Invalid as refusal:
        take(form, refusal)
        return _name_page(request, seat, signatory, form)
    except Conflict as refusal:
        return people_page(request, seat, refusal)
    messages.success(request, gettext("Named as deputy: %(name)s.") % {"name": deputy.deputy.user})
    return see_other(reverse("people"))


def _name_page(request: HttpRequest, seat: Membership, signatory: Membership, form: DeputyForm) -> HttpResponse:
    context = {"seat": seat, "member": signatory, "form": form}
    return render(request, "organisations/deputy_name.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more, then ends it: from the next click on the deputy signs no more."""
    seat = seat_of(request)
    deputy = get_object_or_404(Deputy.objects.of_body(seat.organisation), pk=pk)
    if words := policies.can_end_deputy(seat, deputy):
        raise Forbidden(words)
    if request.method != "POST":
        return render(request, "organisations/deputy_end.html", {"seat": seat, "deputy": deputy})
    try:
        actions.end_deputy(deputy=deputy, **acts_for(seat))
    except Conflict as refusal:
        return people_page(request, seat, refusal)
    messages.success(request, gettext("No longer a deputy: %(name)s.") % {"name": deputy.deputy.user})
    return see_other(reverse("people"))
