"""The public record: appended only, checked by anybody, blanked without breaking (D11)."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from dialogue.actions import post_message
from issues.actions import blank_text
from issues.models import EventText, Issue, IssueEvent
from issues.record.canonical import canonical_bytes, chain, first_break, text_digest, timestamp
from issues.record.chain import Entry, append, broken_chains
from tests.factories.stories import Story

AN_EVENT: dict[str, Any] = {
    "issue": "0b5c7f5e-3c50-4c0e-9a7d-111111111111",
    "seq": 3,
    "at": datetime(2026, 2, 2, 12, 0, 0, 5000, tzinfo=timezone(timedelta(hours=5))),
    "move": "accept",
    "from_status": "raised",
    "to_status": "under_consideration",
    "actor": "7d9f3a52-0000-4000-8000-222222222222",
    "organisation": "labour",
    "facts": {"person": "ә", "b": [1, {"z": None, "a": True}]},
    "texts": {"unit": text_digest(b"\x00" * 16, "Гранттар бөлімі")},
}


class TestCanonicalBytes:
    """Golden: whoever changes these bytes breaks every published chain."""

    def test_they_are_these(self) -> None:
        assert canonical_bytes(**AN_EVENT).decode() == (
            '{"actor":"7d9f3a52-0000-4000-8000-222222222222","at":"2026-02-02T07:00:00.005000Z",'
            '"facts":{"b":[1,{"a":true,"z":null}],"person":"ә"},"from":"raised",'
            '"issue":"0b5c7f5e-3c50-4c0e-9a7d-111111111111","move":"accept","organisation":"labour","seq":3,'
            '"texts":{"unit":"5f4a0bc4f1d93bbd5f2bd2a6ddd5f0d5"},"to":"under_consideration","v":1}'
        ).replace(
            "5f4a0bc4f1d93bbd5f2bd2a6ddd5f0d5", hashlib.sha256(b"\x00" * 16 + "Гранттар бөлімі".encode()).hexdigest()
        )

    def test_the_hash_follows_from_the_one_before(self) -> None:
        canonical = canonical_bytes(**AN_EVENT)
        assert chain(b"", canonical).hex() == hashlib.sha256(canonical).hexdigest()
        assert chain(b"\x01" * 32, canonical) == hashlib.sha256(b"\x01" * 32 + canonical).digest()

    def test_the_hash_is_this(self) -> None:
        assert chain(b"\x07" * 32, canonical_bytes(**AN_EVENT)).hex() == (
            "faead65fdabb19fa27166573bc0ec28c73675c31329338500af09db3431275b7"
        )

    def test_order_of_facts_and_zone_of_time_do_not_matter(self) -> None:
        other = AN_EVENT | {"facts": dict(reversed(AN_EVENT["facts"].items())), "at": AN_EVENT["at"].astimezone(UTC)}
        assert canonical_bytes(**other) == canonical_bytes(**AN_EVENT)

    @pytest.mark.parametrize("field", [name for name in AN_EVENT if name != "seq"])
    def test_every_part_counts(self, field: str) -> None:
        other = {"at": AN_EVENT["at"] + timedelta(microseconds=1), "facts": {}, "texts": {}}.get(field, "another")
        assert canonical_bytes(**AN_EVENT | {field: other}) != canonical_bytes(**AN_EVENT)

    def test_what_is_not_a_number_has_no_bytes(self) -> None:
        with pytest.raises(ValueError, match="JSON"):
            canonical_bytes(**AN_EVENT | {"facts": {"share": float("nan")}})

    def test_a_time_has_six_digits_after_the_second(self) -> None:
        assert timestamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000000Z"


def test_texts_lie_apart_and_only_their_digests_are_hashed(story: Story) -> None:
    event = story.raised().issue.events.get()
    canonical = json.loads(bytes(event.canonical))
    assert story.issue.body not in bytes(event.canonical).decode()
    for text in event.texts.all():
        assert canonical["texts"][text.key] == hashlib.sha256(bytes(text.salt) + text.text.encode()).hexdigest()
        assert len(bytes(text.salt)) == 16
    assert len({bytes(text.salt) for text in event.texts.all()}) == event.texts.count()


def raw(statement: str, *values: Any) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE issues_issueevent SET move = 'accept'",
            "UPDATE issues_issueevent SET at = now()",
            "UPDATE issues_issueevent SET facts = '{}'",
            "DELETE FROM issues_issueevent",
            "TRUNCATE issues_issueevent CASCADE",
            "DELETE FROM issues_eventtext",
            "TRUNCATE issues_eventtext",
            "UPDATE issues_eventtext SET text = 'another'",
            "UPDATE issues_eventtext SET text = ''",
            "UPDATE issues_eventtext SET text = '', salt = ''",
            "UPDATE issues_eventtext SET text = '', salt = '', blanked_at = now(), key = 'body2'",
        ],
    )
    def test_any_change_but_blanking(self, story: Story, statement: str) -> None:
        story.raised()
        with pytest.raises(DatabaseError), transaction.atomic():
            raw(statement)()
        assert broken_chains([story.issue]) == {}

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE issues_eventtext SET text = 'Something else.' WHERE blanked_at IS NOT NULL",
            "UPDATE issues_eventtext SET blanked_at = NULL, text = 'Back.', salt = 'x' WHERE blanked_at IS NOT NULL",
            "UPDATE issues_eventtext SET blanked_at = NULL WHERE blanked_at IS NOT NULL",
            "UPDATE issues_eventtext SET blanked_at = now() WHERE blanked_at IS NOT NULL",
            (
                "INSERT INTO issues_eventtext (event_id, key, text, salt, blanked_at) SELECT event_id, 'new', 'Left', '', now() "
                "FROM issues_eventtext LIMIT 1"
            ),
            (
                "INSERT INTO issues_eventtext (event_id, key, text, salt) SELECT event_id, 'new', '', '' "
                "FROM issues_eventtext LIMIT 1"
            ),
        ],
    )
    def test_taking_a_blanking_back_moving_its_date_or_half_of_one(self, story: Story, statement: str) -> None:
        issue = story.raised().issue
        blank_text(issue=issue, event=1, key="body", code="on_request", at=story.now, **story.cast.moderator.acts)
        assert broken_chains([story.issue]) == {}
        with pytest.raises(DatabaseError), transaction.atomic():
            raw(statement)()

    @pytest.mark.parametrize("words", ["'Another ask.'", "''", "text || '[Personal data removed]'"])
    def test_any_other_words_for_an_ask_than_the_stub(self, story: Story, words: str) -> None:
        story.raised()
        with pytest.raises(DatabaseError, match="asks freeze"), transaction.atomic():
            raw(f"UPDATE issues_ask SET text = {words}")()
        with pytest.raises(DatabaseError, match="asks freeze"), transaction.atomic():
            raw("UPDATE issues_ask SET text = '[Personal data removed]', n = 7")()


class TestTampering:
    """By somebody who can switch the triggers off: found, at the first event that is not what it was."""

    @pytest.fixture
    def issue(self, story: Story) -> Issue:
        """Events: submit, a message, accept, answer, withdraw."""
        story.raised()
        post_message(issue=story.issue, **story.cast.manager.acts, body="Hello.", at=story.now)
        story.move("accept", story.cast.officer, unit="Unit", person=story.cast.officer.user)
        story.move(
            "answer", story.cast.signatory, asks=[{"n": 1, "verdict": "refused", "ground": "law", "text": "No."}]
        )
        story.move("dispute", story.cast.manager, asks=[1], reason="Why?")
        return story.issue

    @pytest.mark.parametrize(
        ("statement", "found_at"),
        [
            ("UPDATE issues_issueevent SET move = 'clarify' WHERE seq = 3", 3),
            ("UPDATE issues_issueevent SET at = at + interval '1 second' WHERE seq = 4", 4),
            ("UPDATE issues_issueevent SET to_status = 'refused' WHERE seq = 3", 3),
            ("UPDATE issues_issueevent SET from_status = 'refused' WHERE seq = 3", 3),
            ("UPDATE issues_issueevent SET facts = facts || '{\"wait_days\": 9}' WHERE seq = 4 ", 4),
            ("UPDATE issues_issueevent SET facts = '{}' WHERE seq = 2", 2),
            ("UPDATE issues_issueevent SET actor_id = NULL WHERE seq = 3", 3),
            ("UPDATE issues_issueevent SET organisation_id = NULL WHERE seq = 1", 1),
            ("UPDATE issues_issueevent SET hash = sha256(hash) WHERE seq = 2", 2),
            ("UPDATE issues_issueevent SET canonical = canonical || ' ' WHERE seq = 2", 2),
            ("UPDATE issues_issueevent SET seq = 9 WHERE seq = 3", 4),
            ("DELETE FROM issues_issueevent WHERE seq = 3", 4),
            ("DELETE FROM issues_issueevent WHERE seq = 5", 5),
            ("UPDATE issues_eventtext SET text = 'Yes.' WHERE key = 'ask.1' AND text = 'No.'", 4),
            ("UPDATE issues_eventtext SET salt = sha256(salt) WHERE key = 'title'", 1),
            ("UPDATE issues_eventtext SET key = 'question' WHERE key = 'unit'", 3),
            ("DELETE FROM issues_eventtext WHERE key = 'title'", 1),
        ],
    )
    def test_it_is_found_where_it_was_done(self, issue: Issue, statement: str, found_at: int) -> None:
        with pgtrigger.ignore():
            if statement.startswith("DELETE FROM issues_issueevent"):
                raw(f"DELETE FROM issues_eventtext WHERE event_id IN (SELECT id{statement[6:]})")()
            raw(statement)()
        assert broken_chains([Issue.objects.get(pk=issue.pk)]) == {issue.number: found_at}

    def test_a_text_blanked_without_an_event_is_found(self, issue: Issue) -> None:
        """The database lets a text be blanked; that nobody said so shows."""
        EventText.objects.filter(event__issue=issue, event__seq=3).update(text="", salt=b"", blanked_at=issue.active_at)
        assert broken_chains([Issue.objects.get(pk=issue.pk)]) == {issue.number: 3}

    def test_a_text_that_is_still_there_though_an_event_says_it_was_blanked_is_found(
        self, issue: Issue, story: Story
    ) -> None:
        append(issue, Entry("text_blanked", "disputed", "disputed", story.now,
                            facts={"blanked": [{"event": 4, "key": "ask.1"}]}))  # fmt: skip
        issue.save()
        assert broken_chains([Issue.objects.get(pk=issue.pk)]) == {issue.number: 4}

    def test_a_row_rolled_back_to_an_older_tail_is_found(self, issue: Issue) -> None:
        tail = issue.events.get(seq=4).hash
        Issue.objects.filter(pk=issue.pk).update(rev=4, chain_hash=tail)
        assert broken_chains([Issue.objects.get(pk=issue.pk)]) == {issue.number: 6}

    def test_an_event_moved_to_another_issue_is_found_in_both(self, issue: Issue, story: Story) -> None:
        other = Story(story.cast).raised().issue
        with pgtrigger.ignore():
            IssueEvent.objects.filter(issue=issue, seq=5).update(issue=other, seq=2)
        assert broken_chains(Issue.objects.filter(pk__in=[issue.pk, other.pk])) == {issue.number: 5, other.number: 2}

    def test_only_what_was_tampered_with_is_named(self, issue: Issue, story: Story) -> None:
        whole = Story(story.cast).raised().issue
        with pgtrigger.ignore():
            IssueEvent.objects.filter(issue=issue, seq=2).update(facts={})
        assert broken_chains(Issue.objects.all()) == {issue.number: 2}
        assert whole.number not in broken_chains(Issue.objects.all())


def test_a_chain_is_whole_only_from_its_first_event(story: Story) -> None:
    issue = story.accepted().issue
    links = [(event.seq, bytes(event.canonical), bytes(event.hash)) for event in issue.events.all()]
    assert first_break(links) is None
    assert first_break([]) is None
    assert first_break(links[1:]) == 2
    assert first_break([links[0], links[0]]) == 1


def test_an_entry_without_words_has_no_texts(story: Story) -> None:
    issue = story.raised().issue
    event = append(issue, Entry("note", "raised", "raised", story.now, texts={"reason": ""}))
    assert (event.seq, issue.rev, event.texts.count()) == (2, 2, 0)
    assert bytes(issue.chain_hash) == bytes(event.hash)


def test_a_short_name_that_stands_in_the_record_is_not_changed_in_the_admin(story: Story, admin_client: Client) -> None:
    ngo = story.raised().cast.ngo
    names = {"name_kk": "Жаңа", "name_ru": "Новая", "name_en": "New"}
    page = f"/admin/organisations/organisation/{ngo.pk}/change/"
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert admin_client.post(page, names | inline | {"slug": "renamed", "bin": ""}).status_code == 302
    ngo.refresh_from_db()
    assert (ngo.slug, ngo.name_en) == ("qamqor", "New")
    assert broken_chains([story.issue]) == {}
