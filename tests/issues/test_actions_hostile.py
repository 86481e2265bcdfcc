"""Fields as nobody should send them: every shape and size ends in a field error, or is stored as it was meant."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from backend.core.errors import Conflict, Forbidden, Invalid
from issues.actions import create_draft, move_issue, save_draft
from issues.actions.engine import HANDLERS, _bound, admit
from issues.lifecycle import Move
from issues.models import Issue, Region
from issues.record.chain import broken_chains
from tests.factories.refusals import refused
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.matrix.fields import fields_of
from tests.issues.matrix.roles import acts
from tests.issues.matrix.situations import SITUATIONS
from tests.issues.matrix.table import table

JUNK: tuple[Any, ...] = (
    None, -1, 7, 1.5, True, b"bytes", [], [None], [[]], [{}], {"n": 1}, [{"n": {}}], [{"n": 1, "done": None}], object(),
    uuid4(), datetime(2026, 3, 2, 12, tzinfo=UTC), " \r\n\t ", "\x00", "\ud800", "9" * 5000, "2026-02-30",
    [{"n": 1, "verdict": [], "ground": {}, "text": 5, "evidence": 5, "commitments": 5}],
    [{"n": 1, "verdict": "supported", "ground": "law", "text": "x", "commitments": [{"due": [], "text": {}, "owner": []}]}],
    [{"n": "1", "text": ["x"], "files": {}}], "a" * 25_000,
)  # fmt: skip

BUILT = [move for move in HANDLERS if move not in (Move.DISCARD, Move.SUBMIT)]


def where_possible(move: str) -> tuple[str, str]:
    """A situation and a role in which the move is allowed, by the cells."""
    for situation, moves in table().cells.items():
        if move in moves:
            return situation, min(moves[move][0])
    raise AssertionError(move)


@contextmanager
def _tried() -> Iterator[None]:
    """Rolled back, whatever came of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("move", one_in(4, BUILT))
def test_junk_in_any_field_is_a_field_error_or_a_text_and_nothing_else(move: Move, story: Story) -> None:
    """The handler alone is asked first, which is quick; what it takes then goes the whole way."""
    situation, role = where_possible(move)
    SITUATIONS[situation](story)
    issue, who = story.issue, acts(story.cast, role)
    good = fields_of(move, story, issue) or {"asks": [1]}
    for field, junk in product(good, JUNK):
        fields = good | {field: junk}
        with suppress(Invalid, Conflict, Forbidden):
            with _tried():
                HANDLERS[move](admit(issue, move, **who, at=story.now), **_bound(HANDLERS[move], fields))
            with _tried():
                move_issue(issue=issue, move=move, at=story.now, **who, **fields)
                assert broken_chains([story.issue]) == {}, (field, junk)
            issue = story.issue  # the handler changed its parts in memory
    after = Issue.objects.get(pk=story.pk)
    assert (after.rev, after.version) == (issue.rev, issue.version)


@pytest.mark.parametrize("move", [*BUILT, Move.SUBMIT, Move.DISCARD])
def test_a_field_that_a_move_does_not_have_is_told_by_name(move: Move, story: Story) -> None:
    situation, role = where_possible(move)
    SITUATIONS[situation](story)
    good = fields_of(move, story, story.issue)
    with pytest.raises(Invalid) as caught:
        move_issue(issue=story.issue, move=move, at=story.now, **acts(story.cast, role), **good, colour="red")
    assert caught.value.errors.keys() == {"colour"}


@pytest.mark.parametrize("version", [0, 99, "1", None, "junk", -1, [], 1.5])
def test_only_the_version_that_is_there_is_not_stale(story: Story, version: Any) -> None:
    story.raised()
    fields = {"unit": "Unit", "person": story.cast.officer.user, "version": version}
    if version is None:
        story.move("accept", story.cast.officer, **fields)
    else:
        assert "Raised" in str(refused(story, Conflict, "accept", story.cast.officer, **fields))


def test_a_move_that_does_not_exist_is_a_field_error(story: Story) -> None:
    story.raised()
    for move in ("", "resolve", "ACCEPT", "submit ", None, 7, ["accept"]):
        with pytest.raises(Invalid):
            move_issue(issue=story.issue, move=move, **story.cast.officer.acts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "junk"),
    [
        ("title", 5), ("title", "x" * 201), ("body", ["x"]), ("body", "x" * 20_001), ("place", {}), ("language", "kk ru"),
        ("language", "x" * 36), ("language", "<b>"), ("topic", "education"), ("region", 75), ("body_addressed", "labour"),
        ("asks", "Pay."), ("asks", 5), ("asks", None), ("asks", {"1": "Pay."}), ("asks", [5]), ("asks", ["x" * 1001]),
        ("asks", ["x"] * 11), ("status", "resolved"), ("raised_by", None), ("number", "2026-000001"),
    ],
)  # fmt: skip
def test_a_draft_takes_only_its_own_fields_in_their_own_shape(story: Story, field: str, junk: Any) -> None:
    before = story.draft().issue
    for save in (
        lambda: save_draft(issue=before, **story.cast.manager.acts, **{field: junk}),
        lambda: create_draft(**story.cast.manager.acts, **{field: junk}),
    ):
        with pytest.raises(Invalid) as caught:
            save()
        assert {path.partition(".")[0] for path in caught.value.errors} == {field}
    assert (story.issue.version, story.issue.title) == (before.version, before.title)


def test_an_ngo_is_not_addressed(story: Story) -> None:
    with pytest.raises(Invalid):
        story.draft(body_addressed=story.cast.ngo)


def test_texts_are_kept_as_they_were_written(story: Story) -> None:
    text = "Ұлт, ҮЕҰ; \U0001f600 👩‍👩‍👧 и ё\u0301; <script>alert(1)</script> {{ 7*7 }} %s %(x)s ' OR 1=1 --\n\nعربى"
    story.draft(asks=[text], title=text.replace("\n", " "), body=text, place="Ақтөбе\u2028\u2029", language="uz-Cyrl")
    story.move("submit", story.cast.manager)
    issue = story.issue
    assert (issue.body, issue.asks.get().text, issue.place, issue.language) == (text, text, "Ақтөбе", "uz-Cyrl")
    assert "<script>" not in issue.body_html
    assert {each.key: each.text for each in issue.events.get().texts.all()} == {
        "title": issue.title, "body": text, "ask.1": text, "place": "Ақтөбе",
    }  # fmt: skip
    assert broken_chains([issue]) == {}


def test_a_title_is_one_line_and_nothing_in_it_reverses_its_letters(story: Story) -> None:
    story.draft(title="Pay\r\nBcc: all@test.example \u202egnp.exe\x00\ud800")
    assert story.issue.title == "Pay Bcc: all@test.example gnp.exe"


def test_the_longest_texts_are_taken_and_one_more_character_is_not(story: Story) -> None:
    story.draft(title="т" * 200, body="т" * 20_000, asks=["т" * 1000] * 10, region=Region.objects.get(code="KZ-75"))
    story.move("submit", story.cast.manager)
    refused(story, Invalid, "clarify_request", story.cast.officer, question="т" * 20_001)
    story.move("clarify_request", story.cast.officer, question="т" * 20_000)
    assert len(story.issue.events.latest("seq").texts.get().text) == 20_000


@pytest.mark.parametrize(
    "pattern", ["[", "![](", "*a_ ", "> ", "- ", "`", "|a|b\n", "<a ", "https://a.b/(", "~~", "\\"]
)
def test_a_text_made_to_be_slow_is_rendered_in_time(story: Story, pattern: str) -> None:
    story.draft()
    started = time.perf_counter()
    save_draft(issue=story.issue, **story.cast.manager.acts, body=(pattern * 20_000)[:20_000])
    assert time.perf_counter() - started < 5
