"""What is read often and changes rarely, kept in the process for a while."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from functools import wraps
from threading import Lock
from typing import Any

_kept: dict[tuple[object, ...], tuple[float, object]] = {}
AT_MOST = 500


def remembered[**Given, Result](seconds: float) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """The function's last result for the same arguments, no older than that. Nothing of one person may be kept so."""

    def decorate(function: Callable[Given, Result]) -> Callable[Given, Result]:
        @wraps(function)
        def asked(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            key = (function, args, tuple(sorted(kwargs.items())))
            at, result = _kept.get(key, (0.0, None))
            if time.monotonic() - at >= seconds or key not in _kept:
                result = function(*args, **kwargs)
                if len(_kept) >= AT_MOST:
                    _kept.clear()
                _kept[key] = (time.monotonic(), result)
            return result  # type: ignore[return-value]

        return asked

    return decorate


class Shelf[Made: Sized]:
    """What was made once, under all that it was made of. At most so many characters or bytes, as `len` tells; what was not
    asked for longest goes first.
    """

    def __init__(self, at_most: int) -> None:
        self.at_most, self.size = at_most, 0
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = Lock()
        _shelves.append(self)

    def get(self, key: Hashable) -> Made | None:
        with self._lock:
            made = self._made.get(key)
            if made is not None:
                self._made.move_to_end(key)
            return made

    def put(self, key: Hashable, made: Made) -> None:
        with self._lock:
            before = self._made.pop(key, None)
            self.size += len(made) - (0 if before is None else len(before))
            self._made[key] = made
            while self.size > self.at_most:
                _key, oldest = self._made.popitem(last=False)
                self.size -= len(oldest)

    def clear(self) -> None:
        with self._lock:
            self._made.clear()
            self.size = 0


class Lately:
    """What was seen to be so no longer ago than that."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._seen: dict[Hashable, float] = {}
        _shelves.append(self)

    def __contains__(self, what: Hashable) -> bool:
        return what in self._seen and time.monotonic() - self._seen[what] < self.seconds

    def add(self, what: Hashable) -> None:
        if len(self._seen) >= AT_MOST:
            self._seen.clear()
        self._seen[what] = time.monotonic()

    def clear(self) -> None:
        self._seen.clear()


_shelves: list[Shelf[Any] | Lately] = []


def forget() -> None:
    """Everything: between tests."""
    _kept.clear()
    for shelf in _shelves:
        shelf.clear()
