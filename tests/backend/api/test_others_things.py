"""Every id in every address, tried by those whose thing it is not: what one may not see is not there, in the very words of what
never was (IDOR).
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from backend.api.models import Token
from backend.api.urls import urlpatterns
from backend.organisations.actions import add_member
from dialogue.actions import post_message, write_note
from dialogue.models import Message, PrivateNote
from issues.models import Attachment, Follow, Issue, Place
from tests.backend.api.test_problems import told
from tests.factories.api import ROOT, Program
from tests.factories.people import Cast, address, organisation, player
from tests.factories.stories import Story

OUTSIDERS = ("other_manager", "officer", "signatory", "chair", "registrar", "moderator", "stranger")
WRITES = ("post", "patch", "delete")


@pytest.fixture
def now(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    return story


def of_an_issue(issue: UUID | str, seq: int = 1, file: UUID | None = None) -> Iterator[tuple[str, str]]:
    """(method, address) of every operation under an issue, from the table of addresses itself."""
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if "<called:issue>" in route:
            path = route.replace("<called:issue>", str(issue)).replace("<int:seq>", str(seq))
            path = path.replace("<uuid:file>", str(file or uuid4()))
            view: Any = pattern.callback
            yield from ((method, path) for method in ("get", *WRITES) if hasattr(view.cls, method))


def ask(program: Program, method: str, path: str) -> Any:
    return program.get(path) if method == "get" else program.send(method, path, {})


def outsider(cast: Cast, role: str) -> Program:
    if role != "stranger":
        return Program(getattr(cast, role))
    program = Program(person=cast.stranger)
    program.player = cast.manager  # they say so
    return program


def alike(*responses: Any) -> bool:
    """Whether nothing tells one from the other but the reference."""
    told = [json.loads(response.content) | {"reference": "", "instance": ""} for response in responses]
    return all(each == told[0] for each in told)


class TestDraftsOfOthers:
    def test_are_not_there_by_any_operation(self, now: Story) -> None:
        draft = now.draft().issue
        file = now.uploaded(now.cast.manager)
        operations = list(of_an_issue(draft.uuid, file=file.uuid))
        assert len(operations) > 15
        for role in OUTSIDERS:
            program = outsider(now.cast, role)
            for method, path in operations:
                hidden, absent = (
                    ask(program, method, each) for each in (path, path.replace(str(draft.uuid), str(uuid4())))
                )
                assert (hidden.status_code, alike(hidden, absent)) == (404, True), (role, method, path)
        assert Issue.objects.get(pk=now.pk).edited_at == draft.edited_at
        assert Attachment.objects.filter(pk=file.pk).exists()

    def test_nor_for_a_visitor_who_is_first_asked_for_a_token_to_write(self, now: Story) -> None:
        draft = now.draft().issue
        for method, path in of_an_issue(draft.uuid):
            told(ask(Program(), method, path), 404 if method == "get" else 401)

    def test_nor_by_a_token_that_acts_for_another_organisation_or_may_not_read(self, now: Story) -> None:
        draft, user = now.draft().issue, now.cast.manager.user
        theirs = player("both", now.cast.ngo, "manager").user
        other = organisation("umit")
        add_member(organisation=other, user=theirs, role="manager", at=now.now)
        bound = Program(person=theirs, organisation="umit")
        bound.player = now.cast.manager
        for method, path in of_an_issue(draft.uuid):
            assert ask(bound, method, path).status_code == 404, path
        assert bound.get("me/").json()["drafts"] == []
        told(Program(now.cast.manager, person=user, scopes=["write", "move"]).get(f"issues/{draft.uuid}/"), 403)


class TestFiles:
    def test_what_waits_in_anothers_form_is_neither_listed_nor_removed_nor_published_by_others(
        self, now: Story
    ) -> None:
        cast = now.answered("supported").cast
        number = now.issue.number
        file = now.uploaded(cast.signatory, place=Place.EVIDENCE)
        path = f"issues/{number}/attachments/"
        for role in ("manager", "officer", *OUTSIDERS):
            if role == "signatory":
                continue
            program = outsider(cast, role)
            assert program.get(path).json()["results"] == [], role
            hidden, absent = program.delete(f"{path}{file.uuid}/"), program.delete(f"{path}{uuid4()}/")
            assert (told(hidden, 404)["detail"], alike(hidden, absent)) == (told(absent, 404)["detail"], True)
        assert Program().get(path).json()["results"] == []
        mine = Program(cast.signatory)
        assert [each["id"] for each in mine.get(path).json()["results"]] == [str(file.uuid)]
        assert mine.get(f"issues/{number}/").json()["attachments"] == []
        assert mine.delete(f"{path}{file.uuid}/").status_code == 204

    def test_a_move_does_not_take_what_waits_in_anothers_form(self, now: Story) -> None:
        cast = now.answered("supported").cast
        colleague = player("colleague", cast.ministry, "signatory")
        file = now.uploaded(colleague, place=Place.EVIDENCE)
        evidence = [{"n": 1, "text": "Paid.", "files": [str(file.uuid)]}]
        errors = told(Program(cast.signatory).move(now.issue, "report_done", evidence=evidence), 422)["errors"]
        assert set(errors) == {"evidence.1.files"}
        assert Attachment.objects.get(pk=file.pk).stage == "pending"

    def test_a_file_is_found_under_its_own_issue_alone(self, now: Story) -> None:
        mine = now.draft().issue
        file = now.uploaded(now.cast.manager)
        other = Story(now.cast, now.now).draft().issue
        program = Program(now.cast.manager)
        told(program.delete(f"issues/{other.uuid}/attachments/{file.uuid}/"), 404)
        assert program.get(f"issues/{other.uuid}/attachments/").json()["results"] == []
        assert program.delete(f"issues/{mine.uuid}/attachments/{file.uuid}/").status_code == 204

    def test_nobody_attaches_to_the_issue_of_another_ngo(self, now: Story) -> None:
        number = now.raised().issue.number
        program = Program(now.cast.other_manager)
        sent = {"as": "zhasyl", "file": SimpleUploadedFile("a.txt", b"Words.\n")}
        token = {"Authorization": f"Token {program.token}"}
        told(program.client.post(f"{ROOT}issues/{number}/attachments/", sent, headers=token), 403)
        assert not Attachment.objects.exists()


class TestNumbersOfOtherIssues:
    def test_a_message_is_found_under_its_own_issue_alone(self, now: Story) -> None:
        cast = now.raised().cast
        other = Story(cast, now.now).raised().issue
        post_message(issue=now.issue, **cast.manager.acts, body="Hello.", at=now.now)
        path = f"issues/{other.number}/messages/"
        told(Program(cast.manager).get(f"{path}1/"), 404)
        told(Program(cast.manager).patch(f"{path}1/", body="Mine."), 404)
        told(Program(cast.moderator).post(f"{path}1/hide/", code="insult"), 404)
        told(Program(cast.moderator).delete(f"{path}1/hide/", reason="Why."), 404)
        assert set(told(Program(cast.manager).post(path, body="Yes.", parent=1), 422)["errors"]) == {"parent"}
        message = Message.objects.get()
        assert (message.issue_id, message.body, message.hidden_at) == (now.pk, "Hello.", None)

    def test_a_message_is_mended_by_its_author_alone(self, now: Story) -> None:
        cast = now.raised().cast
        post_message(issue=now.issue, **cast.manager.acts, body="Hello.", at=now.now)
        for role in ("representative", "other_manager", "officer", "moderator"):
            told(Program(getattr(cast, role)).patch(f"issues/{now.issue.number}/messages/1/", body="Mine."), 403)
        assert Message.objects.get().body == "Hello."

    def test_a_commitment_is_moved_under_its_own_issue_alone(self, now: Story) -> None:
        promise = now.answered("supported").issue.commitments.get()
        other = Story(now.cast, now.now).answered("supported")
        now.on(other.now)
        program = Program(now.cast.signatory)
        wrong = told(program.move(other.issue, "commitment_progress", commitment=promise.pk, progress="complete"), 422)
        assert set(wrong["errors"]) == {"commitment"}
        promise.refresh_from_db()
        assert promise.progress != "complete"


class TestPeople:
    def test_tokens_are_revoked_by_their_person_alone(self, story: Story) -> None:
        mine, theirs = Program(story.cast.manager), Program(story.cast.officer)
        signed_in = Client()
        signed_in.force_login(story.cast.officer.user)
        assert signed_in.post(f"/en/me/tokens/{mine.kept.token_key}/revoke/").status_code == 404
        assert theirs.delete("auth/token/").status_code == 204
        assert [each.pk for each in Token.objects.all()] == [mine.kept.pk]

    def test_no_address_tells_whether_a_person_has_an_account(self, now: Story) -> None:
        issue = now.raised().issue
        officer = Program(now.cast.officer)
        answers = [
            told(officer.move(issue, "accept", unit="Unit", person=person), 422)["errors"]
            for person in (address("stranger"), address("nobody"), str(now.cast.stranger.uuid), str(uuid4()))
        ]
        assert [each == answers[0] for each in answers] == [True] * 4
        wrong = [
            Client().post(f"{ROOT}auth/token/", {"email": email, "password": "wrong"}, "application/json").json()
            for email in (address("stranger"), address("nobody"))
        ]
        assert wrong[0]["detail"] == wrong[1]["detail"]

    def test_who_follows_an_issue_is_told_to_nobody_else(self, now: Story) -> None:
        number = now.raised().issue.number
        mine, theirs = Program(now.cast.manager), Program(now.cast.officer)
        before = theirs.get(f"issues/{number}/").json()
        assert mine.post(f"issues/{number}/follow/").status_code == 204
        assert theirs.get(f"issues/{number}/").json() == before
        assert (mine.get("me/").json()["follows"], theirs.get("me/").json()["follows"]) == ([number], [])
        assert theirs.delete(f"issues/{number}/follow/").status_code == 204
        assert Follow.objects.get().person == now.cast.manager.user

    @pytest.mark.thorough
    def test_private_notes_show_nowhere_not_even_by_a_number_that_they_moved(self, now: Story) -> None:
        cast = now.answered("supported").cast
        number = now.issue.number
        reads = ["issues/", "issues/?count=1", "issues/?q=Finance", "commitments/", "me/"]
        reads += [path for method, path in of_an_issue(str(number)) if method == "get"]
        programs = [Program(getattr(cast, role)) for role in ("manager", "officer", "signatory", "moderator")]
        before = [[program.get(path).content for path in reads] for program in programs]
        write_note(issue=now.issue, **cast.officer.acts, body="Ask Finance first: xyzzy.", at=now.now)
        assert PrivateNote.objects.count() == 1
        for program, contents in zip(programs, before, strict=True):
            for path, was in zip(reads, contents, strict=True):
                response = program.get(path)
                assert b"xyzzy" not in response.content
                if response.status_code == 200:
                    assert response.content == was, path
