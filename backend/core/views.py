"""What stands outside the domain: is the process alive, is it ready; and the pages for errors."""

import sys

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.core import posting
from backend.core.problems import is_for_programs, problem_response
from backend.core.references import reference_of


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. No query: a database that is down must not have the process restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 once the database answers and every migration is applied, else 503 with the reason. Two queries."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "the database does not answer"}, status=503)
    if missing:
        return JsonResponse({"ready": False, "reason": f"{len(missing)} migrations are not applied"}, status=503)
    return JsonResponse({"ready": True})


@login_required
@never_cache
@require_safe
def kept_text(request: HttpRequest) -> HttpResponse:
    """What was typed when the session ended, for the person who typed it; for anybody else it is gone. Sends nothing."""
    kept = posting.kept_of(request)
    if kept is None:
        return redirect("me")
    lead = _("You were signed out when you sent it. Nothing was sent, and nothing is lost.")
    return posting.kept_page(request, kept, title=_("Your text is here"), lead=lead)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request too broken to look at: no session, no language, no database."""
    if is_for_programs(request):
        return problem_response(request, 400, _("This request cannot be read."))
    return _in_all_languages(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """In all three languages at once: after an error nothing of the request is trusted, the database least. 503 where it was
    the database that did not answer: that passes.
    """
    is_down = isinstance(sys.exception(), OperationalError | InterfaceError)
    if is_for_programs(request):
        words = _("Something failed here. Try again; if it goes on, tell us the reference.")
        response: HttpResponse = problem_response(request, 503 if is_down else 500, words)
        if is_down:
            response["Retry-After"] = "30"
        return response
    if not is_down:
        return _in_all_languages(request, 500)
    response = _in_all_languages(request, 503)
    response["Retry-After"] = "30"
    return response


def _in_all_languages(request: HttpRequest, status: int) -> HttpResponse:
    page = get_template(f"{status}.html").render({"reference": reference_of(request)})
    return HttpResponse(page, status=status)
