"""Redirects beyond the matrix: where the rights of an ask go with it, and proposals that time or a succession overtook."""

from datetime import date, timedelta

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.models import Kind, Organisation, Role
from issues.actions.lapses import enter_what_is_due
from issues.clock import end_of_day
from issues.lifecycle import Status
from issues.models import Commitment, Issue, ProposalEnd
from tests.factories.people import organisation, player
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty, answer_row
from tests.issues.matrix.situations import FAR

LATER = almaty(2026, 2, 6)
"""Raised on Monday 2 February: day 3 is over, and what is proposed now waits until Wednesday 11 February."""
NO_REPLY = almaty(2026, 2, 12, 0, 0)


def test_the_third_day_is_whole_and_on_the_fourth_a_redirect_is_only_proposed(story: Story) -> None:
    cast, sent = story.cast, {"body": "ecology", "reason": "Theirs."}
    last_moment = almaty(2026, 2, 5, 23, 59) + timedelta(seconds=59)
    story.raised().on(last_moment).move("redirect", cast.signatory, **sent)
    tenures = story.issue.responsibilities.values_list("body__slug", "hop", "ended_by", "registered_on")
    assert list(tenures) == [
        ("labour", 0, "redirect", date(2026, 2, 2)), ("ecology", 1, "", date(2026, 2, 6)),
    ]  # fmt: skip
    assert story.issue.due_at == end_of_day(date(2026, 2, 27))
    late = Story(cast).raised().on(last_moment + timedelta(seconds=1)).move("redirect", cast.signatory, **sent)
    proposal, duty = late.issue.proposals.get(), late.issue.duties.get(kind="agree")
    assert (proposal.hop, proposal.outcome, proposal.asks) == (1, "", None)
    assert (duty.owed_by, duty.due_on) == ("new_body", date(2026, 2, 11))
    assert (late.issue.body_addressed, late.issue.due_at) == (cast.ministry, end_of_day(date(2026, 2, 23)))


def test_asks_that_were_answered_meanwhile_go_nowhere(story: Story) -> None:
    cast = story.raised(["Pay.", "Plant trees.", "Clean the air."]).on(LATER).cast
    story.move("redirect", cast.signatory, body="ecology", reason="Theirs.", asks=[2, 3])
    story.later(hours=1).move("answer", cast.signatory, asks=[answer_row(n, "refused", FAR) for n in (1, 2, 3)])
    proposal, duty = story.issue.proposals.get(), story.issue.duties.get(kind="agree")
    assert (proposal.outcome, proposal.closed_at, duty.ended_at) == ("overtaken", story.now, story.now)
    refused(story, Conflict, "redirect_agree", cast.rival, reason="Ours.")
    assert (Issue.objects.count(), story.issue.asks.filter(moved_to=None).count()) == (1, 3)


def test_of_asks_that_moved_on_meanwhile_the_rest_is_proposed_anew(story: Story) -> None:
    """Ask 3 came in with a merge, and goes back with the restored issue while its redirect is proposed."""
    cast = story.raised(["Pay the grants.", "Plant trees."]).cast
    newer = Story(cast, almaty(2026, 2, 3)).raised(["Clean the air."], by=cast.other_manager)
    newer.move("merge", cast.moderator, into=story.issue.number).move("appeal", cast.other_manager, reason="Ours.")
    story.on(LATER).move("redirect", cast.signatory, body="ecology", reason="Theirs.", asks=[2, 3])
    newer.on(LATER).move("restore", cast.other_moderator, reason="It is another matter.")
    assert "moved on meanwhile" in str(refused(story, Conflict, "redirect_agree", cast.rival, reason="Ours."))
    story.move("redirect_decline", cast.rival, reason="Propose what is left.").later(hours=1)
    story.move("redirect", cast.signatory, body="ecology", reason="Theirs.", asks=[2])
    story.later(hours=1).move("redirect_agree", cast.rival, reason="Ours.")
    assert list(story.issue.proposals.values_list("asks", "outcome")) == [([2, 3], "declined"), ([2], "agreed")]
    linked = Issue.objects.latest("pk")
    assert [(ask.text, ask.first_received_at) for ask in linked.asks.all()] == [("Plant trees.", almaty(2026, 2, 2))]
    assert [ask.n for ask in story.issue.asks.filter(moved_to=None)] == [1]
    assert story.issue.body_addressed == cast.ministry


def test_an_ask_merged_in_meanwhile_goes_with_the_whole_issue(story: Story) -> None:
    cast = story.raised().on(LATER).move("redirect", story.cast.signatory, body="ecology", reason="Theirs.").cast
    newer = Story(cast, story.now).raised(["Clean the air."], by=cast.other_manager)
    newer.move("merge", cast.moderator, into=story.issue.number)
    story.later(hours=1).move("redirect_agree", cast.rival, reason="Ours.")
    assert story.issue.body_addressed == cast.rival.organisation
    assert [ask.n for ask in story.issue.asks.filter(moved_to=None)] == [1, 2]


def test_from_the_moment_a_proposal_lapses_another_may_be_made_entered_or_not(story: Story) -> None:
    cast = story.raised().on(LATER).move("redirect", story.cast.signatory, body="ecology", reason="Theirs.").cast
    again = {"body": "justice", "reason": "Then theirs."}
    story.on(NO_REPLY - timedelta(seconds=1))
    refused(story, Conflict, "redirect", cast.signatory, **again)
    story.on(NO_REPLY).move("redirect", cast.signatory, **again)
    first, second = story.issue.proposals.all()
    assert (first.outcome, first.closed_at, first.closed_by) == (ProposalEnd.LAPSED, NO_REPLY, None)
    assert (second.to_body.slug, second.hop, second.outcome) == ("justice", 1, "")
    found = story.issue.duties.filter(kind="agree").values_list("due_on", "lapsed_at", "ended_at")
    assert list(found) == [(date(2026, 2, 11), NO_REPLY, NO_REPLY), (date(2026, 2, 17), None, None)]
    refused(story, Forbidden, "redirect_agree", cast.rival, reason="Ours after all.")
    assert [enter_what_is_due(at) for at in (NO_REPLY, almaty(2026, 2, 18, 0, 0))] == [0, 1]
    assert story.issue.events.latest("seq").facts == {"proposed": "justice", "hop": 1}


def test_the_ngo_merged_onto_an_ask_may_disagree_over_it_in_the_linked_issue(story: Story) -> None:
    story.raised(["Pay the grants.", "Plant trees."])
    newer = Story(story.cast, story.now).raised(by=story.cast.other_manager)
    newer.move("merge", story.cast.moderator, into=story.issue.number)
    story.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.", asks=[1])
    linked = Story(story.cast, almaty(2026, 2, 24, 0, 0))
    linked.pk = Issue.objects.latest("pk").pk
    assert [(ask.n, ask.text, ask.first_received_at) for ask in linked.issue.asks.all()] == [
        (1, "Pay the grants.", story.issue.raised_at)
    ]
    linked.move("dispute", story.cast.other_manager, asks=[1], reason="No answer.")
    assert linked.issue.status == Status.DISPUTED


def test_a_proposal_to_the_body_that_succeeds_is_overtaken_by_it(story: Story) -> None:
    story.raised().on(LATER).move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    Organisation.objects.filter(pk=story.cast.ministry.pk).update(
        valid_to=story.now.date(), successor=story.cast.rival.organisation
    )
    story.later(days=1).move("succeed", None)
    assert story.issue.proposals.get().outcome == ProposalEnd.OVERTAKEN
    assert story.issue.body_addressed == story.cast.rival.organisation
    refused(story, Conflict, "redirect_agree", story.cast.rival, reason="Ours.")


def test_nobody_agrees_to_send_an_issue_where_it_is(story: Story) -> None:
    """The proposed body ended, and the body that has the issue succeeded it."""
    new = organisation("climate", Kind.STATE_BODY)
    player("climate_signatory", new, Role.SIGNATORY)
    story.raised().on(LATER).move("redirect", story.cast.signatory, body="climate", reason="Theirs.")
    Organisation.objects.filter(pk=new.pk).update(valid_to=story.now.date(), successor=story.cast.ministry)
    story.later(days=1)
    refusal = refused(story, Conflict, "redirect_agree", story.cast.signatory, reason="Ours.")
    assert "responsible already" in str(refusal)


def test_what_an_ended_body_proposed_is_overtaken_when_the_issue_is_assigned(story: Story) -> None:
    story.raised().on(LATER).move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    Organisation.objects.filter(pk=story.cast.ministry.pk).update(valid_to=story.now.date())
    story.later(days=1).move("reassign", story.cast.moderator, body="justice", reason="It took over the grants.")
    assert story.issue.proposals.get().outcome == ProposalEnd.OVERTAKEN
    assert not story.issue.duties.open().filter(kind="agree").exists()


def test_an_ask_is_not_supported_by_a_joint_measure_alone(story: Story) -> None:
    story.accepted()
    row = answer_row(1, "supported", FAR)
    joint = row["commitments"][0] | {"owner": story.cast.ngo.slug}
    refusal = refused(story, Invalid, "answer", story.cast.signatory, asks=[row | {"commitments": [joint]}])
    assert list(refusal.errors) == ["asks.1.commitments"]
    story.move("answer", story.cast.signatory, asks=[row | {"commitments": [joint, *row["commitments"]]}])
    assert [each.owner for each in story.issue.commitments.order_by("pk")] == [story.cast.ngo, story.cast.ministry]


@pytest.mark.parametrize("taken", [True, False])
def test_an_offered_measure_passes_to_the_new_holder_and_a_taken_one_stays(story: Story, taken: bool) -> None:
    story.accepted()
    row = answer_row(1, "supported", FAR)
    row["commitments"].append(row["commitments"][0] | {"owner": story.cast.ngo.slug})
    story.move("answer", story.cast.signatory, asks=[row])
    measure = Commitment.objects.get(owner=story.cast.ngo)
    if taken:
        story.move("commitment_take", story.cast.manager, commitment=measure.pk)
    story.withdrawing().move("take_over", story.cast.other_manager)
    measure.refresh_from_db()
    after = story.cast.ngo if taken else story.cast.other_manager.organisation
    assert measure.owner == after
    assert story.issue.events.latest("seq").facts["measures"] == ([] if taken else [measure.pk])
