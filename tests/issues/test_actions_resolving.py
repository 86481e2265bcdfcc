"""Report, confirm, dispute, retract: only the NGO says that something is done, and each event opens disputing once."""

from datetime import date, datetime
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from issues.lifecycle import Status
from issues.models import Outcome, Progress
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty, answer_row


def shown(*numbers: int) -> list[dict[str, Any]]:
    return [{"n": n, "text": f"Ask {n} was paid."} for n in numbers]


class TestReport:
    def test_it_needs_evidence_for_every_supported_ask_and_completes_its_commitments(self, story: Story) -> None:
        cast = story.answered("supported", "partly", "refused").cast
        error = refused(story, Invalid, "report_done", cast.signatory, evidence=shown(1))
        assert error.errors.keys() == {"evidence.2.text"}
        assert refused(story, Invalid, "report_done", cast.signatory).errors.keys() == {
            "evidence.1.text",
            "evidence.2.text",
        }
        story.move("report_done", cast.signatory, evidence=shown(1, 2))
        issue = story.issue
        assert (issue.status, issue.owed_by) == ("reported_done", "ngo")
        assert [(each.progress, each.completed_on) for each in issue.commitments.all()] == [
            (Progress.COMPLETE, story.now.date())
        ] * 2
        assert [(each.ask.n, each.text, each.given_by) for each in issue.evidence.select_related("ask")] == [
            (1, "Ask 1 was paid.", cast.signatory.user), (2, "Ask 2 was paid.", cast.signatory.user),
        ]  # fmt: skip

    def test_what_was_confirmed_needs_no_more_evidence(self, story: Story) -> None:
        cast = story.answered("supported", "supported").move("confirm", story.cast.manager, asks=[1]).cast
        error = refused(story, Invalid, "report_done", cast.signatory, evidence=shown(1, 2))
        assert error.errors.keys() == {"evidence.0.n"}
        story.move("report_done", cast.signatory, evidence=shown(2))
        assert story.issue.status == Status.REPORTED_DONE

    def test_evidence_that_stands_may_stay_and_new_evidence_keeps_the_old_visible(self, story: Story) -> None:
        row = {"n": 1, "verdict": "supported", "ground": "law", "text": "Done.", "evidence": "See the register."}
        cast = story.accepted(["Ask 1", "Ask 2"]).cast
        story.move("answer", cast.signatory, asks=[row, answer_row(2, "supported", date(2026, 3, 2))])
        story.later(days=1).move("report_done", cast.signatory, evidence=shown(2))
        assert story.issue.status == Status.REPORTED_DONE
        story.move("dispute", cast.manager, asks=[1], reason="No.").voted(done=False)
        story.move("conclude_not_done", cast.chair, text="No.", until=date(2026, 2, 20))
        assert refused(story, Invalid, "report_done", cast.signatory, evidence=shown(2)).errors.keys() == {
            "evidence.1.text"
        }
        story.move("report_done", cast.signatory, evidence=shown(1))
        texts = story.issue.asks.get(n=1).evidence.values_list("text", "set_aside_at")
        assert list(texts) == [("See the register.", story.now), ("Ask 1 was paid.", None)]

    @pytest.mark.parametrize(
        "evidence", [shown(1, 1), shown(2), [{"n": 1}], [{"n": 1, "text": "x", "files": ["a"]}], "paid", 7]
    )
    def test_evidence_is_one_text_for_each_ask(self, story: Story, evidence: Any) -> None:
        story.answered("supported", "refused")
        refused(story, Invalid, "report_done", story.cast.signatory, evidence=evidence)

    def test_a_wholly_refused_issue_cannot_be_reported_done_however_silent_the_council(self, story: Story) -> None:
        story.answered("refused").move("dispute", story.cast.manager, asks=[1], reason="No.").on(almaty(2026, 6, 1))
        refused(story, Conflict, "report_done", story.cast.signatory, evidence=[])
        assert story.issue.status == Status.DISPUTED

    def test_once_the_council_is_silent_the_body_may_report_again(self, story: Story) -> None:
        cast = story.disputed().cast
        refused(story, Conflict, "report_done", cast.signatory, evidence=shown(1))
        story.on(almaty(2026, 3, 18)).move("report_done", cast.signatory, evidence=shown(1))
        assert story.issue.disputes.get().outcome == Outcome.REPORTED
        story.move("dispute", cast.manager, asks=[1], reason="Still nothing.")  # another report, another opening
        assert story.issue.status == Status.DISPUTED


class TestConfirm:
    def test_all_at_once_or_ask_by_ask(self, story: Story) -> None:
        cast = story.reported("supported", "partly", "refused").cast
        story.later(days=1).move("confirm", cast.manager, asks=["2"])
        assert (story.issue.status, story.issue.asks.get(n=2).confirmed_at) == ("reported_done", story.now)
        assert "2" in str(refused(story, Conflict, "confirm", cast.manager, asks=[2]))
        assert "3" in str(refused(story, Conflict, "confirm", cast.manager, asks=[3]))
        story.later(days=1).move("confirm", cast.manager)
        issue = story.issue
        assert (issue.status, issue.basis, issue.resolved_at, issue.closed_at) == (
            "resolved",
            "confirmed",
            story.now,
            story.now,
        )
        assert [(ask.n, ask.confirmed_by) for ask in issue.asks.all()] == [
            (1, cast.manager.user), (2, cast.manager.user), (3, None),
        ]  # fmt: skip
        assert issue.responsibilities.get().ended_by == "confirm"
        assert not any(duty.is_open for duty in issue.duties.all())

    def test_only_the_manager_of_the_asks_owner(self, story: Story) -> None:
        cast = story.reported().cast
        for other in (cast.representative, cast.other_manager, cast.signatory, cast.chair, cast.moderator):
            refused(story, Forbidden, "confirm", other)

    def test_a_partial_confirmation_does_not_start_the_thirty_days_anew(self, story: Story) -> None:
        cast = story.reported("supported", "supported").on(almaty(2026, 2, 28)).move("confirm_lapse", None).cast
        story.on(almaty(2026, 3, 20)).move("confirm", cast.manager, asks=[1])
        assert story.issue.closed_at == almaty(2026, 2, 28)
        story.on(almaty(2026, 3, 31))
        refused(story, Conflict, "confirm", cast.manager, asks=[2])
        story.on(almaty(2026, 3, 30, 23, 59)).move("confirm", cast.manager, asks=[2])
        assert story.issue.status == Status.RESOLVED

    def test_an_ask_in_dispute_waits_and_the_last_of_the_others_resolves_nothing(self, story: Story) -> None:
        cast = story.reported("supported", "supported").move("dispute", story.cast.manager, asks=[1], reason="No.").cast
        refused(story, Conflict, "confirm", cast.manager, asks=[1])
        story.move("confirm", cast.manager, asks=[2])
        assert story.issue.status == Status.DISPUTED
        story.move("retract", cast.manager, reason="It came.").move("confirm", cast.manager, asks=[1])
        assert story.issue.status == Status.RESOLVED

    def test_an_issue_whose_dispute_was_taken_back_after_all_else_was_confirmed_can_be_closed(
        self, story: Story
    ) -> None:
        cast = story.answered("supported", "refused").cast
        story.move("dispute", cast.manager, asks=[2], reason="No.").move("confirm", cast.manager, asks=[1])
        first = story.issue.asks.get(n=1).confirmed_at
        story.move("retract", cast.manager, reason="We go to court.")
        assert story.issue.status == Status.IN_PROGRESS
        story.later(days=1).move("confirm", cast.manager, asks=[1])
        assert (story.issue.status, story.issue.asks.get(n=1).confirmed_at) == ("resolved", first)

    @pytest.mark.parametrize("asks", [[], [4], ["x"], [None], [True], [1.0], [[1]], {"n": 1}, "1", 1, [-1]])
    def test_asks_are_named_by_their_numbers(self, story: Story, asks: Any) -> None:
        story.reported("supported", "refused")
        assert refused(story, Invalid, "confirm", story.cast.manager, asks=asks).errors.keys() <= {"asks"}


class TestDispute:
    def test_it_names_asks_the_event_that_opens_it_and_the_council(self, story: Story) -> None:
        cast = story.reported("supported", "refused").later(days=1).cast
        story.move("dispute", cast.manager, asks=[1, 2], reason="Nothing arrived.\r\n\r\n<b>Nothing</b>.")
        dispute = story.issue.disputes.get()
        assert (dispute.opening, dispute.status_before, dispute.council) == (
            "report",
            "reported_done",
            cast.chair.organisation,
        )
        assert [named.ask.n for named in dispute.asks.all()] == [1, 2]
        assert "<b>" not in dispute.reason_html
        event = story.issue.events.latest("seq")
        assert event.facts == {"asks": [1, 2], "opening": "report", "council": "council-labour", "due_on": "2026-03-17"}

    @pytest.mark.parametrize(
        ("asks", "reason", "path"), [([], "Why", "asks"), ([1], "  ", "reason"), ([9], "Why", "asks")]
    )
    def test_it_needs_asks_and_a_reason(self, story: Story, asks: list[int], reason: str, path: str) -> None:
        story.reported()
        assert path in refused(story, Invalid, "dispute", story.cast.manager, asks=asks, reason=reason).errors

    def test_each_report_opens_it_once(self, story: Story) -> None:
        cast = story.disputed().move("retract", story.cast.manager, reason="It came.").cast
        refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="It did not.")
        story.on(almaty(2026, 2, 28)).move("confirm_lapse", None)
        story.move("dispute", cast.manager, asks=[1], reason="The lapse is another event.")
        assert story.issue.disputes.latest("pk").opening == "lapse"

    def test_the_thirty_days_after_a_lapse_survive_a_dispute_taken_back(self, story: Story) -> None:
        cast = story.reported().on(almaty(2026, 2, 28)).move("confirm_lapse", None).cast
        story.on(almaty(2026, 3, 10)).move("dispute", cast.manager, asks=[1], reason="No.")
        story.on(almaty(2026, 3, 20)).move("retract", cast.manager, reason="It came.")
        assert (story.issue.status, story.issue.closed_at) == ("unconfirmed", almaty(2026, 2, 28))
        refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="Once.")
        story.on(almaty(2026, 3, 31))
        refused(story, Conflict, "confirm", cast.manager)

    def test_the_thirty_days_after_a_refusal_survive_a_dispute_taken_back(self, story: Story) -> None:
        cast = story.answered("refused").later(days=1).move("dispute", story.cast.manager, asks=[1], reason="No.").cast
        closed = story.issue.closed_at
        story.later(days=9).move("retract", cast.manager, reason="We talk.")
        assert (story.issue.status, story.issue.closed_at) == ("refused", closed)

    def test_the_confirm_term_runs_on_during_a_dispute_and_then_lapses(self, story: Story) -> None:
        cast = story.disputed().cast  # reported on 15 February: the term ends on the 27th
        story.on(almaty(2026, 2, 28))
        refused(story, Conflict, "confirm_lapse", None)
        story.on(almaty(2026, 3, 2)).move("retract", cast.manager, reason="It came.")
        assert (story.issue.owed_by, story.issue.due_at) == ("ngo", story.issue.duties.get(kind="confirm").due_at)
        story.move("confirm_lapse", None)
        assert story.issue.status == Status.UNCONFIRMED

    def test_a_refusal_repeated_after_a_conclusion_lets_all_refusals_be_disputed_anew(self, story: Story) -> None:
        cast = story.answered("refused", "refused").move("dispute", story.cast.manager, asks=[1], reason="No.").cast
        story.voted(done=False).move("conclude_not_done", cast.chair, text="Again.", until=date(2026, 2, 20))
        story.move("answer", cast.signatory, asks=[answer_row(1, "refused", date(2026, 3, 1))])
        story.later(days=1).move("dispute", cast.manager, asks=[1, 2], reason="Both.")
        assert story.issue.status == Status.DISPUTED

    def test_a_commitment_late_by_a_new_date_is_a_new_event(self, story: Story) -> None:
        cast = story.answered("supported", due=date(2026, 2, 13)).on(almaty(2026, 2, 28)).cast
        story.move("dispute", cast.manager, asks=[1], reason="Late.").move(
            "retract", cast.manager, reason="They promised."
        )
        refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="Still late.")
        pk = story.issue.commitments.get().pk
        story.move("commitment_reschedule", cast.signatory, commitment=pk, due=date(2026, 3, 6), reason="A week more.")
        story.on(almaty(2026, 3, 26, 23, 59))  # ten working days after 6 March: 9, 23, 24, 25 March are free
        refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="Late.")
        story.on(almaty(2026, 3, 27)).move("dispute", cast.manager, asks=[1], reason="Late again.")
        assert story.issue.disputes.latest("pk").opening == "late"

    def test_a_body_that_ignores_a_conclusion_does_not_switch_disputing_off(self, story: Story) -> None:
        row = {"n": 1, "verdict": "supported", "ground": "law", "text": "Done.", "evidence": "See the register."}
        cast = story.accepted().move("answer", story.cast.signatory, asks=[row]).cast
        story.move("dispute", cast.manager, asks=[1], reason="No.").voted(done=False)
        story.move("conclude_not_done", cast.chair, text="Not done.", until=date(2026, 2, 10))
        story.on(almaty(2026, 2, 24, 23, 59))
        refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="Nothing.")
        story.on(almaty(2026, 2, 25)).move("dispute", cast.manager, asks=[1], reason="Nothing.")
        assert story.issue.disputes.latest("pk").opening == "unreported"

    def test_without_an_answer_it_is_disputed_once_for_each_date_that_passed(self, story: Story) -> None:
        cast = story.accepted().on(almaty(2026, 2, 24)).move("dispute", story.cast.manager, asks=[1], reason="No.").cast
        story.voted(done=False).move("conclude_not_done", cast.chair, text="Answer.", until=date(2026, 3, 3))
        assert (story.issue.status, story.issue.owed_by) == ("under_consideration", "body")
        refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="No.")
        story.on(almaty(2026, 3, 4)).move("answer_due", None).move("dispute", cast.manager, asks=[1], reason="Again.")
        assert story.issue.status == Status.DISPUTED


class TestRetract:
    def test_only_who_disputed_and_with_a_reason(self, story: Story) -> None:
        cast = story.disputed().cast
        refused(story, Invalid, "retract", cast.manager, reason="")
        refused(story, Forbidden, "retract", cast.representative, reason="x")
        refused(story, Forbidden, "retract", cast.other_manager, reason="x")
        story.move("retract", cast.manager, reason="It came.")
        dispute = story.issue.disputes.get()
        assert (story.issue.status, dispute.outcome, dispute.closed_at) == ("reported_done", "retracted", story.now)

    def test_a_repeated_one_learns_what_happened(self, story: Story) -> None:
        story.disputed().move("retract", story.cast.manager, reason="It came.")
        assert "Take back" in str(refused(story, Conflict, "retract", story.cast.manager, reason="It came."))

    @pytest.mark.parametrize(
        ("begin", "at", "asks", "back_to"),
        [
            ("raised", almaty(2026, 2, 24), [1], "raised"),
            ("accepted", almaty(2026, 2, 24), [1], "under_consideration"),
            ("reported", almaty(2026, 2, 16), [1], "reported_done"),
        ],
    )
    def test_it_leads_back_to_where_the_issue_was(
        self, story: Story, begin: str, at: datetime, asks: list[int], back_to: str
    ) -> None:
        getattr(story, begin)()
        story.on(at).move("dispute", story.cast.manager, asks=asks, reason="No.")
        story.move("retract", story.cast.manager, reason="We talk.")
        assert story.issue.status == back_to
