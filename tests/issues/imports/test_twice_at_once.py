"""Two imports at once, one that is killed, issues raised meanwhile: each row is there once, with a number of its own."""

import signal
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from backend.organisations.models import Organisation
from issues.actions import move_issue
from issues.imports.mapping import Meaning
from issues.models import Issue, IssueEvent, LegacySource
from issues.record.chain import broken_chains
from tests.factories.people import make_cast
from tests.factories.processes import command, database_url, wait_until
from tests.factories.registers import ANSWERED, Taken, jsonl, row, take
from tests.factories.stories import Story
from tests.issues.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races"), pytest.mark.thorough]
ROWS = 60


def whole() -> None:
    """Every issue's chain holds, and numbers are unique without a hole where nothing was taken back."""
    assert broken_chains(Issue.objects.on_legacy()) == {}
    numbers = sorted(Issue.objects.on_legacy().filter(number__startswith="2019-").values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)


def connected() -> set[int]:
    """The connections to the tests' database; a server of other tests may keep some."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return {pid for (pid,) in cursor.fetchall()}


def rows() -> list[dict[str, Any]]:
    return [row(str(n), body_addressed=f"Office {n % 7}", **(ANSWERED if n % 3 == 0 else {})) for n in range(ROWS)]


def taking(path: Path, **options: Any) -> Callable[[], Taken]:
    return partial(take, path, create_bodies=True, batch_size=9, **options)


def test_the_same_file_four_times_at_once(transactional_db: None, tmp_path: Path) -> None:
    path = jsonl(tmp_path, rows())
    told = at_once([taking(path)] * 4)
    assert [type(each) for each in told] == [Taken] * 4, told
    counts = [each.counts for each in told]
    assert sum(added for added, *_ in counts) == ROWS
    assert sum(unchanged for _, _, unchanged, _ in counts) == 3 * ROWS
    assert LegacySource.objects.count() == ROWS
    assert Organisation.objects.filter(body_type="legacy").count() == 7
    assert IssueEvent.objects.count() == ROWS + ROWS // 3
    whole()


def test_two_registers_that_name_the_same_new_bodies_and_an_ngo_that_raises_issues(
    transactional_db: None, tmp_path: Path
) -> None:
    from issues.actions.recording import BodyNames

    cast = make_cast()
    drafts = [Story(cast).draft().issue for _ in range(8)]
    this_year = [each | {"raised_at": "2026-01-20", "answered_at": "2026-01-21"} if "answer" in each
                 else each | {"raised_at": "2026-01-20"} for each in rows()]  # fmt: skip
    files = [jsonl(tmp_path, this_year, "a.jsonl"), jsonl(tmp_path, this_year[::-1], "b.jsonl")]
    told = at_once([
        *(
            partial(take, file, Meaning(register=file.name, bodies=BodyNames(create=True)), batch_size=9) for file in files
        ),
        *(partial(move_issue, issue=draft, move="submit", **cast.manager.acts) for draft in drafts),
    ])  # fmt: skip
    assert [each.counts for each in told[:2]] == [(ROWS, 0, 0, 0)] * 2
    assert all(isinstance(each, IssueEvent) for each in told[2:]), told[2:]
    numbers = list(Issue.objects.public().values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers) == 2 * ROWS + 8
    assert Organisation.objects.filter(body_type="legacy").count() == 7
    whole()


def test_changed_rows_are_entered_once_by_two_imports(transactional_db: None, tmp_path: Path) -> None:
    take(jsonl(tmp_path, rows()), create_bodies=True)
    changed = jsonl(tmp_path, [each | {"source_status": "Reopened"} for each in rows()], "changed.jsonl")
    told = at_once([taking(changed)] * 3)
    assert sum(updated for _, updated, *_ in (each.counts for each in told)) == ROWS
    assert Counter(IssueEvent.objects.values_list("move", flat=True))["recorded_again"] == ROWS
    whole()


def test_an_import_that_is_killed_goes_on_where_it_stopped(transactional_db: None, tmp_path: Path) -> None:
    many = 20_000
    path = jsonl(tmp_path, (row(str(n), raised_at="2018-01-01", body="x", answer=None) for n in range(many)))
    before = connected()
    with command("import_issues", str(path), DATABASE_URL=database_url()) as process:
        wait_until(lambda: Issue.objects.on_legacy().count() >= 500, seconds=120)
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until(lambda: connected() <= before)  # what it was doing has ended in the database too, one way or the other
    begun = Issue.objects.on_legacy().count()
    assert 500 <= begun < many
    assert LegacySource.objects.count() == begun == IssueEvent.objects.count(), "whole batches alone"
    short = jsonl(tmp_path, [row(str(n), raised_at="2018-01-01", body="x") for n in range(begun + 200)], "short.jsonl")
    assert take(short, Meaning(register="register")).counts == (200, 0, begun, 0)
    numbers = list(Issue.objects.on_legacy().values_list("number", flat=True))
    assert len(set(numbers)) == begun + 200
    assert broken_chains(Issue.objects.on_legacy().order_by("-pk")[:250]) == {}
