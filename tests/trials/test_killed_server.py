"""The database server is killed -9 five times under load: what was acknowledged is there, and every chain verifies."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.embedded_postgres import discard, ensure_running, postmaster_pid

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 5


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


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(server: tuple[Path, dict[str, str]]) -> None:
    data, environment = server
    trial = [sys.executable, "-m", "tests.trials.killed_server"]
    subprocess.run([*trial, "prepare"], cwd=ROOT, env=environment, check=True, timeout=60)
    with subprocess.Popen(
        [*trial, "write", "14"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as writer:
        for _ in range(KILLS):
            time.sleep(2)
            pid = postmaster_pid(data)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            ensure_running(data)
        logged, _errors = writer.communicate(timeout=60)
    lines = logged.splitlines()
    assert writer.returncode == 0
    assert len({json.loads(line)["issue"] for line in lines}) == 3
    assert len(lines) > 50, "the writers hardly wrote: the trial says nothing"
    checked = subprocess.run(
        [*trial, "check"],
        cwd=ROOT,
        env=environment,
        input=logged,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.stdout.strip(), checked.returncode) == ("", 0), checked.stderr
    print(f"\n{len(lines)} acknowledged changes, {KILLS} kills, none lost")
