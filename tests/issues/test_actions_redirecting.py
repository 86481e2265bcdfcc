"""Redirects beyond the matrix: where the rights of an ask go with it, and proposals that time or a succession overtook."""

import pytest

from backend.core.errors import Conflict, Invalid
from backend.organisations.models import Kind, Organisation, Role
from issues.lifecycle import Status
from issues.models import Commitment, Issue, ProposalEnd
from tests.factories.people import organisation, player
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty, answer_row
from tests.issues.matrix.situations import FAR

LATER = almaty(2026, 2, 6)


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
