"""One hub for each process: hears what changed, reads it once, and gives it to all who watch (D3)."""

import asyncio
import json
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from backend.core.live import bus
from backend.core.live.presence import TOLD_EVERY, Presence, Sides
from backend.core.live.room import Room, Source
from backend.core.live.watcher import TOO_SLOW, Watcher

logger = logging.getLogger(__name__)

SWEPT_EVERY = 1.0  # seconds
CHECKED_EVERY = 0.5
ASKED_EVERY = 10.0
THREADS = 4
TOO_MANY = 4429


class Hub:
    """Lives on one event loop. Its own statements run in a few threads, each of which keeps its connection."""

    def __init__(self, source: Source) -> None:
        self.rooms: dict[int, Room] = {}
        self._source = source
        self._process = uuid4().hex[:12]
        self._presence = Presence()
        self._here: dict[int, dict[str, int]] = {}  # what the people of a room were told last
        self._sockets: Counter[str] = Counter()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._tasks: list[asyncio.Task[None]] = []

    async def run[T](self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a plain function that queries, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(_querying, function, *arguments))

    def admit(self, person: int | None, address: str) -> int | None:
        """Count one more socket; the code to close it with if there are too many. `leave` takes it back."""
        self._begin()
        limits = {f"address {address}": settings.LIVE_SOCKETS_PER_ADDRESS} if address else {}
        if person is not None:
            limits[f"person {person}"] = settings.LIVE_SOCKETS_PER_PERSON
        self._sockets.update(limits.keys())
        return TOO_MANY if any(self._sockets[each] > limit for each, limit in limits.items()) else None

    def leave(self, person: int | None, address: str) -> None:
        self._sockets -= Counter([f"address {address}", f"person {person}"])  # keeps what is above nought

    def watch(self, key: int, rev: int, watcher: Watcher) -> None:
        """From now on the watcher gets every change that follows its position. `rev`: of the room, just read."""
        room = self.rooms.get(key)
        if room is None:
            room = self.rooms[key] = Room(key, rev, self._source, self.run)
        watcher.room = room
        room.watchers.add(watcher)
        room.heard(rev)
        watcher.wake()
        if watcher.person is not None:
            self._people_changed(room, watcher)

    def unwatch(self, watcher: Watcher) -> None:
        watcher.gone()
        room = watcher.room
        room.watchers.discard(watcher)
        if watcher.person is not None:
            self._people_changed(room)
        if not room.watchers:
            self.rooms.pop(room.key, None)
            self._here.pop(room.key, None)

    def typing(self, watcher: Watcher) -> None:
        """Somebody is writing: told to the others of the room, by side, on every server."""
        self._tell_typing(watcher.room.key, watcher.side, watcher.person.pk)
        self._publish(["typing", self._process, watcher.room.key, watcher.side, watcher.person.pk])

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)

    def _begin(self) -> None:
        if not self._tasks:
            begun = [bus.listen(self._heard, self._sweep_now), self._every(SWEPT_EVERY, self._sweep),
                     self._every(SWEPT_EVERY, self._cut_the_slow), self._every(CHECKED_EVERY, self._check_people),
                     self._every(ASKED_EVERY, self._ask),
                     self._every(TOLD_EVERY, self._tell_all)]  # fmt: skip
            self._tasks = [asyncio.create_task(each) for each in begun]

    async def _every(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._try(act)

    async def _try(self, act: Callable[[], Awaitable[None]]) -> None:
        """A failure, mostly that the database is away, waits for the next time."""
        try:
            await act()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("Live updates could not look: %s", error)
        except Exception:
            logger.exception("Live updates failed")

    def _heard(self, hint: bus.Hint) -> None:
        match hint:
            case ["rev", int(key), int(rev)] if room := self.rooms.get(key):
                room.heard(rev)
            case ["typing", str(process), int(key), str(side), int(person)] if process != self._process:
                self._tell_typing(key, side, person)
            case ["here", str(process), int(key), dict(sides)] if process != self._process:
                self._presence.told(process, key, sides)
                if room := self.rooms.get(key):
                    self._tell_here(room)

    def _sweep_now(self) -> None:
        self._sweeping = asyncio.create_task(self._try(self._sweep))

    async def _sweep(self) -> None:
        """What hints did not say. One query for all rooms that are watched."""
        if not self.rooms:
            return
        for key, rev in (await self.run(self._source.newest, list(self.rooms))).items():
            if room := self.rooms.get(key):
                room.heard(rev)
                for watcher in list(room.watchers):
                    watcher.wake()

    async def _check_people(self) -> None:
        """Whoever may not watch any more as they do is out within a second."""
        watching: dict[Any, list[Watcher]] = defaultdict(list)
        for room in self.rooms.values():
            for watcher in room.watchers:
                if watcher.person is not None:
                    watching[watcher.person].append(watcher)
        if not watching:
            return
        for person, code in (await self.run(self._source.revoked, list(watching))).items():
            for watcher in watching[person]:
                watcher.close(code)

    async def _cut_the_slow(self) -> None:
        """They resume where they stand (D6)."""
        now = time.monotonic()
        for watcher in self._watchers():
            if watcher.is_too_slow(now):
                watcher.close(TOO_SLOW)

    async def _ask(self) -> None:
        for watcher in self._watchers():
            watcher.ask()

    def _watchers(self) -> list[Watcher]:
        return [watcher for room in self.rooms.values() for watcher in room.watchers]

    def _people_changed(self, room: Room, newcomer: Watcher | None = None) -> None:
        self._tell_here(room, newcomer)
        self._publish(["here", self._process, room.key, self._sides(room)])

    def _sides(self, room: Room) -> Sides:
        sides: dict[str, set[int]] = defaultdict(set)
        for watcher in room.watchers:
            if watcher.person is not None and watcher.side:
                sides[watcher.side].add(watcher.person.pk)
        return {side: sorted(people) for side, people in sides.items()}

    def _tell_here(self, room: Room, newcomer: Watcher | None = None) -> None:
        """To everybody signed in, if it is news; to one who has just come in any case."""
        here = [(side, person) for side, people in self._sides(room).items() for person in people]
        counts = self._presence.counts(room.key, here)
        told = [newcomer] if newcomer else []
        if counts != self._here.get(room.key):
            self._here[room.key] = counts
            told = [each for each in room.watchers if each.person is not None]
        words = json.dumps({"t": "here"} | counts)
        for watcher in told:
            watcher.say(words, keep=True)

    async def _tell_all(self) -> None:
        for key in self._presence.forget_the_silent():
            if room := self.rooms.get(key):
                self._tell_here(room)
        for room in self.rooms.values():
            if sides := self._sides(room):
                self._publish(["here", self._process, room.key, sides])

    def _tell_typing(self, key: int, side: str, person: int) -> None:
        room = self.rooms.get(key)
        words = json.dumps({"t": "typing", "who": side})
        for watcher in room.watchers if room else ():
            if watcher.person is not None and watcher.person.pk != person:
                watcher.say(words)

    def _publish(self, hint: bus.Hint) -> None:
        """Without waiting, and without harm if it is lost."""
        asyncio.get_running_loop().run_in_executor(self._threads, partial(_publish_quietly, hint))


def _querying[T](function: Callable[..., T], *arguments: Any) -> T:
    """The connection of a thread stays open; one that failed is opened anew the next time."""
    try:
        return function(*arguments)
    except (DatabaseError, InterfaceError):
        connections.close_all()
        raise


def _publish_quietly(hint: bus.Hint) -> None:
    try:
        _querying(bus.publish, hint)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("A hint was lost: %s", error)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub_of(source: Source) -> Hub:
    """The hub of the running event loop, which is that of the process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(source)
    return _hubs[loop]
