"""The choices of the list's form, and how many issues each would show under the other filters in force.

Counting is bounded like the heading's: where more than 10,000 issues match, that facet shows no numbers (D19).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.remembered import remembered
from backend.core.words import number
from backend.organisations.models import Organisation
from issues import clock
from issues.filters import COUNT_AT_MOST, Filters
from issues.lifecycle import OPEN, Status
from issues.models import Issue, Origin, Region, Topic

LATE = "1"
COLUMNS = {
    "status": "status", "topic": "topic_id", "region": "region_id", "body": "body_addressed_id",
    "overdue": f"CASE WHEN owed_by = 'body' AND due_at < %s THEN '{LATE}' ELSE '' END",
}  # fmt: skip
READ = ("status", "topic_id", "region_id", "body_addressed_id", "owed_by", "due_at")
REMEMBERED = 60  # seconds: a new body appears in the form within a minute


@dataclass(frozen=True, slots=True)
class Tally:
    """`total` up to 10,001, which means more; `of(facet, key)`: None where that facet has too many to count."""

    total: int
    counts: dict[str, dict[str, int]]

    def of(self, facet: str, *keys: Any) -> int | None:
        counts = self.counts.get(facet, {})
        if sum(counts.values()) > COUNT_AT_MOST:
            return None
        return sum(counts.get(str(key), 0) for key in keys)


def tally(wanted: Filters, at: datetime) -> Tally:
    """How many match, and how many for each choice. One query, bounded: one range for what matches, and one more for each
    facet that has a filter of its own, which does not narrow its own choices.
    """
    own = [name for name in COLUMNS if getattr(wanted, name)]
    ranges, parts, given = [], ["SELECT '', '', count(*) FROM found"], []
    for name in ["", *own]:
        sql, values = _bounded(wanted, at, name)
        table = f"but_{name}" if name else "found"
        ranges.append(f"{table} AS MATERIALIZED ({sql})")
        given += values
        told = [name] if name else [each for each in COLUMNS if each not in own]
        parts += [f"SELECT '{facet}', {COLUMNS[facet]}::text, count(*) FROM {table} GROUP BY 2" for facet in told]  # noqa: S608
    counts: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        # Only names of this module and the ORM's own SQL are joined; every value is a parameter.
        cursor.execute(f"WITH {', '.join(ranges)} {' UNION ALL '.join(parts)}", [*given, at])
        for facet, key, count in cursor.fetchall():
            counts.setdefault(facet, {})[key] = count
    return Tally(counts.pop("")[""], counts)


def _bounded(wanted: Filters, at: datetime, but: str) -> tuple[str, list[Any]]:
    found = wanted.apply(Issue.objects.public(), at, but=but).order_by()
    sql, values = found.values_list(*READ)[: COUNT_AT_MOST + 1].query.sql_with_params()
    return sql, list(values)


@dataclass(frozen=True, slots=True)
class Choice:
    """One status; `count`: None where there are too many to count."""

    value: str
    label: Words
    count: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A topic, a region or a body as the form names it."""

    pk: int
    value: str
    label: str


def choices(wanted: Filters, counts: Tally, at: datetime) -> dict[str, Any]:
    """What the form offers. Three queries once in `REMEMBERED` seconds, else none."""
    known = _known(get_language() or "kk", clock.local_day(at), wanted.origin)
    return {
        "statuses": _statuses(wanted, counts),
        "overdue_count": counts.of("overdue", LATE),
        "origins": [("", Origin.PLATFORM.label), (Origin.LEGACY, Origin.LEGACY.label)],
        "text_languages": settings.LANGUAGES,
        **{f"{name}_options": _options(known[name], counts, name, getattr(wanted, name)) for name in known},
    }


def _statuses(wanted: Filters, counts: Tally) -> list[Choice]:
    offered: list[tuple[str, Words, Iterable[str]]] = [("open", _("All open ones"), OPEN)]
    offered += [
        (value, label, [value]) for value, label in Status.choices if value not in (Status.DRAFT, Status.RECORDED)
    ]
    return [Choice(value, label, counts.of("status", *keys), value in wanted.status) for value, label, keys in offered]


def _options(known: Sequence[Named], counts: Tally, facet: str, chosen: Any) -> SafeString:
    """`<option>`s with their numbers, made here and not by a template: there are seventy on every page of the list."""
    if chosen is not None and all(each.pk != chosen.pk for each in known):
        known = [Named(chosen.pk, getattr(chosen, "slug", ""), str(chosen)), *known]
    lines = []
    for each in known:
        count = counts.of(facet, each.pk)
        mark = " selected" if chosen is not None and each.pk == chosen.pk else ""
        said = each.label if count is None else f"{each.label} ({number(count)})"
        lines.append(f'<option value="{escape(each.value)}"{mark}>{escape(said)}</option>')
    return mark_safe("".join(lines))  # noqa: S308  (value and words are escaped above)


@remembered(REMEMBERED)
def _known(language: str, today: date, origin: str) -> dict[str, list[Named]]:
    """By name in that language. Bodies that exist today; those known from other registers alone only among legacy issues."""
    bodies = Organisation.objects.bodies() if origin == Origin.LEGACY else Organisation.objects.addressable_on(today)
    return {
        "topic": [Named(each.pk, each.slug, str(each)) for each in Topic.objects.all()],
        "region": [Named(each.pk, each.code, str(each)) for each in Region.objects.all()],
        "body": [Named(each.pk, each.slug, str(each)) for each in bodies.by_name(language[:2])],
    }
