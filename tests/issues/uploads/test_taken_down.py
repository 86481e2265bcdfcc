"""A public file with personal data is taken down by blanking its name: itself a public event, and the record still verifies."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import Error, transaction

from backend.core.errors import Conflict, Forbidden
from issues.actions import attach, blank_text
from issues.models import Attachment
from issues.record.chain import broken_chains
from tests.factories.files import PDF
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def file(story: Story) -> Attachment:
    waiting = story.raised().uploaded(story.cast.manager, "Passport of Aigul N.pdf", PDF)
    attach(issue=story.issue, **story.cast.manager.acts, files=[waiting.uuid], at=story.now)
    return Attachment.objects.select_related("issue").get()


def taken_down(story: Story, file: Attachment, who: Player) -> Any:
    key = f"file.{file.uuid}"
    return blank_text(issue=story.issue, event=2, key=key, code="personal_data", **who.acts, at=story.now)


def test_its_name_and_its_bytes_go_and_that_it_was_there_stays(
    story: Story, file: Attachment, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        event = taken_down(story, file, story.cast.moderator)
        assert default_storage.exists(file.storage_key)
    assert not default_storage.exists(file.storage_key)
    assert event.facts["blanked"] == [{"event": 2, "key": f"file.{file.uuid}"}]
    assert broken_chains([story.issue]) == {}
    public = Visitor(story, None)
    assert public.client.get(file.get_absolute_url()).status_code == 404
    for path in ("", "attachments/", "history/"):
        page = text_of(public.get(f"/issues/{story.issue.number}/{path}"))
        assert ("Aigul" in page, file.get_absolute_url() in page) == (False, False)
    page = text_of(public.get(f"/issues/{story.issue.number}/attachments/"))
    assert "[Personal data removed]" in page
    assert "Taken down:" in page
    assert file.sha256 in text_of(public.get(f"/issues/{story.issue.number}/history/"))


def test_only_a_moderator_takes_it_down_and_once(story: Story, file: Attachment) -> None:
    for who in (story.cast.manager, story.cast.signatory, story.cast.chair):
        with pytest.raises(Forbidden):
            taken_down(story, file, who)
    taken_down(story, file, story.cast.moderator)
    with pytest.raises(Conflict):
        taken_down(story, file, story.cast.moderator)


def test_the_page_says_what_goes_and_trying_it_out_takes_nothing_away(story: Story, file: Attachment) -> None:
    moderator = Visitor(story, story.cast.moderator)
    path = f"/issues/{story.issue.number}/history/2/file.{file.uuid}/blank/"
    assert "The file is taken down with its name" in text_of(moderator.get(path))
    check = moderator.post(path, {"code": "personal_data"})
    assert check.status_code == 200
    assert moderator.client.head(file.get_absolute_url()).status_code == 200
    moderator.post(path, {"code": "personal_data"}, confirmed="1")
    assert moderator.client.get(file.get_absolute_url()).status_code == 404


def test_it_is_not_put_back_and_nothing_else_of_it_changes(story: Story, file: Attachment) -> None:
    rows = Attachment.objects.filter(pk=file.pk)
    changes: list[dict[str, Any]] = [
        {"name": "other.pdf"}, {"taken_down_at": story.now, "sha256": "0" * 64}, {"taken_down_at": story.now, "size": 1},
        {"taken_down_at": story.now, "storage_key": "x"},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(Error, match="Cannot update"), transaction.atomic():
            rows.update(**change)
    taken_down(story, file, story.cast.moderator)
    for change in ({"name": "Passport.pdf"}, {"taken_down_at": None}):
        with pytest.raises(Error, match="Cannot update"), transaction.atomic():
            rows.update(**change)
