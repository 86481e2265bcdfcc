"""A program that has an answer as it is now is told so by one query; and never while the answer may have changed (D15)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.organisations.actions import set_standing
from backend.organisations.models import Organisation, Standing
from dialogue.actions import post_message
from dialogue.actions.hiding import hide_message
from issues.models import IssueEvent
from tests.factories.api import ROOT, Program
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story

NOON = MONDAY + timedelta(hours=2)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    now = {"at": NOON}
    monkeypatch.setattr(timezone, "now", lambda: now["at"])
    return now


def ask(path: str, etag: str = "", language: str = "en", **headers: str) -> Any:
    known = {"If-None-Match": etag} if etag else {}
    return Client().get(f"{ROOT}{path}", headers={"Accept-Language": language} | known | headers)


def tag(path: str, language: str = "en") -> str:
    response = ask(path, language=language)
    assert response.status_code == 200, response.content
    return str(response["ETag"])


def addresses(story: Story) -> list[str]:
    issue = f"issues/{story.issue.number}/"
    parts = [f"{issue}{part}" for part in ("", "events/", "clock/", "messages/", "attachments/")]
    return [
        "issues/", "issues/?status=open&count=1", *parts, "organisations/", "organisations/qamqor/", "topics/", "regions/",
        "commitments/", "metrics/",
    ]  # fmt: skip


def test_an_unchanged_answer_costs_one_query_and_has_no_body(
    story: Story, clock: Any, django_assert_num_queries: Any
) -> None:
    story.raised()
    for path in addresses(story):
        etag = tag(path)
        with django_assert_num_queries(1):
            again = ask(path, etag)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag), path
        assert again["Cache-Control"] == "no-cache"
        assert {"Accept-Language", "Authorization"} <= set(again["Vary"].split(", "))


def test_what_is_asked_otherwise_has_a_tag_of_its_own(story: Story, clock: Any) -> None:
    story.raised()
    tags = {tag("issues/", language) for language in ("kk", "ru", "en")}
    tags |= {tag(f"issues/?{query}") for query in ("overdue=1", "q=grants", "count=1", "topic=ecology")}
    clock["at"] += timedelta(days=1)
    tags.add(tag("issues/"))
    assert len(tags) == 8


class TestWhatMakesAnAnswerNew:
    @pytest.fixture(autouse=True)
    def _stage(self, story: Story, clock: dict[str, datetime]) -> None:
        self.story, self.clock = story.raised(), clock
        post_message(issue=story.issue, **story.cast.manager.acts, body="Hello.", at=MONDAY)
        self.before = {path: tag(path) for path in addresses(story)}

    def is_new(self) -> None:
        """None is answered with what was known, neither before it has settled nor afterwards."""
        for hours in (0, 1):
            self.clock["at"] = self.now + timedelta(hours=hours)
            for path, etag in self.before.items():
                response = ask(path, etag)
                assert (response.status_code, response.get("ETag") != etag) == (200, True), path
                assert response.has_header("ETag") == bool(hours), path

    @property
    def now(self) -> datetime:
        return NOON + timedelta(minutes=5)

    def test_a_move(self) -> None:
        cast = self.story.cast
        self.story.on(self.now).move("accept", cast.officer, unit="Grants", person=cast.officer.user)
        self.is_new()
        assert ask(f"issues/{self.story.issue.number}/").json()["status"] == "under_consideration"

    def test_a_message_that_is_hidden(self) -> None:
        issue = self.story.issue
        hide_message(issue=issue, seq=1, **self.story.cast.moderator.acts, code="insult", at=self.now)
        self.is_new()
        message = ask(f"issues/{issue.number}/messages/").json()["results"][0]
        assert (message["hidden"], message["body"], message["hidden_reason"]) == (True, "", "insult")

    def test_a_suspension_that_no_issue_tells_of(self) -> None:
        events = IssueEvent.objects.count()
        set_standing(organisation=self.story.cast.ngo, standing=Standing.SUSPENDED, reason="A court.", at=self.now)
        assert IssueEvent.objects.count() == events
        self.is_new()
        assert ask("organisations/qamqor/").json()["standing"] == "suspended"

    def test_a_second_decision_about_the_same_organisation(self) -> None:
        set_standing(organisation=self.story.cast.ngo, standing=Standing.SUSPENDED, reason="A court.", at=MONDAY)
        self.before = {path: tag(path) for path in addresses(self.story)}
        set_standing(organisation=self.story.cast.ngo, standing=Standing.VERIFIED, reason="The court.", at=self.now)
        self.is_new()


def test_there_is_no_tag_while_a_slower_transaction_may_still_commit(
    story: Story, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "STATEMENT_TIMEOUT_MS", 30_000)
    story.raised()
    for at, settled in ((29, False), (31, True)):
        clock["at"] = MONDAY + timedelta(seconds=at)
        assert [ask(path).has_header("ETag") for path in addresses(story)] == [settled] * len(addresses(story))
    Organisation.objects.filter(pk=story.cast.ngo.pk).update(standing_at=clock["at"])
    assert not ask("organisations/").has_header("ETag")


def test_an_event_that_was_committed_late_with_an_older_time_is_seen(story: Story, clock: Any) -> None:
    story.raised()
    etag = tag("issues/")
    Story(story.cast, MONDAY - timedelta(5)).raised()
    response = ask("issues/", etag)
    assert (response.status_code, len(response.json()["results"])) == (200, 2)


def test_a_program_with_a_token_is_always_answered(cast: Cast, clock: Any) -> None:
    story = Story(cast).raised()
    program = Program(cast.manager)
    for path in addresses(story):
        etag = tag(path)
        response = ask(path, etag, Authorization=f"Token {program.token}")
        assert (response.status_code, response.has_header("ETag")) == (200, False), path
        assert response["Cache-Control"] == "private, no-cache"
        assert ask(path, etag, Authorization="Token wrong").status_code == 401
    assert program.get("me/")["Cache-Control"] == "private, no-cache"


def test_a_refusal_has_no_tag_and_what_is_not_there_is_so_whatever_tag_is_sent(story: Story, clock: Any) -> None:
    draft = story.draft().issue
    Story(story.cast).raised()
    etag = tag("issues/")
    assert not ask("issues/?status=moon").has_header("ETag")
    for path in (f"issues/{draft.uuid}/", "issues/2026-999999/", "organisations/nobody/", "nowhere/"):
        response = ask(path, etag)
        assert (response.status_code, response.has_header("ETag")) == (404, False)


def test_what_one_visitor_was_answered_the_next_is_told_by_one_query_for_a_minute(
    story: Story, clock: Any, django_assert_num_queries: Any
) -> None:
    story.raised()
    for path in addresses(story):
        first = ask(path)
        with django_assert_num_queries(1):
            second = ask(path)
        assert (second.status_code, second.content) == (200, first.content), path
        assert dict(second.headers) | {"X-Request-ID": ""} == dict(first.headers) | {"X-Request-ID": ""}
    russian = ask("topics/", language="ru")
    assert russian.content != ask("topics/").content
    assert ask("topics/", Accept="text/csv").status_code == 406
    clock["at"] = NOON + timedelta(minutes=1)
    with CaptureQueriesContext(connection) as made_anew:
        ask("topics/")
    assert len(made_anew) == 2


def test_a_remembered_answer_counts_against_the_limit_of_its_address(story: Story, clock: Any, settings: Any) -> None:
    cache.clear()
    settings.API_PER_MINUTE_ADDRESS = 3
    story.raised()
    assert [ask("topics/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
