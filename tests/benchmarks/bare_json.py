"""The floor for the API: Django views that answer the columns of the same rows by `.values()`, one query, as JSON; no asks, no
co-signers, no moves, no language, no throttle.
"""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path

from backend.core.keyset import PAGE_SIZE
from issues.lifecycle import OPEN
from issues.models import Issue
from tests.benchmarks.bare import Here

COLUMNS = (
    "uuid", "number", "title", "body", "body_html", "language", "status", "topic__slug", "region__code", "place",
    "body_addressed__slug", "raised_by__slug", "held_by__slug", "origin", "raised_at", "due_at", "owed_by", "answered_at",
    "resolved_at", "basis", "version", "rev", "topic__name_en", "region__name_en", "body_addressed__name_en", "raised_by__name_en",
)  # fmt: skip


class JsonHere(Here):
    urlconf = __name__


def rows(request: HttpRequest) -> JsonResponse:
    wanted: dict[str, Any] = {"origin": "platform", "status__in": OPEN}
    if "region" in request.GET:
        wanted["region__code"] = request.GET["region"]
    found = Issue.objects.public().filter(**wanted).order_by("-raised_at", "-pk").values(*COLUMNS)
    return JsonResponse({"results": list(found[: PAGE_SIZE + 1])[:PAGE_SIZE]})


def one(request: HttpRequest) -> JsonResponse:
    found = (
        Issue.objects.public().filter(number=request.GET["number"]).values(*COLUMNS, "official_number", "official_date")
    )
    return JsonResponse(found[0])


urlpatterns = [path("bare/json/", rows), path("bare/json/one/", one)]
