"""The official answer and its commitments: verdicts, grounds, evidence, promises kept and broken."""

from datetime import date, timedelta
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from issues.lifecycle import Status
from issues.models import Commitment, Issue, Outcome, Progress
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty, answer_row

SOON = date(2026, 3, 2)


def evidence_row(n: int, verdict: str = "supported") -> dict[str, Any]:
    return {"n": n, "verdict": verdict, "ground": "already_done", "text": "It was paid.", "evidence": "The register."}


def asks_of(issue: Issue) -> list[tuple[str, str, str]]:
    return [(ask.verdict, ask.ground, ask.concluded) for ask in issue.asks.all()]


class TestAnswer:
    def test_it_stores_who_signed_how_long_it_took_and_what_it_says_of_each_ask(self, story: Story) -> None:
        cast = story.accepted(["Ask 1", "Ask 2"]).on(almaty(2026, 2, 7, 22)).cast
        story.move("answer", cast.signatory, asks=[answer_row(2, "refused", SOON), answer_row(1, "supported", SOON)])
        issue = story.issue
        answer = issue.answers.get()
        assert (answer.n, answer.signed_by, answer.signed_post, answer.body) == (
            1,
            cast.signatory.user,
            "Post",
            cast.ministry,
        )
        assert answer.wait_days == 4, "Saturday counts as the Friday before: 3, 4, 5, 6 February"
        assert [(part.ask.n, part.verdict, part.text_html) for part in answer.parts.all()] == [
            (1, "supported", "<p>Our reasons for ask 1.</p>\n"), (2, "refused", "<p>Our reasons for ask 2.</p>\n"),
        ]  # fmt: skip
        assert asks_of(issue) == [("supported", "law", ""), ("refused", "law", "")]
        tenure = issue.responsibilities.get()
        assert (tenure.answered_at, tenure.wait_days, issue.answered_at) == (story.now, 4, story.now)
        assert {duty.kind for duty in issue.duties.all() if duty.is_open} == set()
        assert issue.duties.get(kind="answer").met_at == story.now

    def test_an_answer_from_raised_counts_as_taking_the_issue_up(self, story: Story) -> None:
        story.raised().move("answer", story.cast.signatory, asks=[answer_row(1, "partly", SOON)])
        tenure = story.issue.responsibilities.get()
        assert (tenure.accepted_at, tenure.person) == (story.now, story.cast.signatory.user)

    @pytest.mark.parametrize(
        ("rows", "status"),
        [
            ([answer_row(1, "refused", SOON), answer_row(2, "refused", SOON)], Status.REFUSED),
            ([evidence_row(1), evidence_row(2, "partly")], Status.REPORTED_DONE),
            ([evidence_row(1), answer_row(2, "refused", SOON)], Status.REPORTED_DONE),
            ([evidence_row(1), answer_row(2, "supported", SOON)], Status.IN_PROGRESS),
            ([evidence_row(1) | answer_row(1, "supported", SOON), evidence_row(2)], Status.IN_PROGRESS),
        ],
        ids=["all refused", "all shown", "one shown, one refused", "one promised", "shown and promised"],
    )
    def test_where_it_leads_depends_on_what_remains_to_do(
        self, story: Story, rows: list[dict[str, Any]], status: Status
    ) -> None:
        story.accepted(["Ask 1", "Ask 2"]).move("answer", story.cast.signatory, asks=rows)
        assert story.issue.status == status

    def test_an_officer_only_drafts_it(self, story: Story) -> None:
        story.accepted()
        refused(story, Forbidden, "answer", story.cast.officer, asks=[answer_row(1, "refused", SOON)])

    @pytest.mark.parametrize(
        ("rows", "paths"),
        [
            ([answer_row(1, "refused", SOON)], {"asks.2.verdict"}),
            ([], {"asks"}),
            ([answer_row(1, "refused", SOON), answer_row(1, "partly", SOON), answer_row(2, "refused", SOON)], {"asks.1.n"}),
            ([answer_row(3, "refused", SOON)], {"asks.0.n", "asks.1.verdict", "asks.2.verdict"}),
            ([{"n": 1}, {"n": 2, "verdict": "received", "ground": "x", "text": 5}],
             {"asks.1.verdict", "asks.1.ground", "asks.1.text", "asks.2.verdict", "asks.2.ground", "asks.2.text"}),
            ([answer_row(1, "supported", SOON) | {"commitments": []}, answer_row(2, "refused", SOON)], {"asks.1.commitments"}),
            ([evidence_row(1, "refused"), answer_row(2, "refused", SOON)], {"asks.1.verdict"}),
            ([answer_row(1, "refused", SOON) | {"commitments": answer_row(1, "partly", SOON)["commitments"]}, evidence_row(2)],
             {"asks.1.verdict"}),
            ([{**answer_row(1, "supported", SOON), "commitments": [{"text": "Pay"}]}, evidence_row(2)],
             {f"asks.1.commitments.1.{name}" for name in ("unit", "due", "shows")}),
        ],
    )  # fmt: skip
    def test_every_ask_needs_a_verdict_a_ground_reasons_and_what_follows(
        self, story: Story, rows: list[dict[str, Any]], paths: set[str]
    ) -> None:
        story.accepted(["Ask 1", "Ask 2"])
        assert refused(story, Invalid, "answer", story.cast.signatory, asks=rows).errors.keys() == paths
        assert Commitment.objects.filter(issue=story.pk).count() == 0

    def test_an_answer_ends_a_dispute_that_was_about_its_absence(self, story: Story) -> None:
        cast = (
            story.accepted().on(almaty(2026, 2, 24)).move("dispute", story.cast.manager, asks=[1], reason="None.").cast
        )
        story.later(days=1).move("answer", cast.signatory, asks=[answer_row(1, "supported", SOON)])
        dispute = story.issue.disputes.get()
        assert (story.issue.status, dispute.outcome, dispute.closed_at) == ("in_progress", Outcome.ANSWERED, story.now)
        assert not any(duty.is_open for duty in story.issue.duties.all() if duty.kind in ("answer", "conclude"))

    def test_support_is_never_lowered_and_a_refusal_is_only_turned_into_support(self, story: Story) -> None:
        cast = story.answered("supported", "refused").cast
        refused(story, Invalid, "answer", cast.signatory, asks=[answer_row(1, "refused", SOON)])
        error = refused(story, Invalid, "answer", cast.signatory, asks=[answer_row(2, "refused", SOON)])
        assert error.errors.keys() == {"asks.2.verdict"}
        story.later(days=1).move("answer", cast.signatory, asks=[answer_row(2, "partly", SOON)])
        assert [answer.n for answer in story.issue.answers.all()] == [1, 2]
        assert asks_of(story.issue) == [("supported", "law", ""), ("partly", "law", "")]
        refused(story, Conflict, "answer", cast.signatory, asks=[answer_row(2, "supported", SOON)])

    def test_a_cut_that_was_set_aside_is_answered_at_least_as_well(self, story: Story) -> None:
        cast = story.answered("supported", "partly").cast
        story.move("dispute", cast.manager, asks=[2], reason="Half is not enough.").voted(done=False)
        story.move("conclude_not_done", cast.chair, text="Not enough.", until=date(2026, 2, 20))
        assert asks_of(story.issue) == [("supported", "law", ""), ("", "", "set_aside")]
        refused(story, Invalid, "answer", cast.signatory, asks=[answer_row(2, "refused", SOON)])
        story.move("answer", cast.signatory, asks=[answer_row(2, "partly", SOON)])
        assert story.issue.duties.get(kind="conclusion").met_at == story.now

    def test_a_refusal_that_was_set_aside_may_be_repeated_with_new_reasons(self, story: Story) -> None:
        cast = (
            story.answered("refused").move("dispute", story.cast.manager, asks=[1], reason="No.").voted(done=False).cast
        )
        story.move("conclude_not_done", cast.chair, text="Give reasons.", until=date(2026, 2, 20))
        story.move("answer", cast.signatory, asks=[answer_row(1, "refused", SOON)])
        assert (story.issue.status, asks_of(story.issue)) == ("refused", [("refused", "law", "set_aside")])
        story.move("dispute", cast.manager, asks=[1], reason="The same reasons.")  # a new answer is a new event
        assert story.issue.status == Status.DISPUTED

    def test_a_repeated_refusal_with_all_else_confirmed_does_not_leave_the_issue_without_an_end(
        self, story: Story
    ) -> None:
        cast = story.answered("supported", "refused").cast
        story.move("dispute", cast.manager, asks=[2], reason="No.").move("confirm", cast.manager, asks=[1]).voted(
            done=False
        )
        story.move("conclude_not_done", cast.chair, text="Give reasons.", until=date(2026, 2, 20))
        refused(story, Conflict, "report_done", cast.signatory, evidence=[])
        story.move("answer", cast.signatory, asks=[answer_row(2, "refused", SOON)])
        assert (story.issue.status, story.issue.owed_by) == ("reported_done", "ngo")
        confirmed_at = story.issue.asks.get(n=1).confirmed_at
        story.later(days=1).move("confirm", cast.manager)
        assert (story.issue.status, story.issue.basis) == ("resolved", "confirmed")
        assert story.issue.asks.get(n=1).confirmed_at == confirmed_at


class TestCommitments:
    """Answered on Thursday 5 February 2026."""

    @pytest.mark.parametrize(
        ("due", "taken"),
        [((2026, 2, 5), True), ((2027, 2, 5), True), ((2026, 2, 4), False), ((2027, 2, 6), False)],
    )
    def test_a_date_from_today_to_twelve_months(self, story: Story, due: tuple[int, int, int], taken: bool) -> None:
        day = date(*due)
        story.accepted().on(almaty(2026, 2, 5))
        rows = [answer_row(1, "supported", day)]
        if taken:
            commitment = story.move("answer", story.cast.signatory, asks=rows).issue.commitments.get()
            assert (commitment.first_due, commitment.due, commitment.owner) == (day, day, story.cast.ministry)
        else:
            error = refused(story, Invalid, "answer", story.cast.signatory, asks=rows)
            assert error.errors.keys() == {"asks.1.commitments.1.due"}

    def test_a_measure_is_the_bodys_or_the_ngos_and_a_third_partys_is_wrong(self, story: Story) -> None:
        cast = story.answered("supported").cast
        fields = {"n": 1, "text": "a", "unit": "b", "due": SOON, "shows": "c"}
        for owner in ("ecology", "nobody", 7, {"slug": "labour"}):
            error = refused(story, Invalid, "commitment_add", cast.signatory, **fields, owner=owner)
            assert error.errors.keys() == {"owner"}
        story.move("commitment_add", cast.signatory, **fields, owner="labour")
        story.move("commitment_add", cast.signatory, **fields, owner=cast.ngo.slug)
        owners = [each.owner for each in story.issue.commitments.all()]
        assert sorted(each.slug for each in owners) == ["labour", "labour", cast.ngo.slug]

    def test_a_moved_date_stays_visible_as_slippage(self, story: Story) -> None:
        cast = story.answered("supported", due=date(2026, 2, 20)).cast
        commitment = story.issue.commitments.get()
        fields = {"commitment": commitment.pk, "reason": "The tender was late."}
        assert refused(story, Invalid, "commitment_reschedule", cast.signatory, due=date(2026, 2, 20), **fields)
        assert refused(story, Invalid, "commitment_reschedule", cast.signatory, due=date(2027, 2, 6), **fields)
        story.move("commitment_reschedule", cast.signatory, due=date(2026, 3, 20), **fields)
        commitment.refresh_from_db()
        assert (commitment.first_due, commitment.due, commitment.moves) == (date(2026, 2, 20), date(2026, 3, 20), 1)
        assert commitment.slippage() == 28
        assert [commitment.result(day) for day in (date(2026, 2, 20), date(2026, 2, 21))] == ["pending", "broken"]
        story.on(almaty(2026, 3, 19)).move(
            "commitment_progress", cast.officer, commitment=commitment.pk, progress="complete"
        )
        commitment.refresh_from_db()
        assert (commitment.result(date(2026, 3, 19)), commitment.slippage()) == ("late", 27)

    def test_kept_is_complete_by_the_first_date_even_if_the_date_was_moved_later(self, story: Story) -> None:
        cast = story.answered("supported", due=date(2026, 2, 20)).cast
        pk = story.issue.commitments.get().pk
        story.move("commitment_reschedule", cast.signatory, commitment=pk, due=date(2026, 3, 20), reason="To be safe.")
        story.on(almaty(2026, 2, 20, 23, 59)).move(
            "commitment_progress", cast.officer, commitment=pk, progress="complete"
        )
        commitment = story.issue.commitments.get()
        assert (commitment.result(date(2026, 4, 1)), commitment.completed_on) == ("kept", date(2026, 2, 20))
        assert list(Commitment.objects.kept()) == [commitment]
        assert list(Commitment.objects.broken(date(2026, 4, 1))) == []

    def test_a_dropped_one_is_broken_and_no_longer_changes(self, story: Story) -> None:
        cast = story.answered("supported").cast
        pk = story.issue.commitments.get().pk
        refused(story, Invalid, "commitment_drop", cast.signatory, commitment=pk, reason=" ")
        story.move("commitment_drop", cast.signatory, commitment=str(pk), reason="No money.")
        assert story.issue.commitments.get().result(story.now.date()) == "broken"
        for move, fields in (("progress", {"progress": "complete"}), ("reschedule", {"due": SOON, "reason": "x"}),
                             ("drop", {"reason": "again"})):  # fmt: skip
            refused(story, Conflict, f"commitment_{move}", cast.signatory, commitment=pk, **fields)

    def test_progress_is_one_of_five_points(self, story: Story) -> None:
        cast = story.answered("supported").cast
        pk = story.issue.commitments.get().pk
        refused(story, Invalid, "commitment_progress", cast.officer, commitment=pk, progress="nearly")
        for point in Progress:
            story.later(days=1).move(
                "commitment_progress", cast.officer, commitment=pk, progress=point, reason="Stage."
            )
        assert (story.issue.commitments.get().completed_on, story.issue.status) == (story.now.date(), "in_progress")

    @pytest.mark.parametrize("commitment", [0, "1 OR 1=1", None, "", [], {"pk": 1}, "9" * 5000])
    def test_a_commitment_that_is_not_there_is_a_field_error(self, story: Story, commitment: Any) -> None:
        story.answered("supported")
        error = refused(story, Invalid, "commitment_drop", story.cast.signatory, commitment=commitment, reason="x")
        assert error.errors.keys() == {"commitment"}

    def test_one_of_another_issue_is_not_there(self, story: Story) -> None:
        other = story.answered("supported").issue.commitments.get().pk
        story.on(story.now + timedelta(1)).answered("supported")
        refused(story, Invalid, "commitment_drop", story.cast.signatory, commitment=other, reason="x")

    def test_complete_is_the_bodys_word_and_becomes_broken_when_found_not_done(self, story: Story) -> None:
        cast = story.disputed().voted(done=False).cast
        assert story.issue.commitments.get().result(story.now.date()) == "kept"
        story.move("conclude_not_done", cast.chair, text="Not paid.", until=date(2026, 2, 20))
        assert story.issue.commitments.get().result(story.now.date()) == "broken"
