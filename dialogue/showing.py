"""A thread as one reader sees it: what everybody sees (`dialogue.told`), what is new to them, and what they may do with each
message, beside it (D4).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from dialogue.actions.editing import is_theirs, why_not_edit
from dialogue.told import Line, Said, Told
from issues import policies
from issues.models import Issue

STAND_IN = "1234567890"
"""The number of no message, put in its place in what is rendered once for all of them."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What this person has not read yet of what others wrote: after number `seen`, the first, and how many."""

    seen: int
    first: int | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Showing:
    """How messages are shown to whoever looks, in the language of the page. No query."""

    person: int | None
    seat: policies.Seat | None
    issue: Issue
    unread: Unread | None
    at: datetime
    mentioned: frozenset[int] = frozenset()
    _made: dict[tuple[str, ...], str] = field(default_factory=dict)

    def lines(self, told: Told) -> Iterator[SafeString]:
        """What the thread shows, in order, as HTML."""
        for line in told.lines:
            yield mark_safe(f"{line.moves}{''.join(self._said(line))}")  # noqa: S308  (templates made all of it)

    def _said(self, line: Line) -> Iterator[str]:
        if line.said:
            yield self._of(line.said)
        if line.replies:
            yield from self._replies(line)

    def _replies(self, line: Line) -> Iterator[str]:
        assert line.said
        head, tail = self._frame("_replies", line.said.seq).split("<!-- -->")
        yield head
        yield from map(self._of, line.replies)
        yield tail

    def _of(self, said: Said) -> str:
        """The message as everybody sees it, between the line of what is new, or of what it answers, and what this person may do."""
        before = ""
        if self.unread is not None and self.unread.first == said.seq:
            before = self._frame("_unread", said.seq)
        if said.answers:
            before += self._frame("_answers", int(said.answers))
        rights = self._rights(said)
        return f"{before}{said.html}{self._frame('_beside', said.seq, *rights)}" if rights else f"{before}{said.html}"

    def _rights(self, said: Said) -> list[str]:
        rights = ["mentioned"] if said.seq in self.mentioned else []
        if is_theirs(self.seat, said) and why_not_edit(self.seat, self.issue, said, self.at) is None:
            rights.append("edit")
        if self.unread is not None and said.hidden_at is None and said.author_id != self.person:
            rights.append("unread")
        if self.moderates:
            hidden = [] if said.is_blanked else ["show_message"]
            rights += ["hide_message"] if said.hidden_at is None else hidden
        return rights

    @property
    def moderates(self) -> bool:
        return policies.moderates(self.seat) is None

    def _frame(self, name: str, seq: int, *rights: str) -> str:
        """A small template with the number of one message; rendered once."""
        made = self._made.get((name, *rights))
        if made is None:
            context = {"issue": self.issue, "seq": STAND_IN, "rights": rights}
            made = self._made[name, *rights] = get_template(f"dialogue/{name}.html").render(context)
        return made.replace(STAND_IN, str(seq))
