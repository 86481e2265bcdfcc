"""The floors for P1 to P3: Django views with one query, and nothing around them: a list by a template of twenty rows, a thread of
stored HTML, and a row that is inserted.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path
from django.utils import timezone

from dialogue.actions import post_message
from dialogue.models import Message, PrivateNote
from issues.lifecycle import OPEN
from issues.models import Issue

STOCK = "stock"
ROWS = 20
TEMPLATE = Engine().from_string(
    "<!doctype html><title>Issues</title><h1>Issues</h1><ol>{% for issue in rows %}<li>"
    '<a href="/issues/{{ issue.number }}/">{{ issue.title }}</a> {{ issue.get_status_display }} '
    "{{ issue.body_addressed.name_kk }} {{ issue.region.name_kk }} {{ issue.raised_by.name_kk }} "
    '<time>{{ issue.raised_at|date:"c" }}</time></li>{% endfor %}</ol>'
)


class Here:
    """Sends every request to this module: the only middleware of the bare side."""

    urlconf = "tests.benchmarks.bare"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = self.urlconf  # type: ignore[assignment]
        return self.get_response(request)


def bare(request: HttpRequest) -> HttpResponse:
    found = Issue.objects.public().filter(origin="platform", status__in=OPEN, region__code=request.GET["region"])
    rows = found.for_list().order_by("-raised_at", "-pk")[: ROWS + 6]  # as many as the page of the list reads
    return HttpResponse(TEMPLATE.render(Context({"rows": list(rows)[:ROWS]})))


def thread(request: HttpRequest) -> HttpResponse:
    """All messages of an issue, as their HTML is stored."""
    found = Message.objects.filter(issue=request.GET["issue"]).order_by("seq").values_list("seq", "body_html")
    messages = "".join([f'<li id="m{seq}">{html}</li>' for seq, html in found])
    return HttpResponse(f"<!doctype html><title>Thread</title><h1>Thread</h1><ol>{messages}</ol>")


def insert(request: HttpRequest) -> HttpResponse:
    """A row with the words and their HTML, which came rendered, written by Django's own backend."""
    PrivateNote.objects.using(STOCK).create(
        issue_id=request.GET["issue"], organisation_id=request.GET["organisation"], author_id=request.GET["author"],
        n=request.POST["n"], body=request.POST["body"], body_html=request.POST["body"], at=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=204)


def message(request: HttpRequest) -> HttpResponse:
    post_message(issue=Issue(pk=int(request.GET["issue"])), body=request.POST["body"], key=uuid4(), **writer)
    return HttpResponse(status=204)


def stock() -> Any:
    """A connection to the same database, with the same settings, by the backend that comes with Django."""
    ours = connection.settings_dict
    connections.databases[STOCK] = ours | {"ENGINE": "django.db.backends.postgresql"}
    return connections[STOCK]


writer: dict[str, Any] = {}
urlpatterns = [
    path("bare/", bare),
    path("bare/thread/", thread),
    path("bare/insert/", insert),
    path("bare/message/", message),
]
