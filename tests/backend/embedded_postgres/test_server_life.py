"""Starting, sharing, stopping: the server in ordinary weather."""

import os
import shutil
import time
from pathlib import Path

import environ
import psycopg
import pytest

from backend.embedded_postgres import (
    database_settings,
    discard,
    ensure_running,
    is_running,
    postmaster_pid,
    processes,
    stop,
)

pytestmark = pytest.mark.thorough

START = "import sys; from pathlib import Path; from backend.embedded_postgres import *\n"
START_IT = START + "print(ensure_running(Path(sys.argv[1])), postmaster_pid(Path(sys.argv[1])))"


def test_data_survive_stop_and_restart(data_dir, ask):
    url = ensure_running(data_dir)
    ask(url, "CREATE TABLE restarted AS SELECT 42 AS answer")
    first = postmaster_pid(data_dir)
    assert stop(data_dir=data_dir) is True
    assert (is_running(data_dir), postmaster_pid(data_dir)) == (False, None)
    assert stop(data_dir=data_dir) is False
    assert ensure_running(data_dir) == url
    assert postmaster_pid(data_dir) != first
    assert ask(url, "SELECT answer FROM restarted") == 42


def test_two_processes_starting_from_nothing_at_the_same_instant_get_one_server(place, python):
    data_dir = place / "postgres"
    both = [python("input(); " + START_IT.replace("\n", "; "), data_dir) for _ in range(2)]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = {process.communicate(timeout=60)[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert answers == {f"{ensure_running(data_dir)} {postmaster_pid(data_dir)}\n"}


def test_the_server_outlives_the_process_that_started_it(data_dir, python):
    starter = python(START_IT, data_dir)
    pid = int(starter.communicate(timeout=60)[0].split()[1])
    assert starter.returncode == 0
    assert postmaster_pid(data_dir) == pid
    assert os.getsid(pid) != os.getsid(0)


def test_whoever_leaves_last_stops_the_server(data_dir, python):
    other = python(START_IT + "; sys.stdout.flush(); input()", data_dir)
    other.stdout.readline()
    ensure_running(data_dir)
    assert stop(data_dir=data_dir, if_unused=True) is False
    assert is_running(data_dir)
    other.kill()  # also a user that could not say goodbye is gone
    other.communicate()
    assert stop(data_dir=data_dir, if_unused=True) is True
    assert not is_running(data_dir)


def test_asking_again_is_quick(data_dir):
    ensure_running(data_dir)
    assert min(_seconds(ensure_running, data_dir) for _ in range(5)) < 0.05
    assert min(_seconds(is_running, data_dir) for _ in range(5)) < 0.005


def is_alive(pid):
    process = processes.look(pid)
    return process is not None and process.is_alive


def _seconds(call, data_dir):
    began = time.perf_counter()
    call(data_dir)
    return time.perf_counter() - began


def test_it_never_listens_on_tcp(data_dir, ask):
    url = ensure_running(data_dir)
    assert ask(url, "SHOW listen_addresses") == ""
    if not Path("/proc/net/tcp").exists():
        pytest.skip("the system does not list its sockets in /proc")
    descriptors = Path(f"/proc/{postmaster_pid(data_dir)}/fd").iterdir()
    own = {str(each.readlink()) for each in descriptors if each.is_symlink()}
    tables = [Path(f"/proc/net/{name}").read_text() for name in ("tcp", "tcp6") if Path(f"/proc/net/{name}").exists()]
    tcp = {f"socket:[{line.split()[9]}]" for table in tables for line in table.splitlines()[1:]}
    assert own & tcp == set()
    assert any(each.startswith("socket:") for each in own)


def test_it_is_made_for_durable_utf8_text_in_any_language(data_dir, ask):
    url = ensure_running(data_dir)
    wanted = {"server_encoding": "UTF8", "fsync": "on", "synchronous_commit": "on", "data_checksums": "on"}
    assert {name: ask(url, f"SHOW {name}") for name in wanted} == wanted
    assert ask(url, "SELECT lower('ӘҒҚҢӨҰҮҺІ') || upper('әғқңөұүһі')") == "әғқңөұүһіӘҒҚҢӨҰҮҺІ"
    # With the character type C the guillemets and the dash would be letters.
    assert ask(url, "SELECT to_tsvector('simple', '«Бірге» — ҮЕҰ')::text") == "'бірге':1 'үеұ':2"


def test_the_application_is_no_superuser_but_can_make_test_databases(data_dir, ask):
    url = ensure_running(data_dir)
    assert ask(url, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user") is False
    ask(url, "CREATE DATABASE another")
    ask(url, "CREATE EXTENSION pg_trgm")
    assert ask(url, "SELECT similarity('есеп', 'есеп')") == 1


def test_a_dropped_database_is_made_again(data_dir, ask):
    url = ensure_running(data_dir)
    ask(url.replace("/birge?", "/postgres?"), "DROP DATABASE birge")
    assert ask(ensure_running(data_dir), "SELECT current_database()") == "birge"
    assert ask(ensure_running(data_dir, database="Другая"), "SELECT current_database()") == "Другая"


@pytest.mark.parametrize("name", ["long-" * 20, "a b,'c\"$HOME`d`", "Бірге"])
def test_a_path_too_long_or_too_odd_for_a_socket_works(place, ask, name):
    data_dir = place / name / "postgres"
    try:
        url = ensure_running(data_dir)
        assert ask(url, "SELECT 1") == 1
        assert database_settings(data_dir=data_dir)["HOST"].startswith("/tmp/birge-")
        assert Path(database_settings(data_dir=data_dir)["HOST"]).stat().st_mode & 0o777 == 0o700
        stop(data_dir=data_dir)
        assert not Path(database_settings(data_dir=data_dir)["HOST"]).exists()
        assert ask(ensure_running(data_dir), "SELECT 1") == 1
    finally:
        discard(data_dir)
    assert not Path(database_settings(data_dir=data_dir)["HOST"]).exists()


def test_the_callers_environment_does_not_leak_in(data_dir, python, tmp_path):
    code = START_IT + (
        "; import psycopg; c = psycopg.connect(ensure_running(Path(sys.argv[1])))"
        "; print([c.execute('SHOW ' + n).fetchone()[0] for n in ('default_transaction_read_only', 'datestyle', 'lc_messages',"
        " 'timezone', 'port')])"
    )
    hostile = {
        "PGHOST": "example.invalid", "PGPORT": "1", "PGUSER": "mallory", "PGDATABASE": "other", "PGDATA": str(tmp_path),
        "PGOPTIONS": "-c default_transaction_read_only=on", "PGSERVICE": "nowhere", "PGDATESTYLE": "German", "PGTZ": "Asia/Tokyo",
        "PGREQUIREAUTH": "scram-sha-256", "PGSSLMODE": "verify-full", "LC_ALL": "xx_XX.UTF-8", "LANG": "kk_KZ", "TZ": "Asia/Almaty",
    }  # fmt: skip
    process = python(code, data_dir, **hostile)
    lines = process.communicate(timeout=60)[0].splitlines()
    assert process.returncode == 0
    assert lines[1] == "['off', 'ISO, MDY', 'C', 'UTC', '5432']"


def test_settings_are_computed_without_django_and_start_nothing(place, python):
    data_dir = place / "postgres"
    code = START + "print(database_settings(data_dir=Path(sys.argv[1])), 'django' in sys.modules)"
    assert python(code, data_dir).communicate(timeout=60)[0] == (
        f"{{'ENGINE': 'backend.embedded_postgres.backend', 'NAME': 'birge', 'USER': 'birge', 'HOST': '{data_dir}.sock', "
        f"'PORT': '5432', 'EMBEDDED_DATA_DIR': '{data_dir}'}} False\n"
    )
    assert list(place.iterdir()) == []


def test_the_url_suits_django_environ_too(data_dir):
    settings = environ.Env.db_url_config(ensure_running(data_dir))
    assert (settings["NAME"], settings["USER"], settings["PORT"]) == ("birge", "birge", 5432)
    with psycopg.connect(dbname=settings["NAME"], user=settings["USER"], **settings["OPTIONS"]) as connection:
        assert connection.info.host == f"{data_dir}.sock"


def test_a_project_that_is_moved_keeps_its_data(place, ask):
    before, after = place / "here" / "postgres", place / "there" / "postgres"
    try:
        ask(ensure_running(before), "CREATE TABLE kept AS SELECT 42 AS answer")
        before.parent.rename(after.parent)
        assert ask(ensure_running(after), "SELECT answer FROM kept") == 42
        stop(data_dir=after)
        assert ask(ensure_running(after), "SELECT answer FROM kept") == 42
    finally:
        discard(after)


def test_deleting_var_under_a_running_server_starts_afresh(place, ask):
    data_dir = place / "var" / "postgres"
    try:
        ask(ensure_running(data_dir), "CREATE TABLE gone AS SELECT 1")
        orphan = postmaster_pid(data_dir)
        shutil.rmtree(data_dir.parent)
        url = ensure_running(data_dir)
        assert ask(url, "SELECT to_regclass('gone')") is None
        assert postmaster_pid(data_dir) != orphan
        assert not is_alive(orphan)
    finally:
        discard(data_dir)


def test_the_log_does_not_grow_for_ever(data_dir, ask):
    url = ensure_running(data_dir)
    log, old = Path(f"{data_dir}.log"), Path(f"{data_dir}.log.1")
    with log.open("ab") as stream:
        stream.write(b"a line\n" * 1_300_000)
    ensure_running(data_dir)
    with pytest.raises(psycopg.errors.DivisionByZero):
        ask(url, "SELECT 1 / 0")
    assert log.stat().st_size < 1000
    assert "division by zero" in log.read_text()
    assert old.stat().st_size == 1024 * 1024


def test_discard_leaves_nothing(place):
    data_dir = place / "postgres"
    ensure_running(data_dir)
    pid = postmaster_pid(data_dir)
    discard(data_dir)
    assert list(place.iterdir()) == []
    assert not is_alive(pid)
    discard(data_dir)
