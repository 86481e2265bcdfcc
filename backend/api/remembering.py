"""What a visitor's program was answered is told to the next one too, while nothing has changed (D15)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework.response import Response

from backend.api.throttles import PerCaller
from backend.core.remembered import Shelf
from issues import freshness

type Handler = Callable[..., HttpResponseBase]

KEPT_BYTES = 32 * 1024 * 1024
KEPT_SECONDS = 60  # a date may pass without an event, by which `overdue` changes
JSON = ("*/*", "application/json")
_answers: Shelf[bytes] = Shelf(KEPT_BYTES)


def remembered(view: Handler) -> Handler:
    """A visitor who has the answer as it is now gets 304, and one who has not what was made for another within the minute: one
    query. With a token every answer is made anew.
    """

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        tag = None if "Authorization" in request.headers else freshness.etag(request)
        if tag is None:
            return view(request, *args, **kwargs)
        response: HttpResponseBase | None = get_conditional_response(request, etag=tag)
        if response is None:
            response = _kept(request, tag) or _made(request, tag, view(request, *args, **kwargs))
        response.headers.setdefault("ETag", tag)
        return response

    return answered


def _key(tag: str) -> tuple[str, int]:
    return tag, int(timezone.now().timestamp()) // KEPT_SECONDS


def _kept(request: HttpRequest, tag: str) -> HttpResponse | None:
    """Counted by the throttle like any other; None also where the address has asked too often: the view says so."""
    if request.method != "GET" or request.headers.get("Accept", JSON[0]) not in JSON:
        return None
    found = _answers.get(_key(tag))
    if found is None or not PerCaller.allows(request):
        return None
    kind, allow, content = found.split(b"\n", 2)
    return HttpResponse(content, content_type=kind.decode(), headers={"Allow": allow.decode()})


def _made(request: HttpRequest, tag: str, response: HttpResponseBase) -> HttpResponseBase:
    if request.method == "GET" and response.status_code == 200 and isinstance(response, Response):
        response.render()
        _answers.put(_key(tag), f"{response['Content-Type']}\n{response['Allow']}\n".encode() + response.content)
    return response
