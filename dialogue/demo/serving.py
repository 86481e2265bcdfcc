"""The server and the worker as processes of their own: started, watched, and stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from dialogue.demo.address import Address
from dialogue.demo.failure import DemoError

PAUSE = 0.2
COMES_UP = 60.0  # seconds
GOES_DOWN = 15.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Child:
    what: str
    process: "subprocess.Popen[bytes]"


class Serving:
    """`start`, then `until_one_ends` blocks; `stop` in any case. What the processes complain of goes to `log`."""

    def __init__(self, address: Address, secret_key: str, log: Path) -> None:
        self.address, self.log = address, log
        self.children: list[Child] = []
        self._environment = os.environ | {
            "DEBUG": "0",  # error pages as the public sees them; whitenoise serves the static files either way
            "DEMO": "1",
            "HTTPS": "0",
            "SECRET_KEY": secret_key,
            "ALLOWED_HOSTS": ",".join(address.allowed_hosts),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore:No directory at:UserWarning",  # whitenoise, on files that were not collected
        }

    def start(self) -> None:
        """Both processes, and wait until the server answers. Raises DemoError."""
        bind = ["-b", self.address.number, "-p", str(self.address.port), "-v", "0"]
        self.log.parent.mkdir(exist_ok=True)
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            self._start("server", log, None, "-m", "daphne", *bind, "backend.asgi:application")
            self._start("worker", log, subprocess.DEVNULL, "manage.py", "worker")
        deadline = time.monotonic() + COMES_UP
        while not self.address.answers():
            self._check_alive()
            if time.monotonic() > deadline:
                raise DemoError(f"The server does not answer after {COMES_UP:.0f} seconds; its log is {self.log}.")
            time.sleep(PAUSE)

    def until_one_ends(self) -> None:
        """Never returns: DemoError when a process has ended, KeyboardInterrupt when we are told to stop."""
        while True:
            self._check_alive()
            time.sleep(PAUSE)

    def stop(self) -> None:
        """End those that live; kill what does not end in time."""
        for child in self.children:
            child.process.terminate()
        deadline = time.monotonic() + GOES_DOWN
        for child in self.children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        if self.log.exists() and not self.log.stat().st_size:
            self.log.unlink()

    def _start(self, what: str, log: IO[bytes], out: int | None, *arguments: str) -> None:
        """In a session of its own: Ctrl-C reaches only us, and we stop them in order."""
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=settings.BASE_DIR, env=self._environment, stdin=subprocess.DEVNULL,
            stdout=out, stderr=log, start_new_session=True, preexec_fn=_ends_with_us(),  # noqa: PLW1509  (no threads yet)
        )  # fmt: skip
        self.children.append(Child(what, process))

    def _check_alive(self) -> None:
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                said = self._last_words()
                raise DemoError(f"The {child.what} has ended ({_ending(code)}){said}; its log is {self.log}.")

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((f": {line.strip()[:200]}" for line in reversed(lines) if line.strip()), "")


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _ends_with_us() -> Callable[[], object] | None:
    """On Linux a child is told to stop when we are killed and can no longer stop it."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
