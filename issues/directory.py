"""State bodies and NGOs as lists: by kind and under the body they belong to, with what is open; by name, with their standing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backend.core.alphabet import alphabetical
from backend.core.errors import Words
from backend.organisations.models import LEGACY_BODY, Organisation, Standing
from issues import clock
from issues.addresses import VALUE_LENGTH
from issues.metrics.asked import KINDS as BODY_KINDS
from issues.models import Issue

PAGE_SIZE = 50
KINDS: dict[str, Words] = {**BODY_KINDS, "": _("Other bodies")}


@dataclass(slots=True)
class BodyRow:
    """A body with its open issues; `below`: whether it stands under the one it belongs to."""

    body: Organisation
    open: int
    overdue: int
    disputed: int
    below: bool = False


@dataclass(slots=True)
class Bodies:
    """`kinds`: (label, rows) of those that exist; `ended`, and `elsewhere`: known from another register alone."""

    kinds: list[tuple[Words, list[BodyRow]]] = field(default_factory=list)
    ended: list[Organisation] = field(default_factory=list)
    elsewhere: list[Organisation] = field(default_factory=list)


def open_by_body(at: datetime) -> Any:
    """Rows of `body_addressed`, `open`, `overdue`, `disputed`: each the count of the list that it links to. One query."""
    late, disputed = Q(owed_by="body", due_at__lt=at), Q(status="disputed")
    issues = Issue.objects.open().filter(origin="platform").order_by().values("body_addressed")
    return issues.annotate(
        open=Count("id"), overdue=Count("id", filter=late), disputed=Count("id", filter=disputed)
    )  # fmt: skip


def bodies(language: str, at: datetime) -> Bodies:
    """All of them by name. Two queries."""
    today, found = clock.local_day(at), Bodies()
    exist = []
    for body in Organisation.objects.bodies().select_related("successor").by_name(language):
        if body.body_type == LEGACY_BODY:
            found.elsewhere.append(body)
        elif body.valid_to and body.valid_to < today:
            found.ended.append(body)
        else:
            exist.append(body)
    counts = {each["body_addressed"]: each for each in open_by_body(at)}
    rows = [_row(body, counts.get(body.pk, {})) for body in exist]
    found.kinds = [(label, under) for kind, label in KINDS.items() if (under := _under(rows, kind))]
    return found


def _row(body: Organisation, counts: dict[str, int]) -> BodyRow:
    return BodyRow(body, counts.get("open", 0), counts.get("overdue", 0), counts.get("disputed", 0))


def _under(rows: Sequence[BodyRow], kind: str) -> list[BodyRow]:
    """The bodies of a kind, each followed by those that belong to it, whatever their kind."""
    here = {row.body.pk for row in rows}
    found = []
    for row in rows:
        stands_alone = row.body.parent_id not in here
        if stands_alone and kind == (row.body.body_type if row.body.body_type in KINDS else ""):
            found += [row, *_children(rows, row)]
    return found


def _children(rows: Iterable[BodyRow], parent: BodyRow) -> list[BodyRow]:
    children = [row for row in rows if row.body.parent_id == parent.body.pk]
    for row in children:
        row.below = True
    return children


@dataclass(frozen=True, slots=True)
class NgoPage:
    """`rows`: (NGO, its open issues); `before` and `after` are short names, '' where there is nothing that way."""

    q: str
    rows: list[tuple[Organisation, int]]
    before: str
    after: str


def ngos(language: str, query: QueryDict) -> NgoPage:
    """Those that the registrar has verified once, by name; `q` is a part of a name in any language, or a BIN. Two queries, one
    more on a further page.
    """
    q = query.get("q", "").replace("\x00", "").strip()[:VALUE_LENGTH]
    known = Organisation.objects.ngos().exclude(standing=Standing.PENDING)
    if q:
        known = known.filter(Q(name_kk__icontains=q) | Q(name_ru__icontains=q) | Q(name_en__icontains=q) | Q(bin=q))
    found, before, after = _page(known.annotate(place=alphabetical(f"name_{language}")), query)
    issues = Issue.objects.open().filter(origin="platform", raised_by__in=found).order_by()
    counts = dict(issues.values_list("raised_by").annotate(n=Count("id")))
    return NgoPage(q, [(each, counts.get(each.pk, 0)) for each in found], before, after)


def _page(known: Any, query: QueryDict) -> tuple[list[Organisation], str, str]:
    """The page after or before the NGO named in the address; the first one where none is."""
    backwards = "before" in query
    slug = query.get("before" if backwards else "after", "").replace("\x00", "")[:VALUE_LENGTH]
    start = known.filter(slug=slug).first() if slug else None
    order = ("-place", "-pk") if backwards else ("place", "pk")
    if start is not None:
        than = "lt" if backwards else "gt"
        same = Q(place=start.place, **{f"pk__{than}": start.pk})
        known = known.filter(Q(**{f"place__{than}": start.place}) | same)
    found = list(known.order_by(*order)[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if backwards:
        found.reverse()
    if not found:
        return [], "", ""
    has_before, has_after = (more, start is not None) if backwards else (start is not None, more)
    return found, found[0].slug if has_before else "", found[-1].slug if has_after else ""
