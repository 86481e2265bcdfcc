"""Hints between processes: PostgreSQL's LISTEN and NOTIFY, or Redis where `REDIS_URL` is set (D3).

A hint is a short list, a kind first: `["rev", room, rev]` from writers; what hubs tell each other (`hub`, `presence`) besides.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncGenerator, Callable
from functools import cache, partial
from typing import Any

import psycopg
import redis
import redis.asyncio
from django.conf import settings
from django.db import connection, transaction

from backend.core.postgres.base import Notify

logger = logging.getLogger(__name__)

CHANNEL = "birge_live"
AGAIN_AFTER = (0.1, 0.5, 1.0, 2.0)  # seconds, from one failure to listen to the next
REDIS_WAITS = 0.25  # seconds: no writer waits longer for it
REDIS_RESTS = 2.0  # seconds in which nothing is tried after it failed

type Hint = list[Any]


def announce(room: int, rev: int) -> None:
    """Tell all processes that a room has changed: after the commit, in a transaction of its own (D3). It may be lost."""
    transaction.on_commit(_telling(["rev", room, rev]), robust=True)


def publish(hint: Hint) -> None:
    """Send a hint at once. Never inside a transaction: NOTIFY would make all writers of the database wait for each other."""
    _telling(hint)()


def _telling(hint: Hint) -> Callable[[], None]:
    payload = json.dumps(hint, separators=(",", ":"))
    return partial(_redis().publish, payload) if settings.REDIS_URL else Notify(CHANNEL, payload)


class RedisPublisher:
    """Gives up quickly, and for a while: posts are accepted while Redis is away, and the sweep carries what it would have."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=REDIS_WAITS, socket_connect_timeout=REDIS_WAITS)
        self._rests_until = 0.0

    def publish(self, payload: str) -> None:
        if time.monotonic() < self._rests_until:
            return
        try:
            self._client.publish(CHANNEL, payload)
        except redis.RedisError as error:
            self._rests_until = time.monotonic() + REDIS_RESTS
            logger.warning("No hint through Redis: %s", error)


@cache
def _redis() -> RedisPublisher:
    return RedisPublisher(settings.REDIS_URL)


async def listen(heard: Callable[[Hint], None], begun: Callable[[], None]) -> None:
    """Hear every hint until cancelled, on a connection of its own. `begun` is called whenever listening begins: what was said
    before was missed.
    """
    listening = _hear_redis if settings.REDIS_URL else _hear_postgres
    failures = 0
    while True:
        try:
            async with contextlib.aclosing(listening()) as payloads:
                async for payload in payloads:
                    if payload is None:
                        failures = 0
                        begun()
                    else:
                        heard(_understood(payload))
        except (psycopg.Error, redis.RedisError, OSError) as error:
            logger.warning("Not listening for changes: %s", error)
        await asyncio.sleep(AGAIN_AFTER[min(failures, len(AGAIN_AFTER) - 1)])
        failures += 1


def _understood(payload: str) -> Hint:
    """Nothing at all where somebody else uses the channel for something else."""
    try:
        hint = json.loads(payload)
    except ValueError:
        return []
    return hint if isinstance(hint, list) else []


async def _hear_postgres() -> AsyncGenerator[str | None]:
    """None once it listens, then each payload. A direct connection, of no pool, outside of any transaction."""
    parameters = {**connection.get_connection_params(), "autocommit": True}
    for name in ("cursor_factory", "context", "prepare_threshold"):  # Django's own, for its cursors
        parameters.pop(name, None)
    direct = await psycopg.AsyncConnection.connect(**parameters)
    try:
        await direct.execute(f"LISTEN {CHANNEL}")
        yield None
        async for notify in direct.notifies():
            yield notify.payload
    finally:
        await direct.close()


async def _hear_redis() -> AsyncGenerator[str | None]:
    async with redis.asyncio.Redis.from_url(settings.REDIS_URL, health_check_interval=5) as client:
        pubsub = client.pubsub()
        await pubsub.subscribe(CHANNEL)
        async for message in pubsub.listen():
            yield None if message["type"] == "subscribe" else message["data"].decode()
