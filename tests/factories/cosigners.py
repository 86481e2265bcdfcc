"""Who has co-signed, and acts that are refused to somebody without a trace."""

from typing import Any

import pytest

from backend.core.errors import Refusal
from tests.factories.people import Player
from tests.factories.stories import Story


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
