"""kill -9 and what it leaves: nothing acknowledged is lost, and nothing left behind keeps the server from starting."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from backend.embedded_postgres import (
    binaries,
    cluster,
    ensure_running,
    is_running,
    postmaster_pid,
    processes,
    remains,
    stop,
)
from backend.embedded_postgres.places import PORT

pytestmark = pytest.mark.thorough

KILLS = 5
COMMITS_BETWEEN_KILLS = 150


def server(data_dir):
    pid = postmaster_pid(data_dir)
    assert pid is not None
    return pid


def seen(pid):
    process = processes.look(pid)
    assert process is not None
    return process


def wait_until(condition):
    """A signal sent is not yet a process gone."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Writer(threading.Thread):
    """Inserts one number after another, each in a transaction of its own, and notes those whose commit was
    acknowledged.
    """

    def __init__(self, data_dir):
        super().__init__(daemon=True)
        self.data_dir = data_dir
        self.acknowledged = []
        self.enough = False

    def run(self):
        number = 0
        while not self.enough:
            try:
                with psycopg.connect(ensure_running(self.data_dir), autocommit=True) as connection:
                    while not self.enough:
                        number += 1
                        connection.execute("INSERT INTO written VALUES (%s)", [number])
                        self.acknowledged.append(number)
            except psycopg.OperationalError:
                continue

    def wait_for(self, count):
        wait_until(lambda: len(self.acknowledged) >= count or not self.is_alive())
        assert self.is_alive(), "the writer failed"


@pytest.mark.thorough
def test_every_acknowledged_commit_survives_five_kills_under_write_load(data_dir, ask):
    ask(ensure_running(data_dir), "CREATE TABLE written (number int PRIMARY KEY)")
    writer = Writer(data_dir)
    writer.start()
    killed = set()
    for _ in range(KILLS):
        writer.wait_for(len(writer.acknowledged) + COMMITS_BETWEEN_KILLS)
        killed.add(server(data_dir))
        os.kill(server(data_dir), signal.SIGKILL)
    writer.wait_for(len(writer.acknowledged) + COMMITS_BETWEEN_KILLS)
    writer.enough = True
    writer.join()
    with psycopg.connect(ensure_running(data_dir)) as connection:
        kept = {number for (number,) in connection.execute("SELECT number FROM written")}
    assert len(killed) == KILLS
    assert len(writer.acknowledged) >= (KILLS + 1) * COMMITS_BETWEEN_KILLS
    assert set(writer.acknowledged) - kept == set()


def test_all_its_processes_killed_at_once(data_dir, ask):
    ask(ensure_running(data_dir), "CREATE TABLE killed AS SELECT 42 AS answer")
    postmaster = postmaster_pid(data_dir)
    family = [each.pid for each in processes.everything() if each.works_in(data_dir)]
    assert postmaster in family
    assert len(family) > 1
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_running(data_dir))
    assert ask(ensure_running(data_dir), "SELECT answer FROM killed") == 42


@pytest.mark.thorough
def test_a_killed_backend_makes_the_server_recover_and_callers_wait(data_dir, ask):
    url = ensure_running(data_dir)
    with psycopg.connect(url) as victim, psycopg.connect(url) as bystander:
        os.kill(victim.info.backend_pid, signal.SIGKILL)
        wait_until(lambda: is_cut(bystander))  # the server has noticed, and has everybody leave
        for _ in range(20):
            assert ask(ensure_running(data_dir), "SELECT 1") == 1


def is_cut(connection):
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


@pytest.mark.thorough
def test_a_stop_while_the_server_recovers_ends_and_loses_nothing(data_dir, ask, monkeypatch):
    """A fast shutdown in the midst of it never ended: it becomes an immediate one."""
    monkeypatch.setattr(cluster, "FAST_PATIENCE", 0.5)
    for round_ in range(6):
        url = ensure_running(data_dir)
        ask(url, "CREATE TABLE IF NOT EXISTS kept (round int)")
        with psycopg.connect(url, autocommit=True) as victim:
            victim.execute("INSERT INTO kept VALUES (%s)", [round_])
            os.kill(victim.info.backend_pid, signal.SIGKILL)
            time.sleep(0.008 * round_)
        begun = time.monotonic()
        assert stop(data_dir=data_dir)
        assert time.monotonic() - begun < cluster.STOP_TIMEOUT / 2
    assert ask(ensure_running(data_dir), "SELECT array_agg(round ORDER BY round) FROM kept") == [*range(6)]


@pytest.fixture
def zombie(data_dir):
    """A killed postmaster that nobody has buried, as under an init that does not reap."""
    ensure_running(data_dir)
    original = seen(server(data_dir)).command
    stop(data_dir=data_dir)
    owner = data_dir.stat()
    become = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    programs = binaries.find()
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={data_dir}.sock"]
    assert f"unix_socket_directories={data_dir}.sock" in original
    child = subprocess.Popen(
        [programs.program("postgres"), "-D", data_dir, *options], cwd="/", stderr=subprocess.DEVNULL, **become
    )
    wait_until(lambda: is_running(data_dir))
    child.kill()
    wait_until(lambda: not seen(child.pid).is_alive)
    yield child.pid
    child.wait()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for a zombie in /proc")
def test_a_zombie_postmaster_is_no_server(data_dir, zombie, ask):
    assert seen(zombie).state == "Z"
    assert (data_dir / "postmaster.pid").read_text().startswith(f"{zombie}\n")
    assert not is_running(data_dir)
    assert ask(ensure_running(data_dir), "SELECT 1") == 1
    assert postmaster_pid(data_dir) != zombie


@pytest.mark.parametrize("taken_by", ["this process", "init"])
def test_a_pid_file_that_names_a_stranger_is_stale(data_dir, ask, taken_by):
    ensure_running(data_dir)
    lines = (data_dir / "postmaster.pid").read_text().split("\n")
    stop(data_dir=data_dir)
    stranger = os.getpid() if taken_by == "this process" else 1
    stale = "\n".join([str(stranger), *lines[1:]])
    (data_dir / "postmaster.pid").write_text(stale)
    Path(f"{data_dir}.sock/.s.PGSQL.{PORT}.lock").write_text(stale)
    Path(f"{data_dir}.sock/.s.PGSQL.{PORT}").touch()
    assert not is_running(data_dir)
    assert ask(ensure_running(data_dir), "SELECT 1") == 1
    assert postmaster_pid(data_dir) not in {1, os.getpid()}


@pytest.mark.parametrize("content", ["", "no number\n", "99999999999999999999\n"])
def test_a_torn_pid_file_is_stale(data_dir, ask, content):
    (data_dir / "postmaster.pid").write_text(content)
    assert ask(ensure_running(data_dir), "SELECT 1") == 1


@pytest.mark.thorough
def test_a_long_query_that_outlives_its_server_is_ended(data_dir, monkeypatch):
    monkeypatch.setattr(remains, "_PATIENCE", 0.3)
    connection = psycopg.connect(ensure_running(data_dir), autocommit=True)
    busy = connection.info.backend_pid
    connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000000)")
    wait_until(lambda: "SELECT" in seen(busy).command)
    os.kill(server(data_dir), signal.SIGKILL)
    wait_until(lambda: not is_running(data_dir))
    assert seen(busy).is_alive
    ensure_running(data_dir)
    left = processes.look(busy)
    assert left is None or not left.is_alive
    connection.close()


@pytest.mark.thorough
def test_initdb_cut_short_is_begun_anew(place, ask):
    data_dir = place / "postgres"
    half = place / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert ask(ensure_running(data_dir), "SELECT 1") == 1
    assert not half.exists()
