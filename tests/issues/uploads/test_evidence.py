"""Files as evidence in answers and reports: by the actions."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from backend.core.errors import Forbidden, Invalid
from backend.core.uploads import limits
from backend.organisations.actions import name_deputy
from backend.organisations.models import Membership, Role
from issues.actions import move_issue
from issues.actions.keeping import remove_abandoned
from issues.lifecycle import Status
from issues.models import Attachment, Issue, Place, Stage
from issues.record.chain import broken_chains
from tests.factories.files import PDF
from tests.factories.people import LONG_AGO, Player
from tests.factories.refusals import refused
from tests.factories.stories import Story, answer_row


def test_evidence_of_a_report_carries_its_files(story: Story) -> None:
    story.answered("supported", "supported")
    files = [story.uploaded(story.cast.signatory, f"{n}.pdf", PDF + str(n).encode(), Place.EVIDENCE) for n in (1, 2, 3)]
    rows = [{"n": 1, "text": "Paid.", "files": [str(files[0].uuid), str(files[1].uuid)]}, {"n": 2, "text": "Told all."}]
    story.later(days=10).move("report_done", story.cast.signatory, evidence=rows)
    event = story.issue.events.get(move="report_done")
    assert [(each["n"], each["uuid"]) for each in event.facts["files"]] == [(1, str(each.uuid)) for each in files[:2]]
    given = story.issue.evidence.get(ask__n=1)
    assert list(given.attachments.all()) == files[:2]
    assert not story.issue.evidence.get(ask__n=2).attachments.exists()
    assert Attachment.objects.get(pk=files[2].pk).stage == Stage.PENDING
    assert {text.text for text in event.texts.all()} == {"Paid.", "Told all.", "1.pdf", "2.pdf"}
    assert broken_chains([story.issue]) == {}


def test_evidence_of_an_answer_carries_its_files(story: Story) -> None:
    story.accepted()
    file = story.uploaded(story.cast.signatory, place=Place.EVIDENCE)
    row = {"n": 1, "verdict": "supported", "ground": "already_done", "text": "Done.", "evidence": "See the register.",
           "files": [file.uuid]}  # fmt: skip
    story.move("answer", story.cast.signatory, asks=[row])
    assert story.issue.status == Status.REPORTED_DONE
    assert story.issue.evidence.get().attachments.get() == file
    assert story.issue.events.get(move="answer").facts["files"][0]["n"] == 1


def test_files_need_words_beside_them(story: Story) -> None:
    story.accepted(["One", "Two"])
    file = story.uploaded(story.cast.signatory, place=Place.EVIDENCE)
    rows = [answer_row(n, "supported", (story.now + timedelta(20)).date()) for n in (1, 2)]
    rows[1]["files"] = [file.uuid]
    refusal = refused(story, Invalid, "answer", story.cast.signatory, asks=rows)
    assert list(refusal.errors) == ["asks.2.evidence"]
    rows[1]["files"] = []
    story.move("answer", story.cast.signatory, asks=rows).later(days=5)
    evidence = [{"n": 1, "text": "Done."}, {"n": 2, "text": " ", "files": [file.uuid]}]
    refusal = refused(story, Invalid, "report_done", story.cast.signatory, evidence=evidence)
    assert list(refusal.errors) == ["evidence.2.text"]


def test_a_refused_ask_has_no_files(story: Story) -> None:
    story.accepted()
    file = story.uploaded(story.cast.signatory, place=Place.EVIDENCE)
    row = answer_row(1, "refused", story.now.date()) | {"files": [file.uuid]}
    refusal = refused(story, Invalid, "answer", story.cast.signatory, asks=[row])
    assert "asks.1.verdict" in refusal.errors


def test_a_file_is_evidence_for_one_ask(story: Story) -> None:
    story.answered("supported", "supported")
    file = story.uploaded(story.cast.signatory, place=Place.EVIDENCE)
    rows = [{"n": n, "text": "Done.", "files": [file.uuid]} for n in (1, 2)]
    refusal = refused(story, Invalid, "report_done", story.cast.signatory, evidence=rows)
    assert list(refusal.errors) == ["evidence.2.files"]
    assert Attachment.objects.get().stage == Stage.PENDING


def test_a_move_does_not_take_anothers_files_nor_those_of_the_issue(story: Story) -> None:
    story.answered("supported")
    deputy = Membership.objects.create(
        user=story.cast.rival.user, organisation=story.cast.ministry, role=Role.SIGNATORY, since=LONG_AGO
    )
    other = Player(deputy.user, deputy.organisation, deputy)
    theirs = story.uploaded(other, place=Place.EVIDENCE)
    ngos = story.uploaded(story.cast.manager)
    for wrong in ([theirs.uuid], [ngos.uuid], ["nonsense"], "text", [uuid4()] * 11):
        rows = [{"n": 1, "text": "Done.", "files": wrong}]
        refusal = refused(story, Invalid, "report_done", story.cast.signatory, evidence=rows)
        assert list(refusal.errors) == ["evidence.1.files"]


@pytest.mark.parametrize("who", ["manager", "other_manager", "officer", "rival", "chair", "moderator", "coordinator"])
def test_only_the_signatory_uploads_evidence(story: Story, who: str) -> None:
    story.answered("supported")
    with pytest.raises(Forbidden):
        story.uploaded(getattr(story.cast, who), place=Place.EVIDENCE)


def test_a_deputy_of_the_signatory_reports_with_files_as_long_as_they_stand_in(story: Story) -> None:
    officer, signatory = story.answered("supported").cast.officer, story.cast.signatory
    today = story.now.date()
    named = name_deputy(
        signatory=signatory.membership, deputy=officer.membership, **signatory.acts, since=today, until=today,
        reason="Order 17", at=story.now,
    )  # fmt: skip
    file = story.uploaded(officer, place=Place.EVIDENCE)
    story.move("report_done", officer, evidence=[{"n": 1, "text": "Done.", "files": [file.uuid]}])
    assert (named.deputy, story.issue.evidence.get().attachments.get()) == (officer.membership, file)
    with pytest.raises(Forbidden):
        story.later(days=1).uploaded(officer, "more.txt", b"more", Place.EVIDENCE)


def test_a_file_that_went_meanwhile_is_told_in_words(story: Story) -> None:
    story.answered("supported")
    file = story.uploaded(story.cast.signatory, place=Place.EVIDENCE)
    remove_abandoned(story.now + timedelta(hours=limits.PENDING_HOURS, seconds=1))
    rows = [{"n": 1, "text": "Done.", "files": [file.uuid]}]
    refusal = refused(story, Invalid, "report_done", story.cast.signatory, evidence=rows)
    assert "waited for more than a day" in str(refusal)


def test_trying_a_move_out_keeps_its_files_waiting(story: Story) -> None:
    story.answered("supported")
    file = story.uploaded(story.cast.signatory, place=Place.EVIDENCE)
    rows = [{"n": 1, "text": "Done.", "files": [file.uuid]}]
    with transaction.atomic():
        move_issue(
            issue=Issue(pk=story.pk), move="report_done", **story.cast.signatory.acts, at=story.now, evidence=rows
        )  # fmt: skip
        transaction.set_rollback(True)
    assert Attachment.objects.get().stage == Stage.PENDING
    story.move("report_done", story.cast.signatory, evidence=rows)
    assert Attachment.objects.get().stage == Stage.PUBLISHED
