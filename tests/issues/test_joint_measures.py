"""A measure that the body offers and the NGO takes on: who sees and does what, on pages."""

import pytest

from issues.models import Commitment
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, in_days, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def acts_of(visitor: Visitor, commitment: Commitment) -> list[str]:
    page = text_of(visitor.get(visitor.page("commitments")))
    part = page.partition(f'id="commitment-{commitment.pk}"')[2].partition("</section>")[0]
    return [act for act in ("take", "progress", "reschedule", "drop") if f"/{commitment.pk}/{act}/" in part]


def test_a_joint_measure_is_offered_taken_reported_on_and_dropped_by_the_ngo_alone(story: Story) -> None:
    story.answered("supported")
    signatory, manager = Visitor(story, story.cast.signatory), Visitor(story, story.cast.manager)
    offer = {
        "n": "1",
        "text": "Tell the members",
        "unit": "Office",
        "due": in_days(story, 40).isoformat(),
        "shows": "Mail",
    }
    assert signatory.act("commitments/add", offer | {"owner": story.cast.ngo.slug}).status_code == 303
    own, joint = Commitment.objects.order_by("pk")
    assert (own.owner, joint.owner, joint.taken_at) == (story.cast.ministry, story.cast.ngo, None)
    assert (acts_of(signatory, own), acts_of(signatory, joint)) == (["progress", "reschedule", "drop"], [])
    assert (acts_of(manager, own), acts_of(manager, joint)) == ([], ["take", "drop"])
    assert "offered, not taken on" in text_of(manager.get(f"/issues/{story.issue.number}/"))
    assert manager.act(f"commitments/{joint.pk}/take", {}).status_code == 303
    assert acts_of(manager, joint) == ["progress", "drop"]
    assert manager.act(f"commitments/{joint.pk}/progress", {"progress": "complete"}).status_code == 303
    joint.refresh_from_db()
    assert (joint.taken_at, joint.progress, joint.completed_on) == (story.now, "complete", story.now.date())
    assert acts_of(manager, joint) == []


def test_a_joint_measure_alone_supports_no_ask(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    said = {"asks.1.verdict": "supported", "asks.1.ground": "law", "asks.1.text": "Yes."}
    promise = {"text": "Tell all", "unit": "Office", "due": in_days(story, 30).isoformat(), "shows": "Mail"}
    first = {f"asks.1.commitments.1.{name}": value for name, value in promise.items()}
    joint = {"asks.1.commitments.1.owner": story.cast.ngo.slug}
    response = signatory.post(signatory.page("answer"), said | first | joint | {"confirmed": "1"})
    assert response.status_code == 422
    second = {f"asks.1.commitments.2.{name}": value for name, value in promise.items()}
    assert signatory.act("answer", said | first | joint | second).status_code == 303
    assert {each.owner for each in Commitment.objects.all()} == {story.cast.ngo, story.cast.ministry}
