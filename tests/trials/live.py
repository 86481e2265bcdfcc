"""A server of sockets as a process of its own that can be killed, many who watch and come back, and one who writes."""

import asyncio
import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from tests.factories.live import CHANGES, free_port
from tests.factories.processes import PROJECT, database_url
from tests.trials.lines import Line

COMMANDS = {
    "daphne": ["daphne", "-b", "127.0.0.1", "-p", "{port}", "--proxy-headers", "-v", "0",
               "backend.asgi:application"],
    "uvicorn": ["uvicorn", "--port", "{port}", "--log-level", "error", "--lifespan", "off",
                "backend.asgi:application"],
}  # fmt: skip


class Server:
    """Started on the tests' database, or that of `url`; `kill` and `start` again at the same port."""

    def __init__(self, kind: str, *, url: str = "", **environment: str) -> None:
        self.kind, self.port = kind, free_port()
        self._environment = (
            os.environ
            | {"PYTHONWARNINGS": "ignore"}
            | {"DATABASE_URL": url or database_url(), "ALLOWED_HOSTS": "127.0.0.1"}
            | environment
        )
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        arguments = [each.format(port=self.port) for each in COMMANDS[self.kind]]
        self.process = subprocess.Popen([sys.executable, "-m", *arguments], cwd=PROJECT, env=self._environment)

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    @property
    def cpu(self) -> float:
        """Seconds so far."""
        assert self.process
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        """Of memory that it holds."""
        assert self.process
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def redis(port: int) -> Iterator[None]:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def serving(kind: str, **environment: str) -> Iterator[Server]:
    """Up, and killed at the end."""
    server = Server(kind, **environment)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class Follower:
    """Watches an issue, comes back whenever the line breaks, and writes down what it got and what was wrong with it."""

    number: str
    after: int = 0
    language: str = "en"
    revs: list[int] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    tries: int = 0
    came: int = 0

    @property
    def rev(self) -> int:
        return self.revs[-1] if self.revs else self.after

    async def follow(self, addresses: list[str]) -> None:
        """Until cancelled; at another of the servers each time."""
        while True:
            address = addresses[self.tries % len(addresses)]
            self.tries += 1
            query = f"after={self.rev}&lang={self.language}"
            self.line = Line(address, f"/ws/issues/{self.number}/?{query}", self._opened, self._took)
            host, port = address.split(":")
            with contextlib.suppress(OSError):
                await self.line.run(host, int(port))
            await asyncio.sleep(0.1)

    def _opened(self) -> None:
        self.came += 1

    def _took(self, words: bytes) -> None:
        frame = json.loads(words)
        if frame["t"] == "ping":
            self.line.say(json.dumps({"t": "pong", "rev": self.rev}))
        if frame["t"] not in CHANGES:
            return
        if frame["rev"] != self.rev + 1:
            self.wrong.append(f"{frame['rev']} after {self.rev}")
        self.revs.append(frame["rev"])
        if frame["t"] == "msg":
            self.seqs.append(frame["seq"])


@dataclass
class Writer:
    """Posts one message after another over HTTP, each until it is acknowledged, always under its own key."""

    address: str
    number: str
    token: str
    party: str
    acknowledged: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def post(self, words: str) -> float:
        """Seconds until it was acknowledged."""
        begun, key = time.monotonic(), str(uuid4())
        while time.monotonic() - begun < 60:
            status, said = self.send(words, key)
            if status == 201:
                self.acknowledged.append(said["rev"])
                return time.monotonic() - begun
            self.refused.append(status)
            time.sleep(0.2)
        raise AssertionError(f"not posted in a minute: {self.refused[-5:]}")

    def send(self, words: str, key: str) -> tuple[int, Any]:
        """Once: the status and what was said; 0 where there was no answer."""
        line = HTTPConnection(self.address, timeout=10)
        headers = {"Content-Type": "application/json", "Authorization": f"Token {self.token}", "Idempotency-Key": key}
        try:
            words = json.dumps({"body": words, "as": self.party})
            line.request("POST", f"/api/v1/issues/{self.number}/messages/", words, headers)
            answer = line.getresponse()
            said = answer.read()
            return answer.status, json.loads(said) if answer.status == 201 else None
        except OSError:
            return 0, None
        finally:
            line.close()


async def following(followers: list[Follower], addresses: list[str], during: Callable[[], Any]) -> Any:
    """What `during`, called in a thread, answers; all follow meanwhile."""
    _many_files()
    tasks = [asyncio.create_task(each.follow(addresses)) for each in followers]
    try:
        return await asyncio.to_thread(_closing, during)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _closing(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


def caught_up(followers: list[Follower], rev: int, seconds: float = 60) -> float:
    """Waits until all have seen `rev`; how long it took."""
    begun = time.monotonic()
    while min(each.rev for each in followers) < rev:
        behind = sorted(each.rev for each in followers)[:3]
        assert time.monotonic() - begun < seconds, f"not at {rev} after {seconds} s: {behind}"
        time.sleep(0.02)
    return time.monotonic() - begun


def needs(program: str) -> pytest.MarkDecorator:
    """The trial is skipped, and that said, where it is not installed."""
    reason = f"no {program} in the path; the CI run has one"
    return pytest.mark.skipif(shutil.which(program) is None, reason=reason)


def _many_files() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20_000, hard), hard))
