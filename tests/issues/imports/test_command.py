"""`import_issues` as an operator meets it: what it says, what it writes, how it ends."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from backend.organisations.models import Organisation
from issues.models import EventText, Issue, IssueEvent, LegacySource, NumberCounter
from tests.factories.processes import another_database, command
from tests.factories.registers import ANSWERED, jsonl, row, take, taken_issue

pytestmark = pytest.mark.django_db


def run(path: Path, **options: Any) -> None:
    call_command("import_issues", str(path), **options)


def written() -> list[int]:
    kinds = (Issue, IssueEvent, EventText, LegacySource, NumberCounter, Organisation)
    return [kind.objects.count() for kind in kinds]


def test_it_tells_every_rejected_row_and_the_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = jsonl(tmp_path, [row("1", **ANSWERED), row("2", title=""), row("3"), row("3")])
    rejects = tmp_path / "rejects.jsonl"
    run(path, rejects=rejects)
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == [
        "line 2 (id 2): title: It is missing.", "line 4 (id 3): id: It stood in the file before, in line 3.",
    ]  # fmt: skip
    assert said[2].startswith("Import      4 rows: 2 added, 0 updated, 0 unchanged, 2 rejected; answers: 1 (")
    assert [json.loads(line) for line in rejects.read_text(encoding="utf-8").splitlines()] == [
        {"place": 2, "id": "2", "reasons": ["title: It is missing."]},
        {"place": 4, "id": "3", "reasons": ["id: It stood in the file before, in line 3."]},
    ]


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = jsonl(tmp_path, [row("1", **ANSWERED), row("2", title=""), row("3", body_addressed="Home Office")])
    before = written()
    run(path, dry_run=True, create_bodies=True)
    assert (
        "3 rows: 2 added, 0 updated, 0 unchanged, 1 rejected; answers: 1; nothing was written"
        in capsys.readouterr().out
    )
    assert written() == before
    run(path, create_bodies=True)
    assert "3 rows: 2 added, 0 updated, 0 unchanged, 1 rejected; answers: 1 (" in capsys.readouterr().out
    before = written()
    run(jsonl(tmp_path, [row("1", source_status="Reopened"), row("3", body_addressed="Nobody")]), dry_run=True)
    assert "0 added, 1 updated, 0 unchanged, 1 rejected; nothing was written" in capsys.readouterr().out
    assert written() == before
    assert taken_issue("1", "register").source_status == "Closed"


def test_the_register_is_the_files_name_unless_it_is_given(tmp_path: Path) -> None:
    run(jsonl(tmp_path, [row()], "akimat-2019.jsonl"))
    run(jsonl(tmp_path, [row()], "copy.jsonl"), register="akimat-2019")
    assert LegacySource.objects.get().register == "akimat-2019"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "The file has no rows."),
        ("\n\n", "The file has no rows."),
        ('{"id": 1}\n{"id": 2}\n', "No row went in: mend what is said above"),
        ("no json\n", "No row went in"),
    ],
)
def test_it_fails_where_nothing_went_in(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        run(path)
    assert why in str(caught.value)


def test_it_does_not_fail_where_all_was_there_already(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = jsonl(tmp_path, [row()])
    run(path)
    run(path)
    assert "0 added, 0 updated, 1 unchanged, 0 rejected" in capsys.readouterr().out


def test_a_file_that_breaks_off_fails_and_says_how_far_it_came(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    whole = json.dumps([row(str(n)) for n in range(3)])
    path.write_text(whole[:-20], encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        run(path)
    assert "The file cannot be read further than element 2: parse error: premature EOF" in str(caught.value)
    assert Issue.objects.on_legacy().count() == 2
    path.write_text(whole, encoding="utf-8")
    run(path)
    assert Issue.objects.on_legacy().count() == 3


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("missing.csv", {}, "missing.csv: No such file or directory"),
        ("folder.csv", {}, "folder.csv: Is a directory"),
        ("a.jsonl", {"mapping": "missing.toml"}, "The mapping missing.toml cannot be read"),
        ("a.jsonl", {"mapping": "map.toml", "register": "x"}, "The mapping names the register; leave --register out."),
        ("a.jsonl", {"register": "x" * 201}, "Call the register by at most 200 characters."),
        ("a.jsonl", {"rejects": "no/such/folder.jsonl"}, "No such file or directory"),
        ("a.pdf", {}, "cannot be told from its name"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_line(tmp_path: Path, name: str, options: dict[str, str], why: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "a.pdf").write_text("x", encoding="utf-8")
    (tmp_path / "map.toml").write_text("", encoding="utf-8")
    jsonl(tmp_path, [row()], "a.jsonl")
    paths = {key: tmp_path / value if key in ("mapping", "rejects") else value for key, value in options.items()}
    with pytest.raises(CommandError) as caught:
        run(tmp_path / name, **paths)
    assert why in str(caught.value)
    assert not Issue.objects.exists()


@pytest.mark.thorough
def test_without_tables_it_says_what_to_run(tmp_path: Path) -> None:
    path = jsonl(tmp_path, [row()])
    with (
        another_database("birge_without_tables") as url,
        command("import_issues", str(path), DATABASE_URL=url) as process,
    ):
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Run `manage.py migrate` first" in said
    assert "Traceback" not in said


def test_ctrl_c_stops_it_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(**batch: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("issues.imports.run.record", stop)
    with pytest.raises(CommandError, match=r"^Stopped\. Nothing of the last batch was written\.") as caught:
        run(jsonl(tmp_path, [row()]))
    assert caught.value.returncode == 130


def test_progress_tells_the_rows_so_far(tmp_path: Path) -> None:
    shown: list[int] = []
    take(jsonl(tmp_path, [row(str(n)) for n in range(7)]), batch_size=3, progress=shown.append)
    assert shown == [3, 6, 7]


def test_a_batch_asks_the_database_the_same_however_many_rows_it_has(tmp_path: Path) -> None:
    take(jsonl(tmp_path, [row()]))  # the first of its year makes the year's counter
    counts = []
    for n in (2, 40):
        path = jsonl(tmp_path, [row(f"{n}-{each}", **ANSWERED) for each in range(n)])
        again = jsonl(tmp_path, [row(f"{n}-{each}", source_status="Other") for each in range(n)], "again.jsonl")
        for file in (path, again):
            asked: list[str] = []
            with connection.execute_wrapper(partial(counting, asked)):
                take(file)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 40


def counting(asked: list[str], execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    asked.append(sql)
    return execute(sql, *rest)
