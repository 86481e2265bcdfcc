"""The public numbers by machine, and the very units behind each."""

from copy import copy
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import parameters
from backend.api.base import Resource
from backend.api.context import context_of
from backend.api.paging import count_said, not_understood, page_addresses, wants_count
from backend.api.shapes.issue import IssueShape
from backend.api.shapes.metrics import MetricsShape
from backend.core.errors import Invalid
from backend.core.keyset import page
from backend.core.languages import plain
from issues.metrics.asked import MetricFilters, kept_pairs
from issues.metrics.figures import Figure, figures
from issues.metrics.units import BY_DAY, UnitsAsked
from issues.models import Issue

NOT_OF_NUMBERS = ("q", "status", "ngo", "overdue", "raised_after", "raised_before", "origin", "sort")
"""Filters of the list of issues that a number does not know: left out in silence they would seem to hold."""


class Metrics(Resource):
    """The five headline numbers and the annex, each with its counts, definition and the list behind it."""

    @extend_schema(operation_id="read_metrics", parameters=parameters.METRICS, responses=parameters.found(MetricsShape))
    def get(self, request: Request) -> Response:
        at, asked = timezone.now(), MetricFilters.read(request._request.GET)
        not_understood(request, asked)
        told = {key: _told(request, figure) for key, figure in figures(asked, at).items()}
        return Response(MetricsShape({"as_of": at, "metrics": told}).data)


def _told(request: Request, figure: Figure) -> dict[str, Any]:
    metric = figure.metric
    query = urlencode([("metric", metric.key), ("part", "denominator"), *kept_pairs(request._request.GET)])
    return {
        "label": metric.label, "kind": metric.kind.value, "unit": metric.unit.value, "value": figure.value,
        "p90": figure.p90, "scale": metric.scale.value,
        "n": figure.n, "numerator": figure.numerator, "denominator": figure.denominator, "interval": figure.interval,
        "beside": dict(figure.beside), "definition": metric.definition, "excluded": metric.excluded,
        "version": metric.version,
        "issues_url": request.build_absolute_uri(f"{plain(reverse('issues'))}?{query}"),
    }  # fmt: skip


def units(request: Request, query: QueryDict) -> Response:
    """`issues/?metric=…&part=…`: one row per unit, `count` the very number."""
    at, asked = timezone.now(), UnitsAsked.read(query)
    if asked is None:
        words = _("There is no such number, or no such part of it: %(metric)s, %(part)s.")
        told = words % {"metric": query.get("metric", "")[:60], "part": query.get("part", "")[:60]}
        raise Invalid({"metric": told})
    if others := [name for name in NOT_OF_NUMBERS if name in query]:
        raise Invalid(dict.fromkeys(others, _("This filter does not apply to the list behind a number.")))
    not_understood(request, asked.filters)
    cells = asked.cells(at)
    found = page(cells, BY_DAY, asked.filters.cursor)
    issues = Issue.objects.with_parts().in_bulk({cell.issue_id for cell in found.rows})
    rows = []
    for cell in found.rows:
        row = copy(issues[cell.issue_id])
        row.unit = {  # type: ignore[attr-defined]
            "kind": asked.metric.unit.value,
            "id": cell.ref,
            "cohort": cell.day,
        }
        rows.append(IssueShape(row, context=context_of(request, at)).data)
    frame = {"count": count_said(cells.order_by().count())} if wants_count(request) else {}
    return Response(frame | page_addresses(request, found) | {"results": rows})
