"""The rows of one rehearsed life as forms with blanks: everything that another issue has otherwise is a blank."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from random import Random
from typing import Any

type Key = tuple[Any, ...]
"""A blank: its group first, then which one of it."""

GROUPS = ("given", "at", "day", "pk", "uuid", "number", "text", "why", "source", "seq", "nth", "late")
"""In the order in which blanks are filled; `late`: what is known once the issue's events are chained."""

NULL = "\\N"


@dataclass(slots=True)
class Form:
    """A text with blanks: `form.fill(values)`."""

    text: str
    blanks: list[int]
    pick: Callable[[list[Any]], tuple[Any, ...]] = field(default=lambda values: ())

    def settle(self, order: Mapping[int, int]) -> None:
        """Blanks by their final places."""
        self.blanks = [order[each] for each in self.blanks]
        self.pick = _picker(self.blanks)

    def fill(self, values: list[Any]) -> str:
        return self.text % self.pick(values)


def _picker(blanks: list[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    if len(blanks) == 1:
        [only] = blanks
        return lambda values: (values[only],)
    return itemgetter(*blanks) if blanks else lambda values: ()


@dataclass(slots=True)
class EventForm:
    """One event: its canonical bytes, and its row up to them. `at`: the place of its moment among the values."""

    canonical: Form
    row: Form
    at: int
    day: int
    to: str


@dataclass(frozen=True, slots=True)
class Window:
    """After so many events the issue is open, until the day `end` (None: for as long as one looks): a message can be put in."""

    after: int
    day: int
    end: int | None
    body: str
    ngo: str


@dataclass(slots=True)
class IssueForm:
    """One issue of the story, with its events. `own`: the numbers of the events by which its life itself posts messages;
    `seqs` and `nths`: where the numbers of its events and messages are filled in; `late`: where its tail is.
    """

    row: Form
    events: list[EventForm]
    windows: list[Window]
    own: list[int]
    active: int
    pk: int
    uuid: int
    raised: tuple[int, int] | None
    seqs: list[tuple[int, int]] = field(default_factory=list)
    nths: list[tuple[int, int]] = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Stencil:
    """A life up to one of its steps, ready to be filled. `keys`: the blanks by group, in their final order."""

    keys: dict[str, list[Key]]
    blocks: dict[str, Form]
    issues: list[IssueForm]
    counts: dict[str, int]


def uuid_of(random: Random) -> str:
    """A random one, as the record writes it."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
