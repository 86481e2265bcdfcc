"""A moderator's rulings as pages: merging in two steps, what both issues then show, the appeal and its review."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.rulings import merged_in
from tests.factories.stories import Story, almaty
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def seen(story: Story, who: Any = None) -> str:
    """What is read on the issue's page, in one line."""
    html = text_of(Visitor(story, who).get(f"/issues/{story.issue.number}/")).partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def pair(story: Story) -> Story:
    """The older issue; the newer one has an ask of the same words and another."""
    kept = Story(story.cast, story.now - timedelta(5)).raised(
        ["Publish the list.", "Pay the grants."], story.cast.other_manager, title="Grants come months late"
    )
    story.raised(["Pay the grants.", "Explain the delay."])
    return kept


def test_a_moderator_merges_in_two_steps_and_sees_it_once_more(story: Story) -> None:
    kept = pair(story)
    number = kept.issue.number
    far = Story(story.cast, story.now - timedelta(1)).raised(title="Ramps at the station", by=story.cast.other_manager)
    moderator = Visitor(story, story.cast.moderator)
    first = text_of(moderator.get(moderator.page("merge")))
    assert first.index(f'value="{number}"') < first.index(f'value="{far.issue.number}"'), "by shared words, not by age"
    sent = {"version": story.issue.version, "as": "platform", "candidate": number}
    second = moderator.post(moderator.page("merge"), sent)
    html = text_of(second)
    assert second.status_code == 200
    assert f"<legend>Older issue: {number}</legend>" in html
    assert '<span lang="en">Grants come months late</span>' in html
    assert '<option value="2" selected>The same as ask 2: Pay the grants.</option>' in html
    assert '<option value="carry" selected>' in html
    assert (story.issue.status, "error-summary" in html) == ("raised", False)
    fields = {"version": story.issue.version, "into": number, "matches.1.to": "2", "matches.2.to": "carry"}
    check = text_of(moderator.post(moderator.page("merge"), fields))
    assert "Check before you publish" in check
    assert "The NGO may appeal until:" in check
    again = text_of(moderator.post(moderator.page("merge"), fields | {"matches.1.to": "carry"}, change="1"))
    assert again.count('<option value="carry" selected>') == 2, "what was chosen is kept"
    assert moderator.post(moderator.page("merge"), fields, confirmed="1").status_code == 303
    assert [(ask.n, ask.text) for ask in kept.issue.asks.all()][2:] == [(3, "Explain the delay.")]
    assert story.issue.asks.get(n=1).merged_onto == kept.issue.asks.get(n=2)


def test_an_ask_carried_over_keeps_the_language_in_which_it_was_written(story: Story) -> None:
    kept = Story(story.cast, story.now - timedelta(5)).raised(
        ["Тізімді жариялау."], story.cast.other_manager, language="kk"
    )
    story.raised(["Объяснить задержку."], language="ru").move("merge", story.cast.moderator, into=kept.issue.number)
    shown = text_of(Visitor(kept, None).get(f"/issues/{kept.issue.number}/"))
    assert 'class="ask-text" lang="kk">Тізімді жариялау.' in shown
    assert 'class="ask-text" lang="ru">Объяснить задержку.' in shown
    officer = Visitor(kept, story.cast.officer)
    assert '<span lang="ru">Объяснить задержку.</span>' in text_of(officer.get(officer.page("answer/prepare")))


@pytest.mark.parametrize("into", ["", "2026-999999", "x", "\x00"])
def test_a_number_that_is_none_is_told_beside_its_field(story: Story, into: str) -> None:
    moderator = Visitor(story.raised(), story.cast.moderator)
    answer = moderator.post(moderator.page("merge"), {"version": story.issue.version, "into": into})
    assert answer.status_code == 422
    assert 'href="#id_into"' in text_of(answer)


def test_ten_candidates_at_most_none_of_another_body_newer_or_answered(story: Story) -> None:
    kept = [Story(story.cast, story.now - timedelta(5)).raised(by=story.cast.other_manager) for _ in range(10)]
    other = Story(story.cast, story.now - timedelta(5)).raised(body_addressed=story.cast.rival.organisation)
    Story(story.cast, story.now - timedelta(4)).answered("refused")
    eleventh = Story(story.cast, story.now - timedelta(3)).raised()
    story.raised()
    Story(story.cast, story.now + timedelta(hours=1)).raised()
    html = text_of(Visitor(story, story.cast.moderator).get(f"/issues/{story.issue.number}/merge/"))
    offered = re.findall(r'name="candidate" value="([^"]+)"', html)
    assert len(offered) == 10
    assert set(offered) < {each.issue.number for each in (*kept, eleventh)}
    assert other.issue.number not in html


def merged(story: Story) -> Story:
    kept = pair(story)
    story.move("merge", story.cast.moderator, into=kept.issue.number)
    kept.on(story.now)
    return kept


def test_the_merged_issue_says_where_it_goes_on_and_until_when_to_appeal(story: Story) -> None:
    kept = merged(story)
    number, page = kept.issue.number, seen(story)
    assert f"A moderator merged it into an older issue on: 2 February 2026. Older issue: {number}." in page
    assert page.count("The NGO may appeal until: 16 February 2026") == 3, "in the head, the decision, the discussion"
    assert f"Ask 1: the same as: {number}, ask 2" in page
    assert f"Ask 2: goes on as: {number}, ask 3" in page
    assert "Decided by the platform: Moderator" in page
    assert "Not answered" not in page
    story.on(almaty(2026, 2, 17))
    assert "may appeal" not in seen(story)


def test_the_kept_issue_lists_what_came_in_and_who_else_may_disagree(story: Story) -> None:
    page = seen(merged(story))
    assert "Issues merged into this one (1)" in page
    assert f"{story.issue.number} Grants are three months late Qamqor (en) · Merged: 2 February 2026" in page
    assert "Its asks, and their numbers here: 1 → 2; 2 → 3" in page
    assert "May disagree too, as its issue was merged onto this ask: Qamqor (en)" in page
    assert "Asked by: Qamqor (en)" in page


def test_an_appeal_and_its_dismissal_stand_on_the_page(story: Story) -> None:
    story.raised().move("out_of_scope", story.cast.moderator, code="court")
    assert "found it out of scope on: 2 February 2026. Reason: A court decides or has decided it." in seen(story)
    answer = Visitor(story, story.cast.manager).act("appeal", {"reason": "No court **looks** at it."})
    assert answer.status_code == 303
    page = seen(story)
    assert "The NGO appealed on: 2 February 2026. Another moderator decides." in page
    assert "No court looks at it." in page
    review = Visitor(story, story.cast.other_moderator)
    assert 'The NGO says: <span lang="en">No court **looks** at it.</span>' in text_of(
        review.get(review.page("appeal-dismiss"))
    )
    assert review.act("appeal-dismiss", {"reason": "It does, in case 7."}).status_code == 303
    page = seen(story)
    assert "dismissed, and the decision is final: 2 February 2026." in page
    assert "It does, in case 7." in page


def test_a_restored_issue_still_tells_what_was_decided(story: Story) -> None:
    kept = merged(story)
    story.move("appeal", story.cast.manager, reason="Another matter.")
    story.move("restore", story.cast.other_moderator, reason="True.")
    page = seen(story)
    assert "Restored on appeal" in page
    assert "the same as:" not in page
    assert f"First asked in: {story.issue.number} → goes on as: {story.issue.number}, ask 2" in seen(kept)
    assert "Issues merged into this one" not in seen(kept)


def test_every_scope_code_is_explained(story: Story) -> None:
    html = text_of(Visitor(story.raised(), story.cast.moderator).get(f"/issues/{story.issue.number}/out-of-scope/"))
    assert len(re.findall(r'name="code" value="\w+"', html)) == 7
    assert "the same trouble of many people is an issue." in html


def test_ones_own_page_shows_the_appeal_only_as_long_as_it_can_be_made(story: Story) -> None:
    story.raised().move("out_of_scope", story.cast.moderator, code="court")
    path = f'href="/en/issues/{story.issue.number}/appeal/"'
    page = text_of(Visitor(story, story.cast.manager).get("/me/"))
    assert path in page
    assert "You may until:" in page
    story.on(almaty(2026, 2, 16, 23, 59))
    assert path in text_of(Visitor(story, story.cast.manager).get("/me/"))
    story.on(almaty(2026, 2, 17, 0, 0))
    assert path not in text_of(Visitor(story, story.cast.manager).get("/me/"))


def test_a_window_to_take_over_leaves_ones_own_page_with_its_date(story: Story) -> None:
    story.accepted().withdrawing()
    path = f'href="/en/issues/{story.issue.number}/take-over/"'
    assert path in text_of(Visitor(story, story.cast.other_manager).get("/me/"))
    story.on(almaty(2026, 2, 10, 0, 0))
    assert path not in text_of(Visitor(story, story.cast.other_manager).get("/me/"))


def test_appeals_wait_for_another_moderator_the_oldest_first(story: Story) -> None:
    first = Story(story.cast, story.now - timedelta(2)).raised()
    for each in (story.raised(), first):
        each.move("out_of_scope", story.cast.moderator, code="court").move("appeal", story.cast.manager, reason="No.")
    assert "Nothing needs you now." in text_of(Visitor(story, story.cast.moderator).get("/me/"))
    page = text_of(Visitor(story, story.cast.other_moderator).get("/me/"))
    assert page.index(f"/issues/{first.issue.number}/restore/") < page.index(f"/issues/{story.issue.number}/restore/")
    assert "Appeals that wait for you" not in text_of(Visitor(story, story.cast.manager).get("/me/"))


def test_the_page_of_a_kept_issue_takes_as_many_queries_for_three_as_for_one(story: Story) -> None:
    kept = merged(story)

    def queries(one: Story) -> int:
        visitor = Visitor(one, None)
        visitor.get(f"/issues/{one.issue.number}/")
        with CaptureQueriesContext(connection) as ran:
            visitor.get(f"/issues/{one.issue.number}/")
        return len(ran)

    before = queries(kept)
    for _ in range(2):
        newer = Story(story.cast, story.now).raised(["Pay the grants.", "Tell us why."])
        newer.move("merge", story.cast.moderator, into=kept.issue.number)
    assert len(merged_in(kept.issue)) == 3
    assert queries(kept) == before
    assert queries(story) <= before
