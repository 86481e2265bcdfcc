"""The public council: who may vote, how votes make a conclusion, what a conclusion does, and who acts in its silence."""

from datetime import date

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions import add_member, end_membership
from backend.organisations.models import Membership, Organisation, Role
from issues.actions.lapses import enter_what_is_due
from issues.lifecycle import Status
from issues.models import Issue, Opinion
from tests.factories.people import LONG_AGO, Player, organisation, player
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty

SILENT = almaty(2026, 3, 18)
"""Disputed on Monday 16 February: the council's 20 working days end on 17 March (the 9th is off)."""


def vote(story: Story, *votes: tuple[Player, bool]) -> None:
    for member, done in votes:
        asks = story.issue.disputes.get(closed_at=None).asks.all()
        story.move("vote", member, opinions=[{"n": each.ask.n, "done": done} for each in asks])


def concluded(issue: Issue) -> dict[int, str]:
    return dict(issue.asks.values_list("n", "concluded"))


class TestVotes:
    def test_a_vote_is_public_covers_every_ask_and_can_be_changed(self, story: Story) -> None:
        cast = story.disputed("supported", "supported").cast
        error = refused(story, Invalid, "vote", cast.chair, opinions=[{"n": 1, "done": True}])
        assert error.errors.keys() == {"opinions.2.done"}
        for junk in ([{"n": 1, "done": "yes"}, {"n": 2, "done": 1}], [{"n": 1, "done": True}] * 3, "done", [7], None):
            refused(story, Invalid, "vote", cast.chair, opinions=junk)
        story.move("vote", cast.chair, opinions=[{"n": 1, "done": True}, {"n": "2", "done": False}])
        story.move("vote", cast.chair, opinions=[{"n": 1, "done": False}, {"n": 2, "done": False}])
        opinions = Opinion.objects.filter(dispute__issue=story.pk).values_list("ask__n", "member", "done")
        assert list(opinions) == [(1, cast.chair.user.pk, False), (2, cast.chair.user.pk, False)]
        assert [event.facts["opinions"][0]["done"] for event in story.issue.events.filter(move="vote")] == [True, False]

    def test_nobody_concludes_before_three_have_voted(self, story: Story) -> None:
        cast = story.disputed().cast
        vote(story, (cast.chair, True), (cast.members[0], True))
        refused(story, Conflict, "conclude_done", cast.chair, text="Done.")
        refused(story, Conflict, "conclude_not_done", cast.chair, text="No.", until=date(2026, 2, 20))
        vote(story, (cast.members[1], True))
        story.move("conclude_done", cast.chair, text="Done.")
        assert story.issue.status == Status.RESOLVED

    def test_where_fewer_than_three_are_not_recused_all_of_them_suffice(self, story: Story) -> None:
        cast = story.cast
        add_member(organisation=cast.ngo, user=cast.members[0].user, role=Role.REPRESENTATIVE, at=LONG_AGO)
        story.disputed()
        vote(story, (cast.chair, True))
        refused(story, Conflict, "conclude_done", cast.chair, text="Done.")
        vote(story, (cast.members[1], True))
        story.move("conclude_done", cast.chair, text="Done.")
        assert story.issue.basis == "council"

    @pytest.mark.parametrize("side", ["ngo", "ministry"])
    def test_who_belongs_to_a_party_takes_no_part(self, story: Story, side: str) -> None:
        cast = story.disputed().cast
        role = Role.REPRESENTATIVE if side == "ngo" else Role.COORDINATOR
        add_member(organisation=getattr(cast, side), user=cast.members[0].user, role=role, at=LONG_AGO)
        refused(story, Forbidden, "vote", cast.members[0], opinions=[{"n": 1, "done": True}])

    def test_a_vote_of_who_was_recused_later_does_not_count(self, story: Story) -> None:
        cast = story.disputed().cast
        vote(story, (cast.chair, False), (cast.members[0], True), (cast.members[1], True))
        add_member(organisation=cast.ministry, user=cast.members[0].user, role=Role.OFFICER, at=story.now)
        story.later(hours=1)
        refused(story, Conflict, "conclude_done", cast.chair, text="One to one is a tie, and a tie is not done.")
        story.move("conclude_not_done", cast.chair, text="A tie.", until=date(2026, 2, 20))
        assert story.issue.status == Status.IN_PROGRESS

    def test_who_left_the_council_no_longer_counts(self, story: Story) -> None:
        cast = story.disputed().voted(done=True).cast
        end_membership(membership=cast.members[0].membership, at=story.now)
        story.move("conclude_done", cast.chair, text="Two of the two that are left.")
        assert story.issue.status == Status.RESOLVED


class TestConclusions:
    def test_a_tie_is_not_done(self, story: Story) -> None:
        cast = story.disputed().cast
        fourth = player("member_four", cast.chair.organisation, Role.MEMBER)
        vote(story, (cast.chair, True), (cast.members[0], True), (cast.members[1], False), (fourth, False))
        refused(story, Conflict, "conclude_done", cast.chair, text="Done.")
        story.move("conclude_not_done", cast.chair, text="A tie.", until=date(2026, 2, 20))
        assert concluded(story.issue) == {1: "set_aside"}

    def test_each_ask_has_its_own_majority(self, story: Story) -> None:
        cast = story.disputed("supported", "supported").cast
        for member, first, second in (
            (cast.chair, True, False),
            (cast.members[0], True, True),
            (cast.members[1], False, False),
        ):
            story.move("vote", member, opinions=[{"n": 1, "done": first}, {"n": 2, "done": second}])
        refused(story, Conflict, "conclude_done", cast.chair, text="Not both.")
        story.move("conclude_not_done", cast.chair, text="One is, one is not.", until=date(2026, 2, 20))
        assert concluded(story.issue) == {1: "done", 2: "set_aside"}
        assert story.issue.events.latest("seq").facts | {} == {
            "asks": [2], "done": [1], "council": "council-labour", "until": "2026-02-20",
        }  # fmt: skip
        story.move("confirm", cast.manager, asks=[2])
        assert (story.issue.status, story.issue.basis) == ("resolved", "confirmed")

    def test_done_for_one_ask_leaves_the_issue_where_it_was_until_the_other_is_confirmed(self, story: Story) -> None:
        cast = story.reported("supported", "supported").move("dispute", story.cast.manager, asks=[1], reason="No.").cast
        story.voted(done=True).move("conclude_done", cast.chair, text="It is done.")
        assert (story.issue.status, concluded(story.issue)) == ("reported_done", {1: "done", 2: ""})
        story.move("confirm", cast.manager)
        assert (story.issue.status, story.issue.asks.get(n=1).confirmed_at) == ("resolved", None)

    def test_the_last_conclusion_resolves_what_was_confirmed_before(self, story: Story) -> None:
        cast = story.reported("supported", "supported").move("dispute", story.cast.manager, asks=[1], reason="No.").cast
        story.move("confirm", cast.manager, asks=[2]).voted(done=True).move(
            "conclude_done", cast.chair, text="It is done."
        )
        issue = story.issue
        assert (issue.status, issue.basis, issue.resolved_at) == ("resolved", "council", story.now)
        assert issue.responsibilities.get().ended_by == "conclude_done"

    def test_a_refusal_that_all_uphold_ends_the_issue_for_good(self, story: Story) -> None:
        cast = story.answered("refused", "refused").move("dispute", story.cast.manager, asks=[1, 2], reason="No.").cast
        story.voted(done=True).later(days=1).move("conclude_done", cast.chair, text="The law is clear.")
        assert (story.issue.status, story.issue.basis, story.issue.closed_at) == ("refused", "council", story.now)
        assert concluded(story.issue) == {1: "upheld", 2: "upheld"}
        refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="No.")

    def test_upholding_the_refusal_of_one_ask_leaves_the_other_supported_ask_to_be_done(self, story: Story) -> None:
        cast = story.answered("supported", "refused").move("dispute", story.cast.manager, asks=[2], reason="No.").cast
        story.voted(done=True).move("conclude_done", cast.chair, text="The refusal stands.")
        assert (story.issue.status, concluded(story.issue)) == ("in_progress", {1: "", 2: "upheld"})
        story.move("confirm", cast.manager)
        assert story.issue.status == Status.RESOLVED

    def test_a_refusal_that_falls_is_answered_anew_by_the_date(self, story: Story) -> None:
        cast = (
            story.answered("refused").move("dispute", story.cast.manager, asks=[1], reason="No.").voted(done=False).cast
        )
        story.move("conclude_not_done", cast.chair, text="Give reasons.", until="2026-02-20")
        ask = story.issue.asks.get()
        assert (story.issue.status, ask.verdict, ask.ground, ask.concluded) == (
            "under_consideration",
            "",
            "",
            "set_aside",
        )
        assert ask.answers.get().set_aside_at == story.now  # it stays visible
        open_duties = {duty.kind: duty.due_on for duty in story.issue.duties.all() if duty.is_open}
        assert open_duties == {"answer": date(2026, 2, 20)}
        assert story.issue.responsibilities.get().original_due_on == date(2026, 2, 23)  # metrics keep the first clock

    @pytest.mark.parametrize(
        ("until", "taken"),
        [((2026, 2, 16), False), ((2026, 2, 17), True), ((2026, 3, 10), True), ((2026, 3, 11), False)],
    )
    def test_the_date_lies_within_fifteen_working_days(
        self, story: Story, until: tuple[int, int, int], taken: bool
    ) -> None:
        cast = story.disputed().voted(done=False).cast  # Monday 16 February; Monday 9 March is off
        fields = {"text": "Not done.", "until": date(*until)}
        if taken:
            assert story.move("conclude_not_done", cast.chair, **fields).issue.status == Status.IN_PROGRESS
        else:
            assert refused(story, Invalid, "conclude_not_done", cast.chair, **fields).errors.keys() == {"until"}

    def test_only_the_chair_publishes_and_says_why(self, story: Story) -> None:
        cast = story.disputed().voted(done=True).cast
        refused(story, Forbidden, "conclude_done", cast.members[0], text="Done.")
        assert refused(story, Invalid, "conclude_done", cast.chair, text=" ").errors.keys() == {"text"}
        assert refused(story, Invalid, "conclude_done", cast.chair, text="x", until="2026-02-20").errors.keys() == {
            "until"
        }

    def test_whoever_concludes_second_learns_what_happened(self, story: Story) -> None:
        cast = story.disputed().on(SILENT).voted(done=True).cast
        vote(story, (cast.default_chair, True))
        story.move("conclude_done", cast.default_chair, text="It is done.")
        assert "Resolved" in str(refused(story, Conflict, "conclude_done", cast.chair, text="Done."))
        assert "Resolved" in str(
            refused(story, Conflict, "vote", cast.default_chair, opinions=[{"n": 1, "done": True}])
        )

    def test_an_unanswered_ask_found_done_stays_unanswered(self, story: Story) -> None:
        cast = (
            story.accepted().on(almaty(2026, 2, 24)).move("dispute", story.cast.manager, asks=[1], reason="None.").cast
        )
        story.voted(done=True).move("conclude_done", cast.chair, text="They did it without a word.")
        assert (story.issue.status, story.issue.owed_by, concluded(story.issue)) == (
            "under_consideration",
            "body",
            {1: ""},
        )


class TestWhichCouncil:
    def test_the_default_council_may_act_once_the_other_is_silent(self, story: Story) -> None:
        cast = story.disputed().cast
        story.on(almaty(2026, 3, 17, 23, 59))
        refused(story, Forbidden, "vote", cast.default_chair, opinions=[{"n": 1, "done": True}])
        story.on(SILENT)
        vote(story, (cast.default_chair, True), (cast.chair, True), (cast.members[0], True))
        story.move("conclude_done", cast.default_chair, text="It is done.")
        dispute = story.issue.disputes.get()
        assert (dispute.council, dispute.concluded_for) == (cast.chair.organisation, cast.default_chair.organisation)

    def test_its_silence_is_published_once_and_ends_nothing(self, story: Story) -> None:
        story.disputed()
        assert enter_what_is_due(SILENT) == 1
        assert enter_what_is_due(almaty(2026, 4, 30)) == 0
        dispute = story.issue.disputes.get()
        assert (story.issue.status, dispute.silent_at, dispute.closed_at) == ("disputed", SILENT, None)
        assert (story.issue.owed_by, story.issue.due_at) == ("council", story.issue.duties.get(kind="conclude").due_at)

    def test_a_body_without_a_council_has_the_default_one_from_the_start(self, story: Story) -> None:
        cast = story.cast
        story.raised(body_addressed=organisation("new-agency", "state_body")).on(almaty(2026, 2, 24))
        story.move("dispute", cast.manager, asks=[1], reason="No answer.")
        assert story.issue.disputes.get().council == cast.default_chair.organisation
        vote(story, (cast.default_chair, False))
        story.move("conclude_not_done", cast.default_chair, text="Answer.", until=date(2026, 3, 3))
        assert story.issue.status == Status.UNDER_CONSIDERATION

    def test_without_any_council_a_dispute_stays_open_and_the_body_may_report_again(self, story: Story) -> None:
        cast = story.cast
        Organisation.objects.filter(is_default_council=True).update(is_default_council=False)
        Organisation.objects.filter(pk=cast.chair.organisation.pk).update(attached_to=None)
        story.disputed()
        assert story.issue.disputes.get().council is None
        refused(story, Forbidden, "vote", cast.chair, opinions=[{"n": 1, "done": True}])
        story.on(SILENT).move("council_lapse", None)
        story.move("report_done", cast.signatory, evidence=[{"n": 1, "text": "Now paid."}])
        assert story.issue.status == Status.REPORTED_DONE

    @pytest.mark.parametrize("why", ["recused", "absent"])
    def test_a_council_whose_chair_takes_no_part_has_ten_working_days(self, story: Story, why: str) -> None:
        cast = story.cast
        if why == "recused":
            add_member(organisation=cast.ngo, user=cast.chair.user, role=Role.MANAGER, at=LONG_AGO)
        else:
            Membership.objects.filter(pk=cast.chair.membership.pk).update(until=almaty(2026, 2, 1))
        story.disputed()
        assert story.issue.duties.get(kind="conclude").due_on == date(2026, 3, 2)  # from Monday 16 February
        story.on(almaty(2026, 3, 3))
        vote(story, (cast.members[0], True), (cast.members[1], True), (cast.default_chair, True))
        story.move("conclude_done", cast.default_chair, text="It is done.")
        assert story.issue.status == Status.RESOLVED
