"""Files on pages, without JavaScript: when raising, with evidence, and added later."""

from typing import Any

import pytest
from django.urls import reverse

from issues.actions import attach
from issues.lifecycle import Status
from issues.models import Attachment, Issue, Place, Stage
from tests.factories.files import PDF, TEXT, picture, sent
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.uploads.hostile import SVG
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def manager(story: Story) -> Visitor:
    return Visitor(story, story.cast.manager)


def files_step(story: Story) -> str:
    return f"/issues/drafts/{story.issue.uuid}/files/"


def only() -> Attachment:
    return Attachment.objects.select_related("issue").get()


# --- When raising -----------------------------------------------------------------------------------------------------


def test_the_step_takes_files_shows_them_and_goes_on(story: Story, manager: Visitor) -> None:
    story.draft()
    assert 'enctype="multipart/form-data"' in text_of(manager.get(files_step(story)))
    response = manager.post(files_step(story), {"files.new": [sent("Хат.pdf", PDF), sent("b.txt")]}, more="files")
    assert (response.status_code, response["Location"]) == (303, f"/en{files_step(story)}")
    page = text_of(manager.get(files_step(story)))
    assert ("<bdi>Хат.pdf</bdi>" in page, "PDF document" in page, "<bdi>b.txt</bdi>" in page) == (True, True, True)
    response = manager.post(files_step(story), {"files.new": [sent("c.png", picture())]}, **{"continue": "1"})
    assert response["Location"] == f"/en/issues/drafts/{story.issue.uuid}/"
    check = text_of(manager.get(f"/issues/drafts/{story.issue.uuid}/"))
    assert all(f"<bdi>{name}</bdi>" in check for name in ("Хат.pdf", "b.txt", "c.png"))
    manager.post(f"/issues/drafts/{story.issue.uuid}/submit/", {"version": story.issue.version})
    assert list(Attachment.objects.values_list("stage", flat=True)) == [Stage.PUBLISHED] * 3
    page = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/"))
    assert all(each.get_absolute_url() in page for each in Attachment.objects.select_related("issue"))


def test_a_file_is_removed_again(story: Story, manager: Visitor) -> None:
    story.draft()
    manager.post(files_step(story), {"files.new": [sent("a.txt"), sent("b.txt", b"b")]})
    first = Attachment.objects.get(name="a.txt")
    response = manager.post(files_step(story), {"remove_file": str(first.uuid)})
    assert response["Location"] == f"/en{files_step(story)}"
    assert only().name == "b.txt"
    assert manager.post(files_step(story), {"remove_file": str(first.uuid)}).status_code == 303  # a second click
    assert only().name == "b.txt"


def test_the_step_can_be_left_out_or_finished_later(story: Story, manager: Visitor) -> None:
    story.draft()
    assert manager.post(files_step(story), {"later": "1"})["Location"] == "/en/me/"
    assert (
        manager.post(files_step(story), {"continue": "1"})["Location"] == f"/en/issues/drafts/{story.issue.uuid}/"
    )  # fmt: skip
    assert not Attachment.objects.exists()


def test_a_refused_file_is_told_by_name_and_the_good_one_beside_it_stays(story: Story, manager: Visitor) -> None:
    story.draft()
    files = [sent("<b>logo.svg", SVG), sent("good.txt")]
    response = manager.post(files_step(story), {"files.new": files}, **{"continue": "1"})
    page = text_of(response)
    assert response.status_code == 422
    assert "_b_logo.svg: This is a web page or a drawing" in page
    assert 'href="#id_files"' in page
    assert 'id="id_files"' in page
    assert "<bdi>good.txt</bdi>" in page
    assert only().name == "good.txt"


def test_the_eleventh_file_is_refused(story: Story, manager: Visitor) -> None:
    story.draft()
    response = manager.post(files_step(story), {"files.new": [sent(f"{n}.txt", b"%d" % n) for n in range(11)]})
    assert response.status_code == 422
    assert "10.txt: There are as many files here as there may be: 10." in text_of(response)
    assert Attachment.objects.count() == 10


def test_publishing_a_draft_to_which_a_colleague_added_a_file_shows_it_first(story: Story, manager: Visitor) -> None:
    version = story.draft().issue.version
    story.uploaded(story.cast.representative)
    response = manager.post(f"/issues/drafts/{story.issue.uuid}/submit/", {"version": version})
    assert response.status_code == 409
    assert "<bdi>letter.txt</bdi>" in text_of(response)
    assert only().stage == Stage.DRAFT


def test_hostile_names_are_shown_as_text(story: Story, manager: Visitor) -> None:
    story.draft()
    manager.post(
        files_step(story), {"files.new": [sent('"><script>alert(1)</script>.txt'), sent("x\u202egpj.exe", PDF)]}
    )
    page = text_of(manager.get(files_step(story))).split("<main")[1]
    assert ("<script" in page, "\u202e" in page) == (False, False)
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["script_.txt", "xgpj.pdf"]


def test_a_published_draft_takes_no_more_files(story: Story, manager: Visitor) -> None:
    story.draft()
    path = files_step(story)
    story.move("submit", story.cast.manager)
    response = manager.post(path, {"files.new": [sent("late.txt")]})
    assert response["Location"] == f"/en/issues/{story.issue.number}/"
    assert not Attachment.objects.exists()


# --- Evidence ---------------------------------------------------------------------------------------------------------


def posted(visitor: Visitor, act: str, data: dict[str, Any], **more: Any) -> Any:
    return visitor.post(visitor.page(act), {"version": visitor.story.issue.version} | data, **more)


def test_a_report_keeps_its_files_through_errors_and_the_check(story: Story) -> None:
    story.answered("supported", "supported")
    signatory = Visitor(story, story.cast.signatory)
    data = {"evidence.1.files.new": [sent("register.pdf", PDF)], "evidence.1.text": "All is paid."}
    response = posted(signatory, "report-done", data)
    page = text_of(response)
    assert response.status_code == 422  # of the second ask nothing was said
    file = only()
    hidden = f'name="evidence.1.files" value="{file.uuid}"'
    assert hidden in page
    assert ("All is paid." in page, "<bdi>register.pdf</bdi>" in page) == (True, True)
    data = {"evidence.1.files": [str(file.uuid)], "evidence.1.text": "All is paid.", "evidence.2.text": "Told."}
    check = posted(signatory, "report-done", data)
    page = text_of(check)
    assert check.status_code == 200
    assert "Check before you publish" in page
    assert hidden in page
    assert "<bdi>register.pdf</bdi> (PDF document" in page
    assert only().stage == Stage.PENDING
    assert hidden in text_of(posted(signatory, "report-done", data, change="1"))
    response = posted(signatory, "report-done", data, confirmed="1")
    assert (response.status_code, story.issue.status) == (303, Status.REPORTED_DONE)
    assert only().evidence == story.issue.evidence.get(ask__n=1)


def test_the_issues_page_shows_evidence_with_its_files_against_what_was_to_show_it(story: Story) -> None:
    story.answered("supported")
    file = story.uploaded(story.cast.signatory, "register.pdf", PDF, Place.EVIDENCE)
    story.move("report_done", story.cast.signatory, evidence=[{"n": 1, "text": "Paid.", "files": [file.uuid]}])
    page = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/"))
    evidence = page.split('id="ask-1"')[1].split("Evidence that it is done")[1]
    promised, paid, link = (
        evidence.index(words)
        for words in (
            'To be shown, as promised: <span lang="en">The register of payments',
            "Paid.",
            only().get_absolute_url(),
        )
    )
    assert promised < paid < link
    listed = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/attachments/"))
    assert "Evidence for ask 1" in listed


def test_a_file_is_taken_out_of_the_form_again(story: Story) -> None:
    signatory = Visitor(story.answered("supported"), story.cast.signatory)
    posted(signatory, "report-done", {"evidence.1.files.new": [sent("a.txt"), sent("b.txt")]}, more="files")
    first, second = Attachment.objects.order_by("name")
    data = {"evidence.1.text": "Paid.", "evidence.1.files": [str(first.uuid), str(second.uuid)]}
    response = posted(signatory, "report-done", data, remove_file=str(first.uuid))
    page = text_of(response)
    assert (response.status_code, str(first.uuid) in page, str(second.uuid) in page) == (200, False, True)
    assert ("Paid." in page, "There is a problem" in page) == (True, False)
    assert only() == second


def test_a_refused_file_stands_beside_its_field_with_the_rest_kept(story: Story) -> None:
    signatory = Visitor(story.answered("supported"), story.cast.signatory)

    def with_logo(**more: str) -> Any:
        data = {"evidence.1.files.new": [sent("logo.svg", SVG)], "evidence.1.text": "Paid."}
        return posted(signatory, "report-done", data, **more)

    response = with_logo()
    assert response.status_code == 422
    assert list(response.context["move_form"].errors) == ["evidence.1.files"]
    page = text_of(response)
    assert 'href="#id_evidence.1.files"' in page
    assert "Ask 1. Files that show it: logo.svg: This is a web page" in page
    assert "logo.svg: This is a web page" in text_of(with_logo(more="files"))
    response = with_logo(confirmed="1")
    assert (response.status_code, story.issue.status) == (422, Status.IN_PROGRESS)  # nothing goes out without it


def test_an_answer_with_evidence_and_files(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    data = {
        "asks.1.verdict": "supported", "asks.1.ground": "already_done", "asks.1.text": "It is done.",
        "asks.1.evidence": "See the register.", "asks.1.files.new": [sent("register.csv", TEXT)],
    }  # fmt: skip
    check = posted(signatory, "answer", data)
    assert check.status_code == 200, text_of(check)
    del data["asks.1.files.new"]
    response = posted(signatory, "answer", data | {"asks.1.files": [str(only().uuid)]}, confirmed="1")
    assert (response.status_code, story.issue.status) == (303, Status.REPORTED_DONE)
    assert (only().name, only().evidence) == ("register.csv", story.issue.evidence.get())


def test_another_move_takes_no_files(story: Story) -> None:
    officer = Visitor(story.raised(), story.cast.officer)
    posted(officer, "accept", {"unit": "U", "evidence.1.files.new": [sent("a.txt")], "unit.new": [sent("b.txt")]})
    assert not Attachment.objects.exists()


def test_files_of_somebody_who_may_not_report_are_not_kept(story: Story) -> None:
    manager = Visitor(story.answered("supported"), story.cast.manager)
    response = posted(manager, "report-done", {"evidence.1.files.new": [sent("a.txt")]})
    assert response.status_code == 403
    assert not Attachment.objects.exists()


def test_a_field_that_is_not_in_the_form_leads_nowhere(story: Story) -> None:
    signatory = Visitor(story.answered("supported"), story.cast.signatory)
    data = {"evidence.7.files.new": [sent("a.txt")], "nonsense": [sent("b.txt")], "evidence.1.text": "Paid."}
    assert posted(signatory, "report-done", data, confirmed="1").status_code == 303
    assert not Attachment.objects.published().exists()


# --- Added later ------------------------------------------------------------------------------------------------------


def attachments(story: Story) -> str:
    return f"/issues/{story.issue.number}/attachments/"


def test_files_are_added_to_an_open_issue_after_a_second_look(story: Story, manager: Visitor) -> None:
    story.raised()
    assert f"/en{attachments(story)}" in text_of(manager.get(f"/issues/{story.issue.number}/"))
    response = manager.post(attachments(story), {"files.new": [sent("new.pdf", PDF)]}, more="files")
    assert (response.status_code, response["Location"]) == (303, f"/en{attachments(story)}")
    page = text_of(manager.get(attachments(story)))
    assert "These files are not published yet." in page
    assert "new.pdf" not in text_of(Visitor(story, None).get(attachments(story)))
    response = manager.post(attachments(story), {"files": [str(only().uuid)]}, publish="1")
    assert response["Location"] == f"/en/issues/{story.issue.number}/"
    public = Visitor(story, None)
    for path in (f"/issues/{story.issue.number}/", attachments(story)):
        assert "<bdi>new.pdf</bdi>" in text_of(public.get(path))
    assert "Files attached" in text_of(public.get(f"/issues/{story.issue.number}/history/"))
    assert "Files attached" in text_of(public.get(f"/issues/{story.issue.number}/"))  # a line of the thread


@pytest.mark.parametrize("who", ["other_manager", "officer", "signatory", "chair", "moderator"])
def test_others_read_the_list_and_add_nothing(story: Story, who: str) -> None:
    story.raised()
    player: Player = getattr(story.cast, who)
    visitor = Visitor(story, player)
    page = visitor.get(attachments(story))
    assert (page.status_code, "No files yet." in text_of(page), 'type="file"' in text_of(page)) == (200, True, False)
    response = visitor.post(attachments(story), {"files.new": [sent("a.txt")]})
    assert response.status_code == 403
    assert "Files are attached by the people of the NGO" in text_of(response)
    assert not Attachment.objects.exists()


def test_a_published_file_has_no_button_to_remove_it_and_stays(story: Story, manager: Visitor) -> None:
    file = story.raised().uploaded(story.cast.manager)
    attach(issue=story.issue, **story.cast.manager.acts, files=[file.uuid], at=story.now)
    assert "remove_file" not in text_of(manager.get(attachments(story)))
    response = manager.post(attachments(story), {"remove_file": str(file.uuid)})
    assert (response.status_code, Attachment.objects.count()) == (409, 1)
    assert "part of the public record" in text_of(response)


def test_pressing_publish_without_files_is_answered_in_words(story: Story, manager: Visitor) -> None:
    story.raised()
    response = manager.post(attachments(story), {}, publish="1")
    assert response.status_code == 422
    assert 'href="#id_files">Choose at least one file.' in text_of(response)


def test_a_draft_has_no_public_list_of_files(story: Story, manager: Visitor) -> None:
    story.draft().uploaded(story.cast.manager)
    assert not Issue.objects.exclude(number=None).exists()
    assert manager.get("/issues/2026-000001/attachments/").status_code == 404
    assert reverse("attachments", args=["2026-000001"]) == "/en/issues/2026-000001/attachments/"


@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "-1", "None", "🦄"], ids=range(5))
def test_whatever_is_sent_is_answered_in_words(story: Story, manager: Visitor, value: str) -> None:
    story.draft()
    for data in ({"files": [value], "remove_file": value}, {"files.new": value}):
        assert manager.post(files_step(story), data).status_code == 303
    story.move("submit", story.cast.manager)
    for data in ({"files": [value], "remove_file": value}, {"files.new": value, "publish": value}):
        assert manager.post(attachments(story), data).status_code in (303, 422)
