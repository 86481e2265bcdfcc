"""A body ends: its successors go on where it stood, in one step or two; without one a moderator assigns the issue."""

from datetime import date

import pytest

from backend.core.errors import Conflict, Forbidden
from backend.organisations.models import Kind, Organisation, Role
from issues.actions.lapses import enter_what_is_due
from issues.clock import end_of_day
from issues.models import Outcome
from tests.factories.people import Player, organisation, player
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

DUE = end_of_day(date(2026, 2, 23))


def ends(body: Organisation, last: date, successor: Organisation | None = None) -> None:
    Organisation.objects.filter(pk=body.pk).update(valid_to=last, successor=successor)


def moves(story: Story) -> list[str]:
    return [event.move for event in story.issue.events.all()]


@pytest.mark.parametrize(
    ("rounds", "steps"),
    [([9], [("labour", "people")]), ([6, 9], [("labour", "work"), ("work", "people")])],
    ids=["entered once", "entered as two"],
)
def test_a_chain_of_successors_keeps_the_clock_and_the_promises(
    story: Story, rounds: list[int], steps: list[tuple[str, str]]
) -> None:
    cast = story.answered("supported", due=date(2026, 3, 2)).cast
    waiting = Story(cast).accepted()
    last = organisation("people", Kind.STATE_BODY)
    between = organisation("work", Kind.STATE_BODY, valid_to=date(2026, 2, 8), successor=last)
    ends(cast.ministry, date(2026, 2, 5), between)
    before = list(waiting.issue.duties.values_list("kind", "due_at", "ended_at"))
    assert [enter_what_is_due(almaty(2026, 2, day, 0, 0)) for day in rounds] == [2] * len(rounds)
    assert enter_what_is_due(almaty(2026, 2, 9)) == 0
    for each in (story, waiting):
        found = [event.facts for event in each.issue.events.filter(move="succeed")]
        assert found == [{"from": one, "body": other} for one, other in steps]
        tenure = each.issue.responsibilities.get()
        assert (tenure.body, tenure.hop, tenure.received_at, tenure.original_due_on) == (
            last, 0, almaty(2026, 2, 2), DUE.date(),
        )  # fmt: skip
    assert (waiting.issue.status, waiting.issue.due_at) == ("under_consideration", DUE)
    assert list(waiting.issue.duties.values_list("kind", "due_at", "ended_at")) == before
    promise = story.issue.commitments.get()
    assert (promise.owner, promise.first_due, promise.due) == (last, date(2026, 3, 2), date(2026, 3, 2))
    assert (story.issue.status, story.issue.due_at) == ("in_progress", end_of_day(date(2026, 3, 2)))
    assert story.issue.answers.get().body == cast.ministry, "what it signed stays its own"


def test_a_chain_that_ends_in_nobody_is_entered_as_far_as_it_goes_and_then_assigned(story: Story) -> None:
    cast = story.accepted().cast
    between = organisation("work", Kind.STATE_BODY, valid_to=date(2026, 2, 8))
    signatory = player("work_signatory", between, Role.SIGNATORY)
    ends(cast.ministry, date(2026, 2, 5), between)
    story.on(almaty(2026, 2, 9, 0, 0))
    for who in (signatory, cast.signatory):
        refused(story, Forbidden, "extend", who, until=date(2026, 3, 2), reason="We ask the regions.")
    story.move("reassign", cast.moderator, body="justice", reason="It took over the grants.")
    assert moves(story) == ["submit", "accept", "succeed", "reassign"]
    tenures = story.issue.responsibilities.values_list("body__slug", "hop", "ended_by", "original_due_on")
    assert list(tenures) == [("work", 0, "reassign", DUE.date()), ("justice", 0, "", date(2026, 3, 2))]


def test_a_dispute_for_no_answer_ends_with_a_new_responsibility(story: Story) -> None:
    """Nothing was answered: the new body has its own receipt, the first one's lateness stays, and silence is disputed anew."""
    cast = story.accepted().on(almaty(2026, 2, 24)).cast
    story.move("dispute", cast.manager, asks=[1], reason="No answer.")
    ends(cast.ministry, date(2026, 2, 24))
    story.later(days=1).move("reassign", cast.moderator, body="justice", reason="It took over the grants.")
    issue, dispute, new_due = story.issue, story.issue.disputes.get(), date(2026, 3, 19)
    assert (issue.status, issue.owed_by, issue.due_at) == ("raised", "body", end_of_day(new_due))
    assert (dispute.outcome, dispute.closed_at) == (Outcome.REASSIGNED, story.now)
    tenures = issue.responsibilities.values_list("body__slug", "hop", "ended_by", "original_due_on", "answered_at")
    assert list(tenures) == [
        ("labour", 0, "reassign", DUE.date(), None), ("justice", 0, "", new_due, None),
    ]  # fmt: skip
    assert {duty.kind for duty in issue.duties.all() if duty.is_open} == {"accept", "redirect", "answer"}
    assert issue.asks.get().first_received_at == almaty(2026, 2, 2)
    refused(story, Conflict, "vote", cast.chair, opinions=[{"n": 1, "done": False}])
    refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="Still none.")
    story.on(almaty(2026, 3, 20, 0, 0)).move("dispute", cast.manager, asks=[1], reason="None from them either.")
    assert list(story.issue.disputes.values_list("opening", "outcome")) == [
        ("no_answer", "reassigned"), ("no_answer", ""),
    ]  # fmt: skip


def test_a_dispute_once_answered_goes_on_in_other_hands(story: Story) -> None:
    cast = story.answered("supported", "refused").move("dispute", story.cast.manager, asks=[2], reason="No.").cast
    due = story.issue.due_at
    ends(cast.ministry, story.now.date())
    story.later(days=1).move("reassign", cast.moderator, body="justice", reason="It took over the grants.")
    issue, tenure = story.issue, story.issue.responsibilities.get()
    assert (issue.status, issue.owed_by, issue.due_at) == ("disputed", "council", due)
    assert (tenure.body.slug, tenure.hop, tenure.original_due_on, tenure.wait_days) == ("justice", 0, DUE.date(), 3)
    assert (issue.disputes.get().outcome, issue.commitments.get().owner.slug) == ("", "justice")
    assert issue.answers.get().body == cast.ministry


class TestAFormOpenedBefore:
    """Somebody reads a form on the ministry's last day, 2 February, and sends it the day after."""

    pytestmark = pytest.mark.usefixtures("story_time")

    REASON = "We asked the **regions**."

    def opened(self, story: Story, who: Player, act: str) -> tuple[Visitor, dict[str, str]]:
        """The window of somebody who may act on the last day, and what is sent from it the day after."""
        visitor = Visitor(story.raised(), who)
        assert visitor.get(visitor.page(act)).status_code == 200
        sent = {"version": str(story.issue.version), "reason": self.REASON}
        ends(story.cast.ministry, story.now.date(), story.cast.rival.organisation)
        story.later(days=1)
        return visitor, sent

    def test_before_the_worker_came_it_is_made_after_the_succession(self, story: Story) -> None:
        manager, sent = self.opened(story, story.cast.manager, "withdraw")
        checked = manager.post(manager.page("withdraw"), sent)
        assert (checked.status_code, moves(story)) == (200, ["submit"])
        assert manager.post(manager.page("withdraw"), sent, confirmed="1").status_code == 303
        assert (story.issue.status, moves(story)) == ("withdrawn", ["submit", "succeed", "withdraw"])

    def test_after_it_came_the_reader_learns_what_happened_and_loses_no_word(self, story: Story) -> None:
        manager, sent = self.opened(story, story.cast.manager, "withdraw")
        assert enter_what_is_due(story.now) == 1
        for more in ({}, {"confirmed": "1"}):
            answer = manager.post(manager.page("withdraw"), sent | more)
            assert answer.status_code == 409
            page = text_of(answer)
            assert "Last move: Successor body takes over (by the clock, 03.02.2026 12:00)." in page
            assert self.REASON in page
        assert (story.issue.status, moves(story)) == ("raised", ["submit", "succeed"])
        assert manager.act("withdraw", {"reason": self.REASON}).status_code == 303

    def test_the_ended_bodys_signatory_is_refused_and_loses_no_word_either(self, story: Story) -> None:
        signatory, sent = self.opened(story, story.cast.signatory, "extend")
        answer = signatory.post(signatory.page("extend"), sent | {"until": "2026-03-02", "confirmed": "1"})
        assert (answer.status_code, moves(story)) == (403, ["submit"])
        assert self.REASON in text_of(answer)
        successor = Visitor(story, story.cast.rival)
        assert successor.act("extend", {"until": "2026-03-02", "reason": self.REASON}).status_code == 303
        assert moves(story) == ["submit", "succeed", "extend"]
