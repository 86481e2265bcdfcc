"""A commitment does not stay pending for ever once its ask is settled."""

from datetime import date

from issues.lifecycle import Status
from issues.models import Progress
from tests.factories.stories import Story


def test_an_ask_confirmed_early_completes_the_bodys_commitments_of_it(story: Story) -> None:
    story.answered("supported", "supported").later(days=2).move("confirm", story.cast.manager, asks=[1])
    first, second = story.issue.commitments.order_by("ask__n")
    assert (first.progress, first.completed_on) == (Progress.COMPLETE, story.now.date())
    assert (second.progress, second.completed_on) == (Progress.NOT_STARTED, None)
    assert story.issue.status == Status.IN_PROGRESS


def test_an_ask_the_council_finds_done_completes_the_bodys_commitments_of_it(story: Story) -> None:
    story.answered("supported", due=date(2026, 2, 6)).later(days=30)
    story.move("dispute", story.cast.manager, asks=[1], reason="Late.").voted(done=True)
    story.move("conclude_done", story.cast.chair, text="It is done.")
    assert story.issue.status == Status.RESOLVED
    assert story.issue.commitments.get().completed_on == story.now.date()
