"""Real servers, each in a directory of its own; nothing of them is left afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from backend import embedded_postgres
from backend.embedded_postgres import EmbeddedPostgresError, binaries

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session", autouse=True)
def programs() -> binaries.Binaries:
    try:
        return binaries.find()
    except EmbeddedPostgresError as error:
        pytest.skip(str(error))


def _public_directory() -> Path:
    """With a short name, and every user can pass through it, unlike pytest's own."""
    directory = Path(tempfile.mkdtemp(prefix="birge-test-", dir="/tmp"))
    directory.chmod(0o755)
    return directory


@pytest.fixture
def place() -> Iterator[Path]:
    """For a cluster made from nothing."""
    directory = _public_directory()
    yield directory
    embedded_postgres.discard(directory / "postgres")
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    directory = _public_directory()
    embedded_postgres.ensure_running(directory / "postgres")
    yield directory / "postgres"
    embedded_postgres.discard(directory / "postgres")
    shutil.rmtree(directory)


@pytest.fixture
def data_dir(cluster: Path) -> Iterator[Path]:
    """A cluster that is there but not running. It is the same for all tests, as making one takes a second."""
    embedded_postgres.stop(data_dir=cluster)
    yield cluster
    embedded_postgres.stop(data_dir=cluster)


@pytest.fixture
def ask() -> Callable[..., object]:
    """Run one statement on a connection of its own; answers the first value of the first row."""

    def ask(url: str, statement: str) -> object:
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    return ask


@pytest.fixture
def python() -> Callable[..., "subprocess.Popen[str]"]:
    """Start another Python with some code that finds its arguments in sys.argv[1:]."""

    def start(code: str, *arguments: object, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd=PROJECT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    return start
