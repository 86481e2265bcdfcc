"""Withdrawing with co-signers, and taking over: what is written, who may, what a date ends."""

from datetime import date, timedelta
from typing import Any

from backend.core.errors import Conflict, Forbidden
from backend.organisations.actions import set_standing
from backend.organisations.models import Role, Standing
from issues import clock
from issues.actions import cosign, uncosign
from issues.actions.lapses import enter_what_is_due
from issues.models import Duty, Issue
from issues.policies import allowed_moves
from issues.record.chain import broken_chains
from tests.factories.cosigners import refused_to, signed
from tests.factories.people import Player, player
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty

WITHDRAW: dict[str, Any] = {"reason": "We cannot go on."}


class TestWindow:
    """Withdrawn on Monday 2 February 2026; the window ends with Monday the 9th."""

    def test_a_withdrawal_with_co_signers_opens_five_working_days_and_changes_nothing_else(self, story: Story) -> None:
        before = story.accepted().cosigned().issue
        story.move("withdraw", story.cast.manager, **WITHDRAW)
        issue, event = story.issue, story.issue.events.latest("seq")
        assert (issue.status, issue.due_at, issue.owed_by) == ("under_consideration", before.due_at, "body")
        assert (event.move, event.to_status, event.facts) == (
            "withdraw", "under_consideration", {"until": "2026-02-09"},
        )  # fmt: skip
        assert {each.key: each.text for each in event.texts.all()} == {"reason": "We cannot go on."}
        duty = issue.duties.get(kind="withdraw")
        assert (duty.due_on, duty.due_at, duty.owed_by) == (
            date(2026, 2, 9), clock.end_of_day(date(2026, 2, 9)), "cosigner",
        )  # fmt: skip
        assert duty.explanation["meta"]["limit"] == 5
        assert issue.responsibilities.get().ended_at is None

    def test_a_second_withdrawal_is_told_of_the_first(self, story: Story) -> None:
        story.accepted().withdrawing()
        assert "09.02.2026" in str(refused(story, Conflict, "withdraw", story.cast.manager, **WITHDRAW))
        uncosign(issue=story.issue, at=story.now, **story.cast.other_manager.acts)
        assert "09.02.2026" in str(refused(story, Conflict, "withdraw", story.cast.manager, **WITHDRAW))

    def test_all_moves_stay_possible_and_a_redirect_leaves_the_window_open(self, story: Story) -> None:
        story.accepted().withdrawing()
        story.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
        assert [each.kind for each in story.issue.duties.filter(ended_at=None, met_at=None)] == [
            "withdraw", "accept", "redirect", "answer",
        ]  # fmt: skip
        story.move("take_over", story.cast.other_manager)
        assert story.issue.held_by.slug == "zhasyl"

    def test_a_conclusion_leaves_it_open_too(self, story: Story) -> None:
        story.disputed().withdrawing().voted(done=False)
        story.move("conclude_not_done", story.cast.chair, text="No.", until=(story.now + timedelta(5)).date())
        assert Duty.objects.open().filter(issue=story.pk, kind="withdraw").exists()

    def test_the_worker_withdraws_it_when_nobody_took_over(self, story: Story) -> None:
        story.accepted().withdrawing().on(almaty(2026, 2, 9, 23, 59))
        assert enter_what_is_due(story.now) == 0
        story.on(almaty(2026, 2, 10, 0, 0))
        assert enter_what_is_due(story.now) == 1
        assert enter_what_is_due(story.now) == 0
        issue, event = story.issue, story.issue.events.latest("seq")
        assert (issue.status, issue.closed_at, issue.due_at, issue.owed_by) == ("withdrawn", story.now, None, "")
        assert (event.move, event.actor, event.organisation) == ("withdraw_lapse", None, None)
        assert issue.responsibilities.get().ended_by == "withdraw_lapse"
        duty = issue.duties.get(kind="withdraw")
        assert (duty.lapsed_at, duty.ended_at) == (story.now, story.now)
        assert not Duty.objects.open().filter(issue=issue).exists()
        assert broken_chains([issue]) == {}

    def test_the_dispute_ends_with_it(self, story: Story) -> None:
        story.disputed().withdrawing().later(days=10)
        enter_what_is_due(story.now)
        assert story.issue.status == "withdrawn"
        assert story.issue.disputes.get().outcome == "withdrawn"

    def test_what_closes_the_issue_otherwise_ends_the_window(self, story: Story) -> None:
        story.reported().withdrawing().move("confirm", story.cast.manager)
        assert story.issue.status == "resolved"
        assert not Duty.objects.open().filter(issue=story.pk).exists()
        story.later(days=20)
        assert enter_what_is_due(story.now) == 0

    def test_an_issue_disputed_after_a_refusal_has_no_window_of_before(self, story: Story) -> None:
        story.accepted().withdrawing()
        story.move("answer", story.cast.signatory, asks=[
            {"n": 1, "verdict": "refused", "ground": "law", "text": "No."},
        ])  # fmt: skip
        story.later(days=9).move("dispute", story.cast.manager, asks=[1], reason="It is not so.")
        assert enter_what_is_due(story.now) == 0
        assert "take_over" not in allowed_moves(story.issue, story.cast.other_manager.membership, story.now)
        story.move("withdraw", story.cast.manager, **WITHDRAW)
        assert "take_over" in allowed_moves(story.issue, story.cast.other_manager.membership, story.now)

    def test_without_co_signers_it_is_withdrawn_at_once(self, story: Story) -> None:
        story.accepted().cosigned()
        uncosign(issue=story.issue, at=story.now, **story.cast.other_manager.acts)
        story.move("withdraw", story.cast.manager, **WITHDRAW)
        assert story.issue.status == "withdrawn"
        assert not story.issue.duties.filter(kind="withdraw").exists()


class TestTakeOver:
    def test_rights_and_asks_pass_and_who_raised_it_stays(self, story: Story) -> None:
        cast = story.accepted(["One.", "Two."]).withdrawing().later(days=2).cast
        before = story.issue
        story.move("take_over", cast.other_manager)
        issue, event = story.issue, story.issue.events.latest("seq")
        assert (issue.raised_by, issue.held_by) == (cast.ngo, cast.other_manager.organisation)
        assert (issue.status, issue.due_at, issue.version) == (before.status, before.due_at, before.version + 1)
        assert [ask.owner.slug for ask in issue.asks.all()] == ["zhasyl", "zhasyl"]
        assert event.facts == {"from": "qamqor", "held_by": "zhasyl", "asks": [1, 2], "measures": [], "cosigners": 0}
        assert (signed(story), issue.cosigners_count, issue.cosigners.get().ended_as) == ([], 0, "took_over")
        duty = issue.duties.get(kind="withdraw")
        assert (duty.met_at, duty.lapsed_at) == (story.now, None)
        assert allowed_moves(issue, cast.manager.membership, story.now) == []
        assert allowed_moves(issue, cast.other_manager.membership, story.now) == ["withdraw"]
        assert broken_chains([issue]) == {}

    def test_the_new_holder_clarifies_and_confirms_and_the_old_one_does_not(self, story: Story) -> None:
        cast = story.accepted().cast
        story.move("clarify_request", cast.officer, question="Since when?").withdrawing()
        story.move("take_over", cast.other_manager)
        refused(story, Forbidden, "clarify", cast.representative, text="Since May.")
        story.move("clarify", cast.other_manager, text="Since May.")
        due = (story.now + timedelta(9)).date()
        row = {"n": 1, "verdict": "supported", "ground": "law", "text": "Yes.", "commitments": [
            {"text": "Pay", "unit": "Finance", "due": due, "shows": "The register"},
        ]}  # fmt: skip
        story.move("answer", cast.signatory, asks=[row])
        refused(story, Forbidden, "confirm", cast.manager)
        story.move("confirm", cast.other_manager)
        ask = story.issue.asks.get()
        assert (story.issue.status, ask.confirmed_for, ask.confirmed_by) == (
            "resolved", cast.other_manager.organisation, cast.other_manager.user,
        )  # fmt: skip

    def test_what_was_confirmed_before_stays_confirmed_by_who_did(self, story: Story) -> None:
        cast = story.answered("supported", "supported").cast
        story.move("confirm", cast.manager, asks=[1]).withdrawing().move("take_over", cast.other_manager)
        first = story.issue.asks.get(n=1)
        assert (first.owner.slug, first.confirmed_for) == ("zhasyl", cast.ngo)

    def test_an_open_disagreement_passes_and_its_opening_is_not_used_twice(self, story: Story) -> None:
        cast = story.disputed().withdrawing().cast
        story.move("take_over", cast.other_manager)
        assert story.issue.disputes.get().organisation == cast.ngo, "who disagreed stays"
        refused(story, Forbidden, "retract", cast.manager, reason="No.")
        story.move("retract", cast.other_manager, reason="It came.")
        assert story.issue.status == "reported_done"
        refused(story, Conflict, "dispute", cast.other_manager, asks=[1], reason="Not at all.")

    def test_a_chain_of_holders_is_one_party(self, story: Story, third: Player) -> None:
        cast = story.disputed().cosigned(cast_other := story.cast.other_manager, third).cast
        story.move("withdraw", cast.manager, **WITHDRAW).move("take_over", cast_other)
        story.move("withdraw", cast_other, **WITHDRAW).move("take_over", third)
        assert story.issue.holders == {cast.ngo.pk, cast_other.organisation.pk, third.organisation.pk}
        story.move("retract", third, reason="It came.")
        refused(story, Conflict, "dispute", third, asks=[1], reason="Not at all.")

    def test_another_ngos_ask_stays_its_own(self, story: Story, third: Player) -> None:
        story.accepted(["One.", "Two."])
        story.issue.asks.filter(n=2).update(owner=third.organisation)  # as a merge carries one in
        story.withdrawing().move("take_over", story.cast.other_manager)
        assert [ask.owner.slug for ask in story.issue.asks.all()] == ["zhasyl", "adilet"]
        assert story.issue.events.latest("seq").facts["asks"] == [1]

    def test_only_a_verified_co_signers_manager_takes_over(self, story: Story, third: Player) -> None:
        other = story.accepted().withdrawing().cast.other_manager
        refused(story, Forbidden, "take_over", third)
        refused(story, Forbidden, "take_over", story.cast.manager)
        refused(story, Forbidden, "take_over", player("rep", other.organisation, Role.REPRESENTATIVE))
        set_standing(organisation=other.organisation, standing=Standing.SUSPENDED, reason="No report.", at=story.now)
        refused(story, Forbidden, "take_over", Player(other.user, type(other.organisation).objects.get(
            pk=other.organisation.pk), other.membership))  # fmt: skip
        # The object in hand still says verified; the row under its lock does not.
        refused(story, Forbidden, "take_over", other)

    def test_who_co_signs_in_the_window_may_take_over(self, story: Story, third: Player) -> None:
        story.accepted().withdrawing().cosigned(third).move("take_over", third)
        assert (story.issue.held_by.slug, signed(story), story.issue.cosigners_count) == ("adilet", ["zhasyl"], 1)

    def test_after_its_time_it_is_too_late_also_before_the_worker_came(self, story: Story) -> None:
        story.accepted().withdrawing().on(almaty(2026, 2, 10, 0, 0))
        refused(story, Conflict, "take_over", story.cast.other_manager)

    def test_the_ngo_that_gave_it_up_may_support_it(self, story: Story) -> None:
        story.accepted().withdrawing().move("take_over", story.cast.other_manager).cosigned(story.cast.manager)
        assert (signed(story), story.issue.held_by.slug) == (["qamqor"], "zhasyl")
        assert refused_to(story, Forbidden, cosign, story.cast.other_manager)

    def test_the_place_among_ten_open_issues_passes_too(self, story: Story) -> None:
        story.accepted().withdrawing().move("take_over", story.cast.other_manager)
        assert Issue.objects.open().filter(held_by=story.cast.ngo).count() == 0
