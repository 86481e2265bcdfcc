"""Messages by machine: what changed after a `rev`, and a discussion that was taken over from another register."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from backend.core.models import FirstAnswer
from dialogue.actions import post_message
from dialogue.actions.hiding import hide_message
from tests.backend.api.test_problems import told
from tests.factories.api import Program
from tests.factories.discussions import hear, said
from tests.factories.people import make_cast
from tests.factories.registers import taken_issue
from tests.factories.stories import Story


@pytest.fixture
def now(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    return story


def results(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def test_whoever_knows_a_rev_is_given_what_changed_since_in_the_order_of_its_last_change(now: Story) -> None:
    cast, path = now.raised().cast, f"issues/{now.issue.number}/messages/"
    manager, officer = Program(cast.manager), Program(cast.officer)
    for program, body in ((manager, "One."), (officer, "Two."), (manager, "Three.")):
        assert program.post(path, body=body).status_code == 201
    known = results(Program().get(path))
    assert [(each["seq"], each["rev"], each["side"]) for each in known] == [
        (1, 2, "ngo"),
        (2, 3, "state"),
        (3, 4, "ngo"),
    ]
    assert results(Program().get(path, after=4)) == []
    assert manager.patch(f"{path}1/", body="One, mended.").status_code == 200
    hide_message(issue=now.issue, seq=2, **cast.moderator.acts, code="insult", at=now.now)
    changed = results(Program().get(path, after=4))
    assert [(each["seq"], each["rev"], each["body"], each["hidden"]) for each in changed] == [
        (1, 5, "One, mended.", False), (2, 6, "", True),
    ]  # fmt: skip
    assert changed[0]["edited_at"] == "2026-02-02T07:00:00Z"
    assert (changed[1]["body_html"], changed[1]["hidden_reason"]) == ("", "insult")
    assert [each["seq"] for each in results(Program().get(path, after=2))] == [3, 1, 2]
    for after in ("x", "-1", "1.5"):
        assert set(told(Program().get(path, after=after), 422)["errors"]) == {"after"}


def test_a_reply_names_the_message_it_answers(now: Story) -> None:
    path = f"issues/{now.raised().issue.number}/messages/"
    post_message(issue=now.issue, **now.cast.manager.acts, body="One.", at=now.now)
    reply = Program(now.cast.officer).post(path, body="Yes.", parent=1)
    assert (reply.status_code, reply.json()["parent"]) == (201, 1)
    for parent in (9, "x", True, [1]):
        assert set(told(Program(now.cast.officer).post(path, body="Yes.", parent=parent), 422)["errors"]) == {"parent"}


class TestTakenOver:
    """From another register: nobody here wrote them, some of them nobody is named for, and nobody adds to them."""

    @pytest.fixture(autouse=True)
    def _stage(self, db: None, tmp_path: Path) -> None:
        self.cast = make_cast()
        hear(
            tmp_path,
            [said("a"), said("b", to="a", minute=1), said("c", minute=2, who=None), said("d", to="z", minute=3)],
        )
        self.path = f"issues/{taken_issue().number}/"

    def test_they_are_read_with_the_name_that_the_register_has_or_none(self) -> None:
        found = results(Program().get(f"{self.path}messages/"))
        known = [(each["seq"], each["author"], each["organisation"], each["side"], each["parent"]) for each in found]
        assert known == [
            (1, "Writer a", None, "other", None), (2, "Writer b", None, "other", 1), (3, None, None, "other", None),
            (4, "Writer d", None, "other", None),
        ]  # fmt: skip
        assert (found[0]["at"], found[0]["body_html"]) == ("2019-05-07T04:00:00Z", "<p>Words of a.</p>\n")
        assert Program().get(f"{self.path}messages/3/").json() == found[2]

    def test_their_events_tell_of_no_person(self) -> None:
        events = results(Program().get(f"{self.path}events/"))
        assert [(each["move"], each["actor"], each["organisation"]) for each in events] == [
            ("recorded", None, "recorded-elsewhere"), *[("message_posted", None, "recorded-elsewhere")] * 4,
        ]  # fmt: skip
        assert results(Program().get(f"{self.path}clock/")) == []

    def test_the_issue_has_no_moves_and_is_outside_of_lists_unless_asked_for(self) -> None:
        for role in ("manager", "signatory", "moderator"):
            read = Program(getattr(self.cast, role)).get(self.path).json()
            assert (read["status"], read["origin"], read["allowed_moves"]) == ("recorded", "legacy", [])
            assert (read["raised_by"], read["asks"][0]["verdict"], read["due_at"]) == (
                "recorded-elsewhere", "not_stated", None,
            )  # fmt: skip
        assert results(Program().get("issues/")) == []
        assert len(results(Program().get("issues/", origin="legacy"))) == 2

    def test_nobody_mends_another_register_s_message_and_a_moderator_hides_it(self) -> None:
        for role in ("manager", "officer", "moderator"):
            told(Program(getattr(self.cast, role)).patch(f"{self.path}messages/1/", body="Mine."), 403)
        hidden = Program(self.cast.moderator).post(f"{self.path}messages/1/hide/", code="insult")
        assert (hidden.status_code, hidden.json()["body"], hidden.json()["hidden"]) == (201, "", True)
        told(Program(self.cast.signatory).post(f"{self.path}moves/", move="accept", unit="x", person="x"), 409)


def test_a_repeat_tells_no_words_that_were_removed_as_personal_data(now: Story) -> None:
    """What the first request was answered is kept for a day: the words leave that, too."""
    cast, path = now.raised().cast, f"issues/{now.issue.number}/messages/"
    manager = Program(cast.manager)
    sent: dict[str, Any] = {"body": "Aigul of Abai street 7 is ill."}
    first = manager.send("post", path, sent, {"Idempotency-Key": "one"})
    assert manager.send("post", path, sent, {"Idempotency-Key": "one"}).content == first.content
    hide_message(issue=now.issue, seq=1, **cast.moderator.acts, code="personal_data", at=now.now)
    again = manager.send("post", path, sent, {"Idempotency-Key": "one"})
    assert (again.status_code, again.content) == (201, b"")
    assert now.issue.seq == 1, "and nothing is posted twice"
    assert "Abai" not in str(FirstAnswer.objects.values_list("answer", flat=True))
