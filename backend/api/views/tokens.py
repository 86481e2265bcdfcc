"""Getting a token by e-mail and password, and giving one back."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.api import examples, parameters, sent
from backend.api.actions import DAYS, make_token, revoke_token
from backend.api.base import Resource, body_of, others_than, person_of, token_of
from backend.core.checked import Checked, is_no_name

WAIT_SECONDS = 300  # as long as failures of one address and e-mail are counted


class AuthToken(Resource):
    """A token is told once. Failures are counted as on the sign-in page, and together with it."""

    conditional = False

    def get_permissions(self) -> list[Any]:
        return [AllowAny()]

    @extend_schema(
        operation_id="get_token",
        examples=examples.TOKEN,
        request=sent.TokenSent,
        responses=parameters.made(sent.TokenMade),
    )
    def post(self, request: Request) -> Response:
        """Get a token, by e-mail address and password. It is told once."""
        said = body_of(request)
        with Checked() as check:
            email = check.line("email", said.get("email"))
            password = said.get("password")
            if not isinstance(password, str) or not password or is_no_name(password):
                check.fail("password", _("Write something here."))
            for name, words in others_than(request, "email", "password", "otp", "name", "scopes", "days").items():
                check.fail(name, words)
        person = _signed_in(request, email, str(password))
        token, secret = make_token(
            person=person, name=said.get("name") or "", scopes=said.get("scopes"), organisation=said.get("as"),
            days=said.get("days", DAYS), at=timezone.now(),
        )  # fmt: skip
        return Response(sent.TokenMade({"token": secret, "expiry": token.expiry}).data, status=201)

    @extend_schema(operation_id="revoke_token", request=None, responses=parameters.GONE)
    def delete(self, request: Request) -> Response:
        """The token of this very request is refused from now on."""
        person_of(request)
        revoke_token(token=token_of(request))
        return Response(status=204)


def _signed_in(request: Request, email: str, password: str) -> User:
    try:
        found = get_adapter().authenticate(request._request, email=email.lower(), password=password)
    except ValidationError:
        raise exceptions.Throttled(WAIT_SECONDS) from None
    if not isinstance(found, User) or not found.is_active:
        raise exceptions.AuthenticationFailed(_("The e-mail address and the password do not belong together."))
    return found
