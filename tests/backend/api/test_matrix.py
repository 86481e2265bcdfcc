"""The matrix of (status, move, role) once more, by machine: each cell as it was written by hand, and told as the action tells it.

A cell is tried twice, by the action and by a program, and both are rolled back. The suite tries the successes and some of the
refusals; `--exhaustive` all others, also the moves that only the clock makes.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.api.views import moves
from backend.core.errors import Refusal
from backend.organisations.models import Organisation
from issues.actions import move_issue
from issues.lifecycle import Move
from issues.models import Issue
from issues.policies import allowed_moves
from tests.factories.api import Program
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.matrix.fields import fields_of
from tests.issues.matrix.roles import acts, player
from tests.issues.matrix.sample import EVERY as EVERY_SITUATION
from tests.issues.matrix.sample import PERSONS, attempts_in, sample
from tests.issues.matrix.situations import SITUATIONS
from tests.issues.matrix.table import table

OF_THE_NGO = ("manager", "representative")
ABSENT = "There is nothing at this address, or it is not for you."
EVERY = 5
"""Of the refusals that the suite tries on pages, one in so many by machine too."""


def cells(situation: str) -> list[tuple[str, str]]:
    """Those that the suite tries, (person, move)."""
    chosen = sample().get(situation, [])
    refused = [cell for cell in chosen if isinstance(_written(situation, *cell), int)]
    return [cell for cell in chosen if cell not in refused] + refused[::EVERY]


def _written(situation: str, role: str, move: str) -> str | int:
    """What the cell says; a draft is there for its NGO alone."""
    if situation == "draft" and role not in OF_THE_NGO:
        return 404
    return table().outcome(situation, move, role)


@pytest.fixture
def then(story: Story, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Story:
    """It is whatever time the story has come to."""
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    settings.API_PER_MINUTE_TOKEN = 0
    return story


@pytest.mark.parametrize("situation", one_in(EVERY_SITUATION, (each for each in SITUATIONS if cells(each))))
def test_only_the_written_cells_are_allowed_and_the_words_are_the_action_s(situation: str, then: Story) -> None:
    _try(then, situation, cells(situation))


@pytest.mark.parametrize("role", ["manager", "representative", "other_manager", "stranger"])
def test_a_draft_is_submitted_by_its_manager_and_is_not_there_for_others(role: str, then: Story) -> None:
    _try(then, "draft", [(role, move) for move in ("submit", "discard", "withdraw", "accept")])


@pytest.mark.exhaustive
@pytest.mark.parametrize("situation", SITUATIONS)
def test_nor_is_any_other_cell(situation: str, then: Story) -> None:
    all_of_it = ((role, move) for move in Move.values for role in PERSONS)
    tried = set(cells(situation))
    _try(
        then,
        situation,
        [each for each in (attempts_in(situation) if "," in situation else all_of_it) if each not in tried],
    )


def _try(story: Story, situation: str, attempts: Iterable[tuple[str, str]]) -> None:
    issue = SITUATIONS[situation](story).issue
    programs: dict[str, Program] = {}
    wrong = []
    for role, move in attempts:
        if role not in programs:
            programs[role] = _program(story, role)
            _check_offered(story, issue, role, programs[role])
        expected = _written(situation, role, move)
        with pytest.MonkeyPatch.context() as quick:
            if expected in (403, 409):  # refused before anything is changed: all attempts may read the issue once
                quick.setattr(moves, "issue_or_404", lambda request, called: issue)
            found, words = _by_machine(programs[role], story, issue, move)
        by_action = (404, ABSENT) if expected == 404 else _by_action(story, issue, move, role)
        if not found == expected == by_action[0] or words != by_action[1]:
            wrong.append(f"{move} by {role}: {found}, {words!r} instead of {expected}, {by_action}")
    assert wrong == []
    after = story.issue
    assert (after.status, after.rev, after.version) == (issue.status, issue.rev, issue.version)


def _program(story: Story, role: str) -> Program:
    """A stranger says that they act for the NGO."""
    if role != "stranger":
        return Program(player(story.cast, role))
    program = Program(person=story.cast.stranger)
    program.player = story.cast.manager
    return program


def _check_offered(story: Story, issue: Issue, role: str, program: Program) -> None:
    """`allowed_moves` is what makes the buttons of the pages."""
    response = program.get(f"issues/{issue.number or issue.uuid}/")
    if issue.number is None and role not in OF_THE_NGO:
        assert response.status_code == 404
        return
    seat = None if role == "stranger" else player(story.cast, role).membership
    assert response.json()["allowed_moves"] == list(allowed_moves(issue, seat, story.now)), role


def _by_machine(program: Program, story: Story, issue: Issue, move: str) -> tuple[str | int, str]:
    """The status that the move led to, rolled back, and no words; or those of the refusal and its code."""
    fields = _as_sent(fields_of(move, story, issue))
    with transaction.atomic():
        response = program.move(issue, move, **fields)
        transaction.set_rollback(True)
    if response.status_code == 204:
        return "deleted", ""
    told = response.json()
    if response.status_code == 201:
        assert (told["move"], told["from"]) == (move, issue.status)
        return told["to"], ""
    assert told["status"] == response.status_code
    return response.status_code, told["detail"]


def _by_action(story: Story, issue: Issue, move: str, role: str) -> tuple[str | int, str]:
    fields = fields_of(move, story, issue)
    try:
        with transaction.atomic():
            event = move_issue(issue=issue, move=move, at=story.now, **acts(story.cast, role), **fields)
            transaction.set_rollback(True)
    except Refusal as refusal:
        return refusal.status, str(refusal)
    return (event.to_status if event else "deleted"), ""


def _as_sent(value: Any) -> Any:
    """An action's arguments in JSON: people by their id, organisations by their short name."""
    match value:
        case User():
            return str(value.uuid)
        case Organisation():
            return value.slug
        case date():
            return value.isoformat()
        case list():
            return [_as_sent(each) for each in value]
        case dict():
            return {name: _as_sent(each) for name, each in value.items()}
    return value
