"""The main job, through the actions: from raised to resolved, with a disagreement and the council in between."""

from datetime import timedelta

import pytest

from backend.core.errors import Conflict, Forbidden
from issues.lifecycle import Status
from issues.record.chain import broken_chains
from tests.factories.stories import Story


def test_an_issue_goes_from_raised_to_resolved_through_a_dispute(story: Story) -> None:
    cast = story.cast
    story.disputed("supported", "refused").voted(done=False)
    until = story.issue.disputes.get().opened_at.date() + timedelta(7)
    story.later(days=1).move("conclude_not_done", cast.chair, text="Not paid.", until=until)
    assert story.issue.status == Status.IN_PROGRESS
    assert story.issue.commitments.get().result(until) == "broken"
    story.later(days=3).move("report_done", cast.signatory, evidence=[{"n": 1, "text": "Now paid."}])
    assert story.issue.status == Status.REPORTED_DONE
    story.later(days=1).move("confirm", cast.manager, asks=[1])
    issue = story.issue
    assert (issue.status, issue.basis, issue.owed_by) == (Status.RESOLVED, "confirmed", "")
    assert [event.move for event in issue.events.all()] == [
        "submit", "accept", "answer", "report_done", "dispute", "vote", "vote", "vote", "conclude_not_done", "report_done",
        "confirm",
    ]  # fmt: skip
    assert [event.seq for event in issue.events.all()] == list(range(1, issue.rev + 1))
    assert broken_chains([issue]) == {}


def test_the_ministry_cannot_resolve_without_the_ngo(story: Story) -> None:
    story.reported()
    with pytest.raises(Forbidden):
        story.move("confirm", story.cast.signatory)
    assert story.issue.status == Status.REPORTED_DONE


def test_the_second_of_two_learns_what_happened(story: Story) -> None:
    story.reported().move("confirm", story.cast.manager)
    with pytest.raises(Conflict, match="Resolved"):
        story.move("dispute", story.cast.manager, asks=[1], reason="No.")
