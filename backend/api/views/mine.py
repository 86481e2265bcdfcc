"""One's own tokens: listed, made, revoked. The pages of `/me/tokens/`."""

from secrets import token_hex

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.models import User
from backend.api.actions import DAYS, DAYS_AT_MOST, just_made, make_token, revoke_token, secret_of
from backend.api.models import Scope, Token
from backend.core.errors import Invalid, Refusal
from backend.core.forms import take
from backend.core.http import see_other
from backend.organisations.acting import memberships


class TokenForm(forms.Form):
    """What a new token is called, for whom it acts, what it may do and for how long."""

    use_required_attribute = False
    name = forms.CharField(label=_("Name of the token"), max_length=100, help_text=_("The program that will use it."))
    organisation = forms.ChoiceField(label=_("Acts for"), required=False)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Days it is valid"), min_value=1, max_value=DAYS_AT_MOST, initial=DAYS)

    def __init__(self, request: HttpRequest, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        mine = [(seat.organisation.slug, str(seat.organisation)) for seat in memberships(request)]
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All organisations you act for")), *mine]
        self.fields["scopes"].initial = Scope.values


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The list, and a form for another. Whoever made one is led here and told its secret, for a minute: also where the form was
    sent twice, since a browser shows the second answer.
    """
    person = _person(request)
    form = TokenForm(request, request.POST) if request.method == "POST" else TokenForm(request)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            made = token_hex(16)
            try:
                make_token(person=person, secret=secret_of(person, made), **form.cleaned_data)
                return see_other(f"{reverse('tokens')}?made={made}")
            except Invalid as refusal:
                take(form, refusal)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
    kept = person.auth_token_set.select_related("user", "membership__organisation")
    mine = [each for each in kept if each.is_in_force(timezone.now())]
    secret = just_made(person, request.GET.get("made", ""), timezone.now())
    context = {"form": form, "tokens": mine, "secret": secret}
    return render(request, "api/tokens.html", context, status=status)


@login_required
@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """Refused from now on; found by its first characters, among one's own."""
    found = get_object_or_404(Token, user=_person(request), token_key=key)
    revoke_token(token=found)
    messages.success(request, gettext("The token is revoked."))
    return see_other(reverse("tokens"))


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # @login_required
    return request.user
