"""Rulings at once, each on a connection of its own: one wins, nobody waits for each other for ever, every chain verifies."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.models import Role
from issues.actions import move_issue
from issues.actions.lapses import enter_what_is_due
from issues.models import Issue, IssueEvent
from issues.record.chain import broken_chains
from tests.factories.at_once import at_once
from tests.factories.people import Player, make_cast, player
from tests.factories.stories import Story, answer_row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]
MODERATORS = 50


@pytest.fixture
def story(transactional_db: None) -> Story:
    return Story(make_cast())


def moving(story: Story, move: str, who: Player | None, **fields: Any) -> Any:
    acts = who.acts if who else {"actor": None, "organisation": None}
    return partial(move_issue, issue=Issue(pk=story.pk), move=move, at=story.now, **acts, **fields)


def older(story: Story, days: int) -> Story:
    made = Story(story.cast, story.now - timedelta(days)).raised(by=story.cast.other_manager)
    return made.on(story.now)


def kinds(found: list[Any]) -> Counter[str]:
    return Counter(type(each).__name__ for each in found)


@pytest.mark.thorough
def test_fifty_moderators_merge_and_rule_at_once_and_one_wins(story: Story) -> None:
    kept = older(story, 5)
    story.raised(["Pay the grants.", "Explain."])
    moderators = [
        player(f"moderator_{n}", story.cast.moderator.organisation, Role.MODERATOR) for n in range(MODERATORS)
    ]
    into = kept.issue.number
    found = at_once([
        moving(story, "merge", who, into=into) if n % 2 else moving(story, "out_of_scope", who, code="court")
        for n, who in enumerate(moderators)
    ])  # fmt: skip
    assert kinds(found) == {"IssueEvent": 1, "Conflict": MODERATORS - 1}
    won = next(each for each in found if isinstance(each, IssueEvent))
    assert all(f"({won.actor}, " in str(each) for each in found if each is not won), "each is told who was first"
    assert story.issue.rulings.count() == 1
    assert kept.issue.asks.count() == (2 if won.move == "merge" else 1)
    assert broken_chains(Issue.objects.all()) == {}


def test_a_merge_and_the_answer_of_the_kept_issue_at_once(story: Story) -> None:
    """Either the answer comes first, and nothing can be merged any more; or the merge, and the answer lacks an ask."""
    kept = older(story, 5)
    story.raised(["Explain."])
    row = answer_row(1, "refused", story.now.date())
    merge, answer = at_once([
        moving(story, "merge", story.cast.moderator, into=kept.issue.number),
        moving(kept, "answer", story.cast.signatory, asks=[row], version=kept.issue.version),
    ])  # fmt: skip
    outcome = type(merge), type(answer), story.issue.status, kept.issue.status
    assert outcome in (
        (IssueEvent, Conflict, "duplicate", "raised"), (Invalid, IssueEvent, "raised", "refused"),
    )  # fmt: skip
    assert broken_chains(Issue.objects.all()) == {}


def test_two_merges_in_a_row_at_once_never_wait_for_each_other(story: Story) -> None:
    """C into B while B goes into A: C lands in B before that, or is told that B is merged itself."""
    a, b = older(story, 5), older(story, 3)
    c = story.raised(["Explain."])
    first, second = at_once([
        moving(c, "merge", story.cast.moderator, into=b.issue.number),
        moving(b, "merge", story.cast.other_moderator, into=a.issue.number),
    ])  # fmt: skip
    assert isinstance(second, IssueEvent)
    assert (type(first), c.issue.status, a.issue.asks.count()) in (
        (IssueEvent, "duplicate", 2), (Invalid, "raised", 1),
    )  # fmt: skip
    assert broken_chains(Issue.objects.all()) == {}


def test_four_workers_restore_each_merged_issue_once(story: Story) -> None:
    kept = older(story, 5)
    merged = [Story(story.cast, story.now).raised(["Explain.", "Pay the grants."]) for _ in range(4)]
    for each in merged:
        each.move("merge", story.cast.moderator, into=kept.issue.number)
    kept.move("out_of_scope", story.cast.moderator, code="court")
    found = at_once([partial(enter_what_is_due, story.now)] * 4)
    assert sum(found) == 4
    assert IssueEvent.objects.filter(move="restore").count() == 4
    assert {each.issue.status for each in merged} == {"raised"}
    assert broken_chains(Issue.objects.all()) == {}


def test_an_appeal_is_reviewed_once_however_many_look_at_it(story: Story) -> None:
    kept = older(story, 5)
    story.raised(["Explain."]).move("merge", story.cast.moderator, into=kept.issue.number)
    story.move("appeal", story.cast.manager, reason="Another matter.")
    others = [player(f"moderator_{n}", story.cast.moderator.organisation, Role.MODERATOR) for n in range(6)]
    acts = [moving(story, ("restore", "appeal_dismiss")[n % 2], who, reason="Yes.") for n, who in enumerate(others)]
    found = at_once([*acts, moving(story, "restore", story.cast.moderator, reason="I was right.")])
    assert kinds(found) == {"IssueEvent": 1, "Conflict": 5, "Forbidden": 1}
    assert isinstance(found[-1], Forbidden)
    assert broken_chains(Issue.objects.all()) == {}
