"""Where the bytes lie, when they go, and that two people at once get no more than one."""

import os
import stat
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from backend.core import checks
from backend.core.errors import Conflict, Invalid
from backend.core.uploads import limits
from backend.core.uploads.kinds import FileKind
from backend.core.uploads.storage import ARRIVING, PrivateFiles, new_key
from issues.actions import attach, move_issue, remove, upload
from issues.actions.attaching import PendingFiles
from issues.actions.keeping import remove_abandoned, remove_strays
from issues.models import Attachment, Issue, IssueEvent, Place, Stage
from tests.factories.at_once import at_once
from tests.factories.files import PDF, TEXT
from tests.factories.people import make_cast
from tests.factories.processes import PROJECT
from tests.factories.stories import MONDAY, Story

AFTER = timedelta(hours=limits.PENDING_HOURS, seconds=1)


# --- The store --------------------------------------------------------------------------------------------------------


def test_only_the_servers_user_reads_what_lies_there(tmp_path: Path) -> None:
    store = PrivateFiles(tmp_path / "deep" / "media")
    key = store.save(new_key(FileKind.PDF, MONDAY), ContentFile(PDF))
    place = Path(store.path(key))
    assert place.read_bytes() == PDF
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    folders = [each for each in place.parents if each.is_relative_to(tmp_path / "deep")]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}
    assert list(Path(store.path(ARRIVING)).iterdir()) == []


@pytest.mark.parametrize("failing", ["os.fsync", "pathlib.Path.rename"])
def test_a_file_that_could_not_be_written_whole_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*args: object) -> None:
        raise OSError("no space left on device")

    store, key = PrivateFiles(tmp_path), new_key(FileKind.PDF, MONDAY)
    monkeypatch.setattr(failing, full)
    with pytest.raises(OSError, match="no space"):
        store.save(key, ContentFile(PDF))
    assert not store.exists(key)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_a_key_tells_nothing_of_the_file() -> None:
    first, second = (new_key(FileKind.PDF, MONDAY) for _ in range(2))
    assert first != second
    assert len(first) == len("2026/02/02/") + 32 + len(".pdf") <= 60


@pytest.mark.parametrize("key", ["../outside.txt", "/etc/passwd", "a/../../outside.txt"])
def test_no_key_leads_out_of_the_store(key: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        default_storage.open(key)


# --- What nobody published --------------------------------------------------------------------------------------------


def test_a_file_that_waits_for_more_than_a_day_goes_with_its_bytes(
    story: Story, django_capture_on_commit_callbacks: Any
) -> None:
    story.raised()
    old = story.uploaded(story.cast.manager)
    young = story.later(hours=1).uploaded(story.cast.manager, "b.txt", b"young")
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_abandoned(old.at + AFTER) == 1
    assert list(Attachment.objects.all()) == [young]
    assert (default_storage.exists(old.storage_key), default_storage.exists(young.storage_key)) == (False, True)


def test_files_of_drafts_and_public_ones_never_go_by_themselves(story: Story) -> None:
    story.raised()
    attach(
        issue=story.issue, **story.cast.manager.acts, files=[story.uploaded(story.cast.manager).uuid], at=story.now
    )  # fmt: skip
    Story(story.cast, story.now).draft().uploaded(story.cast.manager)
    assert remove_abandoned(story.now + timedelta(days=1000)) == 0
    assert Attachment.objects.count() == 2


def test_what_a_crash_left_in_the_store_is_swept_after_two_days(story: Story) -> None:
    kept = story.draft().uploaded(story.cast.manager)
    stray = default_storage.save(new_key(FileKind.TEXT, story.now), ContentFile(TEXT))
    assert remove_strays(story.now + timedelta(days=1)) == 0
    assert default_storage.exists(stray)
    remove_strays(story.now + timedelta(days=2))
    assert (default_storage.exists(stray), default_storage.exists(kept.storage_key)) == (False, True)


def test_what_was_never_written_to_its_end_is_swept_after_a_day(tmp_path: Path) -> None:
    store = PrivateFiles(tmp_path)
    store.save(new_key(FileKind.TEXT, MONDAY), ContentFile(TEXT))
    left, fresh = (Path(store.path(ARRIVING)) / name for name in ("left", "fresh"))
    for each, hours in ((left, 30), (fresh, 1)):
        each.write_bytes(b"half")
        written = (MONDAY - timedelta(hours=hours)).timestamp()
        os.utime(each, (written, written))
    assert store.forget_unfinished(MONDAY - timedelta(days=1)) == 1
    assert (left.exists(), fresh.exists()) == (False, True)


# --- At once ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def real(transactional_db: None) -> Story:
    return Story(make_cast())


@pytest.mark.xdist_group("races")
def test_of_two_uploads_for_the_last_place_one_is_taken(real: Story) -> None:
    real.draft()
    for n in range(limits.FILES - 1):
        real.uploaded(real.cast.manager, f"{n}.txt", b"%d" % n)
    acts: dict[str, Any] = {"issue": Issue(pk=real.pk), "at": real.now}
    found = at_once([
        partial(upload, **acts, **who.acts, file=ContentFile(data), name="last.txt")
        for who, data in ((real.cast.manager, b"mine"), (real.cast.representative, b"theirs"))
    ])  # fmt: skip
    assert [type(each) for each in found if not isinstance(each, Attachment)] == [Invalid]
    assert Attachment.objects.count() == limits.FILES
    stored = {each.storage_key for each in Attachment.objects.all() if default_storage.exists(each.storage_key)}
    assert len(stored) == limits.FILES


@pytest.mark.xdist_group("races")
def test_publishing_and_removing_at_once_leave_no_half(real: Story) -> None:
    real.draft()
    file = real.uploaded(real.cast.representative)
    version = real.issue.version
    acts: dict[str, Any] = {"issue": Issue(pk=real.pk), "at": real.now}
    published, removed = at_once([
        partial(move_issue, **acts, **real.cast.manager.acts, move="submit", version=version),
        partial(remove, **acts, **real.cast.representative.acts, uuid=file.uuid),
    ])  # fmt: skip
    left = Attachment.objects.first()
    if isinstance(published, IssueEvent):
        assert isinstance(removed, Conflict)
        assert left is not None
        assert (left.stage, default_storage.exists(file.storage_key)) == (Stage.PUBLISHED, True)
    else:
        assert isinstance(published, Conflict)  # the draft is another than the one checked
        assert (removed, left, default_storage.exists(file.storage_key)) == (None, None, False)


@pytest.mark.xdist_group("races")
def test_the_job_leaves_alone_what_a_move_is_publishing(real: Story) -> None:
    real.raised()
    real.uploaded(real.cast.manager)
    with transaction.atomic():
        PendingFiles(real.issue, **real.cast.manager.acts, place=Place.ISSUE)
        assert at_once([partial(remove_abandoned, real.now + AFTER)]) == [0]
    assert remove_abandoned(real.now + AFTER) == 1


# --- Set up wrongly ---------------------------------------------------------------------------------------------------


def test_a_bucket_without_what_talks_to_it_is_told(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.S3_BUCKET = "birge"
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    assert [each.id for each in run_checks() if each.id == "core.E001"] == ["core.E001"]
    monkeypatch.setattr(checks, "find_spec", lambda name: object())
    assert [each for each in run_checks() if each.id in ("core.E001", "core.E002")] == []


@pytest.mark.parametrize("place", ["static", "static/files", ".", "static_collected/x"])
def test_files_in_a_folder_that_is_served_are_told(settings: Any, place: str) -> None:
    settings.MEDIA_ROOT = PROJECT / place
    assert "core.E002" in [each.id for each in run_checks()]


def test_a_bucket_set_in_the_environment_is_where_files_go() -> None:
    code = "from django.conf import settings as s; print(s.STORAGES['default'])"
    found = subprocess.run(
        [sys.executable, "-c", f"import django; {code}"], cwd=PROJECT, capture_output=True, text=True, check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "backend.settings", "S3_BUCKET": "birge", "S3_REGION": "eu",
                          "S3_ENDPOINT": "https://s3.example", "S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret"},
    )  # fmt: skip
    options = {"bucket_name": "birge", "endpoint_url": "https://s3.example", "region_name": "eu", "access_key": "key",
               "secret_key": "secret", "default_acl": "private", "file_overwrite": False}  # fmt: skip
    assert found.stdout.strip() == str({"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options})
