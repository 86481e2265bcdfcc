"""What the link of an invitation opens: whoever was invited takes the role, with the account they have or a new one."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.core.errors import Conflict, Invalid, Words
from backend.core.forms import take
from backend.core.http import see_other
from backend.core.languages import remember
from backend.organisations import actions, policies
from backend.organisations.acting import act_for
from backend.organisations.actions.inviting import UNKNOWN_LINK
from backend.organisations.forms import JoinForm
from backend.organisations.models import Invitation, Membership


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Public: the link is the key. Reading it accepts nothing. It looks the same whether or not the address has an account."""
    found = Invitation.objects.by_token(token).first()
    if found is None:
        return _closed(request, UNKNOWN_LINK, 404)
    if words := policies.why_closed(found, timezone.now()):
        return _closed(request, words, 410)
    if request.method != "POST":
        return _page(request, found, JoinForm(initial={"language": get_language()}))
    return _accepted(request, token) if isinstance(request.user, User) else _joined(request, found, token)


def _page(request: HttpRequest, found: Invitation, form: JoinForm, refusal: Conflict | None = None) -> HttpResponse:
    person = request.user
    context = {
        "invitation": found,
        "form": form,
        "is_theirs": isinstance(person, User) and person.email.lower() == found.email,
        "summary": [("", refusal.reason)] if refusal else [],
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "organisations/invitation.html", context, status=status)


def _closed(request: HttpRequest, words: Words, status: int) -> HttpResponse:
    return render(request, "organisations/invitation_closed.html", {"words": words}, status=status)


def _accepted(request: HttpRequest, token: str) -> HttpResponse:
    """By the person who is signed in. Forbidden, for another than the invited one, goes to the page of refusals."""
    assert isinstance(request.user, User)
    try:
        membership = actions.accept(token=token, actor=request.user)
    except Conflict as refusal:
        return _too_late(request, token, JoinForm(), refusal)
    act_for(request, membership)
    _welcome(request, membership)
    return see_other(reverse("me"))


def _joined(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """By somebody new, who is signed in with the account they make here; the site goes on in the language they chose."""
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        membership = actions.accept_as_new(token=token, **form.values())
    except Invalid as refusal:
        take(form, refusal)
        return _page(request, found, form)
    except Conflict as refusal:
        return _too_late(request, token, form, refusal)
    login(request, membership.user, backend="backend.accounts.backends.Backend")
    language = membership.user.language
    with translation.override(language):
        _welcome(request, membership)
    return remember(see_other(translate_url(reverse("me"), language)), language)


def _too_late(request: HttpRequest, token: str, form: JoinForm, refusal: Conflict) -> HttpResponse:
    """The link was used or taken back meanwhile; or it still holds, and there is another way."""
    found = Invitation.objects.by_token(token).get()
    if policies.why_closed(found, timezone.now()):
        return _closed(request, refusal.reason, refusal.status)
    return _page(request, found, form, refusal)


def _welcome(request: HttpRequest, membership: Membership) -> None:
    messages.success(request, gettext("You now act for: %(name)s.") % {"name": membership.organisation})
