"""What a kill -9, or `rm -rf var`, leaves behind: orphaned processes, and files that name a process that is gone."""

import contextlib
import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from . import locks, processes
from .errors import EmbeddedPostgresError
from .places import PORT, Places

# How long orphans may take to notice by themselves; then they are told, then killed, then we give up.
_PATIENCE = 3.0
_PAUSE = 0.01
_logger = logging.getLogger(__name__)


def clear(places: Places) -> None:
    """Make way for a new server. Needs: the start lock, and to be certain that no postmaster of this cluster lives.

    That certainty is never a process id's: see `Process.serves`. PostgreSQL itself would refuse to start for any
    `postmaster.pid` whose number is taken, by a zombie or by a stranger. It still guards the data: shared memory in
    use stops it.
    """
    _end_orphans(places)
    (places.real_data / "postmaster.pid").unlink(missing_ok=True)
    socket = places.socket_dir / f".s.PGSQL.{PORT}"
    socket.unlink(missing_ok=True)
    Path(f"{socket}.lock").unlink(missing_ok=True)


def stop_abandoned(places: Places) -> None:
    """Clusters whose link was deleted: nobody reaches their servers any more. The data are left to be deleted by hand."""
    for cluster in places.abandoned():
        if postmaster := processes.postmaster_of(cluster):
            with contextlib.suppress(ProcessLookupError):
                os.kill(postmaster.pid, signal.SIGINT)
        _logger.warning("%s holds an older database of %s; delete it if you do not need it.", cluster, places.data)


def _end_orphans(places: Places) -> None:
    """Children notice their postmaster's death when they next wait for something; one in a long query is told."""
    stages = [(0.0, None), (_PATIENCE, signal.SIGTERM), (2 * _PATIENCE, signal.SIGKILL)]
    began = time.monotonic()
    while (orphans := list(_orphans(places))) or locks.is_held(places.log):
        waited = time.monotonic() - began
        if stages and waited >= stages[0][0]:
            _, told = stages.pop(0)
            for orphan in orphans:
                _signal(orphan, told)
        if waited > 3 * _PATIENCE:
            raise EmbeddedPostgresError(
                f"Another server still uses the database in {places.real_data} (run from another container, or its "
                "processes do not end); stop it and try again."
            )
        time.sleep(_PAUSE)


def _signal(orphan: processes.Process, told: signal.Signals | None) -> None:
    """A postmaster without its data can only quit; by itself it finds out within a minute."""
    wanted = signal.SIGQUIT if orphan.is_postmaster and told is not signal.SIGKILL else told
    if wanted is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(orphan.pid, wanted)


def _orphans(places: Places) -> Iterator[processes.Process]:
    title = f"postgres: {places.cluster_name}:"
    option = f"cluster_name={places.cluster_name} "
    for process in processes.everything():
        if not process.is_alive:
            continue
        if process.command.startswith("postgres: "):
            works_here = process.works_in(places.real_data)
            if works_here or (works_here is None and process.command.startswith(title)):
                yield process
        elif process.is_postmaster and option in process.command + " " and process.lost_its_directory:
            yield process
