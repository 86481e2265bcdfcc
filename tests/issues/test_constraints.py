"""What must never be, the database refuses too, whoever writes."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, Model, ProtectedError

from issues.actions.duties import open_duty
from issues.clock import CONFIRM, current_calendar, due
from issues.models import (
    Ask,
    Commitment,
    Dispute,
    Duty,
    DutyKind,
    Evidence,
    Issue,
    IssueEvent,
    Opinion,
    Responsibility,
)
from tests.factories.stories import Story

RAISED_WHOLE = "issue_raised_whole"
NOTHING_OWED = {"due_at": None, "owed_by": ""}


def denied(name: str, write: Callable[[], Any]) -> None:
    """The database says no, by the name of the constraint or the words of the trigger."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        write()
    assert name in str(caught.value)


def again(row: Model) -> None:
    """The same row once more, under another key."""
    row.pk = None
    row._state.adding = True
    row.save(force_insert=True)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"number": None}, RAISED_WHOLE),
        ({"title": ""}, RAISED_WHOLE),
        ({"topic": None}, RAISED_WHOLE),
        ({"region": None}, RAISED_WHOLE),
        ({"body_addressed": None}, RAISED_WHOLE),
        ({"raised_at": None}, RAISED_WHOLE),
        ({"status": "draft"} | NOTHING_OWED, RAISED_WHOLE),
        ({"status": "resolved"} | NOTHING_OWED, "issue_resolved_by_someone"),
        ({"status": "resolved", "basis": "minister"} | NOTHING_OWED, "issue_resolved_by_someone"),
        ({"basis": "confirmed"}, "issue_basis_of_an_end"),
        ({"status": "refused", "basis": "confirmed"} | NOTHING_OWED, "issue_basis_of_an_end"),
        ({"due_at": None}, "issue_duty_has_an_ower"),
        ({"first_received_at": None}, "issue_wait_begins_by_the_raising"),
        ({"first_received_at": F("raised_at") + timedelta(1)}, "issue_wait_begins_by_the_raising"),
        ({"owed_by": ""}, "issue_duty_has_an_ower"),
        ({"owed_by": "minister"}, "issue_duty_has_an_ower"),
        ({"status": "withdrawn"}, "issue_duty_has_an_ower"),
        ({"status": "recorded"} | NOTHING_OWED, "issue_recorded_is_legacy"),
        ({"origin": "legacy"}, "issue_recorded_is_legacy"),
        ({"seq": F("rev") + 1}, "issue_each_message_is_a_change"),
    ],
)
def test_a_raised_issue_is_whole(story: Story, fields: dict[str, Any], constraint: str) -> None:
    story.raised()
    denied(constraint, lambda: Issue.objects.filter(pk=story.pk).update(**fields))


def test_two_issues_never_share_a_number(story: Story) -> None:
    first = story.raised().issue.number
    second = story.raised().pk
    denied("number", lambda: Issue.objects.filter(pk=second).update(number=first))


class TestAsks:
    def test_asks_freeze_when_the_issue_is_raised(self, story: Story) -> None:
        asks = Ask.objects.filter(issue=story.draft().pk)
        asks.update(text="Pay it all.")
        story.move("submit", story.cast.manager)
        for change in ({"text": "Pay less."}, {"n": 2}, {"issue": Story(story.cast).raised().pk}):
            denied("asks freeze", partial(asks.update, **change))
        denied("asks freeze", partial(asks._raw_delete, asks.db))
        assert asks.get().text == "Pay it all."

    def test_support_is_never_lowered_and_only_support_is_confirmed(self, story: Story) -> None:
        asks = Ask.objects.filter(issue=story.answered("supported", "refused").pk)
        denied("never lowered", lambda: asks.filter(n=1).update(verdict="partly"))
        denied("never lowered", lambda: asks.filter(n=1).update(verdict=""))
        denied(
            "ask_confirmed_only_if_supported",
            lambda: asks.filter(n=2).update(confirmed_at=story.now, confirmed_for=F("owner")),
        )
        denied("ask_confirmed_for_an_ngo", lambda: asks.filter(n=1).update(confirmed_at=story.now))
        denied("ask_verdict_has_a_ground", lambda: asks.filter(n=2).update(ground=""))
        denied("ask_numbered_once", lambda: again(asks.get(n=1)))
        denied(
            "ask_number_is_positive", lambda: Ask.objects.create(issue=story.issue, n=0, text="x", owner=story.cast.ngo)
        )


class TestCommitments:
    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"progress": "complete"}, "commitment_complete_has_a_day"),
            ({"completed_on": date(2026, 2, 9)}, "commitment_complete_has_a_day"),
            ({"due": date(2026, 12, 1)}, "commitment_moved_is_counted"),
            ({"progress": "complete", "completed_on": date(2026, 2, 9), "dropped_on": date(2026, 2, 9)},
             "commitment_not_both_dropped_and_complete"),
        ],
    )  # fmt: skip
    def test_a_promise_does_not_contradict_itself(self, story: Story, fields: dict[str, Any], constraint: str) -> None:
        story.answered("supported")
        denied(constraint, lambda: Commitment.objects.filter(issue=story.pk).update(**fields))


class TestOneAtATime:
    def test_one_responsibility_dispute_duty_and_evidence_stand(self, story: Story) -> None:
        issue = story.disputed().issue
        denied("responsibility_one_current", lambda: again(Responsibility.objects.get(issue=issue)))
        denied("dispute_one_open", lambda: again(Dispute.objects.get(issue=issue)))
        denied("duty_one_open_of_a_kind", lambda: again(Duty.objects.get(issue=issue, kind="confirm")))
        denied("evidence_one_stands_per_ask", lambda: again(Evidence.objects.get(issue=issue)))

    def test_each_opening_is_used_once_and_a_closed_dispute_has_an_outcome(self, story: Story) -> None:
        story.disputed().move("retract", story.cast.manager, reason="It came.")
        closed = Dispute.objects.filter(issue=story.pk)
        denied("dispute_once_per_opening", lambda: again(closed.get()))
        denied("dispute_closed_with_an_outcome", lambda: closed.update(outcome=""))
        denied("dispute_closed_with_an_outcome", lambda: closed.update(closed_at=None))

    def test_a_member_has_one_vote_on_an_ask(self, story: Story) -> None:
        story.disputed().voted(done=True)
        vote = Opinion.objects.filter(dispute__issue=story.pk, member=story.cast.chair.user)
        denied("opinion_one_per_member", lambda: again(vote.get()))

    def test_a_new_date_of_a_duty_replaces_the_one_before(self, story: Story) -> None:
        issue = story.reported().issue
        calendar = current_calendar()
        open_duty(issue, DutyKind.CONFIRM, due(CONFIRM, story.now.date() + timedelta(1), calendar), story.now)
        assert Duty.objects.open().filter(issue=issue, kind="confirm").count() == 1


def test_a_responsibility_ends_by_something_and_is_only_extended_forward(story: Story) -> None:
    tenure = Responsibility.objects.filter(issue=story.raised().pk)
    denied("responsibility_ends_by_something", lambda: tenure.update(ended_at=story.now))
    denied("responsibility_ends_by_something", lambda: tenure.update(ended_by="redirect"))
    denied("responsibility_extended_forward", lambda: tenure.update(due_on=date(2026, 2, 20)))


def test_a_chain_has_no_fork_and_no_zero(story: Story) -> None:
    event = IssueEvent.objects.get(issue=story.raised().pk)
    denied("event_chain_has_no_fork", lambda: again(event))
    event.seq = 0
    denied("event_chain_starts_at_one", lambda: again(event))


def test_nothing_public_is_deleted_by_accident(story: Story) -> None:
    """PROTECT in Django, and the trigger or the foreign key below it."""
    issue = story.disputed().issue
    parts: list[Any] = [issue, issue.raised_by, issue.topic, issue.region, issue.created_by, issue.body_addressed]
    for part in (*parts, issue.asks.get()):
        with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
            part.delete()
