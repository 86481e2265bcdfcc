"""A server of sockets in this process, on the tests' database, and those who watch."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import uvicorn
from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.factories.people import Player

PATIENCE = 60.0  # seconds; a busy machine is slow, not broken
CHANGES = ("msg", "edit", "hide", "head")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


_servers: list[tuple[uvicorn.Server, threading.Thread]] = []


@cache
def site() -> str:
    """`127.0.0.1:port` of a whole site, sockets too, under uvicorn in a thread; one for each process of the tests, which
    stops it in the end.
    """
    from backend.asgi import application

    port = free_port()
    config = uvicorn.Config(
        application, host="127.0.0.1", port=port, log_level="error", lifespan="off", ws_ping_interval=None,
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _servers.append((server, thread))
    while not server.started:
        threading.Event().wait(0.01)
    return f"127.0.0.1:{port}"


def stop_site() -> None:
    """Needs to be called before the tests' database is dropped."""
    for server, thread in _servers:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the site did not stop"
    _servers.clear()
    site.cache_clear()


def cookie_of(player: Player) -> str:
    """A session of somebody who has signed in."""
    client = Client()
    client.force_login(player.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Watch:
    """One socket. `changes`: the frames that count as changes, in the order they came; `others`: what else was said."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.changes: list[dict[str, Any]] = []
        self.others: list[dict[str, Any]] = []

    @property
    def revs(self) -> list[int]:
        return [each["rev"] for each in self.changes]

    def until_rev(self, rev: int) -> "Watch":
        deadline = time.monotonic() + PATIENCE
        while not self.changes or self.changes[-1]["rev"] < rev:
            assert time.monotonic() < deadline, f"not at {rev}: {self.revs}"
            self.read()
        return self

    def until(self, kind: str) -> dict[str, Any]:
        """The next frame of this kind, among the others."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if (frame := self.read())["t"] == kind:
                return frame
        raise TimeoutError(f"no {kind}; instead {self.changes} {self.others}")

    def read(self) -> dict[str, Any]:
        """The next frame; questions are answered as the contract says."""
        frame: dict[str, Any] = json.loads(self.line.recv(PATIENCE))
        (self.changes if frame["t"] in CHANGES else self.others).append(frame)
        if frame["t"] == "ping":
            self.say({"t": "pong", "rev": self.revs[-1] if self.changes else 0})
        return frame

    def say(self, frame: dict[str, Any]) -> None:
        self.line.send(json.dumps(frame))

    def closed_with(self) -> int:
        """The code with which the server closes, whatever it says before."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                self.read()
        return int(self.line.close_code or 0)


@contextmanager
def watching(
    number: str, *, after: int | str | None = 0, lang: str = "en", session: str = "", origin: str | None = None, at: str = ""
) -> Iterator[Watch]:  # fmt: skip
    """A socket of an issue; `session`: the cookie of somebody signed in."""
    query = f"?lang={lang}" if after is None else f"?after={after}&lang={lang}"
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
    address = f"ws://{at or site()}/ws/issues/{number}/{query}"
    with connect(address, origin=origin, additional_headers=headers, compression=None, max_size=None) as line:  # type: ignore[arg-type]
        yield Watch(line)
