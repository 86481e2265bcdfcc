"""One's own page: for whom one acts, whose turn it is, drafts, name and language."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from backend.accounts.actions import save_person
from backend.accounts.models import User
from backend.core import posting
from backend.core.errors import Forbidden, Invalid
from backend.core.forms import take
from backend.core.http import see_other
from backend.core.languages import remember
from backend.organisations.acting import act_for, acting, inside, memberships
from backend.organisations.models import Kind
from issues import desk, policies, proposals, turns
from issues.forms.me import SettingsForm
from issues.models import Issue


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    return _page(request, SettingsForm(initial={"name": _person(request).name, "language": _person(request).language}))


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # @login_required
    return request.user


def _page(request: HttpRequest, form: SettingsForm) -> HttpResponse:
    """Up to seven queries besides the session's: memberships, and of what is owed, measures, drafts, disputes, redirects,
    appeals what the kind of the organisation acted for asks for.
    """
    seat, at = acting(request), timezone.now()
    is_ngo = policies.can_draft(seat)
    is_council = seat is not None and seat.organisation.kind == Kind.COUNCIL
    moderates = seat if policies.moderates(policies.Seat.of(seat)) is None else None
    context = {
        "form": form,
        "kept": posting.kept_of(request) is not None,
        "seat": seat,
        "follows": [each.issue for each in _person(request).follows.select_related("issue", "issue__held_by")[:100]],
        "seats": memberships(request),
        "is_ngo": is_ngo,
        "has_desk": desk.is_desk_of(seat),
        "is_council": is_council,
        "turns": turns.turns_of_ngo(seat, at) if seat and is_ngo else [],
        "measures": turns.measures_of(seat, at) if seat and is_ngo else [],
        "moderates": moderates is not None,
        "appeals": turns.appeals_for(moderates) if moderates else [],
        "proposals": proposals.waiting_for_moderator(moderates, at) if moderates else [],
        "orphans": proposals.without_a_body(at) if moderates else [],
        "drafts": Issue.objects.drafts_of(seat.organisation)[:100] if seat and is_ngo else [],
        "disputes": [each for each in turns.open_disputes(seat, memberships(request), at) if each.mine]
        if is_council
        else [],
    }
    return render(request, "issues/me.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations from now on."""
    wanted = request.POST.get("membership", "")
    chosen = next((each for each in memberships(request) if str(each.pk) == wanted), None)
    if chosen is None:
        raise Forbidden(_("You do not act for this organisation, or no longer."))
    act_for(request, chosen)
    messages.success(request, gettext("You now act for: %(name)s.") % {"name": chosen.organisation})
    return see_other(inside(request, request.POST.get("next", "")))


@login_required
@require_POST
def save_settings(request: HttpRequest) -> HttpResponse:
    """Save name and language; the site then speaks that language."""
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        person = save_person(person=_person(request), **form.cleaned_data)
    except Invalid as refusal:
        take(form, refusal)
        return _page(request, form)
    with translation.override(person.language):
        messages.success(request, gettext("Your settings are saved."))
    return remember(see_other(translate_url(reverse("me"), person.language)), person.language)
