"""Commands as processes of their own, on the tests' database or one beside it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connection

from tests.factories.database import drop

PROJECT = Path(__file__).resolve().parents[2]


def database_url(name: str | None = None) -> str:
    """Of the tests' database, or of another one on its server."""
    connection.ensure_connection()
    info = connection.connection.info
    host = quote(info.host, safe="")
    return f"postgres://{info.user}:{quote(info.password)}@:{info.port}/{name or info.dbname}?host={host}"


@contextmanager
def another_database(name: str) -> Iterator[str]:
    """An empty one, gone afterwards; answers its URL."""
    connection.ensure_connection()
    with psycopg.connect(database_url("postgres"), autocommit=True) as server:
        drop(server, name)
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield database_url(name)
        finally:
            drop(server, name)


@contextmanager
def command(*arguments: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """`manage.py ...`, its words in one stream; killed if it still runs at the end."""
    process = subprocess.Popen(
        [sys.executable, "-u", "manage.py", *arguments], cwd=PROJECT, env=os.environ | environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"did not happen in {seconds} seconds"
        time.sleep(0.05)
