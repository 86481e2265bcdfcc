"""Our PostgreSQL backend, whose first connection starts the embedded server: any command works from nothing.

Settings are imported by commands that need no database (`makemigrations --check`, mypy's plugin), hence not there.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.client import DatabaseClient as PostgresClient
from django.utils.asyncio import async_unsafe

from backend.core.postgres import base
from backend.embedded_postgres import EmbeddedPostgresError, binaries, ensure_running, is_running
from backend.embedded_postgres.cluster import is_passing

_ensured: set[Path] = set()


class DatabaseClient(PostgresClient):
    """`dbshell`: psql comes with the server's programs."""

    def runshell(self, parameters: Iterable[str]) -> None:
        ensure_running(Path(self.connection.settings_dict["EMBEDDED_DATA_DIR"]))
        super().runshell(parameters)

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        arguments, environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [binaries.find().program(arguments[0]), *arguments[1:]], environment


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection, new or from the pool; the server is started for the first one, and again when it died
        meanwhile.

        Asking whether it lives (0.1 ms) comes first: the pool would try a dead server for 30 seconds before it says
        so.
        """
        data_dir = Path(self.settings_dict["EMBEDDED_DATA_DIR"])
        if data_dir not in _ensured or not is_running(data_dir):
            self._start_server(data_dir)
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError as error:
            if is_running(data_dir) and not is_passing(error):
                raise
            self._start_server(data_dir)
            return super().get_new_connection(conn_params)

    def _start_server(self, data_dir: Path) -> None:
        """As a database error, for code that handles the database being away."""
        try:
            ensure_running(data_dir)
        except EmbeddedPostgresError as error:
            raise self.Database.OperationalError(str(error)) from error
        _ensured.add(data_dir)
