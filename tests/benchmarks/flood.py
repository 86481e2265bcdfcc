"""Show 7 of the live room: what the others of a room notice of one who floods it.

    uv run python -m tests.benchmarks.flood [WATCHERS]

In turn under daphne and uvicorn, three rounds each, quiet and flooded one after the other: a visitor sends 100 frames a second,
and another a frame of 1 MB after the other, each coming back as soon as it is cut off. Prints the p99 of everybody else's
frames and what became of the two. Takes about four minutes and stops by itself.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from statistics import median

import django
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.benchmarks.live import SERVERS, Room, database, served
from tests.benchmarks.sockets.client import Result, Watcher, run

WATCHERS, ROUNDS = 100, 3
MESSAGES, RATE = 40, 5.0
FRAMES = 100  # a second
HUGE = "x" * 1024 * 1024


async def many(socket: ClientConnection) -> None:
    while True:
        await socket.send('{"t": "typing"}')
        await asyncio.sleep(1 / FRAMES)


async def huge(socket: ClientConnection) -> None:
    while True:
        await socket.send(HUGE)
        await asyncio.sleep(0.01)  # those who measure share this loop


async def again_and_again(url: str, act: object, became: Counter[str]) -> None:
    """Comes back whenever it is cut off, at most ten times a second."""
    while True:
        try:
            async with connect(url, max_size=None, compression=None) as socket:
                reading, writing = asyncio.create_task(_drain(socket)), asyncio.create_task(act(socket))  # type: ignore[operator]
                try:
                    await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    reading.cancel()
                    writing.cancel()
                    await asyncio.gather(reading, writing, return_exceptions=True)
                became[f"closed {socket.close_code}"] += 1
        except (ConnectionClosed, InvalidStatus, OSError) as refused:
            became[type(refused).__name__] += 1
        await asyncio.sleep(0.1)


async def _drain(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async for _ in socket:
            pass


@asynccontextmanager
async def flooded(url: str, became: Counter[str]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(again_and_again(url, act, became)) for act in (many, huge)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def heard(room: Room, path: str, port: int, pid: int, watchers: int, became: Counter[str] | None) -> Result:

    async def publish(words: bytes, by: Watcher) -> None:
        await asyncio.to_thread(room.post, words)

    if became is None:
        return await run(port, path, pid, watchers, MESSAGES, RATE, publish)
    async with flooded(f"ws://127.0.0.1:{port}{path}", became):
        return await run(port, path, pid, watchers, MESSAGES, RATE, publish)


def main() -> None:
    from django.db import connection

    from tests.factories.live import free_port

    watchers = int(sys.argv[1]) if len(sys.argv) > 1 else WATCHERS
    with database() as url:
        room = Room()
        environment = {
            "DATABASE_URL": url, "ALLOWED_HOSTS": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "backend.settings",
            "LIVE_SOCKETS_PER_ADDRESS": str(watchers + 100),
        }  # fmt: skip
        for name in ("ours, daphne", "ours, uvicorn"):
            quiet, loud, became = [], [], Counter[str]()
            for _ in range(ROUNDS):
                for found, told in ((quiet, None), (loud, became)):
                    port = free_port()
                    with served(SERVERS[name], port, **environment) as pid:
                        found.append(asyncio.run(heard(room, room.path(), port, pid, watchers, told)))
            one, other = (median(each.p99 for each in found) for found in (quiet, loud))
            lost = sum(each.missing + each.out_of_turn for each in (*quiet, *loud))
            print(f"{name:15} {watchers} watchers: p99 {one:.1f} ms, flooded {other:.1f} ms: {other / one:.2f} (2);"
                  f" missing or out of turn {lost}; the flood: {dict(became)}", flush=True)  # fmt: skip
        connection.close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
