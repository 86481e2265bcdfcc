"""A page of a thread as everybody sees it (D4), made once for all who look: moves and messages as HTML, and of each message what
decides who may do what with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backend.core.remembered import Shelf
from dialogue.fragments import render_message
from dialogue.models import Message, Side
from dialogue.paging import Exchange, ThreadPage, thread_page
from issues.freshness import names_as_of
from issues.headings import what
from issues.models import Issue, IssueEvent

GROUPED_FROM = 3
"""Fewer lines of moves in a row take less room than the line that would stand for them."""

KEPT_CHARACTERS = 32 * 1024 * 1024


class Part(models.TextChoices):
    """`?show=` of the page and of `thread/`. Official: what a state body wrote, and the moves."""

    ALL = "", _("All")
    MESSAGES = "messages", _("Messages only")
    OFFICIAL = "official", _("Official only")


@dataclass(frozen=True, slots=True)
class Said:
    """A message: what everybody sees of it, and whose it is. `answers`: the number of a message that this page does not show
    it under, or "".
    """

    seq: int
    html: str
    author_id: int | None
    organisation_id: int | None
    at: datetime
    hidden_at: datetime | None
    is_blanked: bool
    answers: str


@dataclass(frozen=True, slots=True)
class Line:
    """Moves as HTML, or a message with its replies."""

    moves: str = ""
    said: Said | None = None
    replies: tuple[Said, ...] = ()

    def __len__(self) -> int:
        said = (self.said, *self.replies) if self.said else ()
        return len(self.moves) + sum(len(each.html) + 100 for each in said)


@dataclass(frozen=True, slots=True)
class Told:
    """`older` and `newer` as of a ThreadPage."""

    lines: tuple[Line, ...]
    older: int | None
    newer: int | None

    def __len__(self) -> int:
        return sum(map(len, self.lines)) or 1

    def holds(self, html: str) -> bool:
        """Whether this stands in a message."""
        said = (each for line in self.lines if line.said for each in (line.said, *line.replies))
        return any(html in each.html for each in said)


_kept: Shelf[Told] = Shelf(KEPT_CHARACTERS)


def told(issue: Issue, language: str, part: Part, *, after: int | None = None, before: int | None = None) -> Told:
    """The page of `thread_page`, in a language. `issue` is read before; one query where it is kept, else as `thread_page` too.

    Kept under all that it is made of: the end of the issue's chain, which every change of the thread moves (what a check step
    does and takes back has an end of its own), and the names of people and organisations. Words may be newer than the end they
    are kept under, never older: the issue was read first.
    """
    key = (issue.pk, issue.rev, issue.seq, bytes(issue.chain_hash), language, part, after, before, names_as_of())
    found = None if settings.DEBUG else _kept.get(key)
    if found is None:
        side = Side.STATE if part == Part.OFFICIAL else None
        page = thread_page(issue, after=after, before=before, moves=part != Part.MESSAGES, side=side)
        with translation.override(language):
            found = Told(tuple(_lines(page, part, language)), page.older, page.newer)
        _kept.put(key, found)
    return found


def _lines(page: ThreadPage, part: Part, language: str) -> Iterator[Line]:
    def said(message: Message) -> Said:
        answers = str(message.parent.seq) if message.parent and part == Part.OFFICIAL else ""
        return Said(
            message.seq, render_message(message, language), message.author_id, message.organisation_id, message.at,
            message.hidden_at, message.is_blanked, answers,
        )  # fmt: skip

    for moves, exchange in _runs(page):
        if moves:
            yield Line(moves=_moves(moves, part))
        if exchange:
            yield Line(said=said(exchange.message), replies=tuple(map(said, exchange.replies)))


def _runs(page: ThreadPage) -> Iterator[tuple[list[IssueEvent], Exchange | None]]:
    yield from ((exchange.events, exchange) for exchange in page.exchanges)
    yield page.last_events, None


def _moves(events: Sequence[IssueEvent], part: Part) -> str:
    lines = [{"event": event, "what": what(event)} for event in events]
    if part == Part.ALL and len(lines) >= GROUPED_FROM:
        return get_template("dialogue/_event_group.html").render({"line": {"events": lines}})
    one = get_template("dialogue/_event.html")
    return "".join(one.render({"line": line}) for line in lines)


def part_asked_for(given: str) -> Part | None:
    """None for what is no part."""
    return Part(given) if given in Part.values else None
