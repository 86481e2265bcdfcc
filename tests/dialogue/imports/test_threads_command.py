"""`import_threads` as an operator meets it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dialogue.models import Message
from tests.factories.discussions import MAP, said
from tests.factories.registers import jsonl, row, table, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    take(jsonl(tmp_path, [row("7")], "issues.jsonl"))
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    return path


def run(path: Path, **options: Any) -> None:
    call_command("import_threads", str(path), **options)


def test_it_tells_every_rejected_row_and_the_counts(
    tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, rejects = jsonl(tmp_path, [said("1"), said("2", words=""), said("3", "2")]), tmp_path / "rejects.jsonl"
    run(path, mapping=mapping, rejects=rejects)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "line 2 (id 2): body: It is missing: a message has words."
    assert second.startswith(
        "Import      3 rows: 2 added, 0 unchanged, 1 rejected; threads: 1; 1 answer a message that is not here ("
    )
    assert json.loads(rejects.read_text(encoding="utf-8"))["id"] == "2"
    run(path, mapping=mapping)
    assert "3 rows: 0 added, 2 unchanged, 1 rejected; threads: 1 (" in capsys.readouterr().out


def test_a_dry_run_says_so(tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(jsonl(tmp_path, [said("1")]), mapping=mapping, dry_run=True)
    assert "1 added, 0 unchanged, 0 rejected; threads: 1; nothing was written (" in capsys.readouterr().out
    assert not Message.objects.exists()


def test_it_needs_a_mapping(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^Say what the rows mean: --mapping MAP\.toml\."):
        run(jsonl(tmp_path, [said("1")]))


def test_a_column_that_is_missing_is_named_also_the_authors(tmp_path: Path, mapping: Path) -> None:
    rows = [{name: value for name, value in said("1").items() if name not in ("who", "to")}]
    with pytest.raises(
        CommandError, match=r"These columns are not in the file: to, who\. It has: id, about, at, words\."
    ):
        run(table(tmp_path, rows), mapping=mapping)


def test_issues_that_were_not_taken_over_first_are_told(tmp_path: Path, mapping: Path) -> None:
    with pytest.raises(CommandError, match="No row went in"):
        run(jsonl(tmp_path, [said("1", about="9")]), mapping=mapping)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('issue = "about"\n', "", "issue: say where its id stands, under [fields], or which one it is for all"),
        ('parent = "to"\n', "", "line 4: fields: say where these are: parent."),
        ("author =", "writer =", "line 3: writer: there is no such key; known: register, format"),
        (
            'language = "en"',
            'topic = "land"',
            "defaults.topic: there is no such key in [defaults]; known: issue, parent",
        ),
    ],
)
def test_what_is_wrong_in_the_mapping_is_told_with_its_line(
    tmp_path: Path, mapping: Path, old: str, new: str, why: str
) -> None:
    mapping.write_text(MAP.replace(old, new), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        run(jsonl(tmp_path, [said("1")]), mapping=mapping)
    assert why in str(caught.value)
