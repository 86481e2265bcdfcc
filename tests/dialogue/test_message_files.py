"""Files of messages: who attaches them, one event for both, and what becomes of them with the message."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error, transaction

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uploads import limits
from dialogue.actions import edit_message, hide_message, post_message, show_message
from dialogue.live import Thread
from dialogue.models import Message
from issues import policies
from issues.actions import blank_text, remove, upload
from issues.models import Attachment, Place, Stage
from issues.record.chain import broken_chains
from tests.factories.files import PDF, TEXT
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.folding import differences
from tests.issues.matrix.roles import ROLES, acts
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def uploaded(story: Story, name: str = "plan.txt", data: bytes = TEXT, who: Player | None = None) -> Attachment:
    return story.uploaded(who or story.cast.manager, name, data, Place.MESSAGE)


def post(story: Story, files: Any, who: Player | None = None, body: str = "See the plan.", **more: Any) -> Message:
    return post_message(
        issue=story.issue, body=body, files=files, at=story.now, **(who or story.cast.manager).acts, **more
    )


def hide(story: Story, code: str = "insult") -> None:
    hide_message(issue=story.issue, seq=1, code=code, at=story.now, **story.cast.moderator.acts)


@pytest.fixture
def file(story: Story) -> Attachment:
    """Of message 1."""
    waiting = uploaded(story.raised(), "Passport of Aigul N.pdf", PDF)
    post(story, [waiting.uuid])
    return Attachment.objects.select_related("issue").get()


def outlets(story: Story) -> dict[str, str]:
    """What a visitor reads, and what comes over the socket, anew."""
    number, visitor = story.issue.number, Visitor(story, None)
    paths = ("", "thread/?after=0", "attachments/", "history/", "m/1/")
    found = {path: text_of(visitor.client.get(f"/en/issues/{number}/{path}", follow=True)) for path in paths}
    found["api"] = text_of(visitor.client.get(f"/api/v1/issues/{number}/messages/"))
    found["api files"] = text_of(visitor.client.get(f"/api/v1/issues/{number}/attachments/"))
    found["api issue"] = text_of(visitor.client.get(f"/api/v1/issues/{number}/"))
    found["socket"] = " ".join(frame.texts["en"] for frame in Thread().frames(story.issue.pk, 0, ["en"]))
    return found


def test_they_are_published_with_the_message_in_one_event(story: Story) -> None:
    files = [uploaded(story.raised(), "a.txt"), uploaded(story, "b.pdf", PDF)]
    message = post(story, [str(each.uuid) for each in files])
    event = story.issue.events.get(move="message_posted")
    assert event.facts == {
        "message": 1, "parent": None,
        "files": [{"uuid": str(each.uuid), "sha256": each.sha256, "size": each.size, "type": each.mime} for each in files],
    }  # fmt: skip
    assert {text.key: text.text for text in event.texts.all()} == {
        "body": "See the plan.", f"file.{files[0].uuid}": "a.txt", f"file.{files[1].uuid}": "b.pdf",
    }  # fmt: skip
    shown = story.issue.messages.for_thread().get(pk=message.pk).files
    assert [(each.name, each.message, each.stage) for each in story.issue.attachments.all()] == [
        ("a.txt", 1, "published"), ("b.pdf", 1, "published"),
    ]  # fmt: skip
    assert [(each.name, each.size, each.mime, each.get_absolute_url()) for each in shown] == [
        (each.name, each.size, each.mime, f"/en/issues/{story.issue.number}/attachments/{each.uuid}/") for each in files
    ]
    assert (broken_chains([story.issue]), differences(story.issue)) == ({}, {})


def test_without_files_the_record_says_nothing_of_files(story: Story) -> None:
    story.raised()
    for files in (None, [], ()):
        post(story, files, body=f"Words {files}.")
    assert not any("files" in event.facts for event in story.issue.events.filter(move="message_posted"))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "system"])
def test_who_may_post_may_attach_and_nobody_else(story: Story, role: str) -> None:
    story.raised()
    who = acts(story.cast, role)
    seat = policies.Seat(
        who["actor"], who["organisation"], policies.role_in(who["actor"], who["organisation"], story.now)
    )
    sent: dict[str, Any] = {"file": ContentFile(TEXT), "name": "a.txt", "place": Place.MESSAGE, "at": story.now}
    if seat.role and policies.can_post(seat, story.issue) is None:
        assert upload(issue=story.issue, **who, **sent).place == Place.MESSAGE
        return
    with pytest.raises(Forbidden):
        upload(issue=story.issue, **who, **sent)
    assert not Attachment.objects.exists()


def test_none_are_taken_into_a_draft_or_a_closed_issue(story: Story) -> None:
    with pytest.raises(Conflict):
        uploaded(story.draft())
    waiting = uploaded(story.move("submit", story.cast.manager))
    story.move("withdraw", story.cast.manager, reason="Solved.")
    with pytest.raises(Conflict):
        uploaded(story, "b.txt", b"b")
    with pytest.raises(Conflict):
        post(story, [waiting.uuid])


def test_only_ones_own_files_that_wait_for_a_message_are_named(story: Story) -> None:
    story.raised()
    colleagues = uploaded(story, "a.txt", b"a", story.cast.representative)
    of_the_issue = story.uploaded(story.cast.manager, "b.txt", b"b")
    mine, used = uploaded(story, "c.txt", b"c"), uploaded(story, "d.txt", b"d")
    post(story, [used.uuid])
    for wrong in ([colleagues.uuid], [of_the_issue.uuid], [used.uuid], [mine.uuid] * 2, [uuid4()], ["x"], [None], "text", 7,
                  {"a": 1}, [uuid4()] * 11):  # fmt: skip
        for key in (None, uuid4()):
            with pytest.raises(Invalid) as caught:
                post(story, wrong, body="Other words.", key=key)
            assert list(caught.value.errors) == ["files"]
    assert (story.issue.seq, Attachment.objects.get(pk=mine.pk).stage) == (1, Stage.PENDING)


def test_ten_for_each_message_and_files_alone_are_no_message(story: Story) -> None:
    story.raised()
    files = [uploaded(story, f"{n}.txt", str(n).encode()) for n in range(limits.FILES)]
    with pytest.raises(Invalid, match="as many files here as there may be: 10"):
        uploaded(story, "more.txt", b"more")
    with pytest.raises(Invalid) as caught:
        post(story, [each.uuid for each in files], body=" ")
    assert list(caught.value.errors) == ["body"]
    post(story, [each.uuid for each in files])
    assert uploaded(story, "next.txt", b"next").stage == Stage.PENDING
    assert len(story.issue.messages.for_thread().get().files) == limits.FILES


def test_a_repeat_that_sends_the_same_bytes_again_is_the_same_message(story: Story) -> None:
    key = uuid4()
    first = post(story.raised(), [uploaded(story).uuid], key=key)
    again = uploaded(story)
    assert post(story, [again.uuid], key=key) == first
    assert list(Attachment.objects.values_list("stage", flat=True)) == ["published"], "nothing waits in the form"
    assert post(story, [uploaded(story, "b.txt", b"b").uuid], key=key) != first, "other files are another message"


def test_what_is_posted_stays_and_an_edit_leaves_it(story: Story, file: Attachment) -> None:
    with pytest.raises(Conflict):
        remove(issue=story.issue, **story.cast.manager.acts, uuid=file.uuid)
    edit_message(issue=story.issue, seq=1, body="Other words.", at=story.now, **story.cast.manager.acts)
    assert [each.name for each in story.issue.messages.for_thread().get().files] == [file.name]
    for change in ({"name": "b.pdf"}, {"message": 2}, {"size": 1}, {"withheld_at": story.now, "name": "b.pdf"}):
        with pytest.raises(Error), transaction.atomic():
            Attachment.objects.filter(pk=file.pk).update(**change)


def test_every_outlet_shows_them_and_none_once_the_message_is_hidden(story: Story, file: Attachment) -> None:
    told_by = {where for where, words in outlets(story).items() if "Aigul" in words}
    assert told_by == {"", "thread/?after=0", "attachments/", "history/", "m/1/", "api", "api files", "socket"}
    address, visitor = file.get_absolute_url(), Visitor(story, None)
    assert visitor.client.head(address).status_code == 200
    hide(story)
    for where, words in outlets(story).items():
        assert ("Aigul" in words, address in words) == (False, False), where
    for who in (None, story.cast.manager, story.cast.officer, story.cast.moderator):
        assert Visitor(story, who).client.get(address).status_code == 404
    show_message(issue=story.issue, seq=1, reason="No insult.", at=story.now, **story.cast.other_moderator.acts)
    assert {where for where, words in outlets(story).items() if "Aigul" in words} == told_by
    assert visitor.client.head(address).status_code == 200
    assert (broken_chains([story.issue]), default_storage.exists(file.storage_key)) == ({}, True)


def test_hidden_for_personal_data_their_names_and_bytes_are_gone(
    story: Story, file: Attachment, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        hide(story, "personal_data")
    event = story.issue.events.get(move="message_hidden")
    assert event.facts["blanked"] == [{"event": 2, "key": "body"}, {"event": 2, "key": f"file.{file.uuid}"}]
    assert not default_storage.exists(file.storage_key)
    assert (Attachment.objects.get().name, broken_chains([story.issue])) == ("[Personal data removed]", {})
    assert Visitor(story, None).client.get(file.get_absolute_url()).status_code == 404


def test_one_file_is_taken_down_and_whoever_watches_is_told(
    story: Story, file: Attachment, django_capture_on_commit_callbacks: Any
) -> None:
    Visitor(story, None).get(f"/issues/{story.issue.number}/")
    with django_capture_on_commit_callbacks(execute=True):
        moderator = story.cast.moderator.acts
        blank_text(issue=story.issue, event=2, key=f"file.{file.uuid}", code="personal_data", at=story.now, **moderator)
    assert not default_storage.exists(file.storage_key)
    assert story.issue.messages.get().rev == story.issue.rev == 3
    for where, words in outlets(story).items():
        assert "Aigul" not in words, where
    frame = Thread().frames(story.issue.pk, 2, ["en"])[0].texts["en"]
    assert ('"t":"edit"' in frame, "[Personal data removed]" in frame, "See the plan." in frame) == (True, True, True)
