"""The desk of a state body: what it owes next, by date, and what waits for others."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from backend.organisations.models import Kind, Role
from dialogue.actions import post_message
from dialogue.models import Message, Visit
from issues import desk
from issues.desk import Bucket, DeskRow
from issues.lifecycle import Move
from tests.factories.people import Player, organisation, player
from tests.factories.stories import MONDAY, Story, almaty
from tests.issues.desk.test_preparing import prepared, returned
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


def test_an_officer_prepares_the_answer(story: Story) -> None:
    row = only_row(story.accepted().cast.officer, story)
    assert (row.step, row.redirect_by) == (Move.ANSWER, None)
    assert (str(row.label), row.url) == (
        "Prepare the official answer", reverse("prepare_answer", args=[story.issue.number]),
    )  # fmt: skip


def test_an_officer_sees_what_only_a_signatory_does_without_a_link(story: Story) -> None:
    made = story.answered("supported").issue.commitments.get()
    story.move("commitment_progress", story.cast.officer, commitment=made.pk, progress="complete")
    row = only_row(story.cast.officer, story)
    assert (row.step, row.url) == (Move.REPORT_DONE, None)
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
    assert [(bucket, count) for bucket, _label, count, _query in page.context["buckets"]] == [
        (Bucket.OVERDUE, 0), (Bucket.TODAY, 0), (Bucket.WEEK, 1), (Bucket.LATER, 1), (Bucket.WAITING, 0),
    ]  # fmt: skip
    assert [row.issue.number for row, _days in visitor.get("/desk/?bucket=week").context["rows"]] == [
        story.issue.number
    ]
    empty = text_of(visitor.get("/desk/?bucket=overdue"))
    assert "Nothing is due." in empty
    assert str(story.issue.number) in empty  # what is next
    assert "There is no such part of the desk: never" in text_of(visitor.get("/desk/?bucket=never"))


def test_an_empty_desk_says_so(story: Story) -> None:
    assert "Nothing is due." in text_of(Visitor(story, story.cast.rival_officer).get("/desk/"))


def test_a_long_queue_has_pages_and_says_how_long_it_is(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PAGE_SIZE", 2)
    for _ in range(3):
        Story(story.cast, story.now).raised()
    last = Story(story.cast, story.now).accepted().move("clarify_request", story.cast.officer, question="?")
    visitor = Visitor(story, story.cast.signatory)
    page, seen = visitor.get("/desk/"), []
    while True:
        assert "4 issues" in text_of(page)
        seen += [row.issue.pk for row, _days in page.context["rows"]]
        if not page.context["after"]:
            break
        page = visitor.get(f"/desk/{page.context['after']}")
    assert (len(seen), len(set(seen)), seen[-1]) == (4, 4, last.pk)
    back = visitor.get(f"/desk/{page.context['before']}")
    assert [row.issue.pk for row, _days in back.context["rows"]] == seen[:2]


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
    assert counted == [17, 17]


def numbers(visitor: Visitor, query: str) -> list[Any]:
    return [row.issue.number for row, _days in visitor.get(f"/desk/{query}").context["rows"]]


def test_rows_are_mine_my_units_or_the_whole_bodys(story: Story) -> None:
    cast = story.cast
    mine = story.accepted().issue.number
    unit = Story(cast, story.now).raised().move("accept", cast.officer, unit="Grants unit", person=cast.signatory.user)
    other = Story(cast, story.now).raised().move("accept", cast.officer, unit="Care", person=cast.signatory.user)
    nobody = Story(cast, story.now).raised()
    officer = Visitor(story, cast.officer)
    assert numbers(officer, "?whose=me") == [mine]
    assert numbers(officer, "?whose=unit") == [mine, unit.issue.number]
    assert set(numbers(officer, "?whose=body")) == {mine, *(each.issue.number for each in (unit, other, nobody))}
    assert "There is no such part of the desk: theirs" in text_of(officer.get("/desk/?whose=theirs"))


def test_the_desk_is_searched_by_number_and_by_words_of_the_title(story: Story) -> None:
    story.raised(title="Ramps at the clinic")
    other = Story(story.cast, story.now).raised(title="A bus for the village")
    officer = Visitor(story, story.cast.officer)
    assert numbers(officer, "?q=clinic+ramps") == [story.issue.number]
    assert numbers(officer, f"?q={other.issue.number}") == [other.issue.number]
    assert numbers(officer, f"?q={str(other.issue.number)[-3:]}") == [other.issue.number]
    assert "No issue on your desk matches." in text_of(officer.get("/desk/?q=tram"))
    assert numbers(officer, "?q=%00&after=x&before=~1") != []


def test_a_prepared_answer_is_told_in_its_row(story: Story) -> None:
    prepared(story.accepted())
    officer, signatory = Visitor(story, story.cast.officer), Visitor(story, story.cast.signatory)
    assert "waits for signature. Prepared by: Officer" in text_of(officer.get("/desk/"))
    page = text_of(signatory.get("/desk/"))
    assert "For signature (1)" in page
    assert f'<a href="/en/desk/signing/{story.issue.number}/?from=desk">Sign the prepared answer' in page
    returned(story, word="From which budget?")
    assert "<strong>Returned:</strong> From which budget?" in text_of(officer.get("/desk/"))
    assert "For signature (0)" in text_of(signatory.get("/desk/"))


def test_after_an_act_the_row_has_left_its_part_and_a_message_says_where_it_went(story: Story) -> None:
    officer = Visitor(story.raised(), story.cast.officer)
    path = f"/issues/{story.issue.number}/accept/"
    assert numbers(officer, "?bucket=week") == [story.issue.number]
    sent = {"unit": "Grants", "person": str(story.cast.officer.user.uuid), "confirmed": "1"}
    done = officer.post(f"{path}?from=desk", sent)
    assert (done.status_code, done["Location"]) == (303, "/en/desk/")
    page = text_of(officer.get("/desk/?bucket=week"))
    assert f'it lies under: <a href="/en/desk/?bucket=later#issue-{story.issue.number}">Later</a>.' in page
    assert "Nothing is due." in page


def test_the_message_after_an_act_is_for_people_with_a_desk(story: Story) -> None:
    story.reported()
    ngo = Visitor(story, story.cast.manager)
    done = ngo.post(f"/issues/{story.issue.number}/confirm/", {"asks": ["1"], "confirmed": "1"})
    assert done.status_code == 303
    assert "your desk" not in text_of(ngo.get("/me/"))


def test_a_row_is_opened_beside_the_desk_and_without_javascript_on_its_page(story: Story) -> None:
    prepared(story.accepted())
    officer, path = Visitor(story, story.cast.officer), f"/en/desk/peek/{story.issue.number}/"
    plain = officer.client.get(path)
    assert (plain.status_code, plain["Location"]) == (302, f"/en/issues/{story.issue.number}/")
    peek = officer.client.get(path, headers={"HX-Request": "true"})
    assert "HX-Request" in peek["Vary"]
    for words in (
        "Prepare the official answer",
        "Pay the grants.",
        "Waits for signature",
        "The body answers every ask by",
    ):
        assert words in text_of(peek)
    assert "<html" not in text_of(peek)
    for who in (story.cast.rival, story.cast.manager):
        assert Visitor(story, who).client.get(path, headers={"HX-Request": "true"}).status_code in (403, 404)


def test_a_row_counts_what_others_wrote_since_one_looked_and_leads_there(story: Story) -> None:
    story.accepted()
    officer, cast = Visitor(story, story.cast.officer), story.cast
    for who in (cast.manager, cast.officer, cast.manager):
        post_message(issue=story.issue, **who.acts, body=f"By {who.user}, {Message.objects.count()}.", at=story.now)
    link = f'<a href="/en/issues/{story.issue.number}/#discussion">'
    assert f"{link}2<span" in text_of(officer.get("/desk/"))
    Visit.objects.update_or_create(
        person=cast.officer.user, issue=story.issue, defaults={"rev": 1, "at": story.now, "seen": 3}
    )
    assert link not in text_of(officer.get("/desk/"))


def test_what_is_closed_lies_in_a_part_of_its_own_the_latest_first(story: Story) -> None:
    cast = story.cast
    closed = [Story(cast, story.now).raised(by=cast.other_manager) for _ in range(2)]
    for hours, each in enumerate(closed, 1):
        each.later(hours=hours).move("withdraw", cast.other_manager, reason="Solved.")
    story.raised().later(days=1)
    desk_page, page = (Visitor(story, cast.officer).get(path) for path in ("/desk/", "/desk/done/"))
    assert 'href="/en/desk/done/"' in text_of(desk_page)
    assert [each.number for each in page.context["rows"]] == [each.issue.number for each in reversed(closed)]
    assert "Done: 2 issues" in text_of(page)
    assert "No issue of your body is closed yet." in text_of(Visitor(story, cast.rival_officer).get("/desk/done/"))
    assert Visitor(story, cast.manager).get("/desk/done/").status_code == 403
