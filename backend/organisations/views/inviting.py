"""Inviting people to the organisation one acts for, sending the link again, taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.forms import take
from backend.core.http import see_other
from backend.core.posting import tells_after_commit
from backend.organisations import actions, policies
from backend.organisations.acting import acts_for, seat_of
from backend.organisations.forms import InviteForm
from backend.organisations.models import Invitation, Membership
from backend.organisations.views.people import people_page


@tells_after_commit
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    seat = seat_of(request)
    if words := policies.can_invite(seat):
        raise Forbidden(words)
    form = InviteForm(policies.roles_given(seat), request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, seat, form, 422 if form.is_bound else 200)
    try:
        invitation = actions.invite(**acts_for(seat), **form.cleaned_data, site=_site(request))
    except Invalid as refusal:
        take(form, refusal)
        return _form_page(request, seat, form, 422)
    except Conflict as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, seat, form, refusal.status)
    return _told(request, invitation)


def _form_page(request: HttpRequest, seat: Membership, form: InviteForm, status: int) -> HttpResponse:
    return render(request, "organisations/invite.html", {"seat": seat, "form": form}, status=status)


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _told(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if invitation.mailed_at:
        messages.success(request, gettext("The invitation is on its way to: %(email)s.") % {"email": invitation.email})
    else:
        words = gettext("The invitation is saved, but its mail could not be sent to: %(email)s. Send it again later.")
        messages.warning(request, words % {"email": invitation.email})
    return see_other(reverse("people"))


@tells_after_commit
@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """The same invitation with a new link."""
    seat = seat_of(request)
    invitation = _invitation_or_404(seat, pk)
    try:
        return _told(request, actions.invite_again(invitation=invitation, **acts_for(seat), site=_site(request)))
    except Conflict as refusal:
        return people_page(request, seat, refusal)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    seat = seat_of(request)
    invitation = _invitation_or_404(seat, pk)
    try:
        actions.revoke(invitation=invitation, **acts_for(seat))
    except Conflict as refusal:
        return people_page(request, seat, refusal)
    messages.success(request, gettext("The invitation is taken back: %(email)s.") % {"email": invitation.email})
    return see_other(reverse("people"))


def _invitation_or_404(seat: Membership, pk: int) -> Invitation:
    """Of the organisation acted for, for whoever looks after its people; for all others it is not there."""
    mine = Invitation.objects.filter(organisation=seat.organisation, role__in=policies.roles_given(seat))
    return get_object_or_404(mine, pk=pk)
