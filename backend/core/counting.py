"""What is counted for a minute, failed sign-ins and requests of programs: in Redis for all processes together, and in each for
itself while Redis is away, so that nobody is refused for its sake.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)

WAITS = 0.25  # seconds: no request waits longer for Redis
RESTS = 2.0  # seconds in which it is not tried after it failed


class Counts(BaseCache):
    """A cache of Django's."""

    rests_until = 0.0  # of the process: each of its threads has a cache of its own

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = {"socket_timeout": WAITS, "socket_connect_timeout": WAITS}
        self._of_all = RedisCache(server, params | {"OPTIONS": options})
        self._own = LocMemCache("while Redis is away", params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return self._counted(lambda cache: cache.add(key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._counted(lambda cache: cache.get(key, default, version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        self._counted(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return self._counted(lambda cache: cache.touch(key, timeout, version))

    def delete(self, key: Any, version: Any = None) -> bool:
        return self._counted(lambda cache: cache.delete(key, version))

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        return self._counted(lambda cache: cache.incr(key, delta, version))

    def clear(self) -> None:
        self._counted(lambda cache: cache.clear())

    def _counted[T](self, act: Callable[[BaseCache], T]) -> T:
        if time.monotonic() >= Counts.rests_until:
            try:
                return act(self._of_all)
            except redis.RedisError as error:
                Counts.rests_until = time.monotonic() + RESTS
                logger.warning("Counted in this process alone: %s", error)
        return act(self._own)
