"""The typed client: generated from the committed schema by openapi-python-client, and put to use by `life`, whose use of it
mypy checks."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.programs.served import PROJECT, Served

SCHEMA = PROJECT / "backend/api/openapi.yaml"
PACKAGE = "birge_client"
BIN = Path(sys.executable).parent


def lives(site: Served) -> bool:
    """Whether the client came to be without a warning, has no fault of types, and takes an issue through its life."""
    with TemporaryDirectory(prefix="birge-client-") as place:
        made = [BIN / "openapi-python-client", "generate", "--path", SCHEMA, "--meta", "none", "--fail-on-warning",
                "--output-path", Path(place) / PACKAGE]  # fmt: skip
        typed = [BIN / "mypy", "--strict", "--no-incremental", "--config-file", "", "--follow-imports", "silent",
                 PROJECT / "tests/programs/life.py"]  # fmt: skip
        used = [sys.executable, "-m", "tests.programs.life", site.url, site.password]
        environment = site.environment | {"PYTHONPATH": place, "MYPYPATH": place}
        return all(
            subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode == 0
            for command in (made, typed, used)
        )
