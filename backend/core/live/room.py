"""A room: the changes of one thread, in order, and those who watch it.

Frames are kept for the whole room, not for each watcher: a watcher is a position in them. What it needs and the room no longer
holds is read from the database, so that the memory of a slow one does not grow.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from backend.core.live.straight import framed

if TYPE_CHECKING:
    from backend.core.live.watcher import Watcher

KEPT = 512  # frames of a room
READ_AT_ONCE = 100


class Text(str):
    """The words of a frame, and the bytes that go to every watcher."""

    __slots__ = ("frame",)
    frame: bytes

    def __new__(cls, words: str) -> "Text":
        text = super().__new__(cls, words)
        text.frame = framed(words.encode())
        return text


@dataclass(slots=True)
class Frame:
    """Change number `rev`, by language. `subject`: what it shows, as it was when it was read; a later change of the same
    subject makes it stale.
    """

    rev: int
    subject: int | None
    texts: dict[str, Text] = field(default_factory=dict)


class Source(Protocol):
    """What the hub asks of the domain. Plain functions that query; each is called in a thread."""

    def newest(self, rooms: Iterable[int]) -> dict[int, int]:
        """The `rev` of each of these rooms."""

    def frames(self, room: int, after: int, languages: Iterable[str]) -> list[Frame]:
        """The changes that follow `after`, at most `READ_AT_ONCE` of them, without a gap, as things are now."""

    def revoked(self, people: Sequence[Any]) -> dict[Any, int]:
        """Those who may no longer watch as they do, and the code to close with."""


type Run = Callable[..., Awaitable[Any]]


class Room:
    """`rev`: the last change that was read; `newest`: the last one heard of."""

    def __init__(self, key: int, rev: int, source: Source, run: Run) -> None:
        self.key, self.rev, self.newest = key, rev, rev
        self.watchers: set[Watcher] = set()
        self.rewritten = 0  # the last change that made an earlier frame stale
        self._source, self._run = source, run
        self._kept: deque[Frame] = deque(maxlen=KEPT)
        self._reading: asyncio.Task[None] | None = None
        self._past: dict[tuple[int, str], tuple[int, asyncio.Task[list[Frame]]]] = {}

    def heard(self, rev: int) -> None:
        """Somebody says that the room is at `rev` now."""
        self.newest = max(self.newest, rev)
        if self.newest > self.rev and self.watchers and self._reading is None:
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(self._read_ended)

    def text(self, rev: int, language: str) -> Text | None:
        """The frame of a change, if the room holds it in this language."""
        at = rev - self.rev - 1 + len(self._kept)
        return self._kept[at].texts.get(language) if 0 <= at < len(self._kept) else None

    async def past(self, after: int, language: str) -> tuple[int, list[Frame]]:
        """Changes that follow `after`, from the database, and the `rev` when they were asked for; many who want the same are
        answered by one question.
        """
        key = (after, language)
        if key not in self._past:
            reading = asyncio.ensure_future(self._run(self._source.frames, self.key, after, [language]))
            self._past[key] = (self.rev, reading)
            reading.add_done_callback(lambda _: self._past.pop(key, None))
        asked_at, reading = self._past[key]
        return asked_at, await asyncio.shield(reading)

    async def _read(self) -> None:
        while self.newest > self.rev and self.watchers:
            languages = {watcher.language for watcher in self.watchers}
            found = await self._run(self._source.frames, self.key, self.rev, languages)
            if not found:
                self.newest = self.rev  # a hint of what is not there; the sweep knows better
                return
            for frame in found:
                self._keep(frame)
            for watcher in list(self.watchers):
                watcher.wake()

    def _read_ended(self, reading: asyncio.Task[None]) -> None:
        """A failure to read leaves the room behind; the next hint or sweep tries again."""
        self._reading = None
        if not reading.cancelled():
            reading.exception()

    def _keep(self, frame: Frame) -> None:
        """What an earlier frame showed of the same subject is not sent any more, to nobody: it is read anew when needed."""
        if frame.subject is not None:
            stale = [each for each in self._kept if each.subject == frame.subject]
            for each in stale:
                each.texts.clear()
            self.rewritten = frame.rev if stale else self.rewritten
        self._kept.append(frame)
        self.rev = frame.rev
