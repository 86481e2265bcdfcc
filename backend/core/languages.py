"""Remembering the language that a person chose with the switcher."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_path, override


class RememberLanguage:
    """Going from one of our pages to one in another language is choosing it: a cookie keeps that for `/`.

    Other ways in (a link in a mail, a search engine) change nothing. No query, no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        chosen = get_language_from_path(request.path_info)
        if chosen and chosen != request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) and _is_switch(request, chosen):
            remember(response, chosen)
        return response


def _is_switch(request: HttpRequest, chosen: str) -> bool:
    """The page before was ours (a Referer crosses no origin, by our own policy) and in another language."""
    if request.method != "GET":
        return False
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return False
    was = get_language_from_path(before.path) if before.netloc == request.get_host() else None
    return was is not None and was != chosen


def remember(response: HttpResponse, language: str) -> HttpResponse:
    """Keep the language that a person chose, for `/`."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip
    return response


def plain(path: str) -> str:
    """The address of a page without its language: it redirects to the reader's."""
    language = get_language_from_path(path)
    return path.removeprefix(f"/{language}") if language else path


def spoken(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For an address without a language: answers in that of `?lang=`, else in the one that the middleware chose."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("lang", "")
        if wanted not in dict(settings.LANGUAGES):
            return view(request, *args, **kwargs)
        with override(wanted):
            response = view(request, *args, **kwargs)
            response.headers["Content-Language"] = wanted
            return response

    return answered
