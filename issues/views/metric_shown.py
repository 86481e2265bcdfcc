"""Figures as the pages show them: values in words, each count with the list of its very units."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.metrics.asked import KINDS, MetricFilters, kept_pairs
from issues.metrics.cohorts import Metric
from issues.metrics.definitions import METRICS
from issues.metrics.figures import Figure, figures
from issues.metrics.tables import DEFAULT, Row, kind_of
from issues.metrics.units import PARTS
from issues.metrics.words import counts_said, interval_said, p90_said, value_said
from issues.models import Region

MIX = "refused_share"
"""Whose parts say what the answers were."""

BESIDE_A_BODY = ("confirmed_done", "answered_on_time", "time_to_first_answer", "commitments_kept", MIX)
"""What stands on the page of a body, beside all of its kind."""


def list_url(
    query: QueryDict, key: str, part: str, *, since: date | None = None, until: date | None = None, region: str = "",
    body: str = "", language: str = "",
) -> str:  # fmt: skip
    """The list of the very units, under the filters of an address; of one month, region or body where these are given."""
    days = {"from": since.isoformat() if since else "", "to": until.isoformat() if until else ""}
    kept = kept_pairs(query, **days, region=region, body=body, language=language)
    return f"{reverse('issues')}?{urlencode([('metric', key), ('part', part), *kept])}"


def query_of(query: QueryDict) -> str:
    """The filters alone: '' or "?..."."""
    kept = kept_pairs(query)
    return f"?{urlencode(kept)}" if kept else ""


def shown(query: QueryDict, figure: Figure, mix: Figure | None = None) -> dict[str, Any]:
    """A figure in words: with n below ten its counts alone. `mix`: what the answers said, for a figure of speed."""
    metric = figure.metric
    return {
        "metric": metric,
        "figure": figure,
        "value": value_said(figure),
        "p90": p90_said(figure),
        "interval": interval_said(figure),
        "counts": counts_said(figure),
        "numerator_url": list_url(query, metric.key, "numerator"),
        "denominator_url": list_url(query, metric.key, "denominator"),
        "url": reverse("metric", args=[metric.key]) + query_of(query),
        "parts": parts_of(query, figure),
        "mix": mix_of(query, mix) if mix and metric.is_speed else [],
    }


def parts_of(query: QueryDict, figure: Figure) -> list[tuple[Words, int, str]]:
    return [(PARTS[name], n, list_url(query, figure.metric.key, name)) for name, n in figure.beside.items()]


def mix_of(query: QueryDict, figure: Figure) -> list[tuple[Words, int, str]]:
    """Asks by the verdict in force, each with its list; nothing where no ask has one."""
    counts = {**figure.beside, "numerator": figure.numerator}
    named = (("supported", "supported"), ("partly", "partly"), ("numerator", "refused"))
    return [(PARTS[name], counts[part], list_url(query, MIX, part)) for part, name in named] if figure.n else []


def all_shown(query: QueryDict, metrics: Iterable[Metric], found: dict[str, Figure]) -> list[dict[str, Any]]:
    return [shown(query, found[metric.key], found[MIX]) for metric in metrics]


def by_language(query: QueryDict, asked: MetricFilters, at: datetime, key: str) -> list[dict[str, Any]]:
    """The number by the language of the issue's text. One or two queries each."""
    rows = []
    for code, name in settings.LANGUAGES:
        if asked.language in ("", code):
            figure = figures(replace(asked, language=code), at, [key])[key]
            of = partial(list_url, query, key, language=str(code))
            rows.append(
                {
                    "code": code, "name": name, "figure": figure, "value": value_said(figure),
                    "numerator_url": of("numerator"), "denominator_url": of("denominator"),
                }
            )  # fmt: skip
    return rows


def linked(query: QueryDict, rows: Iterable[Row], key: str) -> list[dict[str, Any]]:
    """Rows with the addresses of their lists; a number without a table of its own shows the usual one."""
    of = key if METRICS[key].divides else DEFAULT
    found = []
    for row in rows:
        region, body = (row.thing.code, "") if isinstance(row.thing, Region) else ("", row.thing.slug)
        listed = partial(list_url, query, region=region, body=body)
        found.append(
            {
                "thing": row.thing, "open": row.open, "overdue": row.overdue, "rate": row.rate,
                "open_url": listed("waiting_now", "denominator"), "overdue_url": listed("waiting_now", "numerator"),
                "numerator_url": listed(of, "numerator"), "denominator_url": listed(of, "denominator"),
                "kind": kind_of(row),
            }
        )  # fmt: skip
    return found


def by_kind(rows: Iterable[dict[str, Any]]) -> list[tuple[Words, list[dict[str, Any]]]]:
    """Bodies under their kinds, so that none is read against one of another kind."""
    return [(KINDS.get(kind, _("Other bodies")), [*each]) for kind, each in groupby(rows, key=lambda row: row["kind"])]


def beside_its_kind(slug: str, kind: str, at: datetime) -> list[dict[str, Any]]:
    """Each number of a body beside the same of all bodies of its kind together, under no other filter. Two to six queries each."""
    own, all_of = QueryDict(f"body={slug}"), QueryDict(f"kind={kind}")
    here, there = (figures(MetricFilters.read(query), at, BESIDE_A_BODY) for query in (own, all_of))
    return [{"own": shown(own, here[key]), "kind": shown(all_of, there[key])} for key in BESIDE_A_BODY]
