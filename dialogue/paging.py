"""One page of a thread: fifty top-level messages, oldest first, each with its replies, and the events between them."""

from dataclasses import dataclass, field

from django.db.models import Q

from dialogue.actions import MESSAGE_POSTED
from dialogue.models import Message, Side
from issues.models import Issue, IssueEvent

PAGE_SIZE = 50


@dataclass(slots=True)
class Exchange:
    """A top-level message, the events entered just before it, and its replies, oldest first."""

    message: Message
    events: list[IssueEvent] = field(default_factory=list)
    replies: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class ThreadPage:
    """`older` and `newer` are the values of `?before=` and `?after_seq=`, None where there is nothing that way.

    `last_events` follow the last message shown.
    """

    exchanges: list[Exchange]
    last_events: list[IssueEvent]
    older: int | None
    newer: int | None


def thread_page(
    issue: Issue, *, after: int | None = None, before: int | None = None, moves: bool = True, side: Side | None = None
) -> ThreadPage:
    """The page from the first top-level message after number `after`, or up to the last one before `before`; else the first.
    Without `moves`, no events. Of one `side`, its messages alone, replies too, all on one level.

    By key (D19): at most six queries, however long the thread.
    """
    top = Q(side=side) if side else Q(parent=None)
    tops, following = _window(issue, top, after, before)
    exchanges = {top.pk: Exchange(top) for top in tops}
    if exchanges and not side:
        for reply in issue.messages.for_thread().filter(parent__in=tops):
            assert reply.parent  # only replies were asked for
            exchanges[reply.parent.pk].replies.append(reply)
    found = list(exchanges.values())
    first = tops[0].seq if tops else (after or 0) + 1
    older = min(first, issue.seq) > 1  # the first message of a thread answers nothing
    if older and side:
        older = issue.messages.filter(top, seq__lt=first).exists()
    return ThreadPage(
        found,
        _put_events(issue, found, following, is_first=not older) if moves else [],
        older=first if older else None,
        newer=tops[-1].seq if tops and following else None,
    )


def _window(issue: Issue, top: Q, after: int | None, before: int | None) -> tuple[list[Message], Message | None]:
    """The messages of the page that stand for themselves, and the one that follows them."""
    tops = issue.messages.for_thread().filter(top)
    if before is not None:
        found = list(tops.filter(seq__lt=before).order_by("-seq")[:PAGE_SIZE])[::-1]
        if len(found) == PAGE_SIZE:
            return found, tops.filter(seq__gte=before).first()
        after = None  # fewer than a page stand before: the first page, whole
    found = list(tops.filter(seq__gt=after or 0)[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], found[PAGE_SIZE] if len(found) > PAGE_SIZE else None


def _put_events(
    issue: Issue, exchanges: list[Exchange], following: Message | None, *, is_first: bool
) -> list[IssueEvent]:
    """Put each move before the message that was posted next, and return those after the last: from the first message of
    this page (from the beginning, on the first) to the first of the next. By the `rev` of posting: an edit changes a
    message's own.
    """
    edges = [exchange.message.seq for exchange in exchanges] + ([following.seq] if following else [])
    posted = issue.events.filter(move=MESSAGE_POSTED, facts__message__in=edges)
    rev = dict(posted.values_list("facts__message", "seq"))
    moves = issue.events.exclude(move__startswith="message_").select_related("actor", "organisation").order_by("seq")
    if exchanges and not is_first:
        moves = moves.filter(seq__gt=rev[edges[0]])
    if following:
        moves = moves.filter(seq__lt=rev[following.seq])
    waiting = list(moves)
    for exchange in exchanges:
        exchange.events = [event for event in waiting if event.seq < rev[exchange.message.seq]]
        waiting = waiting[len(exchange.events) :]
    return waiting
