"""The whole PostgreSQL goes away and comes back while people watch and write: it belongs to this trial alone."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from backend import embedded_postgres
from tests.factories.processes import PROJECT, wait_until
from tests.trials.live import Follower, Server, Writer, answers, caught_up, following
from tests.trials.test_live import on

pytestmark = [pytest.mark.xdist_group("live"), pytest.mark.long, pytest.mark.thorough]

WATCHERS, OUTAGES, GONE_FOR = 40, ("fast", "immediate"), 2.0  # seconds
POSTED_AGAIN_WITHIN = 20.0  # seconds; on a machine that does nothing else it is about one


@pytest.fixture
def data_dir() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="birge-trial-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory / "postgres"
    embedded_postgres.discard(directory / "postgres")
    shutil.rmtree(directory)


@on("daphne")
def test_a_database_that_is_restarted_whole_costs_nobody_a_message(data_dir: Path, kind: str) -> None:
    url = embedded_postgres.ensure_running(data_dir)
    environment = {"DATABASE_URL": url, "API_PER_MINUTE_TOKEN": "100000", "PYTHONWARNINGS": "ignore"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"], cwd=PROJECT, env=os.environ | environment, check=True
    )
    staged = subprocess.run(
        [sys.executable, "-m", "tests.trials.stage"], cwd=PROJECT, env=os.environ | environment, check=True,
        capture_output=True,
    )  # fmt: skip
    stage = json.loads(staged.stdout)
    followers = [Follower(stage["number"], language=("kk", "ru", "en")[n % 3]) for n in range(WATCHERS)]
    server = Server(kind, url=url, API_PER_MINUTE_TOKEN="100000")
    writer = Writer(server.address, stage["number"], stage["token"], stage["as"])

    def during() -> list[float]:
        wait_until(lambda: answers(server.port))
        caught_up(followers, 1)
        return [_outage(data_dir, mode, writer, followers) for mode in OUTAGES]

    server.start()
    try:
        after = asyncio.run(following(followers, [server.address], during))
    finally:
        server.kill()
    print(f"\n{kind}: written again {', '.join(f'{each:.1f}' for each in after)} s after the database was back")
    assert writer.acknowledged == list(range(2, 10 * len(OUTAGES) + 2))
    assert [each.wrong for each in followers if each.wrong] == []
    assert {tuple(each.revs) for each in followers} == {tuple(range(1, max(writer.acknowledged) + 1))}
    assert max(after) < POSTED_AGAIN_WITHIN


def _outage(data_dir: Path, mode: str, writer: Writer, followers: list[Follower]) -> float:
    """Five messages, an outage, five messages; seconds from the database's return until one is acknowledged."""
    for n in range(5):
        writer.post(f"Before {mode}, {n}.")
    embedded_postgres.stop(mode, data_dir)
    assert writer.send("Nobody keeps this.", str(uuid4()))[0] in (0, 500, 503)
    time.sleep(GONE_FOR)
    embedded_postgres.ensure_running(data_dir)
    waited = writer.post(f"After {mode}.")
    for n in range(4):
        writer.post(f"After {mode}, {n}.")
    caught_up(followers, max(writer.acknowledged))
    return waited
