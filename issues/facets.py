"""The choices of the list's form, and how many issues each would show under the other filters in force.

Counting is bounded like the heading's: where more than 10,000 issues match, that facet shows no numbers (D19).
"""

from collections.abc import Hashable, Iterable, Sequence
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
from backend.core.remembered import Lately, remembered
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
_TOO_MANY = Lately(REMEMBERED)
"""Facets under the other filters that had too many to count: they are not counted to 10,001 again and again to learn that."""


type Condition = tuple[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Tally:
    """`total` up to 10,001, which means more; `of(facet, key)`: None where that facet has too many to count. `own`: the facets
    with a filter, which does not narrow their own choices.
    """

    total: int
    counts: dict[str, dict[str, int]]
    own: frozenset[str]
    too_many: frozenset[str] = frozenset()  # of `own`

    def of(self, facet: str, *keys: Any) -> int | None:
        counts = self.by_key(facet)
        return None if counts is None else sum(counts.get(str(key), 0) for key in keys)

    def by_key(self, facet: str) -> dict[str, int] | None:
        if facet in self.too_many:
            return None
        counts = self.counts.get(facet, {})
        matching = sum(counts.values()) if facet in self.own else self.total
        return None if matching > COUNT_AT_MOST else counts


def tally(wanted: Filters, at: datetime) -> Tally:
    """How many match, and how many for each choice. One query, bounded: one range for what matches, and one more for each
    facet that has a filter of its own, which does not narrow its own choices, unless it had too many within a minute.
    """
    own = [name for name in COLUMNS if getattr(wanted, name)]
    told = _conditions(wanted, at)
    under = {name: (name, *(_said(other, told) for other in told if other not in ("", name))) for name in own}
    too_many = {name for name in own if under[name] in _TOO_MANY}
    found, given = _bounded(told, "", READ)
    free = [name for name in COLUMNS if name not in own]
    parts = ["SELECT '', '', n FROM size", *(_summed(name) for name in free)]
    given += [at] if "overdue" not in own else []
    for name in (each for each in own if each not in too_many):
        range_, values = _bounded(told, name, ("owed_by", "due_at") if name == "overdue" else (COLUMNS[name],))
        parts.append(_grouped(name, f"({range_})"))
        given += [at, *values] if name == "overdue" else values
    counts: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        # Only names of this module and the ORM's own conditions are joined; every value is a parameter.
        cursor.execute(f"WITH found AS MATERIALIZED ({found}), {_few(free)} {' UNION ALL '.join(parts)}", given)
        for facet, key, count in cursor.fetchall():
            counts.setdefault(facet, {})[key] = count
    for name in own:
        if sum(counts.get(name, {}).values()) > COUNT_AT_MOST:
            _TOO_MANY.add(under[name])
    return Tally(counts.pop("")[""], counts, frozenset(own), frozenset(too_many))


def _said(name: str, told: dict[str, Condition]) -> tuple[str, str]:
    """A filter and its values; of what is overdue the moment of asking is left out."""
    return name, "" if name == "overdue" else repr(told[name])


def _few(facets: Sequence[str]) -> str:
    """What was found, by all these facets at once: the rows are read once for all of them. None where there are too many: what
    the numbers of a facet would be is then not even looked at.
    """
    keys = "".join(f"{COLUMNS[each]} AS {each}, " for each in facets)
    return f"""size AS MATERIALIZED (SELECT count(*) AS n FROM found),
        few AS MATERIALIZED (SELECT {keys}count(*) AS n FROM found WHERE (SELECT n FROM size) <= {COUNT_AT_MOST}
            GROUP BY {", ".join(facets) or "()"})"""  # noqa: S608


def _conditions(wanted: Filters, at: datetime) -> dict[str, Condition]:
    """Each condition as the ORM writes it, with its values: composed once for all the ranges of a page."""
    asked = {"": Issue.objects.public(), **{name: Issue.objects.filter(q) for name, q in wanted.conditions(at).items()}}
    compiler = asked[""].query.get_compiler(connection=connection)
    return {name: compiler.compile(rows.query.where) for name, rows in asked.items()}


def _bounded(told: dict[str, Condition], but: str, columns: Sequence[str]) -> tuple[str, list[Any]]:
    """The rows that match, as if nothing was said of the filter `but`, and the values."""
    held = [condition for name, condition in told.items() if not name or name != but]
    where, values = " AND ".join(f"({sql})" for sql, _ in held), [value for _, each in held for value in each]
    return f"SELECT {', '.join(columns)} FROM {Issue._meta.db_table} WHERE {where} LIMIT {COUNT_AT_MOST + 1}", values  # noqa: S608


def _summed(facet: str) -> str:
    """Grouped as it is kept, a number mostly, and made text for the few that remain."""
    return f"SELECT '{facet}', key::text, n FROM (SELECT {facet} AS key, sum(n)::int AS n FROM few GROUP BY 1) AS g"  # noqa: S608


def _grouped(facet: str, table: str) -> str:
    return f"SELECT '{facet}', key::text, n FROM (SELECT {COLUMNS[facet]} AS key, count(*) AS n FROM {table} AS r GROUP BY 1) AS g"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Named:
    """A topic, a region or a body as the form names it, value and label safe in HTML."""

    pk: int
    value: str
    label: str


def choices(wanted: Filters, counts: Tally, at: datetime, names: Hashable) -> dict[str, Any]:
    """What the form offers, under the `names` of `freshness.names_of`. Three queries once in `REMEMBERED` seconds, else none."""
    known = _known(get_language() or "kk", clock.local_day(at), wanted.origin, names)
    return {
        "status_choices": _statuses(wanted, counts),
        "overdue_count": counts.of("overdue", LATE),
        "origins": [("", Origin.PLATFORM.label), (Origin.LEGACY, Origin.LEGACY.label)],
        "text_languages": settings.LANGUAGES,
        **{f"{name}_options": _options(known[name], counts, name, getattr(wanted, name)) for name in known},
    }


def _statuses(wanted: Filters, counts: Tally) -> SafeString:
    """A box to tick for each status, and one for all that are open, with their numbers."""
    by_key, lines = counts.by_key("status"), []
    for value, label, keys in _OFFERED:
        count = None if by_key is None else sum([by_key.get(key, 0) for key in keys])
        none, ticked = ' class="none"' if count == 0 else "", " checked" if value in wanted.status else ""
        box = f'<input type="checkbox" id="status-{value}" name="status" value="{value}"{ticked}>'
        said = escape(label) if count is None else f'{escape(label)} <span class="facet">({number(count)})</span>'
        lines.append(f"<li><label{none}>{box} <span>{said}</span></label></li>")
    return mark_safe("".join(lines))  # noqa: S308  (values are of this module, labels are escaped)


_OFFERED: list[tuple[str, Words, Iterable[str]]] = [
    ("open", _("All open ones"), OPEN),
    *((each.value, each.label, [each.value]) for each in Status if each not in (Status.DRAFT, Status.RECORDED)),
]


def _options(known: Sequence[Named], counts: Tally, facet: str, chosen: Any) -> SafeString:
    """`<option>`s with their numbers, made here and not by a template: there are seventy on every page of the list."""
    pk = None if chosen is None else chosen.pk
    if chosen is not None and all(each.pk != pk for each in known):
        known = [_named(chosen, getattr(chosen, "slug", "")), *known]
    lines, by_key = [], counts.by_key(facet)
    for each in known:
        mark = " selected" if each.pk == pk else ""
        said = each.label if by_key is None else f"{each.label} ({number(by_key.get(str(each.pk), 0))})"
        lines.append(f'<option value="{each.value}"{mark}>{said}</option>')
    return mark_safe("".join(lines))  # noqa: S308  (`_named` escapes value and label)


def _named(thing: Topic | Region | Organisation, value: str) -> Named:
    return Named(thing.pk, escape(value), escape(str(thing)))


@remembered(REMEMBERED)
def _known(language: str, today: date, origin: str, names: Hashable) -> dict[str, list[Named]]:
    """By name in that language. Bodies that exist today; those known from other registers alone only among legacy issues."""
    bodies = Organisation.objects.bodies() if origin == Origin.LEGACY else Organisation.objects.addressable_on(today)
    return {
        "topic": [_named(each, each.slug) for each in Topic.objects.all()],
        "region": [_named(each, each.code) for each in Region.objects.all()],
        "body": [_named(each, each.slug) for each in bodies.by_name(language[:2])],
    }
