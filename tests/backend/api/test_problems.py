"""Every refusal is a problem document, in the language asked for; whatever is sent, nothing fails."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from backend.api.views import people
from issues.models import Issue
from tests.factories.api import ROOT, Program
from tests.factories.stories import Story

TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content",
    429: "Too Many Requests", 500: "Internal Server Error",
}  # fmt: skip


def told(response: Any, status: int) -> dict[str, Any]:
    """The document of a refusal with this status."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.content)
    assert (document["type"], document["title"], document["status"]) == ("about:blank", TITLES[status], status)
    assert document["detail"]
    assert document["reference"] == response["X-Request-ID"]
    return document


def refusals(story: Story, language: str, settings: Any) -> dict[int, Callable[[], Any]]:
    """For each status a request that meets it, by a program of that language."""
    issue, officer, by = story.accepted().issue, Program(story.cast.officer), {"Accept-Language": language}
    client, token = Client(raise_request_exception=False, headers=by), {"Authorization": f"Token {officer.token}"}
    officer.client = client

    def post(body: str | bytes, kind: str = "application/json") -> Any:
        return client.post(f"{ROOT}issues/", body, kind, headers=token)

    def too_often() -> Any:
        settings.API_PER_MINUTE_ADDRESS = 1
        slower = [client.get(f"{ROOT}topics/") for _ in range(2)][1]
        settings.API_PER_MINUTE_ADDRESS = 0
        return slower

    return {
        400: lambda: post("{"),
        401: lambda: client.get(f"{ROOT}me/"),
        403: lambda: officer.move(issue, "confirm", asks=[1]),
        404: lambda: client.get(f"{ROOT}nowhere/"),
        405: lambda: client.put(f"{ROOT}topics/", headers=token),
        406: lambda: client.get(f"{ROOT}topics/", headers={"Accept": "text/csv"}),
        409: lambda: officer.move(issue, "accept", unit="Unit", person=str(story.cast.officer.user.uuid)),
        413: lambda: post(b" " * 3_000_000),
        415: lambda: post("a=b", "application/x-www-form-urlencoded"),
        422: lambda: officer.post(f"issues/{issue.number}/messages/", body=""),
        429: too_often,
        500: lambda: client.get(f"{ROOT}regions/"),
    }


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_refusal_has_its_document_with_words_in_the_language_asked_for(
    language: str, story: Story, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": language}}
    monkeypatch.setattr(people, "RegionShape", None)
    details = {status: told(ask(), status)["detail"] for status, ask in refusals(story, language, settings).items()}
    with translation.override(language):
        assert details[404] == translation.gettext("There is nothing at this address, or it is not for you.")
        assert details[409].startswith(translation.gettext("The issue has moved on. Status: %(status)s.").split("%")[0])
        assert details[401] == translation.gettext("Send a token: Authorization: Token …")
    is_latin = {status: all(not "а" <= letter <= "я" for letter in words) for status, words in details.items()}
    assert set(is_latin.values()) == {language == "en"}, details
    assert details.keys() == TITLES.keys()
    assert len(set(details.values())) == len(details)


def test_kazakh_where_no_language_of_ours_is_asked_for(db: None) -> None:
    for asked in ("", "fr", "fr, de;q=0.5", "*", "x" * 5000):
        response = Client().get(f"{ROOT}nowhere/", headers={"Accept-Language": asked})
        assert response["Content-Language"] == "kk"
    response = Client().get(f"{ROOT}nowhere/", headers={"Accept-Language": "fr, ru-KZ;q=0.9, en;q=0.1"})
    assert response["Content-Language"] == "ru"
    cookie = Client()
    cookie.cookies["birge_language"] = "ru"
    assert cookie.get(f"{ROOT}nowhere/", headers={"Accept-Language": "en"})["Content-Language"] == "en"


def test_what_may_be_done_is_told_with_405_and_when_to_come_back_with_429(story: Story, settings: Any) -> None:
    program = Program(story.cast.officer)
    wrong = program.send("put", "issues/", {})
    told(wrong, 405)
    assert set(wrong["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}
    assert Program().get("me/")["WWW-Authenticate"] == "Token"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "429"}}
    settings.API_PER_MINUTE_TOKEN = 1
    slower = [program.get("topics/") for _ in range(2)][1]
    told(slower, 429)
    assert 1 <= int(slower["Retry-After"]) <= 60
    assert Program(story.cast.signatory).get("topics/").status_code == 200


@pytest.mark.parametrize("body", ["--cut--\r\n", "--cut\r\n", "--other--\r\n", "--cut"])
def test_a_form_that_cannot_be_read_is_told_as_a_problem(story: Story, body: str) -> None:
    program = Program(story.cast.manager)
    draft = story.draft().issue
    path, form = f"{ROOT}issues/{draft.uuid}/attachments/", "multipart/form-data; boundary=cut"
    answer = program.client.generic("POST", path, body, form, headers={"Authorization": f"Token {program.token}"})
    assert answer.status_code in {400, 422}
    assert told(answer, answer.status_code)["detail"]


class TestOrderOfAnswers:
    """401, 404, 403, 409, 422: each request is wrong in every later way too."""

    def test_who_asks_comes_first_then_whether_it_is_there(self, story: Story) -> None:
        draft = story.draft().issue
        for path in ("2026-999999", draft.uuid, "00000000-0000-4000-8000-000000000000"):
            for rest in ("", "moves/", "messages/", "cosign/", "follow/", "attachments/"):
                method = "patch" if not rest else "post"
                told(Program().send(method, f"issues/{path}/{rest}", {"nonsense": 1}), 401)
                told(Program(story.cast.rival).send(method, f"issues/{path}/{rest}", {"nonsense": 1}), 404)

    def test_then_whether_it_is_theirs_then_whether_it_is_the_time_then_the_fields(self, story: Story) -> None:
        issue = story.accepted().issue
        wrong = {"version": "no number", "actor": 1, "nonsense": 2, "topic": "none"}
        moves = f"issues/{issue.number}/moves/"
        told(Program(story.cast.rival).post(moves, move="accept", **wrong), 403)
        told(Program(story.cast.officer).post(moves, move="accept", **wrong), 409)
        errors = told(Program(story.cast.officer).post(moves, move="clarify_request", **wrong), 422)["errors"]
        assert set(errors) == {"version", "actor", "nonsense", "topic", "question"}

    def test_so_also_for_drafts_messages_and_names_under_an_issue(self, story: Story) -> None:
        issue, wrong = story.accepted().issue, {"nonsense": 2, "topic": "none", "version": "x"}
        told(Program(story.cast.other_manager).patch(f"issues/{issue.number}/", **wrong), 403)
        told(Program(story.cast.manager).patch(f"issues/{issue.number}/", **wrong), 409)
        told(Program(story.cast.manager).delete(f"issues/{issue.number}/", **wrong), 409)
        told(Program(story.cast.registrar).post("issues/", **wrong), 403)
        told(Program(story.cast.registrar).post(f"issues/{issue.number}/messages/", body=1, **wrong), 403)
        told(Program(story.cast.officer).post(f"issues/{issue.number}/cosign/", **wrong), 403)
        story.cosigned()
        told(Program(story.cast.other_manager).post(f"issues/{issue.number}/cosign/", **wrong), 409)

    def test_and_nothing_stays_of_what_only_its_fields_stopped(self, story: Story) -> None:
        issue = story.accepted().issue
        for path, fields in (("messages/", {"body": "Hello."}), ("cosign/", {}), ("follow/", {})):
            told(Program(story.cast.other_manager).post(f"issues/{issue.number}/{path}", nonsense=1, **fields), 422)
        after = Issue.objects.get(pk=issue.pk)
        assert (after.rev, after.cosigners_count, after.followers.count()) == (issue.rev, 0, 0)
