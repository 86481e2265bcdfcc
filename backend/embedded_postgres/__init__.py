"""PostgreSQL without an installed PostgreSQL: a server of our own under `var/`, on a Unix socket, for when
DATABASE_URL is unset (D1).

`ensure_running()` starts it when it is not running, and it then goes on after the process that started it, until
`stop()`. Each process that called `ensure_running()` counts as a user as long as it lives. `stop(if_unused=True)`,
which `demo` and the tests call when they end, leaves the server to the others: whoever leaves last stops it.
`python -m backend.embedded_postgres stop` stops it by hand, without regard to others.

Beside the data directory `postgres` lie `postgres.log`, `postgres.sock/` (the socket; in /tmp when the path is too
long for one), `postgres.lock` and `postgres.users`. When root runs this, the server runs as an unprivileged user, and
when that user cannot reach the project, `postgres` and `postgres.sock` are links into
`/var/lib/birge-<hash>-<random>/`.

Importing this starts nothing and needs no Django; `backend.embedded_postgres.backend` is the Django side.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import locks, start
from .cluster import ROLE, START_TIMEOUT, STOP_TIMEOUT, Cluster
from .errors import EmbeddedPostgresError, from_os_error
from .places import PORT, Places

__all__ = [
    "EmbeddedPostgresError",
    "database_settings",
    "discard",
    "ensure_running",
    "is_running",
    "postmaster_pid",
    "stop",
]

DATABASE = "birge"
_LOCK_TIMEOUT = START_TIMEOUT + STOP_TIMEOUT


def ensure_running(data_dir: Path | None = None, *, database: str = DATABASE) -> str:
    """Have the server running and `database` in it, and answer a URL for psycopg and for django-environ's `db_url`.

    Idempotent; about 10 ms when it runs already, a second or two at the very first time, longer after a crash (at
    most START_TIMEOUT). Safe to call from several processes and threads at once: one starts the server, the others
    wait. Counts this process among the server's users. Takes libpq's variables (PGHOST, PGOPTIONS, PGSERVICE...) out
    of this process's environment: they are about some other server, and not each of them can be overruled by a
    connection parameter. EmbeddedPostgresError, in one sentence, when the server cannot be had.
    """
    _forget_other_servers()
    cluster = _cluster(data_dir)
    places = cluster.places
    with _in_one_sentence(places):
        places.make_parent()
        locks.register(places.users, _LOCK_TIMEOUT)
        if not cluster.answers(database):
            with locks.exclusive(places.lock, _LOCK_TIMEOUT):
                if not cluster.answers(database):
                    cluster.bring_up(database)
        start.trim_log(places.log)
    return f"postgres://{ROLE}@:{PORT}/{quote(database, safe='')}?host={quote(str(places.socket_dir), safe='')}"


def database_settings(name: str = DATABASE, data_dir: Path | None = None) -> dict[str, Any]:
    """An entry for Django's DATABASES. Only computes: the first connection starts the server (see `.backend.base`)."""
    places = Places.of(data_dir)
    return {
        "ENGINE": "backend.embedded_postgres.backend",
        "NAME": name,
        "USER": ROLE,
        "HOST": str(places.socket_dir),
        "PORT": str(PORT),
        "EMBEDDED_DATA_DIR": str(places.data),
    }


def is_running(data_dir: Path | None = None) -> bool:
    """Whether the server is up and ready for connections; about 0.1 ms, starts and changes nothing."""
    postmaster = _cluster(data_dir).postmaster()
    return postmaster is not None and postmaster.status == "ready"


def postmaster_pid(data_dir: Path | None = None) -> int | None:
    """The process id of the running server."""
    postmaster = _cluster(data_dir).postmaster()
    return postmaster.pid if postmaster else None


def stop(mode: str = "fast", data_dir: Path | None = None, *, if_unused: bool = False) -> bool:
    """Stop the server and wait until its last process is gone; whether there was one to stop.

    `mode` as pg_ctl has it: smart waits for clients to leave, fast disconnects them, immediate leaves the work to
    crash recovery. `if_unused`: this process is done with it; stop it unless another living process has called
    `ensure_running()`.
    """
    cluster = _cluster(data_dir)
    places = cluster.places
    with _in_one_sentence(places):
        locks.unregister(places.users)
        if not places.data.exists():
            return False
        with locks.exclusive(places.lock, _LOCK_TIMEOUT):
            if not if_unused:
                return cluster.stop(mode)
            with locks.if_unused(places.users) as unused:
                return unused and cluster.stop(mode)


def discard(data_dir: Path | None = None) -> None:
    """Stop the server and delete its data, all of it, wherever it lives. For tests and for starting afresh."""
    cluster = _cluster(data_dir)
    places = cluster.places
    with _in_one_sentence(places):
        locks.unregister(places.users)
        if places.data.parent.is_dir():
            with locks.exclusive(places.lock, _LOCK_TIMEOUT):
                cluster.stop("immediate")
                cluster.delete()


def _cluster(data_dir: Path | None) -> Cluster:
    return Cluster(Places.of(data_dir))


def _forget_other_servers() -> None:
    for name in [name for name in os.environ if name.startswith("PG") and not name.startswith("PG_")]:
        del os.environ[name]


@contextmanager
def _in_one_sentence(places: Places) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise from_os_error(error, places.data) from error
