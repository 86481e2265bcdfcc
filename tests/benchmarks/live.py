"""P7 to P10: the room of an issue against stock Channels and against asyncio alone, with many who watch.

    uv run --with channels-redis python -m tests.benchmarks.live [WATCHERS ...]

starts each server in turn on a free port, ours on a database of its own; publishes 1 kB five times a second (ours: posts it, from
this process, with its event) and prints the server's CPU for each frame first. Stock over Redis only where `REDIS_URL` names a
server and channels-redis is there. CPU of PostgreSQL is not in it. Takes about five minutes and stops by itself.
"""

import asyncio
import importlib.util
import os
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

from tests.benchmarks.sockets.client import Result, Watcher, masked, run

WATCHERS = (100, 500, 2_000)
MESSAGES, RATE = 40, 5.0

SERVERS = {
    "asyncio alone": ["tests.benchmarks.sockets.floor", "{port}"],
    "stock, daphne, memory": ["daphne", "-p", "{port}", "-v", "0", "tests.benchmarks.sockets.stock:application"],
    "stock, daphne, Redis": ["daphne", "-p", "{port}", "-v", "0", "tests.benchmarks.sockets.stock:application"],
    "ours, daphne": ["daphne", "-p", "{port}", "-v", "0", "backend.asgi:application"],
    "ours, uvicorn": ["uvicorn", "--port", "{port}", "--log-level", "error", "--lifespan", "off", "backend.asgi:application"],
}  # fmt: skip


@contextmanager
def database() -> Iterator[str]:
    """A database of its own; answers its URL."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from tests.factories.processes import database_url

    connection.settings_dict["TEST"]["NAME"] = "birge_benchmark_live"
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield database_url()
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'birge_benchmark_live'"
            )
        teardown_databases(made, verbosity=0)


@contextmanager
def served(arguments: list[str], port: int, **environment: str) -> Iterator[int]:
    """A server that answers; its process."""
    command = [sys.executable, "-m", *(each.format(port=port) for each in arguments)]
    quiet = {"PYTHONWARNINGS": "ignore", "LOG_LEVEL": "CRITICAL"}
    process = subprocess.Popen(command, env=os.environ | quiet | environment, stdout=subprocess.DEVNULL)
    try:
        import socket

        for _ in range(600):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process.pid
    finally:
        process.kill()
        process.wait()


class Room:
    """An issue, and somebody who writes in it."""

    def __init__(self, cast: Any = None) -> None:
        from tests.factories.people import make_cast
        from tests.factories.stories import Story

        self.story = Story(cast or make_cast()).raised()
        self.manager = self.story.cast.manager.acts

    def path(self) -> str:
        issue = self.story.issue
        return f"/ws/issues/{issue.number}/?after={issue.rev}&lang=kk"

    def post(self, words: bytes) -> None:
        from dialogue.actions import post_message
        from issues.models import Issue

        post_message(issue=Issue(pk=self.story.pk), **self.manager, body=words.decode())


async def said(words: bytes, by: Watcher) -> None:
    by.transport.write(masked(words))


def measured(name: str, room: Room, url: str, watchers: int) -> Result:
    from tests.factories.live import free_port

    ours, port = name.startswith("ours"), free_port()
    environment = (
        {"DATABASE_URL": url, "ALLOWED_HOSTS": "127.0.0.1"}
        if ours
        else {"LAYER": "redis" if "Redis" in name else "mem"}
    )
    if ours:
        environment["DJANGO_SETTINGS_MODULE"] = "backend.settings"

    async def posted(words: bytes, by: Watcher) -> None:
        await asyncio.to_thread(room.post, words)

    publish: Callable[[bytes, Watcher], Awaitable[None]] = posted if ours else said
    path = room.path() if ours else "/ws/"
    with served(SERVERS[name], port, **environment) as pid:
        return asyncio.run(run(port, path, pid, watchers, MESSAGES, RATE, publish))


def main() -> None:
    from django.db import connection

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20_000, hard), hard))
    has_redis = bool(os.environ.get("REDIS_URL")) and importlib.util.find_spec("channels_redis") is not None
    names = [name for name in SERVERS if has_redis or "Redis" not in name]
    counts = [int(each) for each in sys.argv[1:]] or list(WATCHERS)
    with database() as url:
        room = Room()
        for watchers in counts:
            print(f"\n{watchers:,} watchers, {MESSAGES} messages of 1 kB, {RATE:.0f} a second")
            found: dict[str, Result] = {}
            for name in names:
                each = found[name] = measured(name, room, url, watchers)
                print(
                    f"{name:22} {each.cpu:7.1f} us CPU a frame  p50 {each.p50:7.1f}  p99 {each.p99:7.1f} ms"
                    f"  {each.memory:6.1f} kB a socket  missing {each.missing}  out of turn {each.out_of_turn}",
                    flush=True,
                )
            _tell(found)
        connection.close()


def _tell(found: dict[str, Any]) -> None:
    floor, stock = found["asyncio alone"], found["stock, daphne, memory"]
    daphne, uvicorn = found["ours, daphne"], found["ours, uvicorn"]
    print(f"P7 uvicorn / asyncio {uvicorn.cpu / floor.cpu:.1f} (3), daphne / stock {daphne.cpu / stock.cpu:.2f} (0.33),"
          f" uvicorn / stock {uvicorn.cpu / stock.cpu:.2f} (0.10)")  # fmt: skip
    print(
        f"P8 p99: daphne / stock {daphne.p99 / stock.p99:.2f} (0.2), uvicorn / stock {uvicorn.p99 / stock.p99:.2f} (0.1)"
    )
    print(f"P9 under uvicorn {uvicorn.memory:.1f} kB (30)")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
