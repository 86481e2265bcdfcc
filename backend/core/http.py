"""Requests and answers: refusals become pages; what every template may ask of the site."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import translate_url
from django.utils.translation import get_language

from backend.core.errors import Refusal, WrongMethod
from backend.core.problems import is_for_programs, problem_response


class RefusalMiddleware:
    """A `Refusal` that no view turned into something better: a page with its status and its reason in words. So is 405, of
    which Django makes an empty page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = refused(request, WrongMethod(response["Allow"]))
            page["Allow"] = response["Allow"]
            page._has_been_logged = True  # type: ignore[attr-defined]  # as Django marks it: by the view that refused
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refused(request, exception)
        return None


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page; to a program a problem document."""
    if is_for_programs(request):
        return problem_response(request, refusal.status, refusal.reason)
    return render(request, "core/refused.html", {"refusal": refusal}, status=refusal.status)


class SeeOther(HttpResponseRedirect):
    status_code = 303


def see_other(url: str) -> HttpResponse:
    """303: after a POST the browser reads the page that shows what came of it."""
    return SeeOther(url)


def site(request: HttpRequest) -> dict[str, Any]:
    """`languages`: code, own name, and the address of this very page and query in that language."""
    path = request.get_full_path()
    return {
        "languages": [
            (code, name, in_language(path, code), code == get_language()) for code, name in settings.LANGUAGES
        ]
    }


def in_language(path: str, code: str) -> str:
    """This address in another language; also one that is no page's, so that "not found" can be read in all of them."""
    language, slash, rest = path.removeprefix("/").partition("/")
    if slash and language in dict(settings.LANGUAGES):
        return f"/{code}/{rest}"
    return translate_url(path, code)


def is_partial(request: HttpRequest) -> bool:
    """htmx asks for a part of the page; when it restores one from the browser's history it wants the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
