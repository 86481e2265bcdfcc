"""schemathesis against a running demonstration: all checks and phases, as a visitor and as people of the demonstration.

    uv run python -m tests.programs.fuzz --as all --max-examples 30

Exit code 1 where any of them found a failure. What is sent differs from run to run; `--seed` repeats one.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.programs.served import PROJECT, Served, demonstration

VISITOR = "visitor"
PEOPLE = (
    "ngo",
    "member",
    "ngo2",
    "officer",
    "signatory",
    "rival",
    "chair",
    "registrar",
    "moderator",
    "moderator2",
    "admin",
)


def fuzz(site: Served, who: str, examples: int, *more: str) -> bool:
    """Whether nothing was found. What schemathesis says is printed."""
    print(f"\n-- schemathesis as {who}, {examples} examples", flush=True)
    environment = site.environment | {"DJANGO_SETTINGS_MODULE": "backend.settings", "PYTHONPATH": str(PROJECT)}
    if who != VISITOR:
        environment |= {"SCHEMATHESIS_HOOKS": "tests.programs.hooks", "FUZZ_AS": f"{who}@demo.birge"}
    began = time.monotonic()
    ended = subprocess.run(
        [Path(sys.executable).parent / "schemathesis", "run", f"{site.url}/api/v1/schema/", "--checks", "all",
         "--max-examples", str(examples), "--continue-on-failure", "--generation-database", "none", *more],
        cwd=PROJECT, env=environment, check=False,
    )  # fmt: skip
    print(f"-- {who}: exit code {ended.returncode} after {time.monotonic() - began:.0f} s", flush=True)
    return ended.returncode == 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="schemathesis against a demonstration of its own.")
    parser.add_argument("--as", dest="people", default="all", help="visitor, ngo, officer, ...; several by commas; all")
    parser.add_argument("--max-examples", type=int, default=30)
    known, more = parser.parse_known_args(arguments)
    people = (VISITOR, *PEOPLE) if known.people == "all" else known.people.split(",")
    with demonstration() as site:
        found = [who for who in people if not fuzz(site, who, known.max_examples, *more)]
    print(f"Failures as: {', '.join(found)}" if found else "No failures.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
