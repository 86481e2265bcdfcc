"""What a moderator blanked in a legacy issue is gone from every row, and no later import brings it back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from issues.actions import blank_text
from issues.imports.mapping import Meaning
from issues.models import EventText, Issue
from issues.record.chain import broken_chains
from tests.dialogue.told_in_full import words_in_rows
from tests.factories.people import Cast
from tests.factories.registers import ANSWERED, NOW, jsonl, mapping, row, take, taken_issue

FULL = """
register = "Old register"
[fields]
id = "id"
title = "title"
body = "body"
language = "language"
raised_at = "raised_at"
body_addressed = "body_addressed"
topic = "topic"
source_status = "source_status"
answer = "answer"
answered_at = "answered_at"
url = "url"
[kept]
"Applicant" = "applicant"
"""
SECRETS = {
    "title": "Word zq1z here", "body": "Word zq2z here", "source_status": "Word zq3z here", "url": "https://x.example/zq4z",
    "applicant": "Word zq5z here", "answer": "Word zq6z here", "answered_at": "2019-06-03",
}  # fmt: skip


@pytest.fixture
def register(tmp_path: Path) -> Meaning:
    return mapping(tmp_path, FULL)


def blank(cast: Cast, event: int, key: str) -> None:
    blank_text(
        issue=taken_issue(),
        event=event,
        key=key,
        code="personal_data",
        at=NOW + timedelta(hours=1),
        **cast.moderator.acts,
    )


def blank_all(cast: Cast) -> None:
    for text in EventText.objects.filter(blanked_at=None).select_related("event"):
        blank(cast, text.event.seq, text.key)


def shown() -> tuple[Any, ...]:
    issue = taken_issue()
    return issue.title, issue.body, issue.source_status, issue.source.url, issue.source.kept, issue.asks.get().text


STUB = "[Personal data removed]"


def test_every_text_of_it_can_be_blanked_in_the_record_and_wherever_it_is_shown(
    tmp_path: Path, cast: Cast, register: Meaning
) -> None:
    take(jsonl(tmp_path, [row(**SECRETS)]), register)
    assert words_in_rows() == {f"zq{n}z" for n in range(1, 7)}
    blank_all(cast)
    assert words_in_rows() == set()
    assert shown() == (STUB, STUB, STUB, "", [], STUB)
    assert taken_issue().answers.get().parts.get().text_html == f"<p>{STUB}</p>\n"
    assert broken_chains([taken_issue()]) == {}


def test_an_import_does_not_bring_it_back(tmp_path: Path, cast: Cast, register: Meaning) -> None:
    path = jsonl(tmp_path, [row(**SECRETS)])
    take(path, register)
    blank_all(cast)
    assert take(path, register).counts == (0, 0, 1, 0)
    moved = jsonl(tmp_path, [row(**SECRETS, topic="land")], "moved.jsonl")
    assert take(moved, register, at=NOW + timedelta(days=1)).counts == (0, 1, 0, 0)
    issue = taken_issue()
    assert issue.topic.slug == "land"
    assert words_in_rows() == set()
    assert shown() == (STUB, STUB, STUB, "", [], STUB)
    assert issue.answers.count() == 1
    assert broken_chains([issue]) == {}


def test_a_later_answer_still_comes(tmp_path: Path, cast: Cast, register: Meaning) -> None:
    take(jsonl(tmp_path, [row(**SECRETS)]), register)
    blank_all(cast)
    later = SECRETS | {"answer": "It is done.", "answered_at": "2020-01-09"}
    assert take(jsonl(tmp_path, [row(**later)]), register).counts == (0, 1, 0, 0)
    assert [part.text for part in taken_issue().asks.get().answers.all()] == [STUB, "It is done."]
    assert words_in_rows() == set()


def test_blanking_what_the_register_has_replaced_leaves_the_newer_words(tmp_path: Path, cast: Cast) -> None:
    take(jsonl(tmp_path, [row(title="Word zq1z here", url="https://x.example/zq2z", **ANSWERED)]))
    take(jsonl(tmp_path, [row(title="A clean title", **ANSWERED)]), at=NOW + timedelta(minutes=5))
    blank(cast, 1, "title")
    blank(cast, 1, "url")
    issue = taken_issue()
    assert (issue.title, issue.source.url) == ("A clean title", "")
    assert issue.asks.get().text == "Word zq1z here", "the ask is a text of its own"
    blank(cast, 3, "title")
    assert Issue.objects.get(pk=issue.pk).title == STUB
