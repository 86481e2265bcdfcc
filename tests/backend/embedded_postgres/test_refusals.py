"""When it cannot be had: one sentence that says why and what to do."""

import errno
import os
import shutil
import sys

import pytest

from backend import embedded_postgres
from backend.embedded_postgres import (
    EmbeddedPostgresError,
    binaries,
    cluster,
    ensure_running,
    is_running,
    locks,
    places,
    remains,
    stop,
)


def refusal(data_dir):
    with pytest.raises(EmbeddedPostgresError) as caught:
        ensure_running(data_dir)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def pretend(directory, *, initdb="exit 1", postgres="exit 1", version="18.6"):
    """Programs that do what the test says."""
    directory.mkdir(parents=True)
    says_version = f'[ "$1" = --version ] && {{ echo "postgres (PostgreSQL) {version}"; exit; }}\n'
    for name, does in (("initdb", initdb), ("postgres", says_version + postgres)):
        (directory / name).write_text(f"#!/bin/sh\n{does}\n")
        (directory / name).chmod(0o755)
    return directory


@pytest.fixture
def no_wheel(monkeypatch, place):
    monkeypatch.setattr(binaries, "_wheel", lambda: None)
    monkeypatch.setattr(binaries, "_SYSTEM", place / "system")
    monkeypatch.delenv("PG_BIN", raising=False)
    return place / "system"


@pytest.fixture
def made(place):
    """A directory that passes for a cluster of version 18."""
    data_dir = place / "postgres"
    data_dir.mkdir(mode=0o700)
    (data_dir / "PG_VERSION").write_text("18\n")
    if os.geteuid() == 0:
        shutil.chown(data_dir, "nobody")
    return data_dir


def test_programs_come_from_the_wheel_then_pg_bin_then_the_newest_of_the_system(no_wheel, place, monkeypatch):
    pretend(no_wheel / "9" / "bin", version="9.6.1")
    pretend(no_wheel / "16" / "bin", version="16.2")
    pretend(no_wheel / "17" / "bin", version="17.5 (Debian 17.5-1)")
    assert binaries.find() == binaries.Binaries(no_wheel / "17" / "bin", 17)
    given = pretend(place / "given", version="15.1")
    monkeypatch.setenv("PG_BIN", str(given))
    assert binaries.find() == binaries.Binaries(given, 15)
    wheel = pretend(place / "wheel" / "pginstall" / "bin", version="18beta1")
    monkeypatch.setattr(binaries, "_wheel", lambda: place / "wheel")
    assert binaries.find() == binaries.Binaries(wheel, 18)


def test_without_programs_it_says_where_it_looked(no_wheel, place):
    old = pretend(no_wheel / "14" / "bin", version="14.9")
    sentence = refusal(place / "postgres")
    assert sentence.startswith(f"No PostgreSQL 15 or newer runs on this platform ({sys.platform} ")
    assert f"looked in {old})" in sentence
    assert sentence.endswith("set PG_BIN to the directory of its programs, or set DATABASE_URL to use another server.")


def test_a_database_of_another_major_version_is_left_alone(made):
    (made / "PG_VERSION").write_text("13\n")
    assert f"The database in {made} was made by PostgreSQL 13, and the programs found are PostgreSQL 18" in refusal(
        made
    )
    assert (made / "PG_VERSION").read_text() == "13\n"


def test_a_directory_with_other_things_is_left_alone(made):
    (made / "PG_VERSION").rename(made / "notes.txt")
    assert refusal(made) == f"{made} is not empty and holds no PostgreSQL database; move it away and try again."
    assert [each.name for each in made.iterdir()] == ["notes.txt"]


def test_a_link_to_a_missing_place_is_not_silently_replaced(place):
    (place / "postgres").symlink_to(place / "unmounted")
    assert f"points to {place / 'unmounted'}, which is gone" in refusal(place / "postgres")
    assert (place / "postgres").is_symlink()


def test_a_full_disk_is_said_when_the_cluster_is_made(no_wheel, place):
    pretend(no_wheel / "18" / "bin", initdb="echo 'initdb: error: write: No space left on device' >&2; exit 1")
    sentence = refusal(place / "postgres")
    assert sentence.startswith("Cannot use the embedded database: the disk that holds")
    assert "is full (" in sentence
    assert {each.name for each in place.iterdir()} == {"system", "postgres.lock", "postgres.users"}


def test_a_full_disk_is_said_when_the_server_starts(no_wheel, made):
    says = 'FATAL:  could not write lock file "postmaster.pid": No space left on device'
    pretend(no_wheel / "18" / "bin", postgres=f"echo '{says}' >&2; exit 1")
    assert f"the disk that holds {made} is full (" in refusal(made)


def test_a_disk_too_full_even_for_the_log_is_recognised(no_wheel, made, monkeypatch):
    pretend(no_wheel / "18" / "bin")
    monkeypatch.setattr(cluster, "is_disk_full", lambda place: True)
    assert f"the disk that holds {made} is full (" in refusal(made)


@pytest.mark.parametrize(
    ("number", "says"), [(errno.ENOSPC, "is full ("), (errno.EROFS, "read-only"), (errno.EACCES, "refuses access to")]
)
def test_the_systems_errors_become_sentences(place, monkeypatch, number, says):
    def fail(self):
        raise OSError(number, "кез келген тілде", str(self.data))

    monkeypatch.setattr(places.Places, "make_parent", fail)
    assert says in refusal(place / "postgres")


def test_an_unknown_cause_is_told_in_the_servers_last_words(no_wheel, made):
    does = "echo 'LOG:  starting' >&2; echo 'FATAL:  the   stars are wrong' >&2; echo 'LOG:  shut down' >&2; exit 1"
    pretend(no_wheel / "18" / "bin", postgres=does)
    assert refusal(made) == (f"The embedded database did not start: FATAL: the stars are wrong (log: {made}.log)")


def test_a_server_that_never_gets_ready_is_given_up_in_time(no_wheel, made, monkeypatch):
    monkeypatch.setattr(cluster, "START_TIMEOUT", 0.2)
    pretend(no_wheel / "18" / "bin", postgres="exec sleep 1")
    assert "was not ready after 0 seconds (recovering from a crash?)" in refusal(made)


def test_another_process_that_never_finishes_is_given_up_in_time(data_dir, monkeypatch):
    monkeypatch.setattr(embedded_postgres, "_LOCK_TIMEOUT", 0.1)
    lock = data_dir.with_name("postgres.lock")
    with locks.exclusive(lock, 1):
        assert f"it holds {lock}" in refusal(data_dir)


def test_a_server_seen_by_its_lock_alone_as_in_another_container_is_not_doubled(data_dir, monkeypatch):
    ensure_running(data_dir)
    stop(data_dir=data_dir)
    monkeypatch.setattr(remains, "_PATIENCE", 0.05)
    with locks.exclusive(data_dir.with_name("postgres.log"), 1):
        assert "Another server still uses the database" in refusal(data_dir)
        assert not is_running(data_dir)
