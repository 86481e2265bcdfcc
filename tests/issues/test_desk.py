"""The desk of a state body: what it owes next, by date, and what waits for others."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from backend.organisations.models import Kind, Role
from issues import desk
from issues.desk import Bucket, DeskRow
from issues.lifecycle import Move
from tests.factories.people import Player, organisation, player
from tests.factories.stories import MONDAY, Story, almaty
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def rows_of(who: Player, story: Story) -> list[DeskRow]:
    return desk.rows(desk.queue(desk.acted_for(who.membership, story.now), story.now), who.membership, story.now)


def only_row(who: Player, story: Story) -> DeskRow:
    (row,) = rows_of(who, story)
    return row


def test_a_new_issue_is_to_be_taken_up_within_three_days(story: Story) -> None:
    row = only_row(story.raised().cast.signatory, story)
    assert (row.step, row.bucket) == (Move.ACCEPT, Bucket.WEEK)
    assert row.days(MONDAY.date()) == 3
    assert row.url == reverse("move", args=[story.issue.number, "accept"])
    assert row.redirect_by == date(2026, 2, 5)


def test_once_taken_up_the_answer_is_next(story: Story) -> None:
    row = only_row(story.accepted().cast.signatory, story)
    assert (row.step, row.bucket) == (Move.ANSWER, Bucket.LATER)
    assert row.days(MONDAY.date()) == 21
    assert row.tenure == story.issue.responsibilities.get(unit="Grants unit")


def test_an_officer_sees_what_only_a_signatory_may_do_without_a_link(story: Story) -> None:
    row = only_row(story.accepted().cast.officer, story)
    assert (row.step, row.url, row.redirect_by) == (Move.ANSWER, None, None)
    assert "a signatory" in text_of(Visitor(story, story.cast.officer).get("/desk/"))


@pytest.mark.parametrize(
    ("at", "bucket"),
    [
        (almaty(2026, 2, 5, 23), Bucket.TODAY),
        (almaty(2026, 2, 6, 0, 1), Bucket.OVERDUE),
        (almaty(2026, 2, 4), Bucket.WEEK),
    ],
)
def test_the_bucket_follows_the_date(story: Story, at: Any, bucket: Bucket) -> None:
    assert only_row(story.raised().on(at).cast.signatory, story).bucket == bucket


def test_a_date_in_another_week_is_later(story: Story) -> None:
    story.on(almaty(2026, 2, 6)).raised()  # Friday; three working days end on Wednesday
    assert only_row(story.cast.signatory, story).bucket == Bucket.LATER


def test_a_question_to_the_ngo_waits_for_it_until_the_answer_is_late(story: Story) -> None:
    story.accepted().move("clarify_request", story.cast.officer, question="Since when?")
    with translation.override("en"):
        row = only_row(story.cast.signatory, story)
    assert (row.bucket, row.step, row.waits_for) == (Bucket.WAITING, None, "NGO")
    assert row.days(MONDAY.date()) == 14
    row = only_row(story.on(almaty(2026, 2, 24)).cast.signatory, story)
    assert (row.bucket, row.step) == (Bucket.OVERDUE, Move.ANSWER)


def test_reported_and_disputed_issues_wait_for_others(story: Story) -> None:
    story.reported()
    assert only_row(story.cast.signatory, story).bucket == Bucket.WAITING
    story.later(days=1).move("dispute", story.cast.manager, asks=[1], reason="No.")
    row = only_row(story.cast.signatory, story)
    assert row.bucket == Bucket.WAITING
    assert row.due_at == story.issue.due_at  # the council's


def test_a_dispute_for_no_answer_stays_overdue_until_the_answer(story: Story) -> None:
    story.accepted().on(almaty(2026, 2, 24)).move("dispute", story.cast.manager, asks=[1], reason="Silence.")
    row = only_row(story.cast.signatory, story)
    assert (row.bucket, row.step) == (Bucket.OVERDUE, Move.ANSWER)


def test_in_progress_the_next_commitment_counts_then_the_report(story: Story) -> None:
    story.answered("supported", due=(MONDAY + timedelta(14)).date())
    row = only_row(story.cast.officer, story)
    assert (row.step, row.due_at) == (Move.COMMITMENT_PROGRESS, story.issue.due_at)
    made = story.issue.commitments.get()
    story.move("commitment_progress", story.cast.officer, commitment=made.pk, progress="complete")
    assert only_row(story.cast.signatory, story).step == Move.REPORT_DONE


def test_what_a_conclusion_set_aside_is_answered_before_it_is_reported(story: Story) -> None:
    story.answered("supported", "refused").later(days=1)
    story.move("dispute", story.cast.manager, asks=[2], reason="The law says more.").voted(done=False)
    story.move("conclude_not_done", story.cast.chair, text="Answer again.", until=(story.now + timedelta(7)).date())
    assert only_row(story.cast.signatory, story).step == Move.ANSWER


def test_closed_issues_and_those_of_other_bodies_are_not_there(story: Story) -> None:
    story.reported().move("confirm", story.cast.manager)
    assert rows_of(story.cast.signatory, story) == []
    other = Story(story.cast, story.now).raised()
    assert rows_of(story.cast.rival, other) == []


def test_a_parents_signatory_acts_for_a_child_without_one(story: Story) -> None:
    child = organisation("labour-aktobe", Kind.STATE_BODY, parent=story.cast.ministry)
    story.raised(body_addressed=child)
    assert only_row(story.cast.signatory, story).url == reverse("move", args=[story.issue.number, "accept"])
    assert rows_of(story.cast.officer, story) == []
    player("child_signatory", child, Role.SIGNATORY)
    assert rows_of(story.cast.signatory, story) == []


def test_rows_are_sorted_by_the_next_date_and_those_that_wait_come_last(story: Story) -> None:
    cast, start = story.cast, story.now
    waiting = Story(cast, start).accepted().move("clarify_request", cast.officer, question="?")
    later = Story(cast, start).accepted()
    first = Story(cast, start).raised()
    assert [row.issue.pk for row in rows_of(cast.signatory, first)] == [first.pk, later.pk, waiting.pk]


def test_the_buckets_are_links_with_their_counts(story: Story) -> None:
    Story(story.cast, story.now).accepted()
    visitor = Visitor(story.raised(), story.cast.signatory)
    page = visitor.get("/desk/")
    assert [(bucket, count) for bucket, _label, count in page.context["buckets"]] == [
        (Bucket.OVERDUE, 0), (Bucket.TODAY, 0), (Bucket.WEEK, 1), (Bucket.LATER, 1), (Bucket.WAITING, 0),
    ]  # fmt: skip
    assert [row.issue.number for row, _days in visitor.get("/desk/?bucket=week").context["rows"]] == [
        story.issue.number
    ]
    empty = text_of(visitor.get("/desk/?bucket=overdue"))
    assert "Nothing is due." in empty
    assert story.issue.number in empty  # what is next
    assert "There is no such part of the desk: never" in text_of(visitor.get("/desk/?bucket=never"))


def test_an_empty_desk_says_so(story: Story) -> None:
    assert "Nothing is due." in text_of(Visitor(story, story.cast.rival_officer).get("/desk/"))


def test_a_long_queue_is_cut_and_says_how_long_it_is(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "ROWS_AT_MOST", 2)
    for _ in range(3):
        Story(story.cast, story.now).raised()
    page = Visitor(story, story.cast.signatory).get("/desk/")
    assert len(page.context["rows"]) == 2
    assert "The first 2 of 3 issues" in text_of(page)


@pytest.mark.parametrize("who", ["manager", "chair", "moderator", "registrar"])
def test_others_have_no_desk(story: Story, who: str) -> None:
    response = Visitor(story, getattr(story.cast, who)).get("/desk/")
    assert response.status_code == 403
    assert "The desk is for the people of a state body" in text_of(response)


def test_the_desk_costs_the_same_for_one_and_for_three_issues(story: Story) -> None:
    visitor = Visitor(story.answered("supported", "refused"), story.cast.signatory)
    counted = []
    for more in (0, 2):
        for _ in range(more):
            Story(story.cast, MONDAY).answered("supported", "partly")
        with CaptureQueriesContext(connection) as queries:
            page = visitor.get("/desk/")
        assert len(page.context["rows"]) == 1 + more
        counted.append(len(queries))
    assert counted == [13, 13]
