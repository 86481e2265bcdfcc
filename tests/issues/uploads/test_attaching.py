"""Uploading, removing and publishing files: by the actions."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error, transaction

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uploads import limits
from backend.organisations.models import Membership, Organisation, Standing
from issues.actions import attach, remove, upload
from issues.history import entries
from issues.models import Attachment, Place, Stage
from issues.record.chain import broken_chains
from tests.factories.files import PDF, TEXT, picture
from tests.factories.people import Player
from tests.factories.stories import Story


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
