"""A thread as one reader sees it: all of it or a part, what is new to them, and what they may do with each message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from dialogue.actions.editing import is_theirs, why_not_edit
from dialogue.fragments import render_message
from dialogue.models import Message
from dialogue.paging import Exchange, ThreadPage
from issues import policies
from issues.headings import what
from issues.models import Issue, IssueEvent

GROUPED_FROM = 3
"""Fewer lines of moves in a row take less room than the line that would stand for them."""


class Part(models.TextChoices):
    """`?show=` of the page and of `thread/`. Official: what a state body wrote, and the moves."""

    ALL = "", _("All")
    MESSAGES = "messages", _("Messages only")
    OFFICIAL = "official", _("Official only")


@dataclass(frozen=True, slots=True)
class Unread:
    """What this person has not read yet of what others wrote: after number `seen`, the first, and how many."""

    seen: int
    first: int | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as everybody sees it, and beside it, of the page, what this person may do with it (D4): names of addresses.
    `is_first_unread`: the line of what is new stands before it. `may_unread`: it is another's, and can be new again.
    `answers`: the number of a message that this page does not show it under.
    """

    seq: str
    html: str
    moderation: str
    may_edit: bool
    is_first_unread: bool
    may_unread: bool
    answers: str


@dataclass(frozen=True, slots=True)
class Showing:
    """How messages are shown to whoever looks, in the language of the page."""

    language: str
    person: int | None
    seat: policies.Seat | None
    issue: Issue
    unread: Unread | None
    part: Part
    at: datetime

    def lines(self, page: ThreadPage) -> Iterator[dict[str, Any]]:
        """What the thread shows, in order: events, and messages with their replies, as HTML."""
        for moves, exchange in _runs(page):
            yield from self._moves(moves)
            if exchange:
                yield {
                    "seq": str(exchange.message.seq),
                    "shown": self._of(exchange.message),
                    "replies": [self._of(reply) for reply in exchange.replies],
                }

    def _moves(self, events: Sequence[IssueEvent]) -> Iterator[dict[str, Any]]:
        told = [{"event": event, "what": what(event)} for event in events]
        if self.part == Part.ALL and len(told) >= GROUPED_FROM:
            yield {"events": told}
        else:
            yield from told

    def _of(self, message: Message) -> Shown:
        hidden = "" if message.is_blanked else "show_message"
        moderation = "hide_message" if message.hidden_at is None else hidden
        may_edit = is_theirs(self.seat, message) and why_not_edit(self.seat, self.issue, message, self.at) is None
        is_first = self.unread is not None and self.unread.first == message.seq
        is_others = self.unread is not None and message.hidden_at is None and not self._wrote(message)
        answers = str(message.parent.seq) if message.parent and self.part == Part.OFFICIAL else ""
        html = render_message(message, self.language)
        return Shown(str(message.seq), html, moderation, may_edit, is_first, is_others, answers)

    def _wrote(self, message: Message) -> bool:
        return self.person is not None and message.author_id == self.person


def _runs(page: ThreadPage) -> Iterator[tuple[list[IssueEvent], Exchange | None]]:
    yield from ((exchange.events, exchange) for exchange in page.exchanges)
    yield page.last_events, None


def part_asked_for(given: str) -> Part | None:
    """None for what is no part."""
    return Part(given) if given in Part.values else None
