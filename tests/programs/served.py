"""A demonstration of its own: server, worker, database and files in a directory that goes with it, on a free port of loopback."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from backend import embedded_postgres

PROJECT = Path(__file__).resolve().parents[2]
STOPS = 60  # seconds
LAST = "admin@demo.birge"  # the last person whom `demo` prints, once it serves


@dataclass(frozen=True, slots=True)
class Served:
    """`environment` leads a process to the same database."""

    url: str
    password: str
    environment: dict[str, str]


@contextmanager
def demonstration() -> Iterator[Served]:
    """Takes about a minute to fill. Nobody's requests are counted, but failed sign-ins are. Nothing is left running."""
    password, port = secrets.token_urlsafe(12), _free_port()
    with TemporaryDirectory(prefix="birge-") as place:
        data = Path(place) / "postgres"
        environment = os.environ | {
            "DATABASE_URL": embedded_postgres.ensure_running(data),
            "MEDIA_ROOT": str(Path(place) / "media"),
            "DEMO_PASSWORD": password,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "API_PER_MINUTE_ADDRESS": "0",
            "API_PER_MINUTE_TOKEN": "0",
        }
        try:
            with _demo(port, environment):
                yield Served(f"http://127.0.0.1:{port}", password, environment)
        finally:
            embedded_postgres.discard(data)


@contextmanager
def _demo(port: int, environment: dict[str, str]) -> Iterator[None]:
    """In a session of its own, so that Ctrl-C reaches us alone."""
    running = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "demo", "--port", str(port)], cwd=PROJECT, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    assert running.stdout
    try:
        said = ""
        while LAST not in said:
            line = running.stdout.readline()
            if not line:
                raise SystemExit(f"The demonstration did not start:\n{said}")
            said += line
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.communicate(timeout=STOPS)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
