"""Merging an issue into an older one: what goes where, who keeps which right, and the way back through chains of merges."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.models import Role
from issues.actions.lapses import enter_what_is_due
from issues.models import Ask, Issue
from issues.record.chain import broken_chains
from tests.factories.people import Player, organisation, player
from tests.factories.refusals import refused
from tests.factories.stories import MONDAY, Story, almaty, answer_row

A_WORDS = ("Pay the grants.", "Publish the list.")


def older(story: Story, asks: tuple[str, ...] = A_WORDS, by: Player | None = None, days: int = 5) -> Story:
    """An issue of the other NGO, raised so many days before this story's time."""
    return Story(story.cast, story.now - timedelta(days)).raised(asks, by or story.cast.other_manager)


def merge(story: Story, into: Story, **fields: Any) -> Story:
    return story.move("merge", story.cast.moderator, into=into.issue.number, **fields)


def where(story: Story) -> list[tuple[int, int | None, str | None]]:
    """Each ask: onto which it was put, into which issue it was carried."""
    return [
        (ask.n, ask.merged_onto and ask.merged_onto.n, ask.moved_to and ask.moved_to.number)
        for ask in story.issue.asks.select_related("merged_onto", "moved_to")
    ]


def all_verify() -> bool:
    return broken_chains(Issue.objects.all()) == {}


def appealed(story: Story) -> Story:
    who = next(each for each in (story.cast.manager, story.cast.other_manager)
               if each.organisation == story.issue.held_by)  # fmt: skip
    return story.move("appeal", who, reason="It is another matter.")


def restored(story: Story) -> Story:
    return appealed(story).move("restore", story.cast.other_moderator, reason="It is.")


def test_same_words_are_matched_and_the_rest_is_carried_with_owner_and_days(story: Story) -> None:
    kept = older(story)
    story.raised(["  pay THE grants. ", "Explain the delay."])
    before = kept.issue
    merge(story, kept)
    issue, after = story.issue, kept.issue
    assert where(story) == [(1, 1, None), (2, None, after.number)]
    carried = after.asks.get(n=3)
    assert (carried.text, carried.owner, carried.carried_from) == (
        "Explain the delay.", story.cast.ngo, issue.asks.get(n=2),
    )  # fmt: skip
    assert carried.first_received_at == issue.asks.get(n=2).first_received_at == MONDAY
    assert {ask.owner for ask in after.asks.filter(n__lt=3)} == {story.cast.other_manager.organisation}
    assert (issue.status, issue.due_at, issue.owed_by) == ("duplicate", None, "")
    assert (after.rev, after.version, after.status, after.due_at) == (
        before.rev + 1, before.version + 1, "raised", before.due_at,
    )  # fmt: skip
    assert [each.organisation for each in after.supporters] == [story.cast.ngo]
    assert after.events.latest("seq").facts == {
        "merged": issue.number, "matched": [{"n": 1, "to": 1}], "carried": [{"n": 2, "to": 3}], "cosigners": 1,
    }  # fmt: skip
    assert issue.events.latest("seq").facts == {
        "into": after.number, "matched": [{"n": 1, "to": 1}], "carried": [{"n": 2, "to": 3}], "appeal_by": "2026-02-16",
    }  # fmt: skip
    assert all_verify()


def test_the_moderator_says_which_ask_is_which(story: Story) -> None:
    kept = older(story)
    merge(story.raised(["Pay the grants.", "Show who got one."]), kept, matches=[{"n": "2", "to": 2}])
    assert where(story) == [(1, None, kept.issue.number), (2, 2, None)]


@pytest.mark.parametrize(
    ("matches", "named"),
    [
        ("1", "matches"), ([1], "matches"), ([{"n": 9, "to": 1}], "matches.0.n"), ([{"n": 1, "to": 9}], "matches.1.to"),
        ([{"n": 1, "to": True}], "matches.1.to"), ([{"to": 1}], "matches.0.n"), ([{"n": {}, "to": []}], "matches.0.n"),
        ([{"n": 1, "to": 1}, {"n": 1, "to": 2}], "matches.1.to"),
    ],
)  # fmt: skip
def test_matches_that_are_none_are_told_by_name(story: Story, matches: Any, named: str) -> None:
    kept = older(story)
    refusal = refused(story.raised(), Invalid, "merge", story.cast.moderator, into=kept.issue.number, matches=matches)
    assert named in refusal.errors
    assert kept.issue.rev == 1


@pytest.mark.parametrize(
    "into", ["2026-999999", "x" * 10_000, "\x00", 7, ["2026-000001"], {"number": 1}, "../1", "' --"]
)
def test_an_issue_that_is_not_there_is_told(story: Story, into: Any) -> None:
    assert refused(story.raised(), Invalid, "merge", story.cast.moderator, into=into).errors.keys() == {"into"}


def test_into_a_newer_one_itself_another_bodys_or_an_answered_one_it_is_refused(story: Story) -> None:
    elsewhere = Story(story.cast, story.now - timedelta(3)).raised(body_addressed=story.cast.rival.organisation)
    kept = older(story).move(
        "answer", story.cast.signatory, asks=[answer_row(n, "refused", MONDAY.date()) for n in (1, 2)]
    )
    story.raised()
    newer = Story(story.cast, story.now + timedelta(hours=1)).raised()
    for other, words in ((story, "older"), (newer, "older"), (elsewhere, "same body"), (kept, "waits for its answer")):
        refusal = refused(story, Invalid, "merge", story.cast.moderator, into=other.issue.number)
        assert words in str(refusal.errors["into"][0])


def test_an_answer_prepared_before_is_told_of_what_came_in(story: Story) -> None:
    kept = older(story, ("Pay the grants.",))
    prepared = kept.issue.version
    merge(story.raised(), kept)
    with pytest.raises(Conflict):
        kept.move("answer", story.cast.signatory, asks=[answer_row(1, "refused", MONDAY.date())], version=prepared)
    assert kept.issue.status == "raised"


def test_the_owner_alone_confirms_and_who_was_merged_onto_an_ask_may_only_disagree(story: Story) -> None:
    cast = story.cast
    kept = older(story, ("Pay the grants.",))
    merge(story.raised(["Pay the grants.", "Explain."]), kept)
    due = (MONDAY + timedelta(30)).date()
    kept.on(story.now).move("answer", cast.signatory, asks=[answer_row(n, "supported", due) for n in (1, 2)])
    kept.move("report_done", cast.signatory, evidence=[{"n": n, "text": "Done."} for n in (1, 2)])
    refused(kept, Invalid, "confirm", cast.manager, asks=[1])
    refused(kept, Invalid, "confirm", cast.other_manager, asks=[2])
    kept.move("confirm", cast.manager, asks=[2])
    stranger = player("third", organisation("third"), Role.MANAGER)
    refused(kept, Forbidden, "dispute", stranger, asks=[1], reason="No.")
    kept.move("dispute", cast.manager, asks=[1], reason="Not here.")
    assert kept.issue.disputes.get().organisation == cast.ngo
    refused(kept, Forbidden, "retract", cast.other_manager, reason="It came.")
    assert kept.move("retract", cast.manager, reason="It came.").issue.status == "reported_done"
    assert kept.move("confirm", cast.other_manager, asks=[1]).issue.status == "resolved"


def test_a_redirect_of_the_matched_ask_takes_the_right_to_disagree_along(story: Story) -> None:
    cast = story.cast
    kept = older(story, days=1)
    merge(story.raised(), kept)
    kept.on(story.now).move("redirect", cast.signatory, body="ecology", reason="Theirs.", asks=[1])
    linked = Story(cast, story.now)
    linked.pk = Issue.objects.latest("pk").pk
    linked.on(almaty(2026, 2, 24)).move("dispute", cast.manager, asks=[1], reason="No answer.")
    assert linked.issue.disputes.get().organisation == cast.ngo
    assert all_verify()


def chain(story: Story) -> tuple[Story, Story, Story]:
    """C into B into A. C's first ask is B's second, which was carried to A as its second; its second ask was carried twice."""
    third = player("third", organisation("third"), Role.MANAGER)
    a = older(story, ("Pay the grants.",), days=4)
    b = older(story, ("Pay the grants.", "Publish the list."), third, days=2)
    c = story.raised(["Publish the list.", "Explain the delay."])
    merge(c, b)
    b.on(c.now)
    merge(b, a)
    a.on(c.now)
    return a, b, c


def test_three_issues_merged_in_turn_and_back_again(story: Story) -> None:
    a, b, c = chain(story)
    assert [(ask.text, ask.owner.slug) for ask in a.issue.asks.all()] == [
        ("Pay the grants.", "zhasyl"), ("Publish the list.", "third"), ("Explain the delay.", "qamqor"),
    ]  # fmt: skip
    assert where(b) == [(1, 1, None), (2, None, a.issue.number), (3, None, a.issue.number)]
    assert where(c) == [(1, 2, None), (2, None, b.issue.number)]
    assert c.issue.asks.get(n=1).merged_onto == a.issue.asks.get(n=2), "the ask that goes on"
    a.move("out_of_scope", story.cast.moderator, code="court")
    assert enter_what_is_due(a.now) == 1, "B; C stays merged into it"
    assert (b.issue.status, c.issue.status) == ("raised", "duplicate")
    assert where(b) == [(1, None, None), (2, None, None), (3, None, None)]
    assert c.issue.asks.get(n=1).merged_onto == b.issue.asks.get(n=2)
    assert [ask.moved_to and ask.moved_to.number for ask in a.issue.asks.all()] == [None] + [b.issue.number] * 2
    restored(c)
    assert where(c) == [(1, None, None), (2, None, None)]
    assert [ask.n for ask in b.issue.asks.all() if not ask.moved_to_id] == [1, 2]
    assert all_verify()


def test_the_last_of_three_comes_back_from_the_first_and_takes_what_is_its_own(story: Story) -> None:
    a, b, c = chain(story)
    versions = a.issue.version, b.issue.version
    restored(c)
    assert where(c) == [(1, None, None), (2, None, None)]
    assert where(a) == [(1, None, None), (2, None, None), (3, None, c.issue.number)]
    assert (a.issue.version, b.issue.version) == (versions[0] + 1, versions[1] + 1)
    assert a.issue.events.latest("seq").facts == {"restored": c.issue.number, "asks": [3], "cosigners": 1}
    a.move("out_of_scope", story.cast.moderator, code="court")
    assert enter_what_is_due(a.now) == 1
    assert where(b) == [(1, None, None), (2, None, None), (3, None, a.issue.number)], "the third is C's again"
    assert all_verify()


def test_merged_restored_and_merged_again_into_the_same_issue(story: Story) -> None:
    kept = older(story, ("Pay the grants.",))
    merge(story.raised(["Explain."]), kept)
    restored(story)
    merge(story, kept)
    assert [(ask.n, ask.moved_to_id) for ask in kept.issue.asks.all()] == [(1, None), (2, story.pk), (3, None)]
    restored(story)
    assert [(ask.n, ask.moved_to_id) for ask in kept.issue.asks.all()] == [(1, None), (2, story.pk), (3, story.pk)]
    assert kept.issue.events.latest("seq").facts["asks"] == [3]
    assert kept.issue.cosigners_count == len(kept.issue.supporters) == 0
    assert all_verify()


def test_who_was_merged_and_freed_before_is_not_taken_back_by_another_restore(story: Story) -> None:
    """C into B and back, then C into A itself; then B into A and back: C's ask stays with A."""
    a = older(story, ("Pay the grants.",), days=4)
    b = older(story, ("Pay the grants.",), days=2)
    restored(merge(story.raised(), b))
    merge(story, a)
    merge(b.on(story.now), a)
    restored(b)
    assert story.issue.asks.get().merged_onto == a.issue.asks.get(n=1)
    assert b.issue.asks.get().merged_onto is None


def test_what_was_answered_in_the_kept_issue_stays_there_on_appeal(story: Story) -> None:
    kept = older(story, ("Pay the grants.",))
    merge(story.raised(["Explain."]), kept)
    due = (MONDAY + timedelta(30)).date()
    kept.on(story.now).move("answer", story.cast.signatory, asks=[answer_row(n, "supported", due) for n in (1, 2)])
    refusal = refused(appealed(story), Conflict, "restore", story.cast.other_moderator, reason="Yes.")
    assert kept.issue.number in str(refusal)
    kept.move("confirm", story.cast.manager, asks=[2])
    kept.move("withdraw", story.cast.other_manager, reason="We stop.").later(days=10)
    assert enter_what_is_due(kept.now) == 1, "withdrawn; what was settled stays"
    assert (kept.issue.status, story.issue.status) == ("withdrawn", "duplicate")
    assert Ask.objects.get(carried_from__issue=story.pk).confirmed_at
