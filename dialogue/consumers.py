"""The socket of an issue's thread (contract.md): it only tells; writing is HTTP."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from backend.core.live.hub import TOO_MANY, Hub, hub_of
from backend.core.live.watcher import Watcher
from dialogue.live import Place, find_place, thread

LANGUAGES = {code for code, _ in settings.LANGUAGES}
LONGEST = 1_000  # characters of what a watcher may say
SAID_AT_ONCE, SAID_EACH_SECOND = 40, 20
TYPING_EVERY = 2.0  # seconds
CLOSES_WITHIN = 3.0

type Event = dict[str, Any]


async def watch(
    scope: Event, receive: Callable[[], Awaitable[Event]], send: Callable[[Event], Awaitable[None]]
) -> None:
    """An ASGI application. Whom it refuses it accepts first: a browser cannot tell a refused handshake from a lost line."""
    await receive()
    await send({"type": "websocket.accept"})
    hub = hub_of(thread())
    number = scope["url_route"]["kwargs"]["number"]
    place = await hub.run(find_place, number, scope["cookies"].get(settings.SESSION_COOKIE_NAME, ""))
    if isinstance(place, int):
        await send({"type": "websocket.close", "code": place})
        return
    address = (scope.get("client") or [""])[0]
    person = place.person.pk if place.person else None
    try:
        if code := hub.admit(person, address):
            await send({"type": "websocket.close", "code": code})
            return
        await _Visit(scope, receive, send, hub, place).stay()
    finally:
        hub.leave(person, address)


class _Visit:
    """From the first frame to the last."""

    def __init__(self, scope: Event, receive: Any, send: Any, hub: Hub, place: Place) -> None:
        self._receive, self._hub, self._place = receive, hub, place
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        after = query.get("after", [""])[0]
        language = query.get("lang", [""])[0]
        position = int(after) if re.fullmatch(r"[0-9]{1,9}", after) else 0
        self.watcher = Watcher(
            send, language if language in LANGUAGES else settings.LANGUAGE_CODE, min(position, place.rev),
            place.person, place.side,
        )  # fmt: skip
        self._allowed, self._counted_at = float(SAID_AT_ONCE), time.monotonic()
        self._typed_at = -TYPING_EVERY

    async def stay(self) -> None:
        """Until the other side goes, or we close: the server waits for the other side only so long."""
        staying = asyncio.current_task()
        assert staying
        self.watcher.closes = lambda: asyncio.get_running_loop().call_later(CLOSES_WITHIN, staying.cancel)
        self._hub.watch(self._place.issue, self._place.rev, self.watcher)
        try:
            await self._hear()
        except asyncio.CancelledError:
            if self.watcher.closing is None:
                raise
            staying.uncancel()
        finally:
            self._hub.unwatch(self.watcher)

    async def _hear(self) -> None:
        while (event := await self._receive())["type"] == "websocket.receive":
            if not self._may_speak() or len(event.get("text") or "") > LONGEST or event.get("bytes"):
                self.watcher.close(TOO_MANY)
                return
            self._understand(event["text"])

    def _may_speak(self) -> bool:
        now = time.monotonic()
        self._allowed = min(SAID_AT_ONCE, self._allowed + (now - self._counted_at) * SAID_EACH_SECOND) - 1
        self._counted_at = now
        return self._allowed >= 0

    def _understand(self, text: str) -> None:
        """What is not understood is a sign of life all the same."""
        self.watcher.alive()
        try:
            said = json.loads(text)
        except ValueError:
            return
        match said:
            case {"t": "pong", "rev": int(rev)}:
                self.watcher.confirmed(rev)
            case {"t": "typing"} if settings.LIVE_TYPING and self._place.may_post and self._place.side:
                if time.monotonic() - self._typed_at >= TYPING_EVERY:
                    self._typed_at = time.monotonic()
                    self._hub.typing(self.watcher)
