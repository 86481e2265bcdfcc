"""Show 4 over HTTP, in process: every person tries every move in every status, with a form that is filled in well.

Some eight thousand requests, of which the suite makes those of `sample`; `--exhaustive` makes the others, and the actions
below the pages are tried with all of them in `test_through_the_actions.py`. Sessions stay in memory, and where a refusal is
expected the issue is read once for all.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from issues.forms.registry import ON_A_COMMITMENT, ON_A_DRAFT
from issues.lifecycle import Move
from issues.models import Issue
from issues.views import moves as pages
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.matrix.fields import fields_of
from tests.issues.matrix.roles import player
from tests.issues.matrix.sample import ACT_OF, EVERY, ON_ISSUES, PERSONS, attempts_in, sample
from tests.issues.matrix.situations import SITUATIONS
from tests.issues.matrix.table import table


@pytest.fixture
def story_time(story: Story, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Story:
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    return story


def test_every_move_of_a_person_has_a_page() -> None:
    of_the_system = {move for move, who in table().party.items() if who == {"system"}}
    assert set(Move.values) - ACT_OF.keys() == {*of_the_system, *ON_A_DRAFT}


@pytest.mark.parametrize("situation", one_in(EVERY, sample()))
def test_only_the_written_cells_are_allowed(situation: str, story_time: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    _try(story_time, situation, sample()[situation], monkeypatch)


@pytest.mark.exhaustive
@pytest.mark.parametrize("situation", ON_ISSUES)
def test_nor_is_any_other_cell(situation: str, story_time: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = set(sample().get(situation, []))
    _try(story_time, situation, [each for each in attempts_in(situation) if each not in tried], monkeypatch)


def _try(story: Story, situation: str, attempts: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    issue = SITUATIONS[situation](story).issue
    clients = {role: _signed_in(story, role) for role in {role for role, _ in attempts}}
    wrong = []
    for role, move in attempts:
        expected = _expected(issue, situation, move, role)
        with monkeypatch.context() as quick:
            if isinstance(expected, int):  # refused before anything is changed: all attempts may read the issue once
                quick.setattr(pages, "issue_or_404", lambda request, number: issue)
            found = _outcome(clients[role], story, issue, move)
        if found != expected:
            wrong.append(f"{move} by {role}: {found} instead of {expected}")
    assert wrong == []
    after = story.issue
    assert (after.status, after.rev, after.version) == (issue.status, issue.rev, issue.version)


def _expected(issue: Issue, situation: str, move: str, role: str) -> str | int:
    """By the cells; a commitment that was never made has no page."""
    outcome = table().outcome(situation, move, role)
    on_nothing = ACT_OF[Move(move)] in ON_A_COMMITMENT and not issue.commitments.all()
    return 404 if on_nothing and outcome == 409 and _is_open_to_commitments(issue) else outcome


def _is_open_to_commitments(issue: Issue) -> bool:
    answered = any(each.closed_at is None and each.opening != "no_answer" for each in issue.disputes.all())
    return issue.status == "in_progress" or (issue.status == "disputed" and answered)


def _signed_in(story: Story, role: str) -> Client:
    client = Client()
    user = story.cast.stranger if role == "stranger" else player(story.cast, role).user
    assert isinstance(user, User)
    client.force_login(user)
    return client


def _outcome(client: Client, story: Story, issue: Issue, move: str) -> str | int:
    """The status that the move led to, rolled back; or the answer's code."""
    fields = fields_of(move, story, issue)
    act = ACT_OF[Move(move)]
    if act in ON_A_COMMITMENT:
        act = f"commitments/{fields.pop('commitment', 0)}/{act}"
    with transaction.atomic():
        response = client.post(f"/en/issues/{issue.number}/{act}/", _typed(move, fields, issue))
        moved = Issue.objects.get(pk=issue.pk).status if response.status_code == 303 else ""
        transaction.set_rollback(True)
    return moved or response.status_code


def _typed(move: str, fields: Mapping[str, Any], issue: Issue) -> dict[str, Any]:
    """The action's arguments as the move's form sends them."""
    typed: dict[str, Any] = {"confirmed": "1", "version": str(issue.version)}
    if move == "redirect":
        typed["asks"] = [str(ask.n) for ask in issue.asks.all() if not ask.verdict and not ask.moved_to_id]
    if move == "confirm":
        typed["asks"] = [str(ask.n) for ask in issue.asks.all() if ask.is_supported and not _is_disputed(issue, ask.n)]
    if move in ("conclude_done", "conclude_not_done"):
        typed["outcome"] = move.removeprefix("conclude_")
    for name, value in fields.items():
        if name in ("asks", "evidence", "opinions") and value and isinstance(value[0], dict):
            for row in value:
                typed |= _row(f"{name}.{row['n']}", row)
        else:
            typed[name] = _said(value)
    return typed


def _is_disputed(issue: Issue, n: int) -> bool:
    return any(
        each.closed_at is None and any(named.ask.n == n for named in each.asks.all()) for each in issue.disputes.all()
    )


def _row(path: str, row: Mapping[str, Any]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name, value in row.items():
        if name == "commitments":
            for index, promise in enumerate(value, 1):
                typed |= _row(f"{path}.commitments.{index}", promise)
        elif name == "done":
            typed[f"{path}.done"] = "done" if value else "not_done"
        elif name != "n":
            typed[f"{path}.{name}"] = _said(value)
    return typed


def _said(value: Any) -> Any:
    match value:
        case User():
            return str(value.uuid)
        case date():
            return value.isoformat()
        case list():
            return [str(each) for each in value]
    return str(value)


class TestWithoutASeat:
    def test_a_visitor_is_sent_to_sign_in_from_every_page(self, story: Story) -> None:
        number = story.reported().issue.number
        for act in ACT_OF.values():
            path = f"/en/issues/{number}/{f'commitments/1/{act}' if act in ON_A_COMMITMENT else act}/"
            response = Client().post(path, {"confirmed": "1"})
            assert (response.status_code, response["Location"]) == (302, f"/en/accounts/login/?next={path}")

    @pytest.mark.parametrize("role", PERSONS)
    def test_a_draft_is_submitted_by_its_manager_and_is_not_there_for_others(
        self, story_time: Story, role: str
    ) -> None:
        story = story_time
        address = f"/en/issues/drafts/{story.draft().issue.uuid}/"
        client = _signed_in(story, role)
        codes = {"manager": (303, 303), "representative": (403, 303)}.get(role, (404, 404))
        for act, code in zip(("submit", "discard"), codes, strict=True):
            with transaction.atomic():
                assert client.post(f"{address}{act}/", {}).status_code == code
                found = Issue.objects.filter(pk=story.pk).values_list("status", flat=True).first()
                assert found == ("draft" if code != 303 else "raised" if act == "submit" else None)
                transaction.set_rollback(True)

    @pytest.mark.parametrize("role", PERSONS)
    def test_what_is_published_is_no_draft_for_anybody(self, story_time: Story, role: str) -> None:
        story = story_time
        issue = story.raised().issue
        client = _signed_in(story, role)
        for act in ("submit", "discard"):
            response = client.post(f"/en/issues/drafts/{issue.uuid}/{act}/", {})
            assert response.status_code in (302, 403, 404)
        assert (story.issue.status, story.issue.rev) == ("raised", 1)
