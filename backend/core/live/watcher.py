"""One watcher of a room: how far it has come, and how much it has not yet said it has (D6)."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from backend.core.live.room import Frame, Room, Text

UNCONFIRMED_FRAMES = 256
UNCONFIRMED_BYTES = 1_000_000
ASK_EVERY = 64  # frames after which a sign of life is asked for
FULL_FOR = 5.0  # seconds in which one who has too much unconfirmed may still confirm
SILENT_FOR = 30.0  # seconds
TOO_SLOW = 4408

PING = '{"t":"ping"}'

type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Watcher:
    """`person` is whatever the source's `revoked` understands, None for a visitor; `side` and `who` are for presence."""

    def __init__(self, send: Send, language: str, position: int, person: Any = None, side: str = "") -> None:
        self.language, self.position, self.person, self.side = language, position, person, side
        self.room: Room
        self.closing: int | None = None
        self.closes: Callable[[], object] = lambda: None  # called when the socket is closed from here
        self._send = send
        self._task: asyncio.Task[None] | None = None
        self._past: deque[Frame] = deque()
        self._past_read_at = 0
        self._unconfirmed: deque[tuple[int, int]] = deque()
        self._bytes = 0
        self._since_asked = 0
        self._waiting = ""
        self._full_since: float | None = None
        self._asked_at: float | None = None  # the first question that was not answered yet

    def wake(self) -> None:
        """Go on from where it stands. What can be written at once is written here and now, without a task switch."""
        if self._task is None and self.closing is None and self.position < self.room.rev:
            self._begin(self._write())

    def say(self, text: str, keep: bool = False) -> None:
        """Something that is not a change. Where the line is busy it is dropped, or the last of its kind waits: `keep`."""
        if self._task is None and self.closing is None:
            self._begin(self._send({"type": "websocket.send", "text": text}))
        elif keep:
            self._waiting = text

    def ask(self) -> None:
        """For a sign of life."""
        if self._asked_at is None:
            self._asked_at = time.monotonic()
        self.say(PING)

    def confirmed(self, rev: int) -> None:
        """It has what came up to `rev`."""
        self.alive()
        while self._unconfirmed and self._unconfirmed[0][0] <= rev:
            self._bytes -= self._unconfirmed.popleft()[1]
        self._full_since = self._full_since if self._is_full() else None
        self.wake()

    def alive(self) -> None:
        self._asked_at = None

    def is_too_slow(self, now: float) -> bool:
        """To be asked now and then: a watcher that reads nothing says nothing either."""
        if self._full_since is not None and now - self._full_since > FULL_FOR:
            return True
        return self._asked_at is not None and now - self._asked_at > SILENT_FOR

    def close(self, code: int) -> None:
        """Nothing more is written, and the socket is closed."""
        if self.closing is not None:
            return
        self.closing = code
        if self._task is not None:
            self._task.cancel()
        self._begin(self._send({"type": "websocket.close", "code": code}))
        self.closes()

    def gone(self) -> None:
        """The other side has closed."""
        self.closing = self.closing or 1000
        if self._task is not None:
            self._task.cancel()

    def _is_full(self) -> bool:
        return len(self._unconfirmed) >= UNCONFIRMED_FRAMES or self._bytes >= UNCONFIRMED_BYTES

    def _begin(self, writing: Any) -> None:
        """Runs at once until it has to wait, and mostly it never has to."""
        task = asyncio.Task(writing, loop=asyncio.get_running_loop(), eager_start=True)
        if task.done():
            _look_at(task)
            return
        self._task = task
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        _look_at(task)
        if self._task is not task:
            return
        self._task = None
        self.wake()  # what came meanwhile
        if self._waiting and self._task is None:
            waiting, self._waiting = self._waiting, ""
            self.say(waiting)

    async def _write(self) -> None:
        while self.closing is None and self.position < self.room.rev:
            if self._is_full():
                self._full_since = self._full_since or time.monotonic()
                return
            text = self.room.text(self.position + 1, self.language)
            if text is None:
                text = await self._text_of_the_past()
            if text is None:
                return
            await self._send({"type": "websocket.send", "text": text.words})
            self._written(text.size)
            if self._since_asked >= ASK_EVERY:
                self._since_asked = 0
                self._asked_at = self._asked_at or time.monotonic()
                await self._send({"type": "websocket.send", "text": PING})

    def _written(self, size: int) -> None:
        self.position += 1
        self._unconfirmed.append((self.position, size))
        self._bytes += size
        self._since_asked += 1

    async def _text_of_the_past(self) -> Text | None:
        """The next frame from the database. What was read before a frame became stale is read anew."""
        if not self._past or self._past_read_at < self.room.rewritten or self._past[0].rev != self.position + 1:
            self._past_read_at, frames = await self.room.past(self.position, self.language)
            self._past = deque(frames)
        return self._past.popleft().texts.get(self.language) if self._past else None


def _look_at(task: "asyncio.Task[None]") -> None:
    """A line that breaks while it is written to is closed by the server, which tells the consumer."""
    if not task.cancelled():
        task.exception()
