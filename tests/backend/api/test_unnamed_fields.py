"""Mass assignment: whatever columns the tables have, a program sets only the fields that contract.md names. All others are refused
by name, and nothing changes.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db.models import Model
from django.forms.models import model_to_dict
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from backend.api.models import Token
from backend.organisations.models import Membership, Organisation
from dialogue.actions import post_message
from dialogue.models import Message
from issues.actions.drafting import FIELDS as DRAFTED
from issues.models import (
    Answer,
    Ask,
    AskAnswer,
    Attachment,
    Commitment,
    Cosigner,
    Follow,
    Issue,
    IssueEvent,
    Opinion,
    Responsibility,
)
from tests.backend.api.test_problems import told
from tests.factories.api import ROOT, Program
from tests.factories.people import PASSWORD, Cast
from tests.factories.stories import Story

MODELS: tuple[type[Model], ...] = (
    Issue, Ask, Message, Commitment, Cosigner, Follow, Attachment, Answer, Responsibility, Token, User, Membership, Organisation,
    IssueEvent,
)  # fmt: skip


def columns(models: Iterable[type[Model]] = MODELS) -> set[str]:
    """Of each column its name and its attribute, and the relations that lead to it."""
    found = {"pk", "_state", "status_display", "allowed_moves", "url", "labels"}
    for model in models:
        for field in model._meta.get_fields():
            found |= {field.name, getattr(field, "attname", field.name)}
    return found


def filled(names: Iterable[str]) -> dict[str, Any]:
    """A value that each could take."""
    return dict.fromkeys(names, 1)


def state(story: Story) -> list[Any]:
    """All that is there of the issue, and who exists."""
    rows: list[Any] = [model_to_dict(Issue.objects.get(pk=story.pk)), Issue.objects.filter(pk=story.pk).values().get()]
    parts = (Ask, Message, Commitment, Cosigner, Follow, Attachment, IssueEvent, Responsibility)
    rows += [list(model._default_manager.filter(issue=story.pk).order_by("pk").values()) for model in parts]
    return [*rows, Issue.objects.count(), User.objects.count(), Token.objects.count(), Membership.objects.count()]


@pytest.fixture
def now(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    return story


def test_a_draft_takes_the_fields_of_its_form_and_no_column(now: Story) -> None:
    unknown = columns() - {*DRAFTED, "as"}
    assert {"number", "status", "raised_by", "raised_by_id", "held_by", "created_by", "raised_at", "origin", "uuid", "id", "rev",
            "due_at", "basis", "chain_hash", "cosigners_count"} <= unknown  # fmt: skip
    program, draft = Program(now.cast.manager), now.draft().issue
    before = state(now)
    errors = told(program.post("issues/", title="Roads", **filled(unknown)), 422)["errors"]
    assert set(errors) == unknown
    patched = unknown - {"version"}  # a change names the version it knows
    errors = told(program.patch(f"issues/{draft.uuid}/", title="Roads", **filled(patched)), 422)["errors"]
    assert set(errors) == patched
    assert state(now) == before


def test_each_is_refused_alone_too_whatever_its_value(now: Story) -> None:
    program, draft = Program(now.cast.manager), now.draft().issue
    before = state(now)
    tried = {
        "number": "2026-000001", "status": "resolved", "raised_by": "zhasyl", "held_by": "zhasyl", "created_by": 1,
        "raised_at": "2020-01-01T00:00:00Z", "origin": "legacy", "uuid": str(draft.uuid), "id": draft.pk, "rev": 7, "seq": 7,
        "due_at": None, "basis": "confirmed", "answered_at": None, "source_status": "Done", "body_html": "<b>x</b>", "actor": 1,
        "organisation": "zhasyl", "at": "2020-01-01T00:00:00Z", "issue": 1,
    }  # fmt: skip
    for name, value in tried.items():
        for send, path in ((program.post, "issues/"), (program.patch, f"issues/{draft.uuid}/")):
            assert set(told(send(path, title="Roads", **{name: value}), 422)["errors"]) == {name}
    assert state(now) == before


def test_nor_does_an_ask_take_a_verdict_or_an_owner(now: Story) -> None:
    program, draft = Program(now.cast.manager), now.draft().issue
    unknown = columns([Ask]) - {"n", "text"}
    before = state(now)
    for send, path in ((program.post, "issues/"), (program.patch, f"issues/{draft.uuid}/")):
        errors = told(send(path, asks=[{"n": 1, "text": "Pay."} | filled(unknown)]), 422)["errors"]
        assert set(errors) == {f"asks.1.{name}" for name in unknown}
    assert state(now) == before


MOVES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "accept": ("raised", "officer", {"unit": "Unit", "person": "officer@test.example"}),
    "clarify_request": ("raised", "officer", {"question": "Which?"}),
    "extend": ("accepted", "signatory", {"until": "2026-03-31", "reason": "We ask."}),
    "redirect": ("accepted", "signatory", {"body": "ecology", "reason": "It is theirs.", "asks": [1]}),
    "withdraw": ("accepted", "manager", {"reason": "Solved."}),
    "out_of_scope": ("accepted", "moderator", {"code": "court"}),
    "confirm": ("reported", "manager", {"asks": [1]}),
    "dispute": ("reported", "manager", {"asks": [1], "reason": "No."}),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_move_takes_its_own_fields_and_no_column(move: str, now: Story) -> None:
    situation, role, fields = MOVES[move]
    getattr(now, situation)()
    program = Program(getattr(now.cast, role))
    before = state(now)
    unknown = columns() - {*fields, "move", "version", "as", "keep", "asks"}
    errors = told(program.move(now.issue, move, **fields, **filled(unknown)), 422)["errors"]
    assert set(errors) == unknown
    assert state(now) == before
    assert program.move(now.issue, move, **fields).status_code == 201


def test_nor_does_an_answer_its_parts_or_a_commitment(now: Story) -> None:
    now.accepted()
    program, before = Program(now.cast.signatory), state(now)
    promise = {"text": "Pay", "unit": "Finance", "due": "2026-02-20", "shows": "It"}
    said: dict[str, Any] = {"n": 1, "verdict": "supported", "ground": "law", "text": "Yes."}
    unknown = columns([AskAnswer, Ask]) - said.keys() - {"evidence", "files", "commitments"}
    errors = told(program.move(now.issue, "answer", asks=[said | {"commitments": [promise]} | filled(unknown)]), 422)
    assert set(errors["errors"]) == {f"asks.1.{name}" for name in unknown}
    unknown = columns([Commitment]) - promise.keys() - {"owner"}
    errors = told(program.move(now.issue, "answer", asks=[said | {"commitments": [promise | filled(unknown)]}]), 422)
    assert set(errors["errors"]) == {f"asks.1.commitments.1.{name}" for name in unknown}
    assert state(now) == before


def test_nor_do_evidence_and_votes(now: Story) -> None:
    now.answered("supported")
    shown = {"n": 1, "text": "Paid.", "given_at": 1, "file": "a misspelt one"}
    errors = told(Program(now.cast.signatory).move(now.issue, "report_done", evidence=[shown]), 422)["errors"]
    assert set(errors) == {"evidence.1.given_at", "evidence.1.file"}
    other = Story(now.cast, now.now).disputed()
    now.on(other.now)
    errors = told(
        Program(now.cast.chair).move(other.issue, "vote", opinions=[{"n": 1, "done": True, "member": 2}]), 422
    )["errors"]
    assert set(errors) == {"opinions.1.member"}
    assert not Opinion.objects.exists()


def test_nor_do_messages_names_files_and_following(now: Story) -> None:
    number = now.accepted().issue.number
    post_message(issue=now.issue, **now.cast.other_manager.acts, body="Hello.", at=now.now)
    issue, other, moderator = f"issues/{number}/", Program(now.cast.other_manager), Program(now.cast.moderator)
    before = state(now)
    sent: list[tuple[Any, str, set[str], dict[str, Any]]] = [
        (other.post, f"{issue}messages/", {"body", "parent"}, {"body": "Yes."}),
        (other.patch, f"{issue}messages/1/", {"body"}, {"body": "Yes."}),
        (other.post, f"{issue}cosign/", set(), {}),
        (other.delete, f"{issue}cosign/", set(), {}),
        (other.post, f"{issue}follow/", set(), {}),
        (moderator.post, f"{issue}messages/1/hide/", {"code"}, {"code": "insult"}),
    ]
    for send, path, taken, fields in sent:
        unknown = columns() - taken - {"note", "keep"}
        if path.endswith("cosign/") and send == other.delete:
            now.cosigned()
            before = state(now)
        assert set(told(send(path, **fields, **filled(unknown)), 422)["errors"]) == unknown, path
        assert state(now) == before


def test_nor_does_a_token(now: Story) -> None:
    unknown = columns() - {"email", "password", "name", "scopes"}
    fields = {"email": now.cast.manager.user.email, "password": PASSWORD}
    wrong = Client().post(f"{ROOT}auth/token/", fields | filled(unknown), "application/json")
    assert set(told(wrong, 422)["errors"]) == unknown
    assert not Token.objects.exists()


def test_a_name_that_is_no_text_is_refused_as_well(now: Story) -> None:
    now.accepted()
    odd, officer, signatory = {"\ud800": 1}, Program(now.cast.officer), Program(now.cast.signatory)
    told(officer.post(f"issues/{now.issue.number}/messages/", body="Yes.", **odd), 422)
    told(officer.move(now.issue, "clarify_request", question="Which?", **odd), 422)
    told(signatory.move(now.issue, "answer", asks=[{"n": 1} | odd]), 422)
    told(Program(now.cast.manager).post("issues/", **odd), 422)
    told(Program(now.cast.manager).post("issues/", asks=[odd]), 422)
    told(Client().post(f"{ROOT}auth/token/", odd, "application/json"), 422)


def test_null_is_no_value_where_the_description_has_none(cast: Cast) -> None:
    program = Program(cast.manager)
    draft = program.post(
        "issues/", title="Ramps", topic=None, region=None, body_addressed=None, official_date=None
    ).json()
    number = Story(cast).raised().issue.number
    asked = {
        "official_number": program.patch(f"issues/{draft['id']}/", official_number=None),
        "title": program.patch(f"issues/{draft['id']}/", title=None),
        "version": program.patch(f"issues/{draft['id']}/", version=None),
        "asks.2": program.patch(f"issues/{draft['id']}/", asks=["Build it.", None]),
        "keep": program.post(f"issues/{number}/messages/", body="We can help.", parent=None, keep=None),
        "reason": program.post(f"issues/{number}/moves/", move="withdraw", reason=None),
    }
    for name, response in asked.items():
        assert told(response, 422)["errors"][name] == ["Leave this out, or give a value."], name
    assert not Message.objects.exists()
    assert not Ask.objects.filter(issue__uuid=draft["id"]).exists()


def test_empty_asks_are_left_out_and_count_all_the_same(cast: Cast) -> None:
    program = Program(cast.manager)
    made = program.post("issues/", title="Ramps", asks=["", "Build it.", " "]).json()
    assert [each["text"] for each in made["asks"]] == ["Build it."]
    many = program.post("issues/", title="Ramps", asks=["Build it.", *[""] * 10])
    assert told(many, 422)["errors"] == {"asks": ["An issue has at most ten asks."]}
