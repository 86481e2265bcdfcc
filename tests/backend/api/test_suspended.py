"""A suspended NGO, by machine: what it begins is refused at once, its rights in what it has raised stay."""

import pytest
from django.utils import timezone

from backend.organisations.actions import set_standing
from backend.organisations.models import Standing
from issues.models import Issue
from tests.backend.api.test_problems import told
from tests.factories.api import Program
from tests.factories.stories import Story


@pytest.fixture
def now(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    return story


def suspend(story: Story) -> Program:
    set_standing(organisation=story.cast.ngo, standing=Standing.SUSPENDED, reason="A court.", at=story.now)
    return Program(story.cast.manager)


def test_it_submits_cosigns_and_posts_no_more(now: Story) -> None:
    other = Story(now.cast, now.now).raised(by=now.cast.other_manager).issue
    draft = now.draft().issue
    before = Program(now.cast.manager)
    assert before.post(f"issues/{other.number}/messages/", body="Hello.").status_code == 201
    suspend(now)
    told(before.post(f"issues/{draft.uuid}/moves/", move="submit"), 403)
    told(before.post(f"issues/{other.number}/cosign/"), 403)
    told(before.post(f"issues/{other.number}/messages/", body="Hello."), 403)
    assert before.get(f"issues/{draft.uuid}/").json()["allowed_moves"] == ["discard"]
    assert before.patch(f"issues/{draft.uuid}/", title="Roads").status_code == 200
    after = Issue.objects.get(pk=other.pk)
    assert (after.cosigners_count, after.seq, now.issue.status) == (0, 1, "draft")


def test_it_clarifies_still(now: Story) -> None:
    now.accepted().move("clarify_request", now.cast.officer, question="Which?")
    made = suspend(now).move(now.issue, "clarify", text="Those of January.")
    assert (made.status_code, now.issue.status) == (201, "under_consideration")


def test_it_confirms_still(now: Story) -> None:
    now.reported()
    assert (suspend(now).move(now.issue, "confirm", asks=[1]).status_code, now.issue.status) == (
        201,
        "resolved",
    )


def test_it_disputes_and_retracts_still(now: Story) -> None:
    program = suspend(now.reported())
    assert (program.move(now.issue, "dispute", asks=[1], reason="No.").status_code, now.issue.status) == (
        201,
        "disputed",
    )
    assert (program.move(now.issue, "retract", reason="It came.").status_code, now.issue.status) == (
        201,
        "reported_done",
    )


def test_it_withdraws_still(now: Story) -> None:
    now.accepted()
    assert (suspend(now).move(now.issue, "withdraw", reason="Solved.").status_code, now.issue.status) == (
        201, "withdrawn",
    )  # fmt: skip
