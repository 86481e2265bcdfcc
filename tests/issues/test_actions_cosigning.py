"""Co-signing and who may not: what is written, who may."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from backend.core.errors import Conflict, Forbidden
from backend.organisations.actions import add_member, set_standing
from backend.organisations.models import Role, Standing
from issues import councils
from issues.actions import cosign, uncosign
from issues.facts import gather
from issues.models import Cosigner
from issues.record.chain import broken_chains
from tests.factories.cosigners import refused_to, signed
from tests.factories.people import Player, player
from tests.factories.refusals import refused
from tests.factories.stories import Story

WITHDRAW: dict[str, Any] = {"reason": "We cannot go on."}


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
