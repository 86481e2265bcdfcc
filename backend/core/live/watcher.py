"""One watcher of a room: how far it has come, and how much it has not yet said it has (D6)."""

import asyncio
import time
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any

from backend.core.live.room import Frame, Room, Text
from backend.core.live.straight import straight_to

UNCONFIRMED_FRAMES = 256
UNCONFIRMED_BYTES = 1_000_000
ASK_EVERY = 64  # frames after which a sign of life is asked for
FULL_FOR = 5.0  # seconds in which one who has too much unconfirmed may still confirm
SILENT_FOR = 30.0  # seconds
TOO_SLOW = 4408

PING = '{"t":"ping"}'

type Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


class Watcher:
    """`person` is whatever the source's `revoked` understands, None for a visitor; `side` and `who` are for presence."""

    def __init__(self, send: Send, language: str, position: int, person: Any = None, side: str = "") -> None:
        self.language, self.position, self.person, self.side = language, position, person, side
        self.room: Room
        self.closing: int | None = None
        self.closes: Callable[[], object] = lambda: None  # called when the socket is closed from here
        self._send, self._straight = send, straight_to(send)
        self._task: asyncio.Task[object] | None = None
        self._past: deque[Frame] = deque()
        self._past_read_at = 0
        self._unconfirmed: deque[tuple[int, int]] = deque()
        self._bytes = 0
        self._since_asked = 0
        self._waiting = ""
        self._full_since: float | None = None
        self._asked_at: float | None = None  # the first question that was not answered yet

    def wake(self) -> None:
        """Go on from where it stands. What can be written at once is written here and now, without a task."""
        room = self.room
        while self._task is None and self.closing is None and self.position < room.rev:
            if self._is_full():
                self._full_since = self._full_since or time.monotonic()
                return
            if self._since_asked >= ASK_EVERY:
                self._since_asked = 0
                self.ask()
                continue
            text = room.text(self.position + 1, self.language)
            if text is not None:
                self._write(text)
            elif not self._begin(self._catch_up()):
                return

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

    def _begin(self, writing: Coroutine[Any, Any, object]) -> bool:
        """Runs at once until it has to wait, and mostly it never has to: only then it becomes a task. Whether it is done."""
        try:
            waits_for = writing.send(None)
        except StopIteration as done:
            return done.value is not False
        except Exception:  # the server closes a line that breaks while it is written to, and tells the consumer
            return False
        self._task = asyncio.get_running_loop().create_task(_rest(writing, waits_for))
        self._task.add_done_callback(self._ended)
        return False

    def _ended(self, task: "asyncio.Task[object]") -> None:
        broke = task.cancelled() or task.exception() is not None
        if self._task is not task:
            return
        self._task = None
        if not broke and task.result() is not False:
            self.wake()  # what came meanwhile
        if self._waiting and self._task is None:
            waiting, self._waiting = self._waiting, ""
            self.say(waiting)

    def _write(self, text: Text) -> None:
        self.position += 1
        self._unconfirmed.append((self.position, len(text.frame)))
        self._bytes += len(text.frame)
        self._since_asked += 1
        if self._straight is None or not self._straight(text.frame):
            self._begin(self._send({"type": "websocket.send", "text": text}))

    async def _catch_up(self) -> bool:
        """One frame that the room no longer holds. False where the database has none yet: the sweep tries again."""
        text = await self._text_of_the_past()
        if text is None:
            return False
        self._write(text)
        return True

    async def _text_of_the_past(self) -> Text | None:
        """The next frame from the database. What was read before a frame became stale is read anew."""
        if not self._past or self._past_read_at < self.room.rewritten or self._past[0].rev != self.position + 1:
            self._past_read_at, frames = await self.room.past(self.position, self.language)
            self._past = deque(frames)
        return self._past.popleft().texts.get(self.language) if self._past else None


async def _rest(writing: Coroutine[Any, Any, object], waits_for: Any) -> object:
    """Of what was begun, for a task."""
    return await _go_on(writing, waits_for)


@types.coroutine
def _go_on(writing: Coroutine[Any, Any, object], waits_for: Any) -> Generator[Any, Any, object]:
    """First what it waits for already."""
    while True:
        try:
            yield waits_for
        except BaseException as error:  # a task is cancelled in what it waits for
            step: Callable[[], Any] = partial(writing.throw, error)
        else:
            step = partial(writing.send, None)
        try:
            waits_for = step()
        except StopIteration as done:
            return done.value
