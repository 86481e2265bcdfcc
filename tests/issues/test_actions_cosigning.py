"""Co-signing, withdrawing with co-signers, taking over: what is written, who may, what a date ends."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from backend.core.errors import Conflict, Forbidden, Refusal
from backend.organisations.actions import add_member, set_standing
from backend.organisations.models import Role, Standing
from issues import clock, councils
from issues.actions import cosign, uncosign
from issues.actions.lapses import enter_what_is_due
from issues.facts import gather
from issues.models import Cosigner, Duty, Issue
from issues.policies import allowed_moves
from issues.record.chain import broken_chains
from tests.factories.people import Player, organisation, player
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty

WITHDRAW: dict[str, Any] = {"reason": "We cannot go on."}


@pytest.fixture
def third(story: Story) -> Player:
    return player("third_manager", organisation("adilet"), Role.MANAGER)


def signed(story: Story) -> list[str]:
    return [each.organisation.slug for each in story.issue.supporters]


def refused_to(story: Story, kind: type[Refusal], act: Any, who: Player) -> str:
    """Why; nothing was written."""
    before = story.issue.rev
    with pytest.raises(kind) as caught:
        act(issue=story.issue, at=story.now, **who.acts)
    assert type(caught.value) is kind
    assert (story.issue.rev, story.issue.events.count()) == (before, before)
    return str(caught.value)


class TestCosigning:
    def test_a_co_signature_is_an_event_and_leaves_status_version_and_duties(self, story: Story) -> None:
        before = story.raised().issue
        story.later(hours=1).cosigned()
        issue, event = story.issue, story.issue.events.latest("seq")
        assert (issue.status, issue.version, issue.due_at) == (before.status, before.version, before.due_at)
        assert (issue.rev, issue.active_at, issue.cosigners_count) == (before.rev + 1, story.now, 1)
        assert (event.move, event.seq, event.from_status, event.to_status) == (
            "cosigned",
            issue.rev,
            "raised",
            "raised",
        )
        assert (event.actor, event.organisation) == (
            story.cast.other_manager.user,
            story.cast.other_manager.organisation,
        )
        assert event.facts == {"cosigners": 1}
        mine = issue.cosigners.get()
        assert (mine.organisation.slug, mine.by, mine.at, mine.ended_at) == (
            "zhasyl", story.cast.other_manager.user, story.now, None,
        )  # fmt: skip
        assert broken_chains([issue]) == {}

    def test_it_can_be_taken_back_and_given_anew_and_each_stays_in_the_record(self, story: Story) -> None:
        other = story.cast.other_manager
        story.raised().cosigned()
        uncosign(issue=story.issue, at=story.now, **other.acts)
        assert (signed(story), story.issue.cosigners_count) == ([], 0)
        assert story.issue.events.latest("seq").move == "cosign_withdrawn"
        assert story.issue.cosigners.get().ended_as == "withdrawn"
        story.cosigned()
        assert (signed(story), story.issue.cosigners_count, story.issue.cosigners.count()) == (["zhasyl"], 1, 2)
        assert broken_chains([story.issue]) == {}

    def test_twice_is_once(self, story: Story) -> None:
        story.raised().cosigned()
        assert "already" in refused_to(story, Conflict, cosign, story.cast.other_manager)
        assert story.issue.cosigners_count == 1

    def test_the_database_holds_one_co_signature_of_an_ngo_too(self, story: Story) -> None:
        other = story.cast.other_manager
        issue = story.raised().cosigned().issue
        with pytest.raises(IntegrityError), transaction.atomic():
            Cosigner.objects.create(issue=issue, organisation=other.organisation, by=other.user, at=story.now)
        with pytest.raises(IntegrityError), transaction.atomic():
            issue.cosigners.update(ended_at=F("at"))  # ended by nothing

    @pytest.mark.parametrize(
        "who", ["manager", "representative", "officer", "signatory", "chair", "moderator", "registrar"]
    )
    def test_only_another_ngos_manager_co_signs(self, story: Story, who: str) -> None:
        assert refused_to(story.raised(), Forbidden, cosign, getattr(story.cast, who))

    def test_a_representative_of_another_ngo_does_not(self, story: Story, third: Player) -> None:
        assert refused_to(story.raised(), Forbidden, cosign, player("rep", third.organisation, Role.REPRESENTATIVE))

    @pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.PENDING])
    def test_an_ngo_that_is_not_verified_does_not_but_may_take_its_name_back(
        self, story: Story, standing: Standing
    ) -> None:
        other = story.raised().cast.other_manager
        set_standing(organisation=other.organisation, standing=standing, reason="No report.", at=story.now)
        # Also when the page was opened before the suspension: the action looks under the organisation's lock.
        assert "verified" in refused_to(story, Forbidden, cosign, other)
        set_standing(organisation=other.organisation, standing=Standing.VERIFIED, reason="It came.", at=story.now)
        story.cosigned()
        set_standing(organisation=other.organisation, standing=standing, reason="No report.", at=story.now)
        uncosign(issue=story.issue, at=story.now, **other.acts)
        assert signed(story) == []

    def test_what_is_closed_or_a_draft_is_not_co_signed(self, story: Story) -> None:
        assert refused_to(story.draft(), Conflict, cosign, story.cast.other_manager)
        story.move("submit", story.cast.manager).cosigned()
        story.move("answer", story.cast.signatory, asks=[
            {"n": 1, "verdict": "refused", "ground": "law", "text": "No."},
        ])  # fmt: skip
        assert refused_to(story, Conflict, uncosign, story.cast.other_manager)
        assert signed(story) == ["zhasyl"]

    def test_without_a_co_signature_there_is_none_to_take_back(self, story: Story) -> None:
        assert refused_to(story.raised(), Conflict, uncosign, story.cast.other_manager)

    def test_who_left_the_ngo_no_longer_signs_for_it(self, story: Story) -> None:
        other = story.raised().cast.other_manager
        type(other.membership).objects.filter(pk=other.membership.pk).update(until=story.now)
        assert refused_to(story, Forbidden, cosign, other)


class TestRecusal:
    def test_a_council_member_of_a_co_signing_ngo_takes_no_part(self, story: Story) -> None:
        cast = story.disputed().cast
        member = cast.members[0]
        add_member(
            organisation=cast.other_manager.organisation, user=member.user, role=Role.REPRESENTATIVE, at=story.now
        )
        story.later(hours=1).move("vote", member, opinions=[{"n": 1, "done": True}]).cosigned()
        seized = [cast.chair.organisation.pk]
        able = councils.members_able(story.issue, seized, story.now)
        assert {each.user for each in able} == {cast.chair.user, cast.members[1].user}
        facts = gather(story.issue, story.now)
        assert facts.dispute is not None
        assert (facts.dispute.votes, facts.dispute.quorum) == (0, 2), "the vote cast before no longer counts"
        refused(story, Forbidden, "vote", member, opinions=[{"n": 1, "done": True}])
        uncosign(issue=story.issue, at=story.now, **cast.other_manager.acts)
        assert len(councils.members_able(story.issue, seized, story.now)) == 3

    def test_nor_does_one_of_the_ngo_that_gave_the_issue_up_or_of_the_one_that_took_it(self, story: Story) -> None:
        cast = story.disputed().cast
        for user, ngo in ((cast.members[0].user, cast.ngo), (cast.members[1].user, cast.other_manager.organisation)):
            add_member(organisation=ngo, user=user, role=Role.REPRESENTATIVE, at=story.now)
        story.later(hours=1).withdrawing().move("take_over", cast.other_manager)
        able = councils.members_able(story.issue, [cast.chair.organisation.pk], story.now)
        assert [each.user for each in able] == [cast.chair.user]


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
