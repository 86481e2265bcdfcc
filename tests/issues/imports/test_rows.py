"""Which rows are refused, and in which words; the rest goes in."""

from pathlib import Path
from typing import Any

import pytest

from issues.models import Issue
from tests.factories.registers import ANSWERED, NOW, jsonl, row, take, taken_issue
from tests.factories.stories import almaty

pytestmark = pytest.mark.django_db

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no id", {"id": None}, "id: It is missing."),
    ("an empty id", {"id": "  "}, "id: Write something here."),
    ("an endless id", {"id": "x" * 201}, "id: This is too long. At most, in characters: 200."),
    ("no title", {"title": ""}, "title: It is missing."),
    ("a title of marks that are dropped", {"title": "\u202e\x00"}, "title: Write something here."),
    ("a title of 201 characters", {"title": "т" * 201}, "title: This is too long. At most, in characters: 200."),
    ("a title that is a list", {"title": ["a", 5, ["b"]]}, "title: This must be text."),
    ("a body of 20,001 characters", {"body": "т" * 20_001}, "body: This is too long. At most, in characters: 20000."),
    ("a body that is no text", {"body": {"html": "x"}}, "body: This must be text."),
    ("no date", {"raised_at": None}, "raised_at: It is missing: say when the issue was raised."),
    ("no such date", {"raised_at": "2019-02-30"}, "raised_at: This is no date: '2019-02-30'."),
    ("a day to come", {"raised_at": "2026-02-03"}, "raised_at: It lies in the future: 2026-02-03."),
    ("an hour to come", {"raised_at": "2026-02-02T12:00:01+05:00"}, "raised_at: It lies in the future: 2026-02-02."),
    ("1989", {"raised_at": "1989-12-31"}, "raised_at: It lies before 1990: 1989-12-31."),
    ("the year 1", {"raised_at": "0001-01-01T00:00:00Z"}, "raised_at: It lies before 1990: 0001-01-01."),
    ("the year 9999", {"raised_at": "9999-12-31T23:59:59-12:00"}, "raised_at: It lies in the future: 9999-12-31."),
    ("no language", {"language": None}, "language: It is missing: say in which language the text is written."),
    ("a language in words", {"language": "по-русски"}, "language: Give the language as a tag"),
    ("no topic", {"topic": None}, "topic: It is missing."),
    ("an unknown topic", {"topic": "weather"}, "topic: There is none called 'weather'."),
    ("an unknown region", {"region": "KZ-99"}, "region: There is none called 'KZ-99'."),
    ("a body of nobody", {"body_addressed": "Nobody"}, "body_addressed: No state body is called 'Nobody'."),
    ("no body", {"body_addressed": None}, "body_addressed: It is missing, and the mapping names no default body."),
    ("an endless name of a body", {"body_addressed": "x" * 301}, "body_addressed: This is too long."),
    ("a state of 201 characters", {"source_status": "x" * 201}, "source_status: This is too long."),
    ("an address that is none", {"url": "javascript:alert(1)"}, "url: This is no web address: 'javascript:alert(1)'."),
    ("an address with a space", {"url": "https://x.example/a b"}, "url: This is no web address"),
    ("an address of half a host", {"url": "http://[::1"}, "url: This is no web address"),
    ("an answer without a date", {"answer": "Yes."}, "answered_at: It is missing: an answer has a date."),
    ("a date without an answer", {"answered_at": "2019-06-03"}, "answer: It is missing, although it has a date."),
    ("an answer to come", ANSWERED | {"answered_at": "2026-03-01"}, "answered_at: It lies in the future: 2026-03-01."),
    (
        "an answer older than the issue",
        ANSWERED | {"answered_at": "2019-05-05"},
        "answered_at: The answer (2019-05-05) is older than the issue (2019-05-06).",
    ),
    (
        "an answer an hour older",
        ANSWERED | {"raised_at": "2019-05-06T10:00:00Z", "answered_at": "2019-05-06T09:00:00Z"},
        "answered_at: The answer (2019-05-06) is older than the issue (2019-05-06).",
    ),
    ("an answer of 20,001 characters", ANSWERED | {"answer": "x" * 20_001}, "answer: This is too long."),
]


@pytest.mark.parametrize(("fields", "why"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_a_row_is_refused_with_its_line_and_its_reason_and_the_rest_goes_in(
    tmp_path: Path, fields: dict[str, Any], why: str
) -> None:
    told = take(jsonl(tmp_path, [row("a"), row("bad") | fields, row("c")]))
    assert told.counts == (2, 0, 0, 1)
    assert list(told.why) == [2]
    assert told.why[2].startswith(why)
    assert Issue.objects.on_legacy().count() == 2


EDGES: list[tuple[str, dict[str, Any]]] = [
    ("a title of 200 characters", {"title": "т" * 200}),
    ("a body of 20,000 characters", {"body": "т" * 20_000}),
    ("no body text", {"body": None}),
    ("the first day of 1990", {"raised_at": "1990-01-01"}),
    ("this very moment", {"raised_at": NOW.isoformat()}),
    ("today", {"raised_at": "2026-02-02"}),
    ("an answer on the issue's day, by its day", ANSWERED | {"raised_at": "2019-05-06T10:00:00Z", "answered_at": "2019-05-06"}),
    ("an answer at the very moment", ANSWERED | {"raised_at": "2019-05-06T10:00:00Z", "answered_at": "2019-05-06T10:00:00Z"}),
    ("an answer today", ANSWERED | {"answered_at": "2026-02-02"}),
    ("a language nobody reads here", {"language": "uz-Cyrl"}),
    ("an id that is a number", {"id": 7}),
    ("no state of its own", {"source_status": None}),
]  # fmt: skip


@pytest.mark.parametrize("fields", [each[1] for each in EDGES], ids=[each[0] for each in EDGES])
def test_what_is_just_within_the_rules_goes_in(tmp_path: Path, fields: dict[str, Any]) -> None:
    told = take(jsonl(tmp_path, [row() | {name: value for name, value in fields.items() if value is not None}]))
    assert (told.counts, told.why) == ((1, 0, 0, 0), {})


def test_an_answer_never_stands_before_its_issue(tmp_path: Path) -> None:
    """The day alone begins at midnight; the issue came at ten that morning."""
    take(jsonl(tmp_path, [row(raised_at="2019-05-06T10:00:00+06:00", answer="Yes.", answered_at="2019-05-06")]))
    issue = taken_issue()
    assert issue.answered_at == issue.raised_at == almaty(2019, 5, 6, 10)


def test_a_row_tells_all_its_reasons_at_once(tmp_path: Path) -> None:
    told = take(jsonl(tmp_path, [row(title="", topic="weather", raised_at="soon")]))
    assert [reason.partition(":")[0] for reason in told.rejects[0].reasons] == ["raised_at", "topic", "title"]
    assert told.rejects[0].source_id == "7"


def test_of_rows_with_the_same_id_the_first_one_counts(tmp_path: Path) -> None:
    """In the same batch and in another; one that was refused is not the first."""
    ids = ["a", "b", "a", "c", "a", "b"]
    rows = [row(key, title=f"Row {n}") for n, key in enumerate(ids, 1)]
    rows[1]["topic"] = "weather"
    for batch_size in (2, 500):
        told = take(jsonl(tmp_path, rows), batch_size=batch_size, dry_run=True)
        assert told.counts == (3, 0, 0, 3)
        assert told.why == {
            2: "topic: There is none called 'weather'.",
            3: "id: It stood in the file before, in line 1.",
            5: "id: It stood in the file before, in line 1.",
        }
    take(jsonl(tmp_path, rows))
    assert [taken_issue(key).title for key in "abc"] == ["Row 1", "Row 6", "Row 4"]


def test_reasons_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [
        row("1", body_addressed="Nobody"),
        row("2", title=""),
        row("3"),
        row("3"),
        row("4", body_addressed="Nobody"),
    ]
    assert list(take(jsonl(tmp_path, rows)).why) == [1, 2, 4, 5]
