"""A redirect on the pages: what is proposed and who replies, where asks went, whose desk and whose page it stands on."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.organisations.models import Kind, Organisation, Role
from issues.models import Issue
from tests.factories.people import organisation, player
from tests.factories.stories import Story, almaty
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

LATER = almaty(2026, 2, 6)
"""Raised on Monday 2 February: day 3 is over. A proposal of this Friday waits until Wednesday 11 February."""


def proposed(story: Story, asks: list[int] | None = None) -> Story:
    story.raised(["Pay.", "Plant trees.", "Clean the air."]).on(LATER)
    return story.move("redirect", story.cast.signatory, body="ecology", reason="The air is *theirs*.", asks=asks)


def further(story: Story) -> Story:
    """Sent on once; sending it back is a moderator's to decide."""
    story.raised().move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    return story.move("redirect", story.cast.rival, body="labour", reason="No, theirs.")


def page_of(story: Story, who: Any = None, part: str = "") -> str:
    return text_of(Visitor(story, who).get(f"/issues/{story.issue.number}/{part}"))


def split(story: Story) -> tuple[Story, Story]:
    """Asks 2 and 3 went to Ecology two days after the issue was raised: the first issue, and the linked one."""
    story.raised(["Pay.", "Plant trees.", "Clean the air."]).later(days=2)
    story.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.", asks=[2, 3])
    linked = Story(story.cast, story.now)
    linked.pk = Issue.objects.latest("pk").pk
    return story, linked


def test_an_open_proposal_is_told_in_full_on_the_issues_page(story: Story) -> None:
    html = page_of(proposed(story, asks=[2, 3]))
    assert "A redirect is proposed; the proposed body replies by:" in html
    panel = html.split('id="proposals"')[1].split("</section>")[0]
    for words in (
        "Ecology",
        "Signatory",
        "2, 3",
        "The air is <em>theirs</em>.",
        "11 February 2026",
        "its time runs on",
    ):
        assert words in panel


def test_a_further_hop_says_that_a_moderator_decides(story: Story) -> None:
    html = page_of(further(story))
    assert "A further redirect is proposed; a moderator decides by:" in html
    assert "A moderator: it has been redirected before" in html


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("redirect_decline", "Declined"),
        ("redirect_agree", "Agreed"),
        ("", "No reply in time"),
        ("redirect_lapse", "No reply in time"),
    ],
)
def test_a_proposal_that_ended_is_told_briefly_whether_or_not_its_lapse_is_entered(
    story: Story, end: str, said: str
) -> None:
    proposed(story)
    if end in ("", "redirect_lapse"):
        story.on(almaty(2026, 2, 12, 0, 0))
    if end == "redirect_lapse":
        story.move(end, None)
    elif end:
        story.move(end, story.cast.rival, reason="We looked.")
    html = page_of(story)
    panel = html.split('id="proposals"')[1].split("</section>")[0]
    assert said in panel
    assert "Reply by" not in panel
    assert "is proposed; the proposed body" not in html


def test_moved_asks_and_their_linked_issue_point_at_each_other(story: Story) -> None:
    first, linked = split(story)
    here, there = page_of(first), page_of(linked)
    number = linked.issue.number
    for n in (1, 2):
        there_as = f'<a href="/en/issues/{number}/#ask-{n}"><span class="number">{number}</span>, ask {n}</a>'
        assert f"goes on as: {there_as}" in here
    assert there.count(f'First asked in: <a href="/en/issues/{first.issue.number}/">') == 2
    assert f'Its asks were first in</dt><dd><a href="/en/issues/{first.issue.number}/">' in there
    assert f'Asks of it went on in</dt><dd><a href="/en/issues/{linked.issue.number}/">' in here


def test_the_wait_of_a_linked_issue_runs_from_the_first_receipt(story: Story) -> None:
    _first, linked = split(story)
    story.later(days=5)  # raised seven days ago, with the new body for five
    html = page_of(linked)
    assert "The NGO&#x27;s whole wait</dt><dd>7 days" in html.replace("'", "&#x27;")


def test_the_page_of_a_linked_issue_costs_the_same_for_one_and_for_two_asks(story: Story) -> None:
    counted = []
    for asks in ([2], [2, 3]):
        first = Story(story.cast, story.now).raised(["Pay.", "Plant trees.", "Clean the air."])
        first.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.", asks=asks)
        linked = Story(story.cast, story.now)
        linked.pk = Issue.objects.latest("pk").pk
        with CaptureQueriesContext(connection) as queries:
            page_of(linked)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_clock_explains_by_when_who_replies(story: Story) -> None:
    html = page_of(proposed(story), part="clock/")
    duty = html.split("Reply to the proposed redirect")[1].split("</section>")[0]
    assert "The proposed body" in duty
    assert "11 February 2026" in duty
    assert "3 working days" in duty
    html = page_of(further(Story(story.cast, LATER)), part="clock/")
    assert "A moderator" in html.split("Reply to the proposed redirect")[1].split("</section>")[0]


def test_the_proposed_body_finds_it_on_its_desk_until_its_date(story: Story) -> None:
    proposed(story)
    number = story.issue.number
    desk = text_of(Visitor(story, story.cast.rival).get("/desk/"))
    assert f'href="/en/issues/{number}/redirect-agree/"' in desk
    assert f'href="/en/issues/{number}/redirect-decline/"' in desk
    assert "11 February 2026" in desk
    officers = text_of(Visitor(story, story.cast.rival_officer).get("/desk/"))
    assert number in officers
    assert "redirect-agree" not in officers
    assert "Proposed redirects" not in text_of(Visitor(story, story.cast.signatory).get("/desk/"))
    story.on(almaty(2026, 2, 11, 23, 59))
    assert number in text_of(Visitor(story, story.cast.rival).get("/desk/"))
    story.on(almaty(2026, 2, 12, 0, 0))
    assert number not in text_of(Visitor(story, story.cast.rival).get("/desk/"))


def test_a_signatory_of_the_parent_replies_for_a_body_that_has_none(story: Story) -> None:
    child = organisation("ecology-aktobe", Kind.STATE_BODY, parent=story.cast.rival.organisation)
    story.raised().on(LATER).move("redirect", story.cast.signatory, body="ecology-aktobe", reason="Theirs.")
    visitor = Visitor(story, story.cast.rival)
    assert "redirect-agree" in text_of(visitor.get("/desk/"))
    assert visitor.act("redirect-agree", {"reason": "Ours, indeed."}).status_code == 303
    assert story.issue.body_addressed == child


def test_a_successor_finds_the_issues_and_proposals_of_the_body_it_succeeded(story: Story) -> None:
    """Before the worker has entered anything: the ended body's people see nothing any more, and may do nothing."""
    new = organisation("climate", Kind.STATE_BODY)
    signatory = player("climate_signatory", new, Role.SIGNATORY)
    proposed(story)
    theirs = Story(story.cast, story.now).raised(body_addressed=story.cast.rival.organisation)
    Organisation.objects.filter(slug="ecology").update(valid_to=date(2026, 2, 8), successor=new)
    story.on(almaty(2026, 2, 9, 0, 0))
    desk = text_of(Visitor(story, signatory).get("/desk/"))
    assert f'href="/en/issues/{story.issue.number}/redirect-agree/"' in desk
    assert f'href="/en/issues/{theirs.issue.number}/accept/' in desk
    old = text_of(Visitor(story, story.cast.rival).get("/desk/"))
    assert story.issue.number not in old
    assert theirs.issue.number not in old
    assert Visitor(story, story.cast.rival).get(Visitor(theirs, None).page("accept")).status_code == 403


def test_a_moderator_finds_further_hops_and_the_issues_of_ended_bodies(story: Story) -> None:
    further(story)
    alone = Story(story.cast, story.now).raised(body_addressed=organisation("old-body", Kind.STATE_BODY))
    visitor = Visitor(story, story.cast.moderator)
    page = text_of(visitor.get("/me/"))
    assert f'href="/en/issues/{story.issue.number}/redirect-agree/"' in page
    assert alone.issue.number not in page
    Organisation.objects.filter(slug="old-body").update(valid_to=story.now.date())
    story.later(days=1)
    assert f'href="/en/issues/{alone.issue.number}/reassign/"' in text_of(visitor.get("/me/"))
    Organisation.objects.filter(slug="old-body").update(valid_to=None)
    story.on(almaty(2026, 2, 6, 0, 0))
    assert "Nothing needs you now." in text_of(visitor.get("/me/"))
