"""The very units behind a number: one row each, in pages by key; as many as the number says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.keyset import Cursor, Page, Sort, page
from issues import clock
from issues.metrics.asked import MetricFilters
from issues.metrics.cohorts import Metric, Now, Slice, Unit
from issues.metrics.measures import EPOCH, Measure
from issues.metrics.weekly import EVERY
from issues.models import Ask, Commitment, Issue, MetricCell
from issues.sentences import OPENINGS

BY_DAY = Sort("day", descending=True, days=True)

PARTS: dict[str, Words] = {
    "numerator": _("counted"),
    "denominator": _("all of the cohort"),
    "council": _("done by the council's conclusion"),
    "too_early": _("too early to tell"),
    "extended": _("on time by a lawful extension"),
    "late": _("late"),
    "none": _("not answered"),
    "left": _("ended before the due date"),
    "open": _("still waiting"),
    "redirect": _("redirected"),
    "withdrawal": _("withdrawn"),
    "merge": _("merged"),
    "scope": _("out of scope"),
    "broken": _("broken"),
    "after_day_3": _("after day 3"),
    "not_done": _("found not done"),
    "found_done": _("found done"),
    "after_report": _("after a report"),
    "after_lapse": _("after a closing without reply"),
    "after_refusal": _("after a refusal"),
    "day_before": _("a day before"),
    **{f"by_{cause}": words for cause, words in OPENINGS.items()},
}


@dataclass(frozen=True, slots=True)
class UnitsAsked:
    """A number's part, as an address names it."""

    metric: Metric
    part: str
    filters: MetricFilters

    @classmethod
    def read(cls, query: QueryDict) -> "UnitsAsked | None":
        """None where `metric`, or `part`, names none. Queries as `MetricFilters.read`."""
        metric = EVERY.get(str(query.get("metric", "")))
        part = str(query.get("part") or "denominator")
        if metric is None or part not in metric.parts(_ANY_DAY):
            return None
        filters = MetricFilters.read(query)
        for name in ("after", "before"):
            if text := str(query.get(name, "")):
                cursor = Cursor.parse(text, backwards=name == "before")
                if cursor is not None and cursor.fits(BY_DAY):
                    filters.cursor = cursor
                else:
                    filters.ignored.append((name, text[:200]))
        return cls(metric, part, filters)

    def cells(self, at: datetime) -> "QuerySet[MetricCell]":
        """The cells of the part: as many as the number says. No query."""
        now = Now(clock.local_day(at), self.filters.since, self.filters.until)
        return cells_of(self.metric.parts(now)[self.part], self.filters)


_ANY_DAY = Now(EPOCH)  # which parts there are does not depend on it


def cells_of(parts: Sequence[Slice], filters: MetricFilters) -> "QuerySet[MetricCell]":
    either = Q(pk__in=[])
    for each in parts:
        one = Q(measure__in=[int(measure) for measure in each.measures])
        bounds: Mapping[str, Any] = {
            "day__gte": each.period.since, "day__lte": each.period.until, "x__gte": each.low, "x__lte": each.high,
        }  # fmt: skip
        either |= one & Q(**{name: value for name, value in bounds.items() if value is not None})
    found = MetricCell.objects.filter(either)
    chosen: Mapping[str, Any] = {
        "body_id__in": filters.bodies, "region_id": filters.region and filters.region.pk,
        "topic_id": filters.topic and filters.topic.pk, "language": filters.language,
    }  # fmt: skip
    return found.filter(**{name: value for name, value in chosen.items() if value})


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit: its issue, which of it, and what was measured, in words."""

    cell: MetricCell
    issue: Issue
    which: str
    said: Words


def rows_of(asked: UnitsAsked, at: datetime, size: int = 25) -> tuple[Page[MetricCell], list[UnitRow]]:
    """A page of units, the newest cohort first. Two queries, a third for asks and commitments."""
    found = page(asked.cells(at), BY_DAY, asked.filters.cursor, size)
    issues = Issue.objects.for_list().in_bulk({cell.issue_id for cell in found.rows})
    which = _which(asked.metric.unit, [cell.ref for cell in found.rows])
    rows = [UnitRow(cell, issues[cell.issue_id], which.get(cell.ref, ""), _said(cell)) for cell in found.rows]
    return found, rows


def totals_of(asked: UnitsAsked, at: datetime) -> tuple[int, int]:
    """Units, and issues that they belong to. One query."""
    cells = asked.cells(at).order_by()
    return cells.count(), cells.values("issue_id").distinct().count()


def _which(unit: Unit, refs: list[int]) -> dict[int, str]:
    if unit is Unit.ASK:
        return {ask.pk: f"{ask.n}. {ask.text}" for ask in Ask.objects.filter(pk__in=refs).only("n", "text")}
    if unit is Unit.COMMITMENT:
        return dict(Commitment.objects.filter(pk__in=refs).values_list("pk", "text"))
    return {}


_WAITED = _("Working days: %(n)s")
_AFTER = _("Calendar days: %(n)s")
_DUE = _("Due: %(day)s")


def _said(cell: MetricCell) -> Words:
    """What the cell measured."""
    measure = Measure(cell.measure)
    if measure in (Measure.DUE_MET, Measure.DUE_MISSED, Measure.DUE_MISSED_AGAIN):
        return ""
    if measure in (Measure.WAIT_OPEN, Measure.OPEN) or Measure.DUE_ON_TIME <= measure <= Measure.EXTENDED:
        if measure is Measure.WAIT_OPEN or not cell.x:
            return ""
        return _DUE % {"day": (EPOCH + timedelta(cell.x)).strftime("%d.%m.%Y")}
    if measure <= Measure.WAIT_SCOPE or measure is Measure.ANSWERED:
        return _WAITED % {"n": cell.x}
    return _AFTER % {"n": cell.x} if cell.x and measure < Measure.OPEN else ""
