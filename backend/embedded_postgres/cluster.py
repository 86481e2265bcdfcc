"""One cluster: is it up, bring it up, take it down."""

import contextlib
import os
import shutil
import signal
import time
from dataclasses import dataclass

import psycopg
from psycopg import sql

from . import locks, processes, start
from .errors import EmbeddedPostgresError, explain, is_disk_full, one_line
from .places import PORT, Places
from .system_user import server_user

ROLE = "birge"
# Crash recovery replays at most about max_wal_size (1 GB), which a slow disk does in this time.
START_TIMEOUT = 180.0
STOP_TIMEOUT = 60.0
# A fast shutdown asked for while the server recovers from a killed backend never ends (seen with PostgreSQL 18.6).
FAST_PATIENCE = 10.0
STOP_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_PAUSE = 0.01


def is_passing(error: Exception) -> bool:
    """Whether a connection was refused as "the database system is" starting up, in recovery mode or shutting down."""
    return "the database system is" in str(error)


@dataclass(frozen=True)
class Cluster:
    places: Places

    def postmaster(self) -> processes.Postmaster | None:
        return processes.postmaster_of(self.places.real_data)

    def answers(self, database: str) -> bool:
        """Whether the server is up and `database` can be connected to; about 5 ms. Takes no lock."""
        postmaster = self.postmaster()
        if postmaster is None or postmaster.status != "ready":
            return False
        self.places.check_socket_dir(self.places.real_data.stat().st_uid)
        try:
            self._connect(ROLE, database).close()
        except psycopg.OperationalError:
            return False
        return True

    def bring_up(self, database: str) -> None:
        """Make, start or wait for the server, whatever state it was left in; then see to role and database.

        Lock: the caller holds the start lock. EmbeddedPostgresError when it will not come up.
        """
        deadline = time.monotonic() + START_TIMEOUT
        user = server_user(self.places.data)
        log_start: int | None = None
        while True:
            postmaster = self.postmaster()
            if postmaster is None and log_start is None:
                log_start = start.launch(self.places, user)
            elif postmaster is None and not locks.is_held(self.places.log):
                raise self._why_not(log_start or 0)
            elif postmaster and postmaster.status == "ready":
                if postmaster.socket_dir != os.path.realpath(self.places.socket_dir):
                    self.stop("fast")  # the project was moved, or somebody started it by hand
                elif self._ensure_database(database):
                    return
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"The embedded database was not ready after {START_TIMEOUT:.0f} seconds (recovering from a crash?); "
                    f"it goes on trying, its log is {self.places.log}."
                )
            time.sleep(_PAUSE)

    def stop(self, mode: str) -> bool:
        """End the server and wait for its last process; False when it was not running. Lock: as `bring_up`.

        A fast stop that takes longer than FAST_PATIENCE becomes an immediate one: what was committed is kept by the
        recovery at the next start.
        """
        postmaster = self.postmaster()
        if postmaster is None:
            return False
        self._signal(postmaster, mode)
        begun = time.monotonic()
        while self.postmaster() or locks.is_held(self.places.log):
            waited = time.monotonic() - begun
            if mode == "fast" and waited > FAST_PATIENCE:
                mode = "immediate"
                self._signal(postmaster, mode)
            if waited > STOP_TIMEOUT:
                raise EmbeddedPostgresError(
                    f"The embedded database did not stop within {STOP_TIMEOUT:.0f} seconds; "
                    f"its log is {self.places.log}."
                )
            time.sleep(_PAUSE)
        self.places.tidy_up()
        return True

    def _signal(self, postmaster: processes.Postmaster, mode: str) -> None:
        now = self.postmaster()
        if now and now.pid == postmaster.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(postmaster.pid, STOP_SIGNALS[mode])

    def delete(self) -> None:
        """Remove the stopped cluster and all that belongs to it. Lock: as `bring_up`."""
        places, data = self.places, self.places.real_data
        if places.data.is_symlink():
            places.data.unlink()
        shutil.rmtree(data.parent if places.is_home(data.parent) else data, ignore_errors=True)
        if places.socket_dir.is_symlink():
            places.socket_dir.unlink()
        shutil.rmtree(places.socket_dir, ignore_errors=True)
        for name in (".log", ".log.1", ".users", ".lock"):
            places.data.with_name(places.data.name + name).unlink(missing_ok=True)

    def _connect(self, user: str, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.places.socket_dir),
            port=PORT,
            user=user,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def _ensure_database(self, database: str) -> bool:
        """Have the role and the database; False when the server does not let anybody in yet, or any more.

        A plain role: it owns its database and may make others for tests, and no more.
        """
        self.places.check_socket_dir(self.places.real_data.stat().st_uid)
        try:
            connection = self._connect(start.SUPERUSER, "postgres")
        except psycopg.OperationalError as error:
            if is_passing(error):
                return False
            raise EmbeddedPostgresError(f"The embedded database refuses connections: {one_line(str(error))}") from error
        with connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(create.format(sql.Identifier(database), sql.Identifier(ROLE)))
        return True

    def _why_not(self, log_start: int) -> EmbeddedPostgresError:
        place, log = self.places.real_data, self.places.log
        said = log.read_bytes()[log_start:].decode(errors="replace")
        # A full disk keeps even the reason out of the log.
        known = explain("No space left on device" if is_disk_full(place) else said, place)
        lines = said.splitlines() or ["it said nothing"]
        last = [line for line in lines if "FATAL" in line or "PANIC" in line][-1:] or lines[-1:]
        return EmbeddedPostgresError(known or f"The embedded database did not start: {one_line(last[0])} (log: {log})")
