"""Show 3: many rows (with `--exhaustive` a thousand), a third of them broken; and memory that does not grow with the file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from issues.models import Issue
from issues.record.chain import broken_chains
from tests.factories.processes import PROJECT, database_url
from tests.factories.registers import take
from tests.trials.broken_register import BREAKS, ROWS, told, write_broken, write_sound


@pytest.mark.parametrize("rows", [360, pytest.param(ROWS, marks=pytest.mark.exhaustive)])
@pytest.mark.django_db
def test_of_many_rows_each_broken_one_is_told_for_its_reason_and_the_rest_goes_in(rows: int, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    expected = write_broken(path, rows)
    found = take(path)
    print("", *told(found.why), sep="\n")
    assert len(expected) == rows // 3
    assert set(expected.values()) == {said for _break, said in BREAKS.values()}, "every kind is among them"
    assert found.counts == (rows - len(expected), 0, 0, len(expected))
    assert found.why.keys() == expected.keys()
    assert {n: why[: len(expected[n])] for n, why in found.why.items()} == expected
    assert Issue.objects.on_legacy().count() == rows - len(expected)
    assert broken_chains(Issue.objects.on_legacy()) == {}
    assert take(path).counts == (0, 0, rows - len(expected), len(expected))


PEAK = """
import resource, sys
import django
django.setup()
from django.core.management import call_command
call_command("import_issues", sys.argv[1], dry_run=True)
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_memory_does_not_grow_with_the_file(transactional_db: None, tmp_path: Path) -> None:
    """The same rows of 3 kB, one and a half thousand and six thousand of them, each by a process of its own."""
    peaks = {}
    for rows in (1_500, 6_000):
        path = tmp_path / f"{rows}.jsonl"
        write_sound(path, rows)
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(path)], cwd=PROJECT, check=True, capture_output=True, text=True,
            env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "backend.settings"},
        )  # fmt: skip
        assert f"{rows:,} rows: {rows:,} added" in done.stdout
        peaks[rows] = int(done.stdout.split()[-1])
    assert peaks[6_000] < peaks[1_500] * 1.05, peaks
