"""Uploading, removing and publishing files: by the actions."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error, transaction

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uploads import limits
from backend.organisations.actions import name_deputy
from backend.organisations.models import Membership, Organisation, Role, Standing
from issues.actions import attach, move_issue, remove, upload
from issues.actions.keeping import remove_abandoned
from issues.history import entries
from issues.lifecycle import Status
from issues.models import Attachment, Issue, Place, Stage
from issues.record.chain import broken_chains
from tests.factories.files import PDF, TEXT, picture
from tests.factories.people import LONG_AGO, Player
from tests.factories.refusals import refused
from tests.factories.stories import Story, answer_row


def stored(file: Attachment) -> bytes:
    with default_storage.open(file.storage_key) as found:
        return bytes(found.read())


def is_stored(key: str) -> bool:
    return bool(default_storage.exists(key))


def test_a_file_of_a_draft_is_kept_with_what_was_found_out_about_it(story: Story) -> None:
    file = story.draft().uploaded(story.cast.representative, "Хат 1.PDF", PDF)
    assert (file.name, file.kind, file.size, file.stage, file.place) == ("Хат 1.pdf", "pdf", len(PDF), "draft", "issue")
    assert (file.uploaded_by, file.organisation) == (story.cast.representative.user, story.cast.ngo)
    assert stored(file) == PDF
    assert len(file.sha256) == 64
    assert "Хат" not in file.storage_key
    assert file.storage_key.startswith("2026/02/02/")


def test_whoever_checks_the_draft_is_told_that_a_file_came_or_went(story: Story) -> None:
    version = story.draft().issue.version
    file = story.uploaded(story.cast.representative)
    assert story.issue.version == version + 1
    remove(issue=story.issue, **story.cast.manager.acts, uuid=file.uuid)
    assert story.issue.version == version + 2


def test_files_of_a_draft_are_published_with_it_and_stand_in_the_record(story: Story) -> None:
    story.draft()
    files = [story.uploaded(story.cast.manager, name, data) for name, data in (("a.txt", TEXT), ("b.pdf", PDF))]
    event = story.move("submit", story.cast.manager).issue.events.get(move="submit")
    assert event.facts["files"] == [
        {"uuid": str(each.uuid), "sha256": each.sha256, "size": each.size, "type": each.mime} for each in files
    ]
    names = {text.key: text.text for text in event.texts.all() if text.key.startswith("file.")}
    assert names == {f"file.{files[0].uuid}": "a.txt", f"file.{files[1].uuid}": "b.pdf"}
    assert list(Attachment.objects.values_list("stage", "published_rev")) == [("published", event.seq)] * 2
    assert broken_chains([story.issue]) == {}


def test_without_files_the_record_says_nothing_of_files(story: Story) -> None:
    assert "files" not in story.raised().issue.events.get().facts


def test_a_published_file_is_neither_removed_nor_changed(story: Story) -> None:
    file = story.draft().uploaded(story.cast.manager)
    story.move("submit", story.cast.manager)
    with pytest.raises(Conflict, match="part of the public record"):
        remove(issue=story.issue, **story.cast.manager.acts, uuid=file.uuid)
    for change in (lambda: Attachment.objects.update(name="other.txt"), lambda: Attachment.objects.all().delete()):
        with pytest.raises(Error, match=r"Cannot (update|delete)"), transaction.atomic():
            change()
    assert Attachment.objects.get().name == "letter.txt"


def test_the_history_tells_of_files_in_words(story: Story) -> None:
    file = story.draft().uploaded(story.cast.manager, "act.pdf", PDF)
    told = entries(story.move("submit", story.cast.manager).issue)[0]
    assert ("Files", f"application/pdf, {len(PDF)} bytes, SHA-256 {file.sha256}") in [
        (str(label), value.replace("\xa0", " ")) for label, value in told.facts
    ]
    assert ("Name of a file", "act.pdf") in [(each.label, each.text) for each in told.texts]


@pytest.mark.parametrize("who", ["other_manager", "officer", "signatory", "chair", "moderator"])
def test_nobody_else_adds_files_to_a_draft(story: Story, who: str) -> None:
    story.draft()
    with pytest.raises(Forbidden):
        story.uploaded(getattr(story.cast, who))
    assert not Attachment.objects.exists()


def test_a_person_who_left_adds_and_removes_nothing(story: Story) -> None:
    file = story.draft().uploaded(story.cast.representative)
    Membership.objects.filter(user=story.cast.representative.user).update(until=story.now)
    with pytest.raises(Forbidden):
        story.uploaded(story.cast.representative, "b.txt", b"more")
    with pytest.raises(Forbidden):
        remove(issue=story.issue, **story.cast.representative.acts, uuid=file.uuid, at=story.now)
    assert Attachment.objects.count() == 1


def test_only_its_ngo_removes_a_drafts_file(story: Story) -> None:
    file = story.draft().uploaded(story.cast.manager)
    with pytest.raises(Forbidden):
        remove(issue=story.issue, **story.cast.other_manager.acts, uuid=file.uuid)
    remove(issue=story.issue, **story.cast.representative.acts, uuid=file.uuid)
    assert not Attachment.objects.exists()


def test_the_bytes_go_when_the_removal_is_committed_and_not_before(
    story: Story, django_capture_on_commit_callbacks: object
) -> None:
    file = story.draft().uploaded(story.cast.manager)
    with django_capture_on_commit_callbacks() as callbacks:  # type: ignore[operator]
        remove(issue=story.issue, **story.cast.manager.acts, uuid=file.uuid)
        assert is_stored(file.storage_key)
    for callback in callbacks:
        callback()
    assert not is_stored(file.storage_key)


def test_a_deleted_draft_takes_its_files_along(story: Story, django_capture_on_commit_callbacks: object) -> None:
    file = story.draft().uploaded(story.cast.manager)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        story.move("discard", story.cast.manager)
    assert not Attachment.objects.exists()
    assert not is_stored(file.storage_key)


def test_a_refused_file_leaves_nothing_in_the_store(story: Story) -> None:
    before = set(_all_keys())
    story.draft()
    for _ in range(limits.FILES):
        story.uploaded(story.cast.manager, data=uuid4().bytes.hex().encode())
    with pytest.raises(Invalid, match="as many files here as there may be: 10"):
        story.uploaded(story.cast.manager, data=b"the eleventh")
    assert set(_all_keys()) - before == set(Attachment.objects.values_list("storage_key", flat=True))
    assert Attachment.objects.count() == limits.FILES


def _all_keys() -> list[str]:
    root = default_storage.path("")
    return [str(each.relative_to(root)) for each in Path(root).rglob("*") if each.is_file()]


def test_the_same_file_sent_twice_to_an_issue_is_one(story: Story) -> None:
    first = story.draft().uploaded(story.cast.manager, "a.png", picture())
    before = _all_keys()
    assert story.uploaded(story.cast.representative, "b.png", picture()) == first
    assert _all_keys() == before
    assert Attachment.objects.get() == first


def test_one_party_has_50_mb_in_an_issue_and_does_not_use_up_anothers(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OF_ONE_PARTY", 100)
    story.draft().uploaded(story.cast.manager, data=b"a" * 60)
    with pytest.raises(Invalid, match=r"At most, all together: 100"):
        story.uploaded(story.cast.manager, data=b"b" * 41)
    story.uploaded(story.cast.manager, data=b"c" * 40)
    story.move("submit", story.cast.manager)
    story.uploaded(story.cast.signatory, data=b"d" * 100, place=Place.EVIDENCE)
    assert Attachment.objects.count() == 3


# --- Attached later ---------------------------------------------------------------------------------------------------


def test_the_ngo_attaches_files_to_its_open_issue(story: Story) -> None:
    issue = story.raised().issue
    file = story.uploaded(story.cast.representative, "new.pdf", PDF)
    assert (file.stage, Attachment.objects.published().count()) == (Stage.PENDING, 0)
    event = attach(issue=issue, **story.cast.representative.acts, files=[str(file.uuid)], at=story.now)
    assert (event.move, event.from_status, event.to_status, event.seq) == ("file_attached", "raised", "raised", 2)
    assert [each["uuid"] for each in event.facts["files"]] == [str(file.uuid)]
    assert (story.issue.version, story.issue.rev) == (issue.version, 2)  # nobody's open form goes stale
    assert Attachment.objects.published().get().published_rev == 2
    assert broken_chains([story.issue]) == {}


@pytest.mark.parametrize("who", ["other_manager", "officer", "signatory", "chair", "moderator"])
def test_nobody_else_attaches_files_to_an_issue(story: Story, who: str) -> None:
    story.raised()
    with pytest.raises(Forbidden):
        story.uploaded(getattr(story.cast, who))


def test_a_suspended_ngo_adds_nothing_to_its_issue_but_may_prepare_drafts(story: Story) -> None:
    story.raised()
    waiting = story.uploaded(story.cast.manager)
    Organisation.objects.filter(pk=story.cast.ngo.pk).update(standing=Standing.SUSPENDED)
    manager = Player(
        story.cast.manager.user, Organisation.objects.get(pk=story.cast.ngo.pk), story.cast.manager.membership
    )
    with pytest.raises(Forbidden, match="suspended"):
        attach(issue=story.issue, **manager.acts, files=[waiting.uuid], at=story.now)
    with pytest.raises(Forbidden, match="suspended"):
        upload(issue=story.issue, **manager.acts, file=ContentFile(TEXT), name="a.txt", at=story.now)
    assert Story(story.cast, story.now).draft().uploaded(manager).stage == Stage.DRAFT


def test_nothing_is_added_to_a_closed_issue(story: Story) -> None:
    story.raised()
    waiting = story.uploaded(story.cast.manager)
    story.move("withdraw", story.cast.manager, reason="Solved.")
    for act in (
        lambda: story.uploaded(story.cast.manager, "b.txt", b"b"),
        lambda: attach(issue=story.issue, **story.cast.manager.acts, files=[waiting.uuid], at=story.now),
    ):
        with pytest.raises(Conflict, match="closed"):
            act()


def test_only_ones_own_waiting_files_are_attached(story: Story) -> None:
    issue = story.raised().issue
    colleagues = story.uploaded(story.cast.representative, "a.txt", b"colleague")
    other = Story(story.cast, story.now).raised()
    elsewhere = other.uploaded(story.cast.manager, "b.txt", b"elsewhere")
    mine = story.uploaded(story.cast.manager, "c.txt", b"mine")
    wrong: tuple[Any, ...] = (
        [colleagues.uuid],
        [elsewhere.uuid],
        [uuid4()],
        ["x"],
        [None],
        [mine.uuid, mine.uuid],
        "text",
        [],
        None,
    )
    for files in wrong:
        with pytest.raises(Invalid) as caught:
            attach(issue=issue, **story.cast.manager.acts, files=files, at=story.now)
        assert list(caught.value.errors) == ["files"]
    assert (story.issue.rev, Attachment.objects.published().count()) == (1, 0)


def test_after_a_take_over_the_new_holder_attaches(story: Story) -> None:
    story.raised().withdrawing().move("take_over", story.cast.other_manager)
    with pytest.raises(Forbidden):
        story.uploaded(story.cast.manager)
    assert story.uploaded(story.cast.other_manager).stage == Stage.PENDING


# --- Evidence ---------------------------------------------------------------------------------------------------------


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
