"""The very units behind a number: one row each, in pages by key; as many as the number says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.keyset import Cursor, Page, Sort, page
from backend.core.words import number
from backend.organisations.models import Organisation
from issues import clock
from issues.metrics.asked import MetricFilters
from issues.metrics.cohorts import WAITS, Metric, Now, Pick, Slice, Unit
from issues.metrics.cohorts_annex import ACTS
from issues.metrics.figures import BUSIEST, raised_before
from issues.metrics.measures import ASKS, DUE, EPOCH, PROMISES, Measure
from issues.metrics.weekly import EVERY
from issues.models import Ask, BlankReason, Commitment, HideReason, Issue, MetricCell, ScopeCode
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
    "supported": _("supported"),
    "partly": _("supported in part"),
    "refused": _("refused"),
    "waiting": _("waiting for an answer"),
    "work": _("in progress"),
    "reported": _("reported done"),
    "in_dispute": _("NGO disagrees"),
    "hop_1": _("the first redirect of the issue"),
    "hop_2": _("the second redirect"),
    "hop_3": _("the third redirect or a later one"),
    "unanswered": _("not answered to this day"),
    "moderator_merged": _("merged by a moderator"),
    "shown_again": _("shown again"),
    "restored": _("restored on appeal"),
    **{f"hidden_{code}": format_lazy("{}: {}", _("message removed"), words) for code, words in HideReason.choices},
    **{f"blanked_{code}": format_lazy("{}: {}", _("text blanked"), words) for code, words in BlankReason.choices},
    **{f"scope_{code}": format_lazy("{}: {}", _("out of scope"), words) for code, words in ScopeCode.choices},
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
        one &= Q(**{name: value for name, value in bounds.items() if value is not None})
        either |= one if each.pick is Pick.EACH else _picked(each, _under(filters).filter(one))
    return _under(filters).filter(either)


def _under(filters: MetricFilters) -> "QuerySet[MetricCell]":
    chosen: Mapping[str, Any] = {
        "body_id__in": filters.bodies, "region_id": filters.region and filters.region.pk,
        "topic_id": filters.topic and filters.topic.pk, "language": filters.language,
    }  # fmt: skip
    return MetricCell.objects.filter(**{name: value for name, value in chosen.items() if value})


def _picked(part: Slice, cells: "QuerySet[MetricCell]") -> Q:
    """Those of the cells that stand for a unit; as many as `Counted.total` says."""
    by_ngo = cells.order_by().values("x")
    if part.pick is Pick.BUSIEST:
        # A list of its own, as the database must not take the five anew for each row.
        most = by_ngo.annotate(n=Count("id")).order_by("-n", "x").values_list("x", flat=True)[:BUSIEST]
        return Q(pk__in=cells.filter(x__in=list(most)).values("pk"))
    first = Q(pk__in=by_ngo.annotate(first=Min("id")).values("first"))
    return first & ~Q(x__in=raised_before(part.period)) if part.pick is Pick.NEW else first


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit: its issue, which of it, and what was measured, in words."""

    cell: MetricCell
    issue: Issue
    which: str
    said: Words


def rows_of(asked: UnitsAsked, at: datetime, size: int = 25) -> tuple[Page[MetricCell], list[UnitRow]]:
    """A page of units, the newest cohort first. Two queries, a third for asks, commitments and NGOs."""
    found = page(asked.cells(at), BY_DAY, asked.filters.cursor, size)
    issues = Issue.objects.for_list().in_bulk({cell.issue_id for cell in found.rows})
    which = _which(asked.metric.unit, found.rows)
    rows = [UnitRow(cell, issues[cell.issue_id], which.get(cell.pk, ""), _said(cell)) for cell in found.rows]
    return found, rows


def totals_of(asked: UnitsAsked, at: datetime) -> tuple[int, int]:
    """Units, and issues that they belong to. One query."""
    cells = asked.cells(at).order_by()
    return cells.count(), cells.values("issue_id").distinct().count()


def _which(unit: Unit, cells: Sequence[MetricCell]) -> dict[int, str]:
    """By the cell: the ask, the commitment, or the NGO. At most one query."""
    refs = {cell.ref for cell in cells}
    if unit is Unit.ASK:
        said = {ask.pk: f"{ask.n}. {ask.text}" for ask in Ask.objects.filter(pk__in=refs).only("n", "text")}
    elif unit is Unit.COMMITMENT:
        said = dict(Commitment.objects.filter(pk__in=refs).values_list("pk", "text"))
    elif unit is Unit.NGO:
        ngos = Organisation.objects.in_bulk({cell.x for cell in cells})
        return {cell.pk: str(ngos[cell.x]) for cell in cells}
    else:
        return {}
    return {cell.pk: said.get(cell.ref, "") for cell in cells}


_WAITED = _("Working days: %(n)s")
_AFTER = _("Calendar days: %(n)s")
_DUE = _("Due: %(day)s")
_OTHER_DAYS = (Measure.CONFIRMED, Measure.PROMISE_DROPPED, Measure.COMPLETED, Measure.MOVED)
_COUNTED: dict[Measure, Words] = {
    **dict.fromkeys((*WAITS, Measure.ANSWERED), _WAITED),
    **dict.fromkeys((*ASKS, *PROMISES, *_OTHER_DAYS), _AFTER),
    Measure.WAIT_HOP: _("Redirect of the issue: %(n)s"),
    Measure.HELD_ANSWERED: _("Messages before the answer: %(n)s"),
    Measure.HELD_UNANSWERED: _("Messages without an answer: %(n)s"),
    Measure.LENGTH: _("Characters: %(n)s"),
}
_DAYS = (*DUE, Measure.DUE_LEFT, Measure.EXTENDED, Measure.OPEN)
_REASONS = {act: PARTS[name] for name, act in ACTS.items()}


def _said(cell: MetricCell) -> Words:
    """What the cell measured; '' where that says nothing."""
    measure = Measure(cell.measure)
    if (measure, cell.x) in _REASONS:
        return _REASONS[measure, cell.x]
    if measure in _DAYS and cell.x:
        return _DUE % {"day": date_format(EPOCH + timedelta(cell.x), "SHORT_DATE_FORMAT")}
    is_said = measure in _COUNTED and measure is not Measure.WAIT_OPEN and (cell.x or _COUNTED[measure] is _WAITED)
    return _COUNTED[measure] % {"n": number(cell.x)} if is_said else ""
