"""What every resource does alike: who asks and for whom, in which language, once, and how a refusal is told.

The order of answers is contract.md's: 401, 404, 403, 409, 422, 429. The first is DRF's, the others come from the querysets,
policies and actions that the pages use.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.api.models import Scope, Token
from backend.api.remembering import remembered
from backend.core.errors import Conflict, Forbidden, Invalid, Refusal, Words
from backend.core.once import KEY_LENGTH, Answer, OtherWords, Sent, digest_of, once
from backend.core.problems import CONTENT_TYPE, problem
from backend.organisations.models import Membership
from backend.organisations.seats import seats_in_force

type Handler = Callable[..., HttpResponseBase]


class WithToken(BasePermission):
    """Reading is for everybody; writing takes a token (401 without)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or request.user.is_authenticated


class Resource(APIView):
    """A resource. `private`: read with a token only; `conditional`: anonymous reads carry an ETag (D15)."""

    permission_classes = (WithToken,)
    private = False
    conditional = True

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view = super().as_view(**initkwargs)
        asked_about = remembered(view) if cls.conditional and not cls.private else view

        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            translation.activate(language_of(request))
            is_read = request.method in ("GET", "HEAD")
            response: HttpResponseBase = (asked_about if is_read else view)(request, *args, **kwargs)
            patch_vary_headers(response, ["Accept-Language", "Authorization"])
            if response.status_code >= 400:
                del response.headers["ETag"]  # a program that keeps answers by their tag would keep the refusal
            response.headers.setdefault(
                "Cache-Control", "no-cache" if response.has_header("ETag") else "private, no-cache"
            )
            return response

        for name in ("cls", "view_class", "initkwargs", "csrf_exempt", "actions"):
            if hasattr(view, name):
                setattr(answered, name, getattr(view, name))
        answered.takes_files = answered.by_token = getattr(cls, "takes_files", False)  # type: ignore[attr-defined]
        answered.__name__, answered.__doc__ = cls.__name__, cls.__doc__
        answered.__module__ = cls.__module__
        return answered

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.private and not request.user.is_authenticated:
            raise exceptions.NotAuthenticated

    def get_exception_handler(self) -> Any:
        return told

    def once(self, request: Request, act: Callable[[], Response]) -> Response:
        """What `act` answers; with an `Idempotency-Key` the first answer, to every repeat of the same request."""
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return act()
        if not (1 <= len(key) <= KEY_LENGTH and key.isprintable()):
            limit = {"limit": KEY_LENGTH}
            raise Invalid(
                {"Idempotency-Key": _("Give at least one printable character, and at most %(limit)s.") % limit}
            )
        sent = Sent(person_of(request).pk, str(request.method), request.path, key, _digest(request))
        try:
            done = once(sent, act, _kept)
        except OtherWords:
            words = _("This key was used already, with another request. Use a new key for each.")
            raise Invalid({"Idempotency-Key": words}) from None
        if isinstance(done, Response):
            return done
        return Response(json.loads(done["data"]) if done["data"] else None, status=done["status"])


def language_of(request: HttpRequest) -> str:
    """By Accept-Language alone; Kazakh where it names none of ours."""
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(wanted)
        except LookupError:
            continue
    return "kk"


def person_of(request: Request) -> User:
    """Who asks; 401 where nobody does."""
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    return request.user


def seats_of(request: Request) -> list[Membership]:
    """For whom the person may act by this token, the oldest first. At most three queries, once per request; none for a
    visitor.
    """
    if not isinstance(request.user, User):
        return []
    if not hasattr(request, "_seats"):
        mine = seats_in_force(request.user, timezone.now())
        bound = token_of(request).membership_id
        request._seats = [  # type: ignore[attr-defined]
            each for each in mine if bound in (None, each.pk)
        ]
    found: list[Membership] = request._seats  # type: ignore[attr-defined]
    return found


def token_of(request: Request) -> Token:
    assert isinstance(request.auth, Token)  # whoever is signed in here is so by a token
    return request.auth


def check_scope(request: Request, scope: Scope) -> None:
    """Raises Forbidden where the token was made for less."""
    if scope not in token_of(request).scopes:
        raise Forbidden(_("This token was not made for that. Needed: %(scope)s.") % {"scope": scope.value})


def seat_named(request: Request, scope: Scope) -> Membership:
    """The seat that `as` names, in the body or in the address. Raises Forbidden, Invalid."""
    check_scope(request, scope)
    name = body_of(request).get("as", request.query_params.get("as"))
    if not isinstance(name, str) or not name:
        raise Invalid({"as": _("Say for which organisation you act, by its short name.")})
    seat = next((each for each in seats_of(request) if each.organisation.slug == name), None)
    if seat is None:
        raise Forbidden(_("You do not act for this organisation, or no longer."))
    return seat


def body_of(request: Request) -> Mapping[str, Any]:
    """The fields that were sent. Raises Invalid for a body that is no object."""
    if not isinstance(request.data, Mapping):
        raise Invalid({"": _("Send one JSON object.")})
    found: Mapping[str, Any] = request.data
    return found


def fields_of(request: Request, *but: str) -> dict[str, Any]:
    """The fields without `as`, `version` and those named: what an action takes."""
    return {name: value for name, value in body_of(request).items() if name not in ("as", "version", *but)}


def version_of(request: Request) -> tuple[int | None, dict[str, Words]]:
    """The version that the writer knew; what is wrong with it, and which fields are null that may not be."""
    version = body_of(request).get("version")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        return None, {"version": _("Give the number of the version you have read.")}
    return version, nulls_of(request)


def others_than(request: Request, *names: str) -> dict[str, Words]:
    """What is wrong with the fields that the act does not take, or that are null and may not be: each by its name."""
    more = body_of(request).keys() - {"as", *names}
    return nulls_of(request) | {str(name): _("There is no such field here.") for name in sorted(more)}


LEAVE_OUT = _("Leave this out, or give a value.")
MAY_BE_NULL = frozenset({"topic", "region", "body_addressed", "official_date", "parent"})


def nulls_of(request: Request) -> dict[str, Words]:
    """An action takes None for "not given"; a program that sends null where the description has none is told so."""
    nulls = (name for name, value in body_of(request).items() if value is None and name not in MAY_BE_NULL)
    return {str(name): LEAVE_OUT for name in nulls}


@contextmanager
def also_wrong(errors: Mapping[str, Words]) -> Iterator[None]:
    """Around an action: what is wrong with the shape of the request (422) is told after the action's own 403 and 409, and with
    its own 422; nothing of the act stays then. Raises Invalid.
    """
    with transaction.atomic():
        try:
            yield
        except Invalid as refusal:
            if not errors:
                raise
            raise Invalid(refusal.errors | dict(errors)) from refusal
        if errors:
            raise Invalid(errors)


def _digest(request: Request) -> str:
    if (request._request.content_type or "").startswith("multipart/"):
        _fields = request.data  # reads the form
        return digest_of(request._request)
    return hashlib.sha256(json.dumps(request.data, sort_keys=True, default=str).encode()).hexdigest()


def _kept(response: Response) -> Answer | None:
    """Only what was done is kept (2xx)."""
    if not 200 <= response.status_code < 300:
        return None
    return {
        "status": response.status_code,
        "data": "" if response.data is None else JSONRenderer().render(response.data).decode(),
    }


def told(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """Every refusal as a problem document; None for what nobody expected, which is logged and told as 500."""
    request = context.get("request")
    match exception:
        case Refusal():
            return _problem(request, exception.status, str(exception), *_what_of(exception))
        case Http404():
            return _problem(request, 404, _("There is nothing at this address, or it is not for you."))
        case PermissionDenied():
            return _problem(request, 403, _("This is not allowed."))
        case exceptions.APIException():
            return _of_framework(request, exception)
    return None


def _what_of(refusal: Refusal) -> tuple[Mapping[str, Any] | None, Mapping[str, Any]]:
    more: dict[str, Any] = dict(getattr(refusal, "told", {}))
    if not isinstance(refusal, Invalid):
        return None, more
    if found := getattr(refusal, "found", None):  # personal data: what, where, and the token that keeps it knowingly
        more["found"] = [{"in": name, "kind": str(hit.kind), "token": hit.token} for name, hit in found]
    return refusal.errors, more


_FRAMEWORK = {
    400: _("The body cannot be read. Send well-formed JSON, in UTF-8."),
    405: _("This address does not take this method."),
    406: _("Only JSON is given out here."),
    415: _("Send JSON, with Content-Type: application/json; files as multipart/form-data."),
    401: _("Send a token: Authorization: Token …"),
}


def _of_framework(request: Any, exception: exceptions.APIException) -> Response:
    status = exception.status_code
    is_ours = isinstance(exception, exceptions.AuthenticationFailed)
    detail: Any = exception.detail if is_ours else _FRAMEWORK.get(status, exception.detail)
    headers = {}
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(exception, exceptions.Throttled):
        seconds = max(1, int(getattr(exception, "wait", None) or 1))
        headers["Retry-After"] = str(seconds)
        detail = _("Too many requests. Try again after %(n)s seconds.") % {"n": seconds}
    return _problem(request, status, detail, headers=headers)


def _problem(
    request: Any, status: int, detail: Any, errors: Mapping[str, Any] | None = None, more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    document = problem(getattr(request, "_request", request), status, detail, errors, **(more or {}))
    return Response(document, status=status, headers=dict(headers or {}), content_type=CONTENT_TYPE)


class Moved(Conflict):
    """A conflict that tells a program where the thing stands now (`current`)."""

    def __init__(self, refusal: Conflict, current: Mapping[str, Any]) -> None:
        super().__init__(refusal.reason)
        self.told = {"current": current}
