"""From nothing, or from whatever was left, to a server that is on its way up."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from . import binaries, locks, remains
from .errors import EmbeddedPostgresError, explain, is_disk_full, one_line
from .places import PORT, Places
from .system_user import SystemUser

SUPERUSER = "postgres"
_BUILTIN_LOCALES_SINCE = 17
_LOG_LIMIT = 8 * 1024 * 1024
_LOG_KEPT = 1024 * 1024

# Given on the command line at each start, so that the code and not an old postgresql.conf decides.
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_checkpoints": "off",
}


def launch(places: Places, user: SystemUser) -> int:
    """Start the server as `user` without waiting for it; answers where in the log its words begin.

    Needs: the start lock, and no living postmaster. EmbeddedPostgresError when it cannot even be tried.
    """
    programs = binaries.find(user)
    data = places.settle(user)
    if not _is_made(data):
        _make(places, data, programs, user)
    if not user.can_reach(data.parent):
        raise EmbeddedPostgresError(
            f"The database in {data} belongs to {user.name}, who cannot reach that directory; "
            f"move it to where {user.name} can."
        )
    _check_version(data, programs)
    remains.clear(places)
    places.prepare_socket_dir(user)
    trim_log(places.log)
    return _spawn(places, programs, user)


def trim_log(log: Path) -> None:
    """Keep the last megabyte as `.1` and empty the log in place: the server appends, so it goes on at the new end."""
    if not log.exists() or log.stat().st_size < _LOG_LIMIT:
        return
    kept = os.open(f"{log}.1", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with log.open("rb+") as current, os.fdopen(kept, "wb") as old:
        current.seek(-_LOG_KEPT, os.SEEK_END)
        old.write(current.read())
        current.truncate(0)


def _is_made(data: Path) -> bool:
    if (data / "PG_VERSION").is_file():
        return True
    if data.is_dir() and any(data.iterdir()):
        raise EmbeddedPostgresError(
            f"{data} is not empty and holds no PostgreSQL database; move it away and try again."
        )
    return False


def _check_version(data: Path, programs: binaries.Binaries) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(programs.major):
        raise EmbeddedPostgresError(
            f"The database in {data} was made by PostgreSQL {made_by}, and the programs found are PostgreSQL "
            f"{programs.major} ({programs.directory}); "
            "dump it with the old version and load it with the new, or move the directory away."
        )


def _make(places: Places, data: Path, programs: binaries.Binaries, user: SystemUser) -> None:
    """initdb beside the final place, then a rename: a power failure leaves a whole cluster or none."""
    remains.stop_abandoned(places)
    draft = data if data.exists() else data.with_name(data.name + ".new")
    if draft != data:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
    user.give(draft)
    try:
        _initdb(draft, programs, user)
    except EmbeddedPostgresError:
        if draft != data:
            shutil.rmtree(draft, ignore_errors=True)
            with contextlib.suppress(OSError):
                draft.parent.rmdir()  # when it was made for this
        raise
    draft.rename(data)
    if data != places.real_data:
        places.data.symlink_to(data)


def _initdb(data: Path, programs: binaries.Binaries, user: SystemUser) -> None:
    """Collation is PostgreSQL's own C.UTF-8, the same on every system.

    The character type is the system's: with plain C the text-search parser takes « and — for letters, and pg_trgm
    knows no Cyrillic ones.
    """
    said = ""
    for ctype in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "C"):
        options = [f"--lc-ctype={ctype}", *_initdb_options(programs.major)]
        done = user.run(programs.program("initdb"), "-D", data, *options, capture_output=True)
        if done.returncode == 0:
            return
        said = done.stderr
        if "locale" not in said:
            break
    reason = "No space left on device" if is_disk_full(data) else said
    raise EmbeddedPostgresError(
        explain(reason, data)
        or f"Cannot make the embedded database in {data}: {one_line(reason)[:300] or 'initdb failed'}"
    )


def _initdb_options(major: int) -> list[str]:
    """No password: the socket lies in a directory that is closed to other users, and there is no other way in."""
    own_provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= _BUILTIN_LOCALES_SINCE else []
    return [
        f"--username={SUPERUSER}",
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        *own_provider,
        "--text-search-config=simple",
        "--data-checksums",
        "--no-instructions",
    ]


def _spawn(places: Places, programs: binaries.Binaries, user: SystemUser) -> int:
    """Detached: a session of its own, adopted by init, so that neither Ctrl-C nor our end reaches it."""
    settings = SETTINGS | {
        "cluster_name": places.cluster_name,
        "unix_socket_directories": os.path.realpath(places.socket_dir),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = os.open(places.log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        if os.fstat(log).st_uid == os.geteuid():
            user.give(places.log)
        if not locks.claim(log):
            raise EmbeddedPostgresError(f"Some program holds a lock on {places.log}; end it and try again.")
        words_begin = os.fstat(log).st_size
        server = [programs.program("postgres"), "-D", str(places.real_data), *options]
        ours = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        user.run("/bin/sh", "-c", '"$@" &', "sh", *server, check=True, start_new_session=True, **ours)
    finally:
        os.close(log)
    return words_begin
