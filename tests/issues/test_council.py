"""What lies before the public councils: open to everybody, with the acts for those who may make them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.organisations.actions import add_member
from backend.organisations.models import Role
from issues import councils
from tests.factories.people import Player, player
from tests.factories.stories import MONDAY, Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def acts_seen(story: Story, who: Player | None) -> list[str]:
    page = Visitor(story, who).get("/council/")
    return [url.split("/")[4] for each in page.context["disputes"] for _title, url in each.acts]


def test_everybody_reads_who_disagrees_about_what_and_by_when_it_is_concluded(story: Story) -> None:
    page = text_of(Visitor(story.disputed("supported", "refused"), None).get("/council/"))
    assert story.issue.number in page
    assert "Qamqor (en)" in page
    assert "17 Mar 2026" in page
    assert acts_seen(story, None) == []


def test_members_vote_and_the_chair_also_concludes_once_enough_have_voted(story: Story) -> None:
    story.disputed()
    assert acts_seen(story, story.cast.members[0]) == ["vote"]
    assert acts_seen(story, story.cast.chair) == ["vote"]
    assert "Too few members have voted" in text_of(Visitor(story, story.cast.chair).get("/council/"))
    assert "Too few members have voted" not in text_of(Visitor(story, story.cast.members[0]).get("/council/"))
    story.move("vote", story.cast.members[0], opinions=[{"n": 1, "done": True}])
    assert acts_seen(story, story.cast.chair) == ["vote"]
    story.voted(done=True)
    assert acts_seen(story, story.cast.chair) == ["vote", "conclude"]
    assert acts_seen(story, story.cast.members[0]) == ["vote"]
    assert acts_seen(story, story.cast.officer) == []


def test_a_conclusion_before_the_votes_is_told_what_it_lacks_and_not_that_the_issue_moved_on(story: Story) -> None:
    page = Visitor(story.disputed(), story.cast.chair).get(f"/issues/{story.issue.number}/conclude/")
    assert page.status_code == 409
    assert "This cannot be done now" in text_of(page)
    assert "Too few members have voted" in text_of(page)
    assert "moved on" not in text_of(page)


def test_the_default_council_may_act_once_another_is_silent(story: Story) -> None:
    story.disputed()
    assert acts_seen(story, story.cast.default_chair) == []
    story.later(days=60)
    assert acts_seen(story, story.cast.default_chair) == ["vote"]
    assert "Council silent" in text_of(Visitor(story, None).get("/council/"))


def test_who_belongs_to_a_party_takes_no_part(story: Story) -> None:
    story.disputed()
    add_member(organisation=story.cast.ngo, user=story.cast.members[0].user, role=Role.REPRESENTATIVE, at=MONDAY)
    assert acts_seen(story, story.cast.members[0]) == []


def test_a_member_sees_the_disputes_of_the_own_council_first(story: Story) -> None:
    cast = story.disputed().cast
    other = Story(cast, story.now).raised(body_addressed=cast.rival.organisation)
    other.later(days=40).move("dispute", cast.manager, asks=[1], reason="Silence.")
    theirs = councils.council_for(other.issue, other.now)
    assert theirs is not None
    assert theirs != cast.chair.organisation
    member = player("their_member", theirs, Role.MEMBER)
    story.on(other.now)
    for who, numbers in ((cast.chair, [story, other]), (member, [other, story])):
        page = Visitor(story, who).get("/council/")
        assert [each.issue.pk for each in page.context["disputes"]] == [each.pk for each in numbers]


def test_conclusions_are_published_with_text_council_and_chair(story: Story) -> None:
    story.disputed().voted(done=False)
    until = (story.now + timedelta(7)).date()
    story.move("conclude_not_done", story.cast.chair, text="Nothing was **paid**.", until=until)
    page = text_of(Visitor(story, None).get("/council/"))
    assert "No disagreement is open." in page
    assert "<strong>paid</strong>" in page
    assert "Chair" in page


def test_an_empty_page_says_so(story: Story) -> None:
    page = text_of(Visitor(story, None).get("/council/"))
    assert "No disagreement is open." in page
    assert "No conclusions yet." in page


def test_the_page_costs_the_same_for_one_and_for_three_disputes(story: Story) -> None:
    visitor = Visitor(story.disputed("supported", "partly"), None)
    counted = []
    for more in (0, 2):
        for _ in range(more):
            Story(story.cast, MONDAY).disputed("supported", "partly")
        with CaptureQueriesContext(connection) as queries:
            page = visitor.get("/council/")
        assert len(page.context["disputes"]) == 1 + more
        counted.append(len(queries))
    assert counted == [3, 3]


def test_the_chairs_page_asks_one_question_more_for_each_that_was_voted_on(story: Story) -> None:
    visitor = Visitor(story.disputed(), story.cast.chair)
    story.voted(done=True)
    counted = []
    for more in (0, 2):
        for _ in range(more):
            Story(story.cast, MONDAY).disputed().voted(done=True)
        with CaptureQueriesContext(connection) as queries:
            page = visitor.get("/council/")
        assert [len(each.acts) for each in page.context["disputes"]] == [2] * (1 + more)
        counted.append(len(queries))
    assert counted[1] == counted[0] + 2
