"""What is taken over from another register: one issue, one ask, its answer, its chain, and nothing that moves."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from backend.core.errors import Conflict, Forbidden
from backend.organisations.actions import legacy_body
from issues import clock, policies
from issues.actions import cosign, move_issue
from issues.lifecycle import Move
from issues.models import Answer, Issue, IssueEvent, LegacySource, NumberCounter
from issues.record.chain import broken_chains
from tests.factories.people import Cast
from tests.factories.registers import ANSWERED, NOW, jsonl, row, take, taken_issue
from tests.factories.sampled import one_in
from tests.factories.stories import Story, almaty
from tests.issues.matrix.roles import ROLES, acts


def events_of(issue: Issue) -> list[tuple[str, str, str]]:
    return [(event.move, event.from_status, event.to_status) for event in issue.events.order_by("seq")]


@pytest.mark.django_db
class TestOneIssue:
    def test_it_is_recorded_and_nothing_more(self, tmp_path: Path) -> None:
        assert take(jsonl(tmp_path, [row()])).counts == (1, 0, 0, 0)
        issue = taken_issue()
        assert (issue.origin, issue.status, issue.source_status) == ("legacy", "recorded", "Closed")
        assert (issue.raised_by.slug, issue.held_by.slug) == ("recorded-elsewhere", "recorded-elsewhere")
        assert (issue.body_addressed.slug, issue.topic.slug, issue.region.code) == ("labour", "ecology", "KZ-15")
        assert (issue.number, clock.local_day(issue.raised_at)) == ("2019-000001", date(2019, 5, 6))
        assert (issue.due_at, issue.owed_by, issue.answered_at, issue.closed_at) == (None, "", None, None)
        assert issue.body_html == "<p>It has been <strong>broken</strong> for years.</p>\n"
        assert not issue.duties.exists()
        assert not issue.responsibilities.exists()
        ask = issue.asks.get()
        assert (ask.n, ask.text, ask.verdict, ask.ground) == (1, "The road is broken", "not_stated", "")

    def test_its_chain_tells_the_registers_story(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(**ANSWERED, url="https://old.example/7")]))
        issue = taken_issue()
        assert events_of(issue) == [("recorded", "draft", "recorded"), ("answer_recorded", "recorded", "recorded")]
        recorded, answered = issue.events.order_by("seq")
        assert (recorded.at, answered.at) == (almaty(2019, 5, 6, 0), almaty(2019, 6, 3, 0))
        assert (recorded.actor, recorded.organisation) == (None, issue.raised_by)
        assert recorded.facts == {
            "number": "2019-000001", "register": "Old register", "body": "labour", "topic": "ecology", "region": "KZ-15",
            "language": "en", "asks": [1], "entered_on": "2026-02-02",
            "source": hashlib.sha256(b"Old register\n7").hexdigest(),
        }  # fmt: skip
        assert {text.key: text.text for text in recorded.texts.all()} == {
            "title": "The road is broken", "body": "It has been **broken** for years.", "ask.1": "The road is broken",
            "source_status": "Closed", "url": "https://old.example/7",
        }  # fmt: skip
        assert answered.facts == {
            "answer": 1, "body": "labour", "answered_on": "2019-06-03", "entered_on": "2026-02-02",
        }  # fmt: skip
        assert [text.text for text in answered.texts.all()] == ["It will be mended."]
        assert broken_chains([issue]) == {}
        assert issue.rev == 2

    def test_the_answer_stands_unsigned_with_its_date(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(**ANSWERED)]))
        issue = taken_issue()
        answer = issue.answers.get()
        assert (answer.n, answer.body.slug, answer.signed_by, answer.responsibility, answer.wait_days) == (
            1, "labour", None, None, None,
        )  # fmt: skip
        assert answer.published_at == issue.answered_at == almaty(2019, 6, 3, 0)
        part = answer.parts.get()
        assert (part.verdict, part.ground, part.text_html) == ("not_stated", "", "<p>It will be mended.</p>\n")

    def test_the_record_names_the_registers_id_by_its_digest(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row("850101300123")]))
        event = taken_issue("850101300123").events.get()
        assert "850101300123" not in bytes(event.canonical).decode()
        assert "850101300123" not in json.dumps(event.facts)

    def test_a_text_is_cleaned_as_everywhere_and_html_stays_text(self, tmp_path: Path) -> None:
        wild = "One\r\ntwo\x00 \u202etext\u202c <script>alert(1)</script> \ud800 <b>x</b>"
        path = tmp_path / "register.jsonl"
        path.write_text(json.dumps(row(title=" A\r\n \u202etitle\x00 ", body=wild)), encoding="utf-8")
        assert take(path).counts == (1, 0, 0, 0)
        issue = taken_issue()
        assert issue.title == "A title"
        assert issue.body == "One\ntwo text <script>alert(1)</script>  <b>x</b>"
        assert "<script" not in issue.body_html
        assert "&lt;script&gt;" in issue.body_html

    def test_a_row_without_a_region_is_of_the_whole_country(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(region=None)]))
        assert taken_issue().region.code == "KZ"


@pytest.mark.django_db
class TestNumbers:
    def test_a_number_has_the_year_of_its_date_in_almaty(self, tmp_path: Path) -> None:
        moments = {"a": "2019-12-31T18:59:59Z", "b": "2019-12-31T19:00:00Z", "c": "2020-01-01", "d": "2019-12-31"}
        take(jsonl(tmp_path, [row(key, raised_at=moment) for key, moment in moments.items()]))
        # Until 2024 Almaty was six hours ahead of UTC: 19:00Z is one in the morning of the next day, and so is 18:59:59Z.
        assert [taken_issue(key).number for key in "abcd"] == [
            "2020-000001",
            "2020-000002",
            "2020-000003",
            "2019-000001",
        ]

    def test_numbers_go_on_where_issues_raised_here_stopped_and_never_meet(self, tmp_path: Path, story: Story) -> None:
        assert story.raised().issue.number == "2026-000001"
        take(jsonl(tmp_path, [row("a", raised_at="2026-01-05"), row("b", raised_at="2026-01-06")]))
        assert [taken_issue(key).number for key in "ab"] == ["2026-000002", "2026-000003"]
        assert Story(story.cast).raised().issue.number == "2026-000004"
        assert NumberCounter.objects.get(year=2026).last == 4


@pytest.mark.django_db
class TestAgain:
    def test_the_same_file_adds_nothing(self, tmp_path: Path) -> None:
        path = jsonl(tmp_path, [row(str(n), **ANSWERED) for n in range(12)])
        assert take(path, batch_size=5).counts == (12, 0, 0, 0)
        before = list(IssueEvent.objects.values_list("pk", flat=True))
        again = take(path, at=NOW + timedelta(days=400), batch_size=7)
        assert (again.counts, again.report.answers) == ((0, 0, 12, 0), 0)
        assert list(IssueEvent.objects.values_list("pk", flat=True)) == before
        assert NumberCounter.objects.get(year=2019).last == 12

    def test_the_same_id_in_another_register_is_another_issue(self, tmp_path: Path) -> None:
        from issues.imports.mapping import Meaning

        path = jsonl(tmp_path, [row()])
        assert take(path).counts == (1, 0, 0, 0)
        assert take(path, Meaning(register="New register")).counts == (1, 0, 0, 0)

    def test_another_state_and_an_answer_that_came_are_further_events(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(source_status="Open"), row("8")]))
        later = NOW + timedelta(days=30)
        told = take(jsonl(tmp_path, [row(source_status="Answered", **ANSWERED), row("8")]), at=later)
        assert (told.counts, told.report.answers) == ((0, 1, 1, 0), 1)
        issue = taken_issue()
        assert [move for move, *_ in events_of(issue)] == ["recorded", "recorded_again", "answer_recorded"]
        again, answered = issue.events.filter(seq__gt=1).order_by("seq")
        assert (again.at, again.facts) == (later, {})
        assert [(text.key, text.text) for text in again.texts.all()] == [("source_status", "Answered")]
        assert (answered.at, answered.facts["answered_on"]) == (later, "2019-06-03"), "a record never runs backwards"
        assert (issue.source_status, issue.answered_at, issue.rev, issue.version) == (
            "Answered", almaty(2019, 6, 3, 0), 3, 2,
        )  # fmt: skip
        assert issue.answers.get().published_at == almaty(2019, 6, 3, 0)
        assert broken_chains([issue, taken_issue("8")]) == {}
        assert take(jsonl(tmp_path, [row(source_status="Answered", **ANSWERED)])).counts == (0, 0, 1, 0)

    def test_an_answer_alone_is_one_event_at_its_own_date(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row()]))
        assert take(jsonl(tmp_path, [row(**ANSWERED)]), at=NOW + timedelta(days=1)).counts == (0, 1, 0, 0)
        issue = taken_issue()
        assert [(event.move, event.at) for event in issue.events.order_by("seq")] == [
            ("recorded", almaty(2019, 5, 6, 0)), ("answer_recorded", almaty(2019, 6, 3, 0)),
        ]  # fmt: skip

    def test_another_answer_stands_beside_the_first(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(**ANSWERED)]))
        changed = {"answer": "It was mended.", "answered_at": "2019-09-01"}
        assert take(jsonl(tmp_path, [row(**changed)])).counts == (0, 1, 0, 0)
        issue = taken_issue()
        said = [(each.n, each.parts.get().text) for each in issue.answers.order_by("n")]
        assert said == [(1, "It will be mended."), (2, "It was mended.")]
        assert issue.answered_at == almaty(2019, 6, 3, 0), "the first answer's"
        assert issue.asks.get().verdict == "not_stated"
        assert broken_chains([issue]) == {}

    def test_an_answer_that_the_register_no_longer_shows_stays(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(**ANSWERED)]))
        assert take(jsonl(tmp_path, [row()])).counts == (0, 0, 1, 0)
        assert taken_issue().answers.count() == 1
        assert take(jsonl(tmp_path, [row(**ANSWERED)])).counts == (0, 0, 1, 0)

    def test_all_else_that_differs_is_in_the_event_and_on_the_issue(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(url="https://old.example/7")]))
        other = row(
            title="Another title", body="", language="ru", body_addressed="ecology", topic="land", region=None,
            source_status="",
        )  # fmt: skip
        assert take(jsonl(tmp_path, [other])).counts == (0, 1, 0, 0)
        issue = taken_issue()
        event = issue.events.get(seq=2)
        assert event.facts == {
            "body": "ecology", "topic": "land", "region": "KZ", "language": "ru", "emptied": ["body", "source_status", "url"],
        }  # fmt: skip
        assert {text.key: text.text for text in event.texts.all()} == {"title": "Another title"}
        assert (issue.title, issue.body, issue.body_html, issue.language, issue.source_status, issue.source.url) == (
            "Another title", "", "", "ru", "", "",
        )  # fmt: skip
        assert (issue.body_addressed.slug, issue.topic.slug, issue.region.code) == ("ecology", "land", "KZ")
        assert issue.asks.get().text == "The road is broken", "an ask never changes"
        assert broken_chains([issue]) == {}

    def test_another_day_is_refused_since_the_number_tells_the_year(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(), row("8")]))
        told = take(jsonl(tmp_path, [row(raised_at="2020-05-06", title="Other"), row("8", title="Other")]))
        assert told.counts == (0, 1, 0, 1)
        assert told.why[1] == (
            "raised_at: It was recorded as 2019-05-06 under the number 2019-000001, and a date never changes; now it is "
            "2020-05-06."
        )
        assert (taken_issue().title, taken_issue("8").title) == ("The road is broken", "Other")

    def test_another_hour_of_the_same_day_changes_nothing(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row()]))
        assert take(jsonl(tmp_path, [row(raised_at="2019-05-06T10:00:00+06:00")])).counts == (0, 0, 1, 0)
        assert taken_issue().raised_at == almaty(2019, 5, 6, 0)


@pytest.mark.parametrize("role", one_in(4, ROLES))
def test_nobody_can_move_it(role: str, cast: Cast, tmp_path: Path) -> None:
    """Every move of the table, by everybody, the body's own people too: refused, and nothing is written."""
    take(jsonl(tmp_path, [row(**ANSWERED)]))
    for move in Move:
        with pytest.raises((Forbidden, Conflict)):
            move_issue(issue=taken_issue(), move=move, at=NOW, **acts(cast, role))
    issue = taken_issue()
    assert (issue.rev, issue.version, issue.status) == (2, 1, "recorded")


def test_nobody_writes_in_it_or_signs_it(cast: Cast, tmp_path: Path) -> None:
    from dialogue.actions import post_message

    take(jsonl(tmp_path, [row()]))
    for player in (cast.manager, cast.officer, cast.chair, cast.moderator):
        assert policies.can_post(policies.Seat.of(player.membership), taken_issue()) is not None
        with pytest.raises(Conflict, match="taken over from another register"):
            post_message(issue=taken_issue(), body="Hello", at=NOW, **player.acts)
    with pytest.raises(Conflict, match="not open"):
        cosign(issue=taken_issue(), at=NOW, **cast.other_manager.acts)


@pytest.mark.django_db
class TestTheDatabase:
    def denied(self, name: str, write: Any) -> None:
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            write()
        assert name in str(caught.value)

    def test_an_answer_raised_here_is_signed_and_counted(self, story: Story) -> None:
        story.answered("supported")
        answers = Answer.objects.filter(issue=story.pk)
        for fields in ({"wait_days": None}, {"responsibility": None}):
            self.denied("answer_signed_and_counted_or_neither", lambda fields=fields: answers.update(**fields))
        unsigned = {"signed_by": None, "responsibility": None, "wait_days": None, "signed_post": ""}
        self.denied("an answer is signed", lambda: answers.update(**unsigned))

    def test_an_answer_of_a_register_is_signed_by_nobody_here(self, tmp_path: Path, cast: Cast) -> None:
        take(jsonl(tmp_path, [row(**ANSWERED)]))
        answers = Answer.objects.filter(issue=taken_issue().pk)
        self.denied("an answer is signed", lambda: answers.update(signed_by=cast.signatory.user))
        self.denied("answer_signed_and_counted_or_neither", lambda: answers.update(wait_days=3))
        self.denied("answer_signed_and_counted_or_neither", lambda: answers.update(signed_post="Minister"))

    def test_a_state_of_its_own_is_a_legacy_issues(self, story: Story) -> None:
        issues = Issue.objects.filter(pk=story.raised().pk)
        self.denied("issue_own_state_is_a_legacy_issues", lambda: issues.update(source_status="Open"))

    def test_a_row_is_taken_over_once(self, tmp_path: Path) -> None:
        take(jsonl(tmp_path, [row(), row("8")]))
        with pytest.raises(IntegrityError, match="legacysource_taken_over_once"), transaction.atomic():
            LegacySource.objects.filter(source_id="8").update(source_id="7")


@pytest.mark.django_db
class TestWhichBody:
    def test_it_is_found_by_its_short_name_or_by_its_name_in_any_language(self, tmp_path: Path) -> None:
        names = ["finance", "Ministry of Finance", " қаржы  МИНИСТРЛІГІ ", "министерство финансов"]
        told = take(jsonl(tmp_path, [row(str(n), body_addressed=name) for n, name in enumerate(names)]))
        assert told.why == {}
        assert {taken_issue(str(n)).body_addressed.slug for n in range(4)} == {"finance"}

    def test_of_two_with_the_same_name_the_one_that_existed_then(self, tmp_path: Path) -> None:
        from tests.factories.people import organisation

        names = {f"name_{code}": "Ministry of Water" for code in ("kk", "ru", "en")}
        for slug, first, last in (("water-1", date(2010, 1, 1), date(2014, 8, 5)), ("water-2", date(2023, 9, 1), None)):
            organisation(slug, "state_body", valid_from=first, valid_to=last, **names)
        days = {"a": "2012-03-04", "b": "2024-03-04", "c": "2019-03-04"}
        take(
            jsonl(tmp_path, [row(key, raised_at=day, body_addressed="Ministry of Water") for key, day in days.items()])
        )
        assert [taken_issue(key).body_addressed.slug for key in "abc"] == ["water-1", "water-2", "water-2"]

    def test_an_ngo_or_the_platform_is_no_body(self, tmp_path: Path, cast: Cast) -> None:
        told = take(jsonl(tmp_path, [row("1", body_addressed="qamqor"), row("2", body_addressed="platform")]))
        assert told.counts == (0, 0, 0, 2)

    def test_an_unknown_one_is_told_and_made_only_when_asked_for(self, tmp_path: Path) -> None:
        path = jsonl(
            tmp_path, [row("1", body_addressed="Home Office"), row("2", body_addressed="home  office"), row("3")]
        )
        told = take(path)
        assert told.counts == (1, 0, 0, 2)
        assert told.why[1] == (
            "body_addressed: No state body is called 'Home Office'. Give its short name under [bodies.names] of the mapping, "
            "or make the body with --create-bodies."
        )
        assert take(path, create_bodies=True).counts == (2, 0, 1, 0)
        made = taken_issue("1").body_addressed
        assert (made.slug, made.name_kk, made.is_legacy_body) == ("home-office", "Home Office", True)
        assert taken_issue("2").body_addressed == made == legacy_body(name="Home Office", slug="home-office")

    def test_a_name_without_any_letter_that_an_address_can_hold(self, tmp_path: Path) -> None:
        take(
            jsonl(tmp_path, [row("1", body_addressed="外交部"), row("2", body_addressed="财政部")]), create_bodies=True
        )
        slugs = [taken_issue(key).body_addressed.slug for key in "12"]
        assert [slug[:5] for slug in slugs] == ["body-", "body-"]
        assert slugs[0] != slugs[1]
