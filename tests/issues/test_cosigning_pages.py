"""Co-signing, withdrawing with co-signers and taking over, as pages; and what everybody then reads."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.organisations.actions import add_member, set_standing
from backend.organisations.models import Role, Standing
from issues.actions import uncosign
from tests.factories.people import organisation, player
from tests.factories.stories import MONDAY, Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def issue_page(story: Story, who: Any = None) -> str:
    return text_of(Visitor(story, who).get(f"/issues/{story.issue.number}/"))


def plain(html: str) -> str:
    """What is read, without tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_a_manager_of_another_ngo_co_signs_from_the_issue_page_and_takes_it_back(story: Story) -> None:
    visitor = Visitor(story.raised(), story.cast.other_manager)
    address = visitor.page("cosign")
    assert f'href="/en{address}">Co-sign the issue</a>' in issue_page(story, story.cast.other_manager)
    asked = visitor.get(address)
    assert asked.status_code == 200
    assert "Other Manager, Zhasyl (en)" in text_of(asked)
    answer = visitor.post(address, {"as": "zhasyl"})
    assert (answer.status_code, answer["Location"]) == (303, f"/en/issues/{story.issue.number}/")
    page = text_of(visitor.get(f"/issues/{story.issue.number}/"))
    assert "Your organisation has co-signed this issue." in page
    assert "Supported by (1)" in page
    assert '<a href="/en/ngos/zhasyl/">Zhasyl (en)</a> (Verified) · Co-signed:' in page
    assert f'href="/en{address}">Withdraw your co-signature</a>' in page
    assert "Withdraw your co-signature" in text_of(visitor.get(address))
    assert visitor.post(address, {"as": "zhasyl", "withdraw": "1"}).status_code == 303
    page = text_of(visitor.get(f"/issues/{story.issue.number}/"))
    assert "Your organisation&#x27;s co-signature is withdrawn." in page
    assert "No other NGO has co-signed yet." in page


def test_a_second_click_and_another_organisation_are_told(story: Story) -> None:
    visitor = Visitor(story.raised(), story.cast.other_manager)
    assert visitor.post(visitor.page("cosign"), {"as": "qamqor"}).status_code == 409
    assert story.issue.cosigners_count == 0
    visitor.post(visitor.page("cosign"), {"as": "zhasyl"})
    second = visitor.post(visitor.page("cosign"), {"as": "zhasyl"})
    assert second.status_code == 409
    assert "already" in text_of(second)
    assert story.issue.cosigners_count == 1


@pytest.mark.parametrize("who", ["manager", "representative", "officer", "chair", "moderator"])
def test_who_may_not_co_sign_is_told_why_and_sees_no_button(story: Story, who: str) -> None:
    visitor = Visitor(story.raised(), getattr(story.cast, who))
    for answer in (visitor.get(visitor.page("cosign")), visitor.post(visitor.page("cosign"))):
        assert answer.status_code == 403
        assert "Not allowed" in text_of(answer)
    assert "/cosign/" not in issue_page(story, getattr(story.cast, who))
    assert story.issue.cosigners_count == 0


def test_a_suspended_ngo_and_a_closed_issue_are_told(story: Story) -> None:
    other = story.raised().cast.other_manager
    set_standing(organisation=other.organisation, standing=Standing.SUSPENDED, reason="No report.", at=story.now)
    visitor = Visitor(story, other)
    assert visitor.get(visitor.page("cosign")).status_code == 403
    set_standing(organisation=other.organisation, standing=Standing.VERIFIED, reason="It came.", at=story.now)
    story.move("withdraw", story.cast.manager, reason="Solved.")
    assert visitor.get(visitor.page("cosign")).status_code == 409
    assert visitor.post(visitor.page("cosign")).status_code == 409


def test_a_visitor_signs_in_first_and_a_draft_is_not_there(story: Story) -> None:
    visitor = Visitor(story.raised(), None)
    assert visitor.get(visitor.page("cosign"))["Location"].startswith("/en/accounts/login/?next=")
    assert Visitor(story, story.cast.other_manager).get("/issues/2026-999999/cosign/").status_code == 404


def test_withdrawing_explains_the_window_and_the_check_page_what_comes_next(story: Story) -> None:
    manager = Visitor(story.accepted().cosigned(), story.cast.manager)
    form = text_of(manager.get(manager.page("withdraw")))
    assert "Other NGOs co-signed this issue: Zhasyl (en)." in form
    assert "9 February 2026" in form
    answer = manager.act("withdraw", {"reason": "We cannot go on."})
    assert answer.status_code == 303
    page = issue_page(story)
    assert (
        "The NGO withdraws this issue. A co-signing NGO may take it over until: 9 February 2026 (7 days left)."
        in plain(page)
    )
    again = manager.get(manager.page("withdraw"))
    assert again.status_code == 409
    assert "09.02.2026" in text_of(again)


def test_without_co_signers_nothing_is_said_of_a_window(story: Story) -> None:
    manager = Visitor(story.accepted(), story.cast.manager)
    assert "co-signed" not in plain(text_of(manager.get(manager.page("withdraw"))))


def test_a_co_signer_takes_over_and_both_ngos_are_shown(story: Story) -> None:
    other = story.accepted(["One.", "Two."]).withdrawing().cast.other_manager
    assert f'href="/en/issues/{story.issue.number}/take-over/"' in issue_page(story, other)
    visitor = Visitor(story, other)
    form = plain(text_of(visitor.get(visitor.page("take-over"))))
    assert "Why the NGO withdraws: We cannot go on." in form
    assert "Asks that become yours: 1, 2." in form
    assert visitor.act("take-over").status_code == 303
    page = issue_page(story)
    assert "Taken over by: Zhasyl (en) (Verified)" in plain(page)
    assert "NGO: Qamqor (en) (Verified)" in plain(page)
    assert "withdraws this issue" not in page
    assert "Supported by" not in page
    assert "Asked by:" not in page
    listed = plain(text_of(Visitor(story, None).get("/issues/")))
    assert "NGO: Qamqor (en) → Zhasyl (en)" in listed
    desk = plain(text_of(Visitor(story, story.cast.officer).get("/desk/")))
    assert "Qamqor (en) → Zhasyl (en)" in desk


def test_nobody_else_takes_over(story: Story) -> None:
    story.accepted().cosigned()
    visitor = Visitor(story, story.cast.other_manager)
    assert visitor.get(visitor.page("take-over")).status_code == 409, "nobody withdraws it"
    story.move("withdraw", story.cast.manager, reason="We cannot go on.")
    for who in (story.cast.manager, story.cast.officer):
        visitor = Visitor(story, who)
        assert visitor.get(visitor.page("take-over")).status_code == 403


def test_the_history_tells_it_all_in_words(story: Story) -> None:
    story.accepted().cosigned(story.cast.other_manager, player("third", organisation("adilet"), Role.MANAGER))
    uncosign(issue=story.issue, at=story.now, **story.cast.other_manager.acts)
    story.cosigned().move("withdraw", story.cast.manager, reason="We cannot go on.")
    story.move("take_over", story.cast.other_manager).move("withdraw", story.cast.other_manager, reason="Nor can we.")
    story.later(days=10).move("withdraw_lapse", None)
    page = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/history/"))
    assert re.findall(r"<h2>(.*?)</h2>", page)[2:] == [
        "Co-signed by another NGO",
        "Co-signed by another NGO",
        "Co-signature withdrawn",
        "Co-signed by another NGO",
        "Withdrawal announced: a co-signing NGO may take over",
        "Issue taken over by a co-signer",
        "Withdrawal announced: a co-signing NGO may take over",
        "Nobody took the issue over",
    ]
    assert "<dt>NGO that holds it now</dt><dd>Zhasyl (en)</dd>" in page
    assert "<dt>Before</dt><dd>Qamqor (en)</dd>" in page


def test_the_clock_explains_the_window_day_by_day(story: Story) -> None:
    story.accepted().withdrawing()
    page = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/clock/"))
    window = page.partition("A co-signing NGO may take the issue over</h2>")[2].partition("</section>")[0]
    assert "9 February 2026" in window
    assert "<dd>5 working days</dd>" in window
    assert "a right of the co-signing NGOs" in window


def test_a_co_signers_own_page_offers_the_take_over_with_its_date(story: Story) -> None:
    other = story.accepted().withdrawing().cast.other_manager
    path = f'href="/en/issues/{story.issue.number}/take-over/"'
    page = text_of(Visitor(story, other).get("/me/"))
    assert path in page
    assert "9 February 2026" in page
    assert path not in text_of(Visitor(story, story.cast.manager).get("/me/"))
    set_standing(organisation=other.organisation, standing=Standing.SUSPENDED, reason="No report.", at=story.now)
    assert path not in text_of(Visitor(story, other).get("/me/"))


def test_after_a_take_over_the_turn_is_the_new_holders(story: Story) -> None:
    cast = story.reported().withdrawing().cast
    story.move("take_over", cast.other_manager)
    path = f'href="/en/issues/{story.issue.number}/confirm/"'
    assert path in text_of(Visitor(story, cast.other_manager).get("/me/"))
    assert path not in text_of(Visitor(story, cast.manager).get("/me/"))


def test_the_council_page_offers_no_vote_to_people_of_a_co_signer_and_costs_the_same(story: Story) -> None:
    cast = story.disputed().cast
    chair = cast.chair
    add_member(organisation=cast.other_manager.organisation, user=chair.user, role=Role.REPRESENTATIVE, at=story.now)
    story.later(hours=1)
    visitor = Visitor(story, chair)
    visitor.post("/me/acting/", {"membership": chair.membership.pk})
    vote = f"/en/issues/{story.issue.number}/vote/"
    counted = []
    for offered in (True, False):
        with CaptureQueriesContext(connection) as queries:
            page = text_of(visitor.get("/council/"))
        counted.append(len(queries))
        assert (vote in page) is offered
        if offered:
            story.cosigned()
    assert counted[0] == counted[1]


def test_the_page_costs_the_same_with_none_and_with_three_co_signers(story: Story) -> None:
    bare, full = Story(story.cast, MONDAY).raised(), Story(story.cast, MONDAY).raised()
    full.cosigned(*(player(f"m{n}", organisation(f"ngo-{n}"), Role.MANAGER) for n in range(3)))
    counted = []
    for each in (bare, full):
        with CaptureQueriesContext(connection) as queries:
            assert Visitor(each, None).get(f"/issues/{each.issue.number}/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
