"""Issues that name each other: short ways to raise, link and take back."""

from typing import Any

from issues.actions import relate, unrelate
from issues.models import Issue, IssueEvent, Relation
from issues.record.chain import broken_chains
from tests.factories.people import Cast, Player
from tests.factories.stories import Story
from tests.issues.folding import differences


def raised(cast: Cast, days: int = 0, by: Player | None = None) -> Story:
    return Story(cast).later(days=days).raised(by=by)


def closed(cast: Cast, days: int = 0, by: Player | None = None) -> Story:
    """An earlier issue, withdrawn."""
    who = by or cast.manager
    return raised(cast, days, who).move("withdraw", who, reason="Solved for now.")


def name(
    story: Story, other: Story | Any, kind: Any = "related", who: Player | None = None
) -> IssueEvent:  # fmt: skip
    number = other.issue.number if isinstance(other, Story) else other
    return relate(
        issue=Issue(pk=story.pk), other=number, kind=kind, at=story.now, **(who or story.cast.manager).acts
    )  # fmt: skip


def take_back(story: Story, other: Story, who: Player | None = None) -> IssueEvent:
    return unrelate(
        issue=Issue(pk=story.pk), other=other.issue.number, at=story.now, **(who or story.cast.manager).acts
    )  # fmt: skip


def is_sound(*stories: Story) -> None:
    """Each record tells its own story, and the rows say the same."""
    issues = [story.issue for story in stories]
    assert broken_chains(issues) == {}
    assert [differences(issue) for issue in issues] == [{}] * len(issues)


def nothing_came_of(story: Story, *others: Story) -> None:
    assert not Relation.objects.exists()
    assert [each.issue.events.filter(move__contains="related").count() for each in (story, *others)] == [0] * (
        1 + len(others)
    )
