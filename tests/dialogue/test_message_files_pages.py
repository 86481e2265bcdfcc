"""Attaching files to a message in the form, without JavaScript, and by machine: what was written and chosen is not lost."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.core.uploads import limits
from dialogue.models import Message, PrivateNote
from issues.models import Attachment, Stage
from tests.factories.api import ROOT, Program
from tests.factories.files import PDF, TEXT, sent
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.uploads.hostile import SVG
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def post(story: Story, who: Player | None = None, *files: Any, **fields: Any) -> Any:
    visitor = Visitor(story, who or story.cast.manager)
    fields = {"body": "See the plan.", "key": str(uuid4())} | fields
    return visitor.post(
        f"/issues/{story.issue.number}/messages/", fields | ({"files.new": list(files)} if files else {})
    )


def form_in(response: Any) -> str:
    return text_of(response).partition('id="write"')[2].partition("</form>")[0]


def taken(response: Any) -> list[str]:
    return re.findall(r'name="files" value="([^"]+)"', form_in(response))


def test_a_message_with_two_files_shows_them_as_downloads(story: Story) -> None:
    response = post(story.raised(), None, sent("plan.pdf", PDF), sent("<b>&amp;.txt", TEXT))
    assert response.status_code == 303
    page = text_of(Visitor(story, None).client.get(response["Location"]))
    message = page.partition('id="m1"')[2].partition('id="write"')[0]
    assert "<b>&amp;" not in message
    assert re.findall(r"PDF document, \d+", message)
    for file in Attachment.objects.select_related("issue"):
        assert f'href="{file.get_absolute_url()}"' in message
        download = Visitor(story, None).client.head(file.get_absolute_url())
        assert download["Content-Disposition"].startswith("attachment")
    listed = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/attachments/"))
    assert 'm/1/"><span class="vh">Message </span>#1</a>' in listed


def test_files_are_taken_in_and_out_again_before_anything_is_posted(story: Story) -> None:
    response = post(story.raised(), None, sent("a.txt", b"a"), sent("b.txt", b"b"), more="files")
    assert (response.status_code, len(taken(response)), Message.objects.count()) == (200, 2, 0)
    assert "See the plan." in form_in(response)
    gone, kept = taken(response)
    response = post(story, files=[gone, kept], remove_file=gone)
    assert (taken(response), Attachment.objects.count(), Message.objects.count()) == ([kept], 1, 0)
    back = Visitor(story, story.cast.manager).get(f"/issues/{story.issue.number}/")
    assert taken(back) == [kept], "it waits for whoever comes back"
    for other in (None, story.cast.representative, story.cast.officer):
        assert taken(Visitor(story, other).get(f"/issues/{story.issue.number}/")) == []
    assert post(story, files=[kept]).status_code == 303
    assert [each.uuid for each in story.issue.messages.for_thread().get().files] == [UUID(kept)]


def test_what_is_refused_keeps_the_text_and_the_other_files(story: Story) -> None:
    story.raised()
    for bad, words in ((sent("virus.png", SVG), "virus.png"), (sent("big.txt", b"x" * (limits.FILE + 1)), "big.txt")):
        response = post(story, None, sent("good.txt", TEXT), bad)
        form = form_in(response)
        assert (response.status_code, "See the plan." in form, "good.txt" in form, words in form) == (
            422,
            True,
            True,
            True,
        )
    assert (Message.objects.count(), len(taken(response))) == (0, 1)


@pytest.mark.parametrize("fields", [{"body": " "}, {"body": "Call 8 701 000 12 34."}, {"parent": "9"}])
def test_a_post_that_fails_keeps_the_files(story: Story, fields: dict[str, str]) -> None:
    response = post(story.raised(), None, sent("plan.txt", TEXT), **fields)
    assert (response.status_code, len(taken(response)), Message.objects.count()) == (422, 1, 0)
    again = post(story, files=taken(response))
    assert again.status_code == 303
    assert [each.name for each in story.issue.messages.for_thread().get().files] == ["plan.txt"]


def test_who_may_not_write_leaves_no_file(story: Story) -> None:
    story.raised()
    for who, status in ((story.cast.rival, 403), (story.cast.rival_officer, 403)):
        assert post(story, who, sent("plan.txt", TEXT)).status_code == status
    assert Visitor(story, None).post(
        f"/issues/{story.issue.number}/messages/", {"body": "Words.", "files.new": sent("a.txt", TEXT)}
    ).status_code in (302, 303, 403)
    assert not Attachment.objects.exists()


def test_a_file_that_is_not_there_any_more_is_told(story: Story) -> None:
    response = post(story.raised(), files=[str(uuid4())])
    assert response.status_code == 422
    assert "A file is no longer there" in form_in(response)
    assert "See the plan." in form_in(response)


def test_the_form_that_is_sent_without_a_new_page_gets_the_message_with_its_files(story: Story) -> None:
    visitor, address = Visitor(story.raised(), story.cast.manager), f"/en/issues/{story.issue.number}/messages/"
    key = str(uuid4())
    for _ in range(2):  # the answer to the first was lost on the way
        fields = {"body": "See.", "key": key, "files.new": sent("plan.txt", TEXT)}
        response = visitor.client.post(address, fields, headers={"HX-Request": "true"})
        assert (response.status_code, "plan.txt" in text_of(response)) == (201, True)
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 1)


def test_a_private_note_takes_none(story: Story) -> None:
    visitor = Visitor(story.raised(), story.cast.officer)
    page = f"/issues/{story.issue.number}/notes/"
    assert "A note takes no files." in text_of(visitor.get(page))
    visitor.post(page, {"body": "Ask Erlan.", "files.new": sent("plan.txt", TEXT), "key": str(uuid4())})
    assert (PrivateNote.objects.count(), Attachment.objects.count()) == (1, 0)


def test_a_program_sends_files_first_and_names_them_in_its_message(story: Story) -> None:
    program, path = Program(story.raised().cast.manager), f"issues/{story.issue.number}/"
    fields = {"as": "qamqor", "file": SimpleUploadedFile("plan.txt", TEXT), "place": "message"}
    token = {"Authorization": f"Token {program.token}"}
    file = program.client.post(f"{ROOT}{path}attachments/", fields, headers=token)
    assert (file.status_code, file.json()["published"], file.json()["place"]) == (201, False, "message")
    assert Program().get(f"{path}attachments/").json()["results"] == []
    made = program.post(f"{path}messages/", body="See.", files=[file.json()["id"]])
    assert made.status_code == 201, made.content
    shown = Program().get(f"{path}messages/", after=0).json()["results"][0]["files"]
    assert shown == [file.json() | {"published": True}]
    for wrong in ("text", 7, [7], [None], [{}], [file.json()["id"]]):
        refused = program.post(f"{path}messages/", body="Again.", files=wrong)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["files"]), wrong
    assert Attachment.objects.get().stage == Stage.PUBLISHED
