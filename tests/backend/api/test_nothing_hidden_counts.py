"""Filters, counts and figures tell nothing of drafts and private notes: neither that there are some, nor how many."""

from typing import Any

import pytest
from django.utils import timezone

from dialogue.actions import write_note
from issues.metrics.definitions import METRICS
from tests.backend.api.test_problems import told
from tests.factories.api import Program
from tests.factories.stories import Story

QUERIES: list[dict[str, Any]] = [
    {}, {"count": 1}, {"q": "Secret"}, {"q": "Secret", "count": 1}, {"ngo": "qamqor", "count": 1}, {"body": "labour", "count": 1},
    {"topic": "social-security", "count": 1}, {"region": "KZ-15", "count": 1}, {"language": "en", "count": 1},
    {"raised_after": "2020-01-01", "count": 1}, {"raised_before": "2030-01-01", "count": 1}, {"origin": "platform", "count": 1},
    {"status": "open", "count": 1}, {"status": "raised", "count": 1}, {"sort": "due"}, {"sort": "activity"}, {"sort": "cosigners"},
    {"q": "2026-", "count": 1},
]  # fmt: skip


@pytest.fixture
def now(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    return story


def programs(story: Story) -> list[Program]:
    """Nobody, the very people of the draft, and others."""
    roles = ("manager", "representative", "other_manager", "officer", "moderator")
    return [Program(), *(Program(getattr(story.cast, role)) for role in roles)]


def seen(program: Program, path: str, query: dict[str, Any]) -> Any:
    response = program.get(path, **query)
    assert response.status_code == 200, (path, query, response.content)
    return response.json()


def test_no_list_finds_a_draft_for_anybody(now: Story) -> None:
    for _ in range(3):
        now.draft(title="Secret plan", asks=["Secret ask."])
    for program in programs(now):
        for query in QUERIES:
            found = seen(program, "issues/", query)
            assert (found["results"], found["next"], found["previous"]) == ([], None, None), query
            assert found.get("count", 0) == 0, query
        for value in ("draft", "Draft", "deleted"):
            assert set(told(program.get("issues/", status=value), 422)["errors"]) == {"status"}
        told(program.get("issues/", status=["raised", "draft"]), 422)


def test_a_draft_changes_no_page_of_what_was_raised(now: Story) -> None:
    now.raised()
    before = [seen(Program(), "issues/", query) for query in QUERIES]
    for _ in range(3):
        Story(now.cast, now.now).draft(title="Secret plan")
    assert [seen(Program(), "issues/", query) for query in QUERIES] == before


def test_no_figure_counts_a_draft_or_lists_it(now: Story) -> None:
    before = seen(Program(), "metrics/", {})["metrics"]
    for _ in range(3):
        now.draft(title="Secret plan")
    assert seen(Program(now.cast.manager), "metrics/", {})["metrics"] == before
    for key, metric in METRICS.items():
        response = Program(now.cast.manager).get("issues/", metric=key, part="denominator", count=1)
        if response.status_code == 422:  # a figure with no list of its own
            assert set(response.json()["errors"]) == {"metric"}
            continue
        assert (response.json()["results"], response.json()["count"]) == ([], 0), metric.key


@pytest.mark.thorough
def test_notes_move_no_number(now: Story) -> None:
    now.answered("supported")
    issue = f"issues/{now.issue.number}/"
    asked: list[tuple[str, dict[str, Any]]] = [
        *(("issues/", query) for query in QUERIES), ("issues/", {"q": "xyzzy", "count": 1}), ("metrics/", {}), (issue, {}),
        (f"{issue}messages/", {"after": 0}), (f"{issue}events/", {}), (f"{issue}clock/", {}), ("commitments/", {"count": 1}),
    ]  # fmt: skip
    people = [Program(), Program(now.cast.officer), Program(now.cast.manager)]
    before = [[seen(program, *each) for each in asked] for program in people]
    for n in range(3):
        write_note(issue=now.issue, **now.cast.officer.acts, body=f"Ask xyzzy {n}.", at=now.now)
    assert [[seen(program, *each) for each in asked] for program in people] == before


def test_a_cursor_made_up_by_hand_leads_to_no_draft(now: Story) -> None:
    now.raised()
    Story(now.cast, now.now).draft(title="Secret plan")
    for name in ("after", "before"):
        for value in ("1", "0", "-1", "2026-02-02", "~0", "null", "2026-02-02T00:00:00+00:00~1"):
            response = Program().get("issues/", **{name: value})
            assert response.status_code == 422 or all(each["number"] for each in response.json()["results"])


def test_names_of_organisations_and_commitments_tell_of_none(now: Story) -> None:
    now.draft(title="Secret plan")
    for program in programs(now):
        assert seen(program, "organisations/", {"q": "Secret", "count": 1})["count"] == 0
        assert seen(program, "commitments/", {"count": 1})["count"] == 0
    assert [each["title"] for each in Program(now.cast.representative).get("me/").json()["drafts"]] == ["Secret plan"]
    for role in ("other_manager", "officer", "moderator"):
        assert Program(getattr(now.cast, role)).get("me/").json()["drafts"] == []
