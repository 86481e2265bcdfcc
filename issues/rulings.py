"""What the page of an issue tells of moderators' rulings: those on it, and the issues merged into it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from issues.merging import ruling_in_force
from issues.models import Ask, Duty, DutyKind, Issue, Ruling, RulingEnd


@dataclass(frozen=True, slots=True)
class GoesOn:
    """Where an ask went: `n` in the issue of that number (None: not to be told); `same`: put onto an ask that stood there."""

    number: str
    n: int | None
    same: bool


def where_asks_went(issue: Issue) -> dict[int, GoesOn]:
    """By the id of each ask that goes on elsewhere. One query where one does, on an issue from `for_page()`."""
    gone = [ask for ask in issue.asks.all() if ask.moved_to_id or ask.merged_onto_id]
    if not gone:
        return {}
    copies = Q(carried_from__in=[ask.pk for ask in gone], issue=F("carried_from__moved_to"))
    matching = Q(pk__in=[ask.merged_onto_id for ask in gone if ask.merged_onto_id])
    rows = list(Ask.objects.filter(copies | matching).select_related("issue").order_by("n"))
    return {ask.pk: _went(ask, rows) for ask in gone}


def _went(ask: Ask, rows: list[Ask]) -> GoesOn:
    if ask.merged_onto_id:
        onto = next(row for row in rows if row.pk == ask.merged_onto_id)
        return GoesOn(onto.issue.number or "", onto.n, same=True)
    assert ask.moved_to is not None
    came_from = ask.carried_from if ask.carried_from and ask.carried_from.issue_id == ask.moved_to_id else None
    copy = next((row for row in reversed(rows) if row.carried_from_id == ask.pk), came_from)
    return GoesOn(ask.moved_to.number or "", copy.n if copy else None, same=False)


@dataclass(frozen=True, slots=True)
class RulingView:
    """A ruling and its appeal. `stands`: the issue is closed by it; `until`: to when the NGO may still appeal."""

    ruling: Ruling
    stands: bool
    until: Duty | None


def rulings_on(issue: Issue, at: datetime) -> list[RulingView]:
    """The newest first. No query on an issue from `for_page()`."""
    standing, until = ruling_in_force(issue), appeal_window(issue, at)
    return [
        RulingView(each, each == standing, until if each == standing else None)
        for each in sorted(issue.rulings.all(), key=lambda each: (each.decided_at, each.pk), reverse=True)
    ]


def appeal_window(issue: Issue, at: datetime) -> Duty | None:
    """The NGO's date to appeal, as long as it can. No query on a prefetched issue."""
    duties = [each for each in issue.duties.all() if each.kind == DutyKind.APPEAL and each.is_open]
    return next((each for each in duties if at <= each.due_at), None)


@dataclass(frozen=True, slots=True)
class MergedIn:
    """An issue that was merged into this one. `asks`: (its number there, its number here)."""

    ruling: Ruling
    asks: list[tuple[int, int]]


def merged_in(issue: Issue) -> list[MergedIn]:
    """The issues whose merge into this one stands, the first one first. One query where an ask came from elsewhere."""
    pairs = [(other, ask.n) for ask in issue.asks.all() for other in ask.merged.all()]
    pairs += [(ask.carried_from, ask.n) for ask in issue.asks.all() if ask.carried_from and not ask.moved_to_id]
    if not pairs:
        return []
    merges = Ruling.objects.filter(into=issue, outcome__in=RulingEnd.in_force()).select_related("issue__held_by")
    return [
        MergedIn(each, sorted((ask.n, n) for ask, n in pairs if ask.issue_id == each.issue_id))
        for each in merges.order_by("decided_at", "id")
    ]
