"""The appeal against a moderator's ruling: by when, to whom, once; and how the issue comes back."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from backend.core.errors import Conflict, Forbidden, Invalid
from issues.actions.lapses import enter_what_is_due
from issues.clock import local_day
from issues.models import Issue, Ruling
from issues.record.chain import broken_chains
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty


def out_of_scope(story: Story) -> Story:
    return story.move("out_of_scope", story.cast.moderator, code="private_case", reason="One person's pension.")


def appealed(story: Story) -> Story:
    return story.move("appeal", story.cast.manager, reason="It concerns **hundreds**.")


def restored(story: Story) -> Story:
    return appealed(story).move("restore", story.cast.other_moderator, reason="It does.")


def test_the_tenth_working_day_is_the_last_to_its_end(story: Story) -> None:
    out_of_scope(story.raised()).on(almaty(2026, 2, 17, 0, 0))
    assert "ten working days" in str(refused(story, Conflict, "appeal", story.cast.manager, reason="Late."))
    appealed(story.on(almaty(2026, 2, 16, 23, 59)))
    ruling = story.issue.rulings.get()
    assert (ruling.appealed_by, ruling.appealed_at) == (story.cast.manager.user, story.now)
    assert "<strong>hundreds</strong>" in ruling.appeal_reason_html
    assert (story.issue.status, story.issue.due_at) == ("out_of_scope", None)


@pytest.mark.parametrize("who", ["representative", "other_manager", "officer", "signatory", "moderator", "registrar"])
def test_the_manager_of_its_ngo_alone_appeals(story: Story, who: str) -> None:
    refused(out_of_scope(story.raised()), Forbidden, "appeal", getattr(story.cast, who), reason="No.")


def test_an_appeal_says_why(story: Story) -> None:
    assert "reason" in refused(out_of_scope(story.raised()), Invalid, "appeal", story.cast.manager, reason=" ").errors


def test_it_is_made_once_also_after_it_was_dismissed(story: Story) -> None:
    appealed(out_of_scope(story.raised()))
    refused(story, Conflict, "appeal", story.cast.manager, reason="Again.")
    story.move("appeal_dismiss", story.cast.other_moderator, reason="It is one person's.")
    refused(story, Conflict, "appeal", story.cast.manager, reason="Again.")
    for move in ("restore", "appeal_dismiss"):
        refused(story, Conflict, move, story.cast.other_moderator, reason="After all.")
    ruling = story.issue.rulings.get()
    assert (ruling.outcome, ruling.closed_by, ruling.answer) == (
        "dismissed", story.cast.other_moderator.user, "It is one person's.",
    )  # fmt: skip


@pytest.mark.parametrize("move", ["appeal_dismiss", "restore"])
def test_whoever_decided_does_not_decide_about_the_appeal(story: Story, move: str) -> None:
    appealed(out_of_scope(story.raised()))
    refused(story, Forbidden, move, story.cast.moderator, reason="I was right.")
    with pytest.raises(IntegrityError, match="ruling_reviewed_by_another"), transaction.atomic():
        Ruling.objects.update(outcome="dismissed", closed_at=story.now, closed_by=story.cast.moderator.user)


def test_there_is_nothing_to_review_before_an_appeal(story: Story) -> None:
    out_of_scope(story.raised())
    for move in ("appeal_dismiss", "restore"):
        refused(story, Conflict, move, story.cast.other_moderator, reason="Hm.")


@pytest.mark.parametrize(
    ("at", "registered", "due"),
    [
        (almaty(2026, 2, 4, 18, 30), date(2026, 2, 4), date(2026, 2, 25)),
        (almaty(2026, 2, 4, 18, 31), date(2026, 2, 5), date(2026, 2, 26)),
        (almaty(2026, 2, 6, 18, 31), date(2026, 2, 9), date(2026, 3, 2)),  # Friday evening: Monday
    ],
)
def test_the_body_gets_a_new_receipt_and_the_whole_time(
    story: Story, at: datetime, registered: date, due: date
) -> None:
    out_of_scope(story.accepted())
    restored(story.on(at))
    issue = story.issue
    old, new = issue.responsibilities.order_by("received_at")
    assert (issue.status, issue.closed_at, issue.owed_by) == ("under_consideration", None, "body")
    assert (old.ended_by, new.received_at, new.registered_on, new.due_on) == (
        "out_of_scope",
        story.now,
        registered,
        due,
    )
    assert issue.due_at is not None
    assert local_day(issue.due_at) == due
    assert (new.unit, new.person, new.accepted_at) == ("Grants unit", story.cast.officer.user, story.now)
    assert sorted(each.kind for each in issue.duties.all() if each.is_open) == ["answer", "redirect"]
    assert issue.asks.get().first_received_at == issue.raised_at, "the NGO's wait runs from the first receipt"
    assert broken_chains([issue]) == {}


def test_a_question_asked_before_stands_with_new_days_to_answer(story: Story) -> None:
    story.accepted().move("clarify_request", story.cast.officer, question="Which grants?")
    restored(out_of_scope(story).later(days=3))
    assert story.issue.status == "clarification"
    duty = next(each for each in story.issue.duties.all() if each.kind == "clarify" and each.is_open)
    assert duty.due_on == date(2026, 2, 19)
    story.move("clarify", story.cast.representative, text="Those of January.")
    refused(story, Conflict, "clarify_request", story.cast.officer, question="And which else?")


def test_an_issue_not_taken_up_is_to_be_taken_up_anew(story: Story) -> None:
    restored(out_of_scope(story.raised()))
    assert story.issue.status == "raised"
    assert sorted(each.kind for each in story.issue.duties.all() if each.is_open) == ["accept", "answer", "redirect"]


def test_it_can_be_ruled_again_and_appealed_again(story: Story) -> None:
    restored(out_of_scope(story.raised()))
    restored(out_of_scope(story.later(days=1)))
    assert [each.outcome for each in story.issue.rulings.all()] == ["restored", "restored"]
    assert [event.move for event in story.issue.events.all()] == ["submit", *["out_of_scope", "appeal", "restore"] * 2]


@pytest.mark.parametrize("end", ["withdraw", "out_of_scope"])
def test_when_the_kept_issue_ends_without_an_answer_the_worker_restores_once(story: Story, end: str) -> None:
    kept = story.accepted().merged().older_issue()
    if end == "withdraw":
        kept.on(story.now).move("withdraw", story.cast.other_manager, reason="We stop.")
        assert enter_what_is_due(story.now) == 0, "the merged NGO co-signs, and may take over first"
        kept.on(almaty(2026, 2, 10, 0, 0))
        assert enter_what_is_due(kept.now) == 1
    else:
        kept.on(almaty(2026, 2, 10, 0, 0)).move("out_of_scope", story.cast.moderator, code="court")
    assert enter_what_is_due(kept.now) == 1
    assert enter_what_is_due(kept.now) == 0
    issue = story.issue
    restore = issue.events.latest("seq")
    assert (restore.move, restore.actor, issue.status) == ("restore", None, "under_consideration")
    assert issue.rulings.get().outcome == "kept_gone"
    assert issue.asks.get().merged_onto is None
    assert broken_chains(Issue.objects.all()) == {}


def test_an_open_appeal_is_settled_by_the_kept_issues_end(story: Story) -> None:
    kept = appealed(story.accepted().merged()).older_issue()
    kept.on(story.now).move("out_of_scope", story.cast.moderator, code="court")
    enter_what_is_due(story.now)
    refused(story, Conflict, "restore", story.cast.other_moderator, reason="Yes.")
    assert story.issue.rulings.get().outcome == "kept_gone"
