"""A thread as long as the longest we know of, 589 messages, beside a fresh one: joining it, resuming from nothing, and fan-out.

    uv run python -m tests.benchmarks.long_thread [WATCHERS ...]

In turn under daphne and uvicorn. The messages are as many, as long and as often replies as those of discussion 1419 of Decide
Madrid, which as an imported one is closed: nobody can write in it. Takes about four minutes and stops by itself.
"""

import asyncio
import json
import os
import sys
import time
from random import Random
from statistics import median, quantiles
from typing import Any

import django

from tests.benchmarks.live import SERVERS, Room, database, measured, served
from tests.trials.lines import Line

WATCHERS, ROUNDS = (50, 500), 2
MESSAGES, REPLIES = 589, 0.68
LENGTHS = (20, 49, 85, 115, 180, 256, 330, 423, 560, 698, 1_018)  # characters, the shorter ones to the longest
JOINED, RESUMED_AT_ONCE = 50, (1, 50)
WORDS = "Гранттың ақысы үш ай кешігіп төленді, ал есепті біз уақытында тапсырдық. "


def fill(room: Room) -> None:
    from dialogue.actions import post_message

    random, tops = Random(1), [1]
    cast = room.story.cast
    for number in range(1, MESSAGES + 1):
        length = random.choice(LENGTHS)
        parent = random.choice(tops) if number > 1 and random.random() < REPLIES else None
        tops += [] if parent else [number]
        body = (WORDS * (length // len(WORDS) + 1))[:length]
        post_message(
            issue=room.story.issue, **random.choice((cast.manager, cast.officer)).acts, body=body, parent=parent
        )


class Comer:
    """Watches from `after` until it has `newest`, each change once and in order."""

    def __init__(self, number: str, after: int, newest: int) -> None:
        self.path, self.rev, self.newest = f"/ws/issues/{number}/?after={after}&lang=kk", after, newest
        self.has_all = asyncio.Event()

    async def come(self, address: str) -> float:
        """Seconds until it has all."""
        begun = time.perf_counter()
        self.line = Line(address, self.path, lambda: None, self._took)
        host, port = address.split(":")
        running = asyncio.create_task(self.line.run(host, int(port)))
        await asyncio.wait_for(self.has_all.wait(), 60)
        waited = time.perf_counter() - begun
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return waited

    def _took(self, words: bytes) -> None:
        frame = json.loads(words)
        if frame["t"] == "ping":
            self.line.say(json.dumps({"t": "pong", "rev": self.rev}))
        elif "rev" in frame:
            assert frame["rev"] == self.rev + 1
            self.rev = frame["rev"]
        if self.rev == self.newest:
            self.has_all.set()


async def come(number: str, rev: int, address: str) -> None:
    def comer(after: int) -> Comer:
        return Comer(number, after, rev)

    joined = [await comer(rev - 1).come(address) for _ in range(JOINED)]
    print(f"  joining at the tip: p50 {median(joined) * 1e3:.1f}, p95 {quantiles(joined, n=20)[-1] * 1e3:.1f} ms")
    for many in RESUMED_AT_ONCE:
        waits = [max(await asyncio.gather(*(comer(0).come(address) for _ in range(many)))) for _ in range(3)]
        print(f"  resuming from 0, {many} at once: all {rev} changes after {median(waits) * 1e3:.0f} ms", flush=True)


def main() -> None:
    from django.db import connection

    from tests.factories.live import free_port

    with database() as url:
        fresh = Room()
        long = Room(fresh.story.cast)
        fill(long)
        rooms = {"fresh": fresh, f"{MESSAGES} messages": long}
        for name in ("ours, daphne", "ours, uvicorn"):
            environment = {
                "DATABASE_URL": url,
                "ALLOWED_HOSTS": "127.0.0.1",
                "DJANGO_SETTINGS_MODULE": "backend.settings",
            }
            for kind, room in rooms.items():
                print(f"{name}, {kind}")
                with served(SERVERS[name], port := free_port(), **environment):
                    issue = room.story.issue
                    asyncio.run(come(str(issue.number), issue.rev, f"127.0.0.1:{port}"))
        for watchers in [int(each) for each in sys.argv[1:]] or WATCHERS:
            for name in ("ours, daphne", "ours, uvicorn"):
                _fan_out(name, rooms, url, watchers)
        connection.close()


def _fan_out(name: str, rooms: dict[str, Room], url: str, watchers: int) -> None:
    found: dict[str, list[Any]] = {kind: [] for kind in rooms}
    for _ in range(ROUNDS):
        for kind, room in rooms.items():
            found[kind].append(measured(name, room, url, watchers))
    print(f"{name}, {watchers} watchers, medians of {ROUNDS}")
    for kind, results in found.items():
        cpu, p50, p99 = (median(getattr(each, one) for each in results) for one in ("cpu", "p50", "p99"))
        missing = sum(each.missing + each.out_of_turn for each in results)
        print(f"  {kind:14} p50 {p50:7.1f}  p99 {p99:7.1f} ms  {cpu:6.1f} us CPU a frame  missing or out of turn {missing}",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
