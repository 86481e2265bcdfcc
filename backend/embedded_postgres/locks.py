"""Locks that die with their holder: flock(2), so that no kill -9 leaves one behind and no process id is trusted.

Three files carry one each. `<data>.lock`: one process at a time starts or stops the server. `<data>.users`: shared by
every process that uses it. `<data>.log`: held by the server's processes themselves, who inherit it as their standard
error; it is free exactly when the last of them is gone, whatever pid files, zombies or other PID namespaces say.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import EmbeddedPostgresError

_PAUSE = 0.02
_held: dict[Path, tuple[int, int]] = {}
_registering = threading.Lock()


@contextmanager
def exclusive(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock in `path`, which is made if missing; EmbeddedPostgresError after `timeout` seconds of waiting."""
    descriptor = _take(path, fcntl.LOCK_EX, timeout)
    try:
        yield
    finally:
        # Not only close(): a child forked by another thread meanwhile has a copy that would keep the lock.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def register(path: Path, timeout: float) -> None:
    """Count this process among the users until it ends or calls `unregister`. Once per process; children count
    themselves.
    """
    with _registering:
        pid, descriptor = _held.get(path, (0, -1))
        if pid == os.getpid():
            if _is_still(path, descriptor):
                return
            os.close(descriptor)
        _held[path] = (os.getpid(), _take(path, fcntl.LOCK_SH, timeout))


def unregister(path: Path) -> None:
    with _registering:
        pid, descriptor = _held.pop(path, (0, -1))
        if pid == os.getpid():
            os.close(descriptor)


@contextmanager
def if_unused(path: Path) -> Iterator[bool]:
    """True when no process is registered; then none can register before the block ends."""
    descriptor = _open(path)
    try:
        yield _try(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether some process, anywhere on this machine, holds the lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def claim(descriptor: int, timeout: float = 5) -> bool:
    """Lock an open file, for a child to inherit. Somebody's momentary `is_held` is waited out."""
    deadline = time.monotonic() + timeout
    while not _try(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _take(path: Path, operation: int, timeout: float) -> int:
    deadline = time.monotonic() + timeout
    while True:
        descriptor = _open(path)
        if _try(descriptor, operation) and _is_still(path, descriptor):
            return descriptor
        os.close(descriptor)
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"Another process has been starting or stopping the embedded database for {timeout:.0f} seconds "
                f"(it holds {path}); end it and try again."
            )
        time.sleep(_PAUSE)


def _open(path: Path) -> int:
    """For reading only: then root and the project's owner can share the file whoever made it."""
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)


def _try(descriptor: int, operation: int) -> bool:
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """False when the file was deleted while we waited: others would lock its successor."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
