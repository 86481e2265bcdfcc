"""Where the asks of a merged issue went, and which of them come back: read by the rules and by the actions.

An issue may be merged into one that is merged in turn: an ask is followed through all of them, and no further. What a
redirect took elsewhere from there stays there.
"""

from collections.abc import Iterable, Iterator

from issues.lifecycle import Move, Status
from issues.models import Ask, Issue, Ruling, RulingEnd

GONE = (Status.WITHDRAWN, Status.OUT_OF_SCOPE)
"""How an issue ends that takes those merged into it along no further: they are restored."""


def ruling_in_force(issue: Issue) -> Ruling | None:
    """The merge or the ruling of scope by which the issue is closed. No query on a prefetched issue."""
    last = max(issue.rulings.all(), key=lambda each: (each.decided_at, each.pk), default=None)
    return last if last and last.outcome in RulingEnd.in_force() else None


def kept_issues(ruling: Ruling) -> Iterator[Issue]:
    """The issue it was merged into, the one that was merged into in turn, and so on: each older than the one before, which
    is the order of their locks. Two queries for each step after the first.
    """
    merge: Ruling | None = ruling
    while merge is not None and merge.into is not None:
        yield merge.into
        merge = ruling_in_force(merge.into)


def asks_that_return(issue: Issue, ruling: Ruling) -> list[Ask]:
    """The asks that would come back if the ruling fell: those that were put onto an ask of the other issue, and those that
    were carried over and not answered. Where that issue has ended without an answer, also those it had answered; what was
    settled there stays in any case. For a merge two queries, and as many for each merge after it.
    """
    asks = list(issue.asks.all())
    if ruling.into is None:
        return [ask for ask in asks if not ask.moved_to_id]
    copies = newest_copies(asks, ruling.into)
    return [ask for ask in asks if ask.merged_onto_id or _returns(copies.get(ask.pk))]


def _returns(copy: Ask | None) -> bool:
    if copy is None or copy.is_settled or copy.moved_to_id:
        return False
    return bool(copy.merged_onto_id) or not copy.verdict or copy.issue.status in GONE


def newest_copies(asks: Iterable[Ask], into: Issue) -> dict[int, Ask]:
    """By the id of an ask that was carried over: as which ask it goes on, or did last."""
    carried = Ask.objects.filter(issue=into, carried_from__in=[ask.pk for ask in asks]).select_related("issue")
    copies = {copy.carried_from_id: copy for copy in carried.order_by("n") if copy.carried_from_id is not None}
    further = ruling_in_force(into) if copies else None
    if further is None or further.into is None:
        return copies
    on = newest_copies(copies.values(), further.into)
    return {pk: on.get(copy.pk, copy) for pk, copy in copies.items()}


def standing_for(ask: Ask) -> list[int]:
    """Ids of the asks of other issues that count as this one: those put onto it when their issues were merged into its
    own, by the record of those merges, and those put onto them before.
    """
    found: list[int] = []
    merges = Ruling.objects.filter(into=ask.issue_id, outcome__in=RulingEnd.in_force(), issue__status=Status.DUPLICATE)
    for merge in merges.select_related("issue"):
        event = merge.issue.events.filter(move=Move.MERGE).order_by("-seq")[0]
        matched = {pair["n"] for pair in event.facts["matched"] if pair["to"] == ask.n}
        for other in merge.issue.asks.all():
            if other.n in matched:
                found += [other.pk, *standing_for(other)]
            elif other.pk == ask.carried_from_id:
                found += standing_for(other)
    return found
