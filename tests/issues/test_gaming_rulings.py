"""How rulings, withdrawals and suspensions could shrink the numbers, and the rule that stops it (domain.md section 4)."""

from datetime import timedelta

from backend.core.errors import Forbidden, Invalid
from backend.organisations.actions import set_standing
from backend.organisations.models import Standing
from issues.actions.lapses import enter_what_is_due
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty


def test_merge_to_shrink_loses_no_ask_and_no_right(story: Story) -> None:
    """Same body only; unmatched asks are carried with their owner and their first day; the merged NGO may dispute too."""
    cast = story.cast
    kept = Story(cast, story.now - timedelta(5)).raised(by=cast.other_manager)
    elsewhere = Story(cast, story.now - timedelta(5)).raised(body_addressed=cast.rival.organisation)
    story.raised(["Pay the grants.", "Explain the delay."])
    refused(story, Invalid, "merge", cast.moderator, into=elsewhere.issue.number)
    refused(story, Forbidden, "merge", cast.signatory, into=kept.issue.number)
    story.move("merge", cast.moderator, into=kept.issue.number)
    carried = kept.issue.asks.get(n=2)
    assert (carried.text, carried.owner, carried.first_received_at) == (
        "Explain the delay.", cast.ngo, story.issue.raised_at,
    )  # fmt: skip
    kept.on(almaty(2026, 2, 24)).move("dispute", cast.manager, asks=[1, 2], reason="No answer came to ours either.")
    assert kept.issue.disputes.get().organisation == cast.ngo


def test_pressing_the_ngo_to_withdraw_leaves_the_issue_to_a_co_signer(story: Story) -> None:
    """Withdrawn stays on record with the ask's first day; a co-signer has five working days to take it over."""
    cast = story.cast
    story.accepted().withdrawing()
    assert story.issue.status == "under_consideration"
    story.on(almaty(2026, 2, 9, 23, 59)).move("take_over", cast.other_manager)
    issue = story.issue
    assert (issue.held_by, issue.raised_by) == (cast.other_manager.organisation, cast.ngo)
    assert enter_what_is_due(almaty(2026, 2, 10)) == 0
    alone = Story(cast, story.now).accepted().move("withdraw", cast.manager, reason="They asked us to.")
    assert (alone.issue.status, alone.issue.asks.get().first_received_at) == ("withdrawn", alone.issue.raised_at)


def test_a_suspended_ngo_keeps_its_rights_in_what_it_raised(story: Story) -> None:
    cast = story.cast
    story.reported("supported", "supported")
    set_standing(organisation=cast.ngo, standing=Standing.SUSPENDED, reason="No report.", at=story.now)
    story.move("confirm", cast.manager, asks=[1]).move("dispute", cast.manager, asks=[2], reason="Nothing arrived.")
    story.move("retract", cast.manager, reason="It came.")
    ruled = Story(cast, story.now)
    set_standing(organisation=cast.ngo, standing=Standing.VERIFIED, reason="It came.", at=story.now)
    ruled.raised().move("out_of_scope", cast.moderator, code="court")
    set_standing(organisation=cast.ngo, standing=Standing.SUSPENDED, reason="Again.", at=story.now)
    ruled.move("appeal", cast.manager, reason="No court looks at it.")
    assert ruled.issue.rulings.get().appealed_by == cast.manager.user
    refused(Story(cast, story.now).draft(), Forbidden, "submit", cast.manager)
