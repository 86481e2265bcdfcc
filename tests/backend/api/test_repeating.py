"""`Idempotency-Key`: sent again, also at the same moment, a request is done once and answered alike to the byte."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from backend.core.models import FirstAnswer
from backend.core.once import KEPT_HOURS
from dialogue.models import Message
from issues.models import Attachment, Cosigner, Follow, Issue, IssueEvent
from issues.tasks import forget_posted
from tests.backend.api.test_problems import told
from tests.factories.api import ROOT, Program
from tests.factories.at_once import at_once
from tests.factories.people import make_cast
from tests.factories.stories import Story

TIMES = 20
KEY = {"Idempotency-Key": "k-1"}


def sending(program: Program, path: str, fields: dict[str, Any], headers: dict[str, str] = KEY) -> Callable[[], Any]:
    """The request, from a client of its own each time, as threads want it."""
    whole = {"as": program.player.organisation.slug} | fields if program.player else fields
    known = {"Authorization": f"Token {program.token}", "Accept-Language": "en"} | headers
    return lambda: Client().post(f"{ROOT}{path}", whole, "application/json", headers=known)


@pytest.mark.usefixtures("transactional_db")
class TestTwentyAtOnce:
    @pytest.fixture(autouse=True)
    def _stage(self, transactional_db: None) -> None:
        self.cast = make_cast()
        self.story = Story(self.cast, timezone.now()).raised()
        self.number = self.story.issue.number

    def once(self, act: Callable[[], Any], status: int = 201) -> Any:
        """The one answer that all of them got."""
        answers = at_once([act] * TIMES)
        assert Counter(getattr(each, "status_code", each) for each in answers) == {status: TIMES}
        assert len({each.content for each in answers}) == 1
        assert FirstAnswer.objects.count() == 1
        return answers[0]

    def test_make_one_draft(self) -> None:
        self.once(sending(Program(self.cast.manager), "issues/", {"title": "Once"}))
        assert Issue.objects.filter(status="draft").count() == 1

    def test_make_one_message(self) -> None:
        self.once(sending(Program(self.cast.manager), f"issues/{self.number}/messages/", {"body": "Once."}))
        assert (Message.objects.count(), IssueEvent.objects.filter(move="message_posted").count()) == (1, 1)

    def test_make_one_move(self) -> None:
        fields = {"move": "accept", "unit": "Unit", "person": str(self.cast.officer.user.uuid)}
        answer = self.once(sending(Program(self.cast.officer), f"issues/{self.number}/moves/", fields))
        assert (answer.json()["move"], IssueEvent.objects.filter(move="accept").count()) == ("accept", 1)

    def test_put_one_name_under_an_issue(self) -> None:
        self.once(sending(Program(self.cast.other_manager), f"issues/{self.number}/cosign/", {}))
        assert Cosigner.objects.count() == 1

    def test_follow_once(self) -> None:
        self.once(sending(Program(self.cast.officer), f"issues/{self.number}/follow/", {}), status=204)
        assert Follow.objects.count() == 1

    def test_discard_one_draft_though_it_is_not_there_for_the_repeat(self) -> None:
        draft = Story(self.cast, timezone.now()).draft().issue
        self.once(sending(Program(self.cast.manager), f"issues/{draft.uuid}/moves/", {"move": "discard"}), status=204)
        assert not Issue.objects.filter(pk=draft.pk).exists()

    def test_without_a_key_the_first_wins_and_the_others_learn_what_happened(self) -> None:
        story = Story(self.cast, timezone.now() - timedelta(20)).reported()
        act = sending(
            Program(self.cast.manager), f"issues/{story.issue.number}/moves/", {"move": "confirm", "asks": [1]}, {}
        )
        answers = at_once([act] * TIMES)
        assert Counter(each.status_code for each in answers) == {201: 1, 409: TIMES - 1}
        for each in answers:
            if each.status_code == 409:
                document = told(each, 409)
                assert document["detail"].startswith("The issue has moved on. Status: Resolved. Last move: ")
                assert document["current"] == {
                    "status": "resolved",
                    "version": story.issue.version,
                    "rev": story.issue.rev,
                }
        assert (story.issue.status, IssueEvent.objects.filter(move="confirm").count()) == ("resolved", 1)


@pytest.fixture
def message(story: Story) -> Callable[..., Any]:
    number = story.raised().issue.number
    program = Program(story.cast.manager)

    def send(
        body: str = "Once.", headers: dict[str, str] = KEY, who: Program = program, number: str = str(number)
    ) -> Any:
        return who.send("post", f"issues/{number}/messages/", {"body": body}, headers)

    return send


def test_a_key_belongs_to_one_body(message: Any) -> None:
    first = message()
    errors = told(message("Other words."), 422)["errors"]
    assert errors == {"Idempotency-Key": ["This key was used already, with another request. Use a new key for each."]}
    again = message()
    assert (again.status_code, again.content, again["Content-Type"]) == (201, first.content, first["Content-Type"])
    assert Message.objects.count() == 1


def test_the_order_of_the_fields_makes_no_other_body(story: Story) -> None:
    number, program = story.raised().issue.number, Program(story.cast.manager)
    token = {"Authorization": f"Token {program.token}"} | KEY
    bodies = ['{"as": "qamqor", "body": "Once."}', '{ "body":"Once.","as":"qamqor" }']
    sent = [
        Client().post(f"{ROOT}issues/{number}/messages/", each, "application/json", headers=token) for each in bodies
    ]
    assert [each.status_code for each in sent] == [201, 201]
    assert sent[0].content == sent[1].content


def test_a_key_is_a_persons_own_and_for_one_address(message: Any, story: Story) -> None:
    message()
    theirs = message(who=Program(story.cast.officer))
    assert (theirs.status_code, theirs.json()["seq"], theirs.json()["side"]) == (201, 2, "state")
    elsewhere = Story(story.cast, story.now).raised().issue
    assert message(number=elsewhere.number).status_code == 201
    assert Message.objects.count() == 3


def test_two_tokens_of_one_person_share_their_keys(message: Any, story: Story) -> None:
    first = message()
    assert message(who=Program(story.cast.manager)).content == first.content
    assert Message.objects.count() == 1


def test_what_came_to_nothing_leaves_the_key_free(message: Any) -> None:
    told(message(""), 422)
    assert FirstAnswer.objects.count() == 0
    assert message().status_code == 201


def test_a_refused_move_leaves_the_key_free_too(story: Story) -> None:
    issue, program = story.raised().issue, Program(story.cast.manager)
    path, fields = f"issues/{issue.number}/moves/", {"move": "confirm", "asks": [1]}
    told(program.send("post", path, fields, KEY), 409)
    told(Program(story.cast.rival).send("post", path, fields, KEY), 403)
    assert FirstAnswer.objects.count() == 0


def test_keys_are_kept_for_a_day(message: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    message()
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=KEPT_HOURS, minutes=-1))
    assert forget_posted(0) == 0
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=KEPT_HOURS, minutes=1))
    assert forget_posted(0) == 1
    assert FirstAnswer.objects.count() == 0
    assert settings.USE_TZ


@pytest.mark.parametrize("key", ["x" * 201, "a\tb", "ключ"])
def test_a_key_is_of_printable_characters_and_not_too_long(key: str, message: Any) -> None:
    if key.isascii():
        assert set(told(message(headers={"Idempotency-Key": key}), 422)["errors"]) == {"Idempotency-Key"}
    else:
        assert message(headers={"Idempotency-Key": key}).status_code in (201, 422)
    assert message().status_code == 201


def test_a_draft_is_deleted_once_and_a_file_attached_once(story: Story) -> None:
    draft, program = story.draft().issue, Program(story.cast.manager)

    def attach() -> Any:
        file = SimpleUploadedFile("letter.txt", b"Words.\n")
        token = {"Authorization": f"Token {program.token}"} | KEY
        return Client().post(f"{ROOT}issues/{draft.uuid}/attachments/", {"as": "qamqor", "file": file}, headers=token)

    first, again = attach(), attach()
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert Attachment.objects.count() == 1
    gone = [program.send("delete", f"issues/{draft.uuid}/", {}, KEY).status_code for _ in range(2)]
    assert (gone, program.delete(f"issues/{draft.uuid}/").status_code) == ([204, 204], 404)


class TestStaleVersions:
    """409 with `current`: where the issue stands now."""

    def test_of_an_issue_that_has_moved_on(self, story: Story) -> None:
        version = story.raised().issue.version
        story.move("accept", story.cast.officer, unit="Unit", person=story.cast.officer.user)
        refused = Program(story.cast.signatory).move(story.issue, "clarify_request", question="Which?", version=version)
        document, now = told(refused, 409), story.issue
        assert document["current"] == {"status": "under_consideration", "version": now.version, "rev": now.rev}
        assert now.version == version + 1
        assert "Last move: " in document["detail"]
        right = Program(story.cast.signatory).move(now, "clarify_request", question="Which?", version=now.version)
        assert right.status_code == 201

    def test_of_a_draft_that_somebody_changed_or_that_is_to_be_deleted(self, story: Story) -> None:
        draft = story.draft().issue
        manager, colleague = Program(story.cast.manager), Program(story.cast.representative)
        path = f"issues/{draft.uuid}/"
        assert colleague.patch(path, title="Theirs", version=draft.version).json()["version"] == draft.version + 1
        for refused in (manager.patch(path, title="Mine", version=draft.version), manager.delete(path, version=draft.version),
                        manager.move(draft, "discard", version=draft.version)):  # fmt: skip
            assert told(refused, 409)["current"]["version"] == draft.version + 1
        assert story.issue.title == "Theirs"
