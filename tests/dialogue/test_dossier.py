"""The dossier of a disagreement: what both sides said, on one page, for whoever concludes it and for everybody else."""

import re
from datetime import timedelta
from typing import Any

import pytest

from backend.organisations.actions import add_member
from backend.organisations.models import Role
from dialogue.actions import hide_message, post_message
from tests.factories.people import Player
from tests.factories.stories import MONDAY, Story
from tests.issues.visiting import Visitor, in_days, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def posted(story: Story, who: Player, body: str) -> Any:
    return post_message(issue=story.issue, **who.acts, body=body, at=story.now)


def address(story: Story) -> str:
    return f"/council/{story.issue.number}/{story.issue.disputes.latest('opened_at').pk}/"


def read(story: Story, who: Player | None = None) -> Any:
    return Visitor(story, who).get(address(story))


def test_both_sides_stand_on_one_page(story: Story) -> None:
    story.reported("supported", "refused")
    posted(story, story.cast.officer, "The money left on Monday.")
    story.later(days=1)
    posted(story, story.cast.manager, "It did not reach us.")
    posted(story, story.cast.chair, "We look into it.")
    story.move("dispute", story.cast.manager, asks=[1], reason="Nothing **arrived**.")
    page = text_of(read(story))
    for words in (
        "Ask 1", "Our reasons for ask 1.", "Paid, see the register.", "The register of payments",
        "<strong>arrived</strong>", "The money left on Monday.", "It did not reach us.", "Signed: Signatory",
    ):  # fmt: skip
        assert words in page, words
    assert "Our reasons for ask 2." not in page, "only what is in dispute"
    assert "We look into it." not in page, "only the two sides"


def test_what_was_said_before_the_answer_or_hidden_is_left_out(story: Story) -> None:
    posted(story.raised(["Ask 1"]), story.cast.manager, "Long before.")
    story.move("accept", story.cast.officer, unit="Unit", person=story.cast.officer.user).later(days=1)
    row = {"n": 1, "verdict": "supported", "ground": "law", "text": "Yes.", "commitments": [
        {"text": "Pay", "unit": "Unit", "due": (story.now + timedelta(30)).date(), "shows": "A register"}]}  # fmt: skip
    story.move("answer", story.cast.signatory, asks=[row])
    seen, gone = (posted(story, story.cast.manager, words) for words in ("Thank you.", "A slur."))
    hide_message(issue=story.issue, seq=gone.seq, **story.cast.moderator.acts, code="insult", at=story.now)
    story.move("report_done", story.cast.signatory, evidence=[{"n": 1, "text": "Paid."}])
    story.move("dispute", story.cast.manager, asks=[1], reason="No.")
    assert [each.seq for each in read(story).context["thread"]] == [seen.seq]


def test_votes_so_far_and_who_takes_no_part_are_told_with_the_reason(story: Story) -> None:
    story.disputed()
    recused, voting = story.cast.members
    add_member(organisation=story.cast.ngo, user=recused.user, role=Role.REPRESENTATIVE, at=MONDAY)
    story.move("vote", voting, opinions=[{"n": 1, "done": False}])
    page = read(story)
    assert [(each.user, has_voted) for each, has_voted in page.context["able"]] == [
        (story.cast.chair.user, False), (voting.user, True)
    ]  # fmt: skip
    assert [(each.user, party) for each, party in page.context["recused"]] == [(recused.user, story.cast.ngo)]
    assert page.context["quorum"] == 2
    assert f"{voting.user}: not done" in text_of(page)
    assert "belongs to a party of the issue: Qamqor (en)" in text_of(page)


def test_a_disagreement_over_silence_says_that_nobody_answered(story: Story) -> None:
    story.raised().later(days=40).move("dispute", story.cast.manager, asks=[1], reason="Silence.")
    posted(story, story.cast.manager, "Still nothing.")
    page = read(story)
    assert "The body has not answered." in text_of(page)
    assert "Still nothing." in text_of(page)


def test_a_concluded_one_keeps_its_dossier(story: Story) -> None:
    story.disputed().voted(done=True)
    story.move("conclude_done", story.cast.chair, text="All was **paid**.")
    page = text_of(read(story))
    assert "All was <strong>paid</strong>." in page
    assert "Who votes" not in page


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["supported"], "Done"),
        (["refused"], "The refusal stands"),
        (["supported", "refused"], "Done, or the refusal stands"),
    ],
)
def test_a_conclusion_says_whether_it_is_done_or_a_refusal_stands(story: Story, verdicts: list[str], said: str) -> None:
    if "supported" in verdicts:
        story.reported(*verdicts).later(days=45)
    else:
        story.answered(*verdicts).later(days=1)
    named = list(range(1, len(verdicts) + 1))
    story.move("dispute", story.cast.manager, asks=named, reason="No.").voted(done=True)
    chair = Visitor(story, story.cast.chair)
    choice = said if len(verdicts) == 1 else "Conclude: done, or the refusal stands"
    assert re.search(rf">\s*{choice}\s*</label>", text_of(chair.get(chair.page("conclude"))))
    story.move("conclude_done", story.cast.chair, text="So it is.")
    pages = address(story), "/council/", f"/issues/{story.issue.number}/"
    for path in pages:
        page = text_of(Visitor(story, None).get(path))
        assert f">{said}</" in page, path


def test_it_is_linked_from_the_list_the_issue_and_the_vote(story: Story) -> None:
    link = f'href="/en{address(story.disputed())}"'
    for path in ("/council/", f"/issues/{story.issue.number}/"):
        assert link in text_of(Visitor(story, None).get(path)), path
    member = Visitor(story, story.cast.members[0])
    assert link in text_of(member.get(member.page("vote")))


def test_a_dispute_of_another_issue_is_not_there(story: Story) -> None:
    other = Story(story.cast).raised()
    pk = story.disputed().issue.disputes.get().pk
    assert Visitor(story, None).get(f"/council/{other.issue.number}/{pk}/").status_code == 404


def test_each_date_says_what_was_due_also_the_one_before_an_extension(story: Story) -> None:
    story.accepted().move("extend", story.cast.signatory, until=in_days(story, 30), reason="The register is counted.")
    row = {"n": 1, "verdict": "refused", "ground": "law", "text": "No."}
    story.move("answer", story.cast.signatory, asks=[row])
    story.later(days=3).move("dispute", story.cast.manager, asks=[1], reason="It is no law.")
    page = read(story)
    assert [(str(label), duty.kind) for label, duty in page.context["duties"]] == [
        ("The answer was due at first", "answer"), ("The answer was due", "answer"),
        ("The council's conclusion was due", "conclude"),
    ]  # fmt: skip
    assert "<dt>Answer</dt>" not in text_of(page)
