"""Disagreements by cause and by chance, what was reopened, answers on the last day, a number by language: values and lists."""

import re
from datetime import timedelta

from django.test import Client

from issues.actions.lapses import enter_what_is_due
from issues.metrics.counting import differences
from tests.factories.clock import site_at
from tests.factories.stories import Story, almaty, answer_row
from tests.issues.metrics.asking import beside, pair

LATER = almaty(2026, 6, 1)


def concluded(story: Story, *, done: bool) -> Story:
    story.voted(done=done)
    if done:
        return story.move("conclude_done", story.cast.chair, text="It is there.")
    return story.move("conclude_not_done", story.cast.chair, text="No.", until=(story.now + timedelta(5)).date())


def test_a_report_that_was_found_wanting_is_reopened_and_stays_so(story: Story) -> None:
    concluded(story.disputed("supported"), done=False)
    concluded(Story(story.cast).disputed("supported"), done=True)
    Story(story.cast).reported("supported")
    assert pair("disputed_chances", LATER) == (2, 3)
    assert pair("reopened_share", LATER) == (1, 3)
    assert beside("reopened_share", LATER) == {"after_report": 1}
    assert pair("disputes_not_done", LATER) == (1, 2)
    assert beside("disputes_not_done", LATER) == {"found_done": 1, "by_report": 2}
    story.move("report_done", story.cast.signatory, evidence=[{"n": 1, "text": "Now it is paid."}])
    assert pair("reopened_share", LATER) == (1, 4), "the new report is a new chance"
    assert differences() == {}


def test_a_refusal_and_a_closing_without_reply_are_chances_too(story: Story) -> None:
    story.answered("refused").move("dispute", story.cast.manager, asks=[1], reason="The ground is wrong.")
    lapsed = Story(story.cast).reported("supported")
    enter_what_is_due(almaty(2026, 3, 20))
    assert lapsed.issue.status == "unconfirmed"
    assert pair("disputed_chances", LATER) == (1, 3)
    assert beside("disputed_chances", LATER) == {"after_refusal": 1}
    lapsed.on(almaty(2026, 3, 23)).move("dispute", story.cast.manager, asks=[1], reason="Nothing came.")
    assert beside("disputed_chances", LATER) == {"after_refusal": 1, "after_lapse": 1}
    assert differences() == {}


def test_answers_on_the_last_day_are_told_from_those_before(story: Story) -> None:
    for day in (20, 22, 23):
        each = Story(story.cast).raised().on(almaty(2026, 2, day))
        each.move("answer", each.cast.signatory, asks=[answer_row(1, "refused", LATER.date())])
    assert pair("on_the_due_day", almaty(2026, 2, 23, 23)) == (0, 0), "the day is not over"
    assert pair("on_the_due_day", LATER) == (1, 3)
    assert beside("on_the_due_day", LATER) == {"day_before": 1}


def test_a_number_by_language_leads_to_its_lists(story: Story) -> None:
    story.raised(language="kk")
    Story(story.cast).raised(language="ru")
    Story(story.cast).answered("supported")
    with site_at(LATER):
        for key in ("answered_on_time", "time_to_first_answer"):
            page = Client().get(f"/en/metrics/{key}/").content.decode()
            links = re.findall(r'href="(/en/issues/\?metric=[^"]+language=(?:kk|ru|en)[^"]*)">(\d+)<', page)
            assert len(links) == 6
            for href, n in links:
                heading = re.search(r"<h1[^>]*>(\d+) ", Client().get(href.replace("&amp;", "&")).content.decode())
                assert (heading and heading[1]) == n
