"""`worker`: background and periodic jobs, until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
from argparse import ArgumentParser
from typing import Any

from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections, connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from issues.tasks import enter_all_that_is_due

PAUSE = 5.0  # seconds before a lost database is tried again
GRACE = 20.0  # seconds a running job has to finish when the worker is stopped


class Command(BaseCommand):
    help = (
        "Background and periodic jobs: each minute what the clock makes happen by itself (no answer in time, no reply "
        "in time...) is entered. Several workers may run; SIGTERM and Ctrl-C stop one when its jobs are finished."
    )
    requires_system_checks = []  # pages and templates are nothing to a worker

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="enter what is due now and exit (for cron)")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        _check_database()
        if once:
            self.stdout.write(f"Entered by the clock: {enter_all_that_is_due()}")
            return
        asyncio.run(self._work_until_stopped())

    async def _work_until_stopped(self) -> None:
        """A lost database ends procrastinate's worker; ours waits and starts another."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        _hush_lost_connections()
        self.stdout.write("The worker runs.")
        while not stop.is_set():
            reason = ""
            try:
                await _work(stop)
            except (ConnectorException, DatabaseError) as error:
                reason = _one_line(error)
            if not stop.is_set():
                self.stderr.write(f"The worker lost the database and tries again. {reason}".rstrip())
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), PAUSE)
        self.stdout.write("The worker has stopped.")


def _check_database() -> None:
    """In one line, before anything starts: no connection, or no tables."""
    try:
        if "issues_issue" not in connection.introspection.table_names():
            raise CommandError("This database has no tables yet: run `manage.py migrate` (or `demo`) first.")
    except DatabaseError as error:
        raise CommandError(f"No connection to the database: {_one_line(error)}") from error


async def _work(stop: asyncio.Event) -> None:
    """One procrastinate worker, until `stop` or until it ends by itself. Raises ConnectorException, DatabaseError."""
    await sync_to_async(_connect)()  # also starts the embedded server, which procrastinate's own pool cannot
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    install_signal_handlers=False,  # ours outlive a lost database
                    delete_jobs="successful",
                    shutdown_graceful_timeout=GRACE,
                )
            )
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working


def _connect() -> None:
    close_old_connections()
    connection.ensure_connection()
    connection.close()


def _hush_lost_connections() -> None:
    """A lost database is told once, by us; procrastinate and its pool would say it with a traceback each, over and over."""

    def is_news(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, ConnectorException)

    for name in ("procrastinate.worker.worker", "procrastinate.utils"):
        logging.getLogger(name).addFilter(is_news)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _one_line(error: Exception) -> str:
    return " ".join(str(error.__cause__ or error).split())
