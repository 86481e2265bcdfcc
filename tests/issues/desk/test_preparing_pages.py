"""Pages of prepared answers: the officer's form, the signatory's screens; and nowhere else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.organisations.models import Role
from issues.models import Issue, PreparedAnswer, PreparedState
from tests.factories.people import Player, player
from tests.factories.stories import Story
from tests.issues.desk.test_preparing import prepared, returned, row
from tests.issues.test_signing_for import deputise
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

SECRET = "Only if the ministry of finance agrees"


def sent(story: Story, **changed: str) -> dict[str, str]:
    due = (story.now + timedelta(30)).date().isoformat()
    said = {
        "verdict": "supported", "ground": "law", "text": "It will be paid.", "commitments.1.text": "Pay all",
        "commitments.1.unit": "Finance", "commitments.1.due": due, "commitments.1.shows": "The register",
    }  # fmt: skip
    return {f"asks.1.{name}": value for name, value in said.items()} | {"prepared_version": "0"} | changed


def address(story: Story) -> str:
    return f"/issues/{story.issue.number}/answer/prepare/"


def screen(story: Story, more: str = "") -> str:
    return f"/desk/signing/{story.issue.number}/{more}"


def test_an_officer_prepares_hands_over_and_the_signatory_publishes(story: Story) -> None:
    officer, signatory = Visitor(story.accepted(), story.cast.officer), Visitor(story, story.cast.signatory)
    assert 'name="asks.1.files.new"' not in text_of(officer.get(address(story)))
    saved = officer.post(address(story), sent(story, note=SECRET), save="1")
    assert (saved.status_code, saved["Location"]) == (303, f"/en{address(story)}")
    page = text_of(officer.get(address(story)))
    for words in ("It will be paid.", SECRET, "Being prepared", 'name="prepared_version" value="1"'):
        assert words in page
    handed = officer.post(address(story), sent(story, note=SECRET, prepared_version="1"), hand_over="1")
    assert (handed.status_code, handed["Location"]) == (303, "/en/desk/")

    page = text_of(signatory.get("/desk/signing/"))
    for words in (SECRET, "It will be paid.", "Pay all", "The register", "Prepared by: Officer", "1 of 1"):
        assert words in page
    check = signatory.post(screen(story), {"prepared_version": "2"}, check="1")
    assert check.status_code == 200
    assert "Status: In progress." in text_of(check)
    assert SECRET not in text_of(check)
    assert story.issue.status == "under_consideration"
    done = signatory.post(screen(story), {"prepared_version": "2"}, confirmed="1")
    assert (done.status_code, done["Location"]) == (303, "/en/desk/signing/")
    assert story.issue.status == "in_progress"
    end = text_of(signatory.get("/desk/signing/"))
    assert "Nothing waits for your signature." in end
    assert f"Published: {story.issue.number}." in end


def test_what_is_missing_is_said_beside_the_fields_and_nothing_is_lost(story: Story) -> None:
    officer = Visitor(story.accepted(), story.cast.officer)
    page = officer.post(address(story), sent(story, **{"asks.1.commitments.1.shows": ""}), hand_over="1")
    assert page.status_code == 422
    for words in ("There is a problem", "It will be paid.", "Ask 1. Commitment 1. What will show that it is done"):
        assert words in text_of(page)
    assert not PreparedAnswer.objects.exists()


def test_a_further_commitment_is_shown_without_saving(story: Story) -> None:
    page = Visitor(story.accepted(), story.cast.officer).post(address(story), sent(story), more="1")
    assert 'name="asks.1.commitments.3.text"' in text_of(page)
    assert not PreparedAnswer.objects.exists()


def test_returned_with_a_word_the_officer_sees_it_in_the_draft(story: Story) -> None:
    prepared(story.accepted())
    signatory = Visitor(story, story.cast.signatory)
    empty = signatory.post(screen(story, "return/"), {"prepared_version": "1", "word": ""})
    assert empty.status_code == 422
    assert "Write something here." in text_of(empty)
    done = signatory.post(screen(story, "return/"), {"prepared_version": "1", "word": "From which budget?"})
    assert (done.status_code, done["Location"]) == (303, "/en/desk/signing/")
    page = text_of(Visitor(story, story.cast.officer).get(address(story)))
    assert "Returned by: Signatory" in page
    assert "From which budget?" in page


def test_the_second_editor_sees_both_texts_and_may_save_theirs_knowingly(story: Story) -> None:
    other = player("second", story.cast.ministry, Role.OFFICER)
    prepared(story.accepted(), other, row(story, text="Their words."))
    officer = Visitor(story, story.cast.officer)
    page = officer.post(address(story), sent(story, prepared_version="0"), save="1")
    assert page.status_code == 409
    for words in ("Changed by Second since you opened it. Your text is kept.", "It will be paid.", "Their words."):
        assert words in text_of(page)
    mine = sent(story, prepared_version=str(page.context["prepared"].version))
    again = officer.post(address(story), mine, change="1")
    assert 'name="prepared_version" value="1"' in text_of(again)
    assert officer.post(address(story), mine, save="1").status_code == 303
    assert PreparedAnswer.objects.get().asks[0]["text"] == "It will be paid."


def test_published_while_the_officer_wrote_the_text_is_kept_on_the_page(story: Story) -> None:
    prepared(story.accepted())
    story.move("answer", story.cast.signatory, asks=[row(story)])
    page = Visitor(story, story.cast.officer).post(address(story), sent(story, prepared_version="1"), save="1")
    assert page.status_code == 409
    assert "It will be paid." in text_of(page)
    assert "Last move: Publish the official answer (Signatory" in text_of(page)


def test_a_signatory_whose_page_is_old_reads_again_before_deciding(story: Story) -> None:
    prepared(story.accepted())
    prepared(story, None, row(story, text="Another answer."), version=1)
    page = Visitor(story, story.cast.signatory).post(screen(story), {"prepared_version": "1"}, confirmed="1")
    assert page.status_code == 409
    assert "Changed by Officer since you opened it." in text_of(page)


def test_personal_data_is_decided_on_the_check_page(story: Story) -> None:
    prepared(story.accepted(), None, row(story, text="Call +7 701 123 45 67."))
    signatory = Visitor(story, story.cast.signatory)
    check = signatory.post(screen(story), {"prepared_version": "1"}, check="1")
    [name] = check.context["form"].fields
    assert check.status_code == 200
    undecided = signatory.post(screen(story), {"prepared_version": "1"}, confirmed="1")
    assert undecided.status_code == 422
    assert "choose whether to mask or keep it" in text_of(undecided)
    assert signatory.post(screen(story), {"prepared_version": "1", name: "mask"}, confirmed="1").status_code == 303
    assert "701" not in story.issue.asks.get().answers.get().text


def test_the_queue_is_walked_one_by_one_and_says_what_waiting_costs(story: Story) -> None:
    second = Story(story.cast, story.now + timedelta(days=2)).accepted()
    prepared(second)
    prepared(story.accepted())
    story.now = second.now
    signatory = Visitor(story, story.cast.signatory)
    page = text_of(signatory.get("/desk/signing/"))
    assert "1 of 2" in page
    assert screen(second) in page
    assert "“no answer in time” is entered" in page
    assert screen(story) in text_of(signatory.get(screen(second)))  # after the last one the first
    story.later(days=40)
    assert "“No answer in time” stands in the public record" in text_of(
        Visitor(story, story.cast.signatory).get(screen(story))
    )


@pytest.mark.parametrize("who", ["officer", "coordinator", "manager", "chair", "moderator"])
def test_the_queue_is_for_those_who_sign(story: Story, who: str) -> None:
    prepared(story.accepted())
    visitor = Visitor(story, getattr(story.cast, who))
    assert visitor.get("/desk/signing/").status_code == 403
    assert visitor.get(screen(story)).status_code == 403


def test_a_deputy_has_the_queue_in_their_days(story: Story) -> None:
    prepared(story.accepted())
    deputise(story)
    officer = Visitor(story, story.cast.officer)
    check = officer.post(screen(story), {"prepared_version": "1"}, check="1")
    assert "deputy for: Signatory" in text_of(check)
    story.later(days=12)
    assert officer.get("/desk/signing/").status_code == 403


def test_another_bodys_signatory_finds_nothing(story: Story) -> None:
    prepared(story.accepted())
    rival = Visitor(story, story.cast.rival)
    assert "Nothing waits for your signature." in text_of(rival.get("/desk/signing/"))
    assert rival.get(screen(story)).status_code == 404
    assert rival.post(screen(story, "return/"), {"word": "?"}).status_code == 404
    assert rival.get(address(story)).status_code == 403


@pytest.mark.thorough
def test_nothing_of_it_is_anywhere_public(story: Story) -> None:
    held = prepared(story.accepted(), None, row(story, text=SECRET), note=SECRET)
    returned(story, word=SECRET)
    assert held.state == PreparedState.WAITING
    number = story.issue.number
    paths = [
        f"/issues/{number}/{more}" for more in ("", "history/", "clock/", "thread/", "commitments/", "attachments/")
    ]
    paths += ["/", "/issues/", f"/issues/?q={number}", "/bodies/labour/", "/ngos/qamqor/", "/council/", "/me/"]
    people: list[Player | None] = [None, story.cast.manager, story.cast.rival_officer, story.cast.chair]
    for who in people:
        visitor = Visitor(story, who)
        for path in paths:
            page = text_of(visitor.get(path))
            assert SECRET not in page, (who, path)
            assert "Returned" not in page, (who, path)
        assert SECRET not in text_of(visitor.get(address(story)))


def test_a_dispute_for_no_answer_leaves_the_answer_late(story: Story) -> None:
    story.accepted().on(story.now + timedelta(days=25)).move("dispute", story.cast.manager, asks=[1], reason="Silence.")
    prepared(story)
    page = text_of(Visitor(story, story.cast.signatory).get(screen(story)))
    assert "cost-late" in page
    assert "the public council looks into it" in page


def test_a_screen_costs_the_same_however_many_wait(story: Story) -> None:
    prepared(story.accepted())
    visitor, counted = Visitor(story, story.cast.signatory), []
    for more in (0, 3):
        for _ in range(more):
            prepared(Story(story.cast, story.now).accepted())
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get("/desk/signing/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert counted[0] <= 20


def test_the_issues_page_offers_preparing_to_officers_and_to_nobody_else(story: Story) -> None:
    number = story.accepted().issue.number
    for who in (
        None,
        *(getattr(story.cast, name) for name in ("manager", "rival_officer", "coordinator", "signatory")),
    ):
        assert address(story) not in text_of(Visitor(story, who).get(f"/issues/{number}/"))
    assert address(story) in text_of(Visitor(story, story.cast.officer).get(f"/issues/{number}/"))


def test_a_signatory_who_answers_directly_is_told_that_an_answer_is_prepared(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    words = "An answer is prepared already."
    assert words not in text_of(signatory.get(f"/issues/{story.issue.number}/answer/"))
    prepared(story)
    assert words in text_of(signatory.get(f"/issues/{story.issue.number}/answer/"))
    assert words not in text_of(signatory.get(f"/issues/{story.issue.number}/extend/"))


def test_the_texts_on_the_signing_screens_are_in_the_language_of_the_issue_and_the_verdict_is_not(story: Story) -> None:
    prepared(story.accepted(), None, row(story, text="It will be paid."))
    Issue.objects.filter(pk=story.pk).update(language="kk")
    signatory = Visitor(story, story.cast.signatory)
    for page in (signatory.get(screen(story)), signatory.post(screen(story), {"prepared_version": "1"}, check="1")):
        assert '<dd class="prose" lang="kk"><p>It will be paid.</p>' in text_of(page)
        assert '<dd class="prose">Supported</dd>' in text_of(page)


@pytest.mark.parametrize(
    ("who", "by"), [("officer", ""), ("signatory", ""), ("coordinator", "an officer or a signatory")]
)
def test_of_a_returned_answer_the_desk_says_to_prepare_it_not_to_publish_it(story: Story, who: str, by: str) -> None:
    prepared(story.accepted())
    returned(story)
    [(line, _)] = Visitor(story, getattr(story.cast, who)).get("/desk/").context["rows"]
    assert (str(line.label), str(line.whose)) == ("Prepare the official answer", by)
    assert line.url == (None if by else f"/en{address(story)}")


def test_the_page_of_preparing_sends_files_where_they_can_be_added(story: Story) -> None:
    page = text_of(Visitor(story.accepted(), story.cast.officer).get(address(story)))
    assert "It holds no files: add them to the issue before it is published" in page
