"""The database server is killed -9 five times under load: what was acknowledged is there, and every chain verifies."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.embedded_postgres import discard, ensure_running, postmaster_pid

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 5
BETWEEN = 40
"""Changes that are acknowledged before each kill, and after the last one."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A server of this test's own, migrated: its data directory, and the environment of a process that uses it."""
    data = tmp_path / "postgres"
    environment = os.environ | {"DATABASE_URL": ensure_running(data), "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True, timeout=120
    )
    yield data, environment
    discard(data)


@pytest.mark.exhaustive
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(server: tuple[Path, dict[str, str]]) -> None:
    data, environment = server
    trial = [sys.executable, "-m", "tests.trials.killed_server"]
    subprocess.run([*trial, "prepare"], cwd=ROOT, env=environment, check=True, timeout=60)
    with subprocess.Popen(
        [*trial, "write"], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        lines = []
        for _ in range(KILLS):
            lines += _acknowledged(writer)
            pid = postmaster_pid(data)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            ensure_running(data)
        lines += _acknowledged(writer)
        lines += _the_rest(writer)
    assert writer.returncode == 0
    assert len({json.loads(line)["issue"] for line in lines}) == 3
    checked = subprocess.run(
        [*trial, "check"],
        cwd=ROOT,
        env=environment,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.stdout.strip(), checked.returncode) == ("", 0), checked.stderr
    print(f"\n{len(lines)} acknowledged changes, {KILLS} kills, none lost")


def _acknowledged(writer: "subprocess.Popen[str]") -> list[str]:
    """The next lines of the writers, who get a minute for them."""
    assert writer.stdout
    with _at_most_a_minute(writer):
        lines = [writer.stdout.readline().rstrip("\n") for _ in range(BETWEEN)]
    assert all(lines), "the writers hardly wrote: the trial says nothing"
    return lines


def _the_rest(writer: "subprocess.Popen[str]") -> list[str]:
    """What they still acknowledge once they are told that it is enough."""
    assert writer.stdin
    assert writer.stdout
    writer.stdin.close()
    with _at_most_a_minute(writer):
        return writer.stdout.read().splitlines()


@contextmanager
def _at_most_a_minute(writer: "subprocess.Popen[str]") -> Iterator[None]:
    late = threading.Timer(60, writer.kill)
    late.start()
    yield
    late.cancel()
