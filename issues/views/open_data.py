"""Open data: what there is, column by column; the rows and figures themselves as CSV and JSON Lines."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from issues.metrics.asked import MetricFilters
from issues.metrics.figures import Figure, figures
from issues.metrics.recompute import SCRIPT
from issues.metrics.rows import TABLES, rows

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Public. The tables with their codebook, the licence, and how a stranger recomputes the first number. No query."""
    return render(request, "issues/open_data.html", {"tables": TABLES.values(), "script": SCRIPT})


@require_safe
def table(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """Public. One table, streamed. One query."""
    if name not in TABLES or form not in FORMATS:
        raise Http404
    found = TABLES[name]
    names = [column.name for column in found.columns]
    lines = _csv(names, rows(found)) if form == "csv" else _jsonl(names, rows(found))
    response = StreamingHttpResponse(lines, content_type=FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="birge-{name}.{form}"'
    return response


class _Line:
    """What `csv` writes to: the line is handed on at once."""

    def write(self, line: str) -> str:
        return line


def _csv(names: list[str], found: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(names)
    for row in found:
        yield writer.writerow(["" if value is None else value for value in row])


def _jsonl(names: list[str], found: Iterable[Iterable[Any]]) -> Iterator[str]:
    for row in found:
        yield json.dumps(dict(zip(names, row, strict=True)), default=str, ensure_ascii=False) + "\n"


FIGURE_COLUMNS = ("key", "version", "numerator", "denominator", "value", "lower", "upper", "as_of", "from", "to")


@require_safe
def figures_csv(request: HttpRequest) -> HttpResponse:
    """Public. All figures under the filters of the address. At most ten queries."""
    at, asked = timezone.now(), MetricFilters.read(request.GET)
    when = [at.isoformat(timespec="seconds"), asked.since or "", asked.until or ""]
    return csv_file("figures", FIGURE_COLUMNS, ([*figure_cells(each), *when] for each in figures(asked, at).values()))


def csv_file(name: str, names: Iterable[str], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A small table to keep, as `birge-<name>.csv`; `names` are its columns."""
    response = HttpResponse(content_type=FORMATS["csv"])
    response["Content-Disposition"] = f'attachment; filename="birge-{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(names)
    writer.writerows(rows)
    return response


def figure_cells(figure: Figure) -> list[Any]:
    low, high = (figure.interval.lower, figure.interval.upper) if figure.interval else ("", "")
    value = "" if figure.value is None else figure.value
    return [figure.metric.key, figure.metric.version, figure.numerator, figure.denominator, value, low, high]
