"""Bodies and addresses that nobody means well: refused as what they are, never a failure (5xx), and nothing is written."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from issues.models import Issue
from tests.backend.api.test_problems import told
from tests.factories.api import ROOT, Program
from tests.factories.sampled import one_in
from tests.factories.stories import Story

VALUES: list[Any] = [
    None, True, -1, 0, 2**31, 2**63, 10**400, 1.5, float("1e308"), "", " ", "a\x00b", "\ud800", "\u202e", "x" * 50_000, "9" * 40,
    "2026-02-30", "0001-01-01", "9999-12-31", [], {}, [None], [[]], [{}], [{"n": 2**63}], [{"n": "\ud800", "text": ["\x00"]}],
    {"\ud800": "\x00"}, ["\x00"], [True], "00000000-0000-0000-0000-000000000000", "%s%(x)s{}", [2**63], [-1], [1.5],
]  # fmt: skip


def raw(program: Program, path: str, body: str | bytes, kind: str = "application/json", method: str = "post") -> Any:
    token = {"Authorization": f"Token {program.token}"}
    return getattr(program.client, method)(f"{ROOT}{path}", body, content_type=kind, headers=token)


@pytest.fixture
def program(story: Story) -> Program:
    return Program(story.cast.manager)


@pytest.mark.parametrize("body", [
    "{", "nonsense", '{"as": NaN}', '{"as": Infinity}', "9" * 5000, "[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000,
    b"\xff\xfe", '{"as": "\\ud8"}', "'as'", "{}{}",
])  # fmt: skip
def test_what_is_no_json_cannot_be_read(body: str | bytes, program: Program, story: Story) -> None:
    number = story.raised().issue.number
    for path in ("issues/", "auth/token/", f"issues/{number}/moves/", f"issues/{number}/attachments/"):
        told(raw(program, path, body), 400)


@pytest.mark.parametrize("depth", one_in(3, [100, 900, 1_500, 3_000, 10_000, 30_000]))
def test_what_is_nested_deep_is_refused_whether_or_not_it_can_be_read(
    depth: int, program: Program, story: Story
) -> None:
    number = story.raised().issue.number
    deep = "[" * depth + "]" * depth
    for name in ("as", "body", "parent", "keep", "nonsense"):
        body = f'{{"as": "qamqor", "body": "Hello.", "{name}": {deep}}}'
        for headers in ({}, {"Idempotency-Key": f"{name}"}):
            response = program.client.post(
                f"{ROOT}issues/{number}/messages/", body, "application/json",
                headers=headers | {"Authorization": f"Token {program.token}"},
            )  # fmt: skip
            told(response, 400 if response.status_code == 400 else 422)


def test_what_is_no_object_has_no_fields(program: Program, story: Story) -> None:
    number = story.raised().issue.number
    for body in ("[]", "null", "1", '"text"', "true", "1e999"):
        for path in ("issues/", "auth/token/", f"issues/{number}/moves/", f"issues/{number}/cosign/"):
            told(raw(program, path, body), 422)


STEPS = [8, pytest.param(1, marks=pytest.mark.exhaustive)]
"""Every eighth value, beginning elsewhere for each field; or all of them."""
DRAFTED = ["title", "body", "language", "topic", "region", "asks", "place", "body_addressed", "official_number", "official_date",
           "relations", "as", "version"]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", one_in(3, DRAFTED))
def test_a_draft_takes_no_value_that_breaks_it(name: str, step: int, program: Program) -> None:
    for value in VALUES[DRAFTED.index(name) % step :: step]:
        response = program.post("issues/", **{name: value})
        assert response.status_code in (201, 403, 422), (value, response.content)
        if response.status_code == 201:
            made = f"issues/{response.json()['id']}/"
            changed = program.patch(made, **{name: value})
            assert (changed.status_code, program.delete(made).status_code) == (200, 204)


MOVES = {
    "accept": ("unit", "person"), "clarify_request": ("question",), "redirect": ("body", "asks", "reason"),
    "extend": ("until", "reason"), "answer": ("asks",), "merge": ("into",), "out_of_scope": ("code",), "confirm": ("asks",),
    "dispute": ("asks", "reason"), "report_done": ("evidence",), "commitment_progress": ("commitment", "progress"),
    "commitment_add": ("n", "text", "unit", "due", "shows", "owner"), "vote": ("opinions",),
    "commitment_reschedule": ("commitment", "due", "reason"), "withdraw": ("reason",), "conclude_not_done": ("text", "until"),
}  # fmt: skip
WHO = {
    "merge": "moderator",
    "out_of_scope": "moderator",
    "vote": "chair",
    "conclude_not_done": "chair",
} | dict.fromkeys(("confirm", "dispute", "withdraw"), "manager")
SITUATION = {
    "report_done": "answered", "commitment_progress": "answered", "commitment_add": "answered", "confirm": "reported",
    "commitment_reschedule": "answered", "dispute": "reported", "vote": "disputed", "conclude_not_done": "disputed",
}  # fmt: skip
GOOD = {
    "unit": "Unit", "reason": "Why.", "body": "ecology", "n": 1, "text": "Text", "due": "2026-02-20", "shows": "It",
    "progress": "limited", "until": "2026-03-31",
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("move", one_in(4, MOVES))
def test_a_move_takes_no_value_that_breaks_it(
    move: str, step: int, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: story.now)
    getattr(story, SITUATION.get(move, "accepted"))(*(("supported",) if move in SITUATION else ()))
    player = getattr(story.cast, WHO.get(move, "signatory"))
    program, issue = Program(player), story.issue
    promise = issue.commitments.first()
    good = GOOD | {"commitment": promise.pk if promise else 1, "person": str(player.user.uuid)}
    for start, name in enumerate(MOVES[move]):
        others = {each: good.get(each) for each in MOVES[move] if each != name}
        for value in VALUES[(start + len(move)) % step :: step]:
            with transaction.atomic():
                response = program.move(issue, move, **others, **{name: value})
                transaction.set_rollback(True)
            assert response.status_code in (201, 409, 422), (name, value, response.content)


class TestAddresses:
    @pytest.mark.thorough
    def test_none_fails(self, story: Story) -> None:
        number = story.raised().issue.number
        program = Program(story.cast.manager)
        assert program.post(f"issues/{number}/messages/", body="Hello.").status_code == 201
        odd = ["%00", "%ed%a0%80", "%ff", "9" * 30, "-1", "~", "'", "%27%20or%201=1", "a" * 3000, "[]", "..%2f"]
        queries = [f"{name}={value}" for name in ("q", "status", "topic", "region", "body", "ngo", "overdue", "language", "after",
                   "before", "sort", "count", "raised_after", "origin", "metric", "kind", "state", "due_after", "as", "format")
                   for value in odd]  # fmt: skip
        paths = ["issues/", "organisations/", "commitments/", f"issues/{number}/messages/", f"issues/{number}/events/"]
        for n, query in enumerate(queries):
            response = program.client.get(f"{ROOT}{paths[n % len(paths)]}?{query}")
            assert response.status_code in (200, 404, 422), query
        for value in odd:
            for path in (f"issues/{value}/", f"issues/{number}/messages/{value}/", f"organisations/{value}/", value,
                         f"issues/{number}/attachments/{value}/"):  # fmt: skip
                assert program.client.get(f"{ROOT}{path}").status_code in (404, 405), path
                assert program.client.post(f"{ROOT}{path}").status_code in (401, 404), path

    def test_every_value_that_is_not_understood_is_told_by_its_name(self, story: Story) -> None:
        for name, value in {"status": "draft", "sort": "title", "region": "XX", "after": "x", "count": "2", "metric": "answered",
                            "raised_after": "yesterday", "origin": "moon"}.items():  # fmt: skip
            assert set(told(Program().get("issues/", **{name: value}), 422)["errors"]) == {name}


def test_a_long_body_is_refused_before_it_is_read_and_another_said_length_gains_nothing(story: Story) -> None:
    number = story.raised().issue.number
    program = Program(story.cast.manager)
    body = json.dumps({"as": "qamqor", "body": "x" * 3_000_000})
    for path in ("issues/", f"issues/{number}/messages/", f"issues/{number}/moves/", "auth/token/"):
        told(raw(program, path, body), 413)
    told(Client().post(f"{ROOT}issues/", body, "application/json"), 413)
    assert Issue.objects.get(number=number).rev == 1


class TestFromOtherSites:
    """CORS: any site's page may read what is public; none may send a token, or write."""

    def test_reading_is_for_every_site(self, story: Story) -> None:
        response = Client().get(f"{ROOT}issues/", headers={"Origin": "https://a.example"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert "etag" in response["Access-Control-Expose-Headers"].lower()

    @pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
    def test_no_preflight_allows_a_token_or_a_write(self, method: str, db: None) -> None:
        asked = {"Origin": "https://a.example", "Access-Control-Request-Method": method,
                 "Access-Control-Request-Headers": "authorization, content-type"}  # fmt: skip
        response = Client().options(f"{ROOT}issues/", headers=asked)
        assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert not {"authorization", "content-type"} & set(response["Access-Control-Allow-Headers"].split(", "))

    def test_a_session_of_the_pages_is_nobody_here(self, story: Story) -> None:
        signed_in = Client()
        signed_in.force_login(story.cast.manager.user)
        draft = story.draft().issue
        told(signed_in.get(f"{ROOT}issues/{draft.uuid}/"), 404)
        told(signed_in.get(f"{ROOT}me/"), 401)
        told(signed_in.post(f"{ROOT}issues/", {"as": "qamqor"}, "application/json"), 401)

    def test_pages_are_for_no_other_site(self, db: None) -> None:
        assert "Access-Control-Allow-Origin" not in Client().get("/en/issues/", headers={"Origin": "https://a.example"})


class TestHeadAndOptions:
    def test_head_is_get_without_its_body(self, story: Story) -> None:
        number = story.raised().issue.number
        for path in ("issues/", f"issues/{number}/", f"issues/{number}/messages/", "topics/", "nowhere/", "me/"):
            head, get = Client().head(f"{ROOT}{path}"), Client().get(f"{ROOT}{path}")
            assert (head.status_code, head["Content-Type"], head.content) == (get.status_code, get["Content-Type"], b"")
            assert head["Vary"] == get["Vary"]

    def test_options_says_which_methods_there_are(self, story: Story) -> None:
        number = story.raised().issue.number
        for path, methods in {"issues/": "GET, POST", f"issues/{number}/": "GET, PATCH, DELETE", "topics/": "GET",
                              f"issues/{number}/moves/": "POST"}.items():  # fmt: skip
            response = Client().options(f"{ROOT}{path}")
            assert response.status_code == 200
            assert set(response["Allow"].split(", ")) == {*methods.split(", "), "OPTIONS"} | (
                {"HEAD"} if "GET" in methods else set()
            )
