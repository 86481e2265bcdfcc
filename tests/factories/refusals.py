"""Moves that must be refused, and leave nothing behind."""

from typing import Any

import pytest

from backend.core.errors import Refusal
from tests.factories.people import Player
from tests.factories.stories import Story


def refused[R: Refusal](story: Story, kind: type[R], move: str, who: Player | None, **fields: Any) -> R:
    """The refusal, of just this kind; the issue is what it was before."""
    before = story.issue
    with pytest.raises(kind) as caught:
        story.move(move, who, **fields)
    after = story.issue
    assert type(caught.value) is kind, str(caught.value)
    assert str(caught.value)
    assert (after.rev, after.version, after.status, after.due_at) == (
        before.rev, before.version, before.status, before.due_at,
    )  # fmt: skip
    assert after.events.count() == before.events.count()
    return caught.value
