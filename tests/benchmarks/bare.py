"""The floor for P1: a Django view with the list's own query and a template of twenty rows, and nothing around them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from issues.lifecycle import OPEN
from issues.models import Issue

ROWS = 20
TEMPLATE = Engine().from_string(
    "<!doctype html><title>Issues</title><h1>Issues</h1><ol>{% for issue in rows %}<li>"
    '<a href="/issues/{{ issue.number }}/">{{ issue.title }}</a> {{ issue.get_status_display }} '
    "{{ issue.body_addressed.name_kk }} {{ issue.region.name_kk }} {{ issue.raised_by.name_kk }} "
    '<time>{{ issue.raised_at|date:"c" }}</time></li>{% endfor %}</ol>'
)


class Here:
    """Sends every request to this module: the only middleware of the bare side."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = "tests.benchmarks.bare"  # type: ignore[assignment]
        return self.get_response(request)


def bare(request: HttpRequest) -> HttpResponse:
    found = Issue.objects.public().filter(origin="platform", status__in=OPEN, region__code=request.GET["region"])
    rows = found.for_list().order_by("-raised_at", "-pk")[: ROWS + 6]  # as many as the page of the list reads
    return HttpResponse(TEMPLATE.render(Context({"rows": list(rows)[:ROWS]})))


urlpatterns = [path("bare/", bare)]
