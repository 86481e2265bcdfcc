"""Undo after an assignment: what was before comes back, once, unless somebody else gave it away meanwhile."""

import re
from datetime import timedelta
from typing import Any

import pytest

from backend.core.posting import new_key
from backend.organisations.models import Role
from issues.models import Issue
from tests.factories.people import Player, player
from tests.factories.stories import Story
from tests.issues.desk.test_assigning import assigned, owner
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def second(story: Story) -> Player:
    return player("second", story.cast.ministry, Role.OFFICER)


@pytest.fixture
def coordinator(story: Story) -> Visitor:
    return Visitor(story.accepted(), story.cast.coordinator)


def given(visitor: Visitor, to: Player, *issues: Issue, desk: str = "") -> str:
    """The desk after these issues were given to somebody, from this part of it."""
    sent = {"issue": [each.number for each in issues], "person": str(to.user.uuid), "unit": "Care"}
    led = visitor.post(f"/desk/assign/{desk}", sent)
    assert (led.status_code, led["Location"]) == (303, f"/en/desk/{desk}")
    return text_of(visitor.get(f"/desk/{desk}"))


def undo(page: str) -> tuple[str, dict[str, Any]]:
    """Where the form beside the words leads, and its fields."""
    (form,) = re.findall(r'<form method="post" action="/en(/desk/assign/undo/[^"]*)"[^>]*>(.*?)</form>', page)
    return form[0], dict(re.findall(r'name="(as|once|token)" value="([^"]*)"', form[1]))


def test_the_row_leaves_ones_own_rows_and_undo_brings_it_back(
    story: Story, second: Player, coordinator: Visitor
) -> None:
    other = Story(story.cast, story.now).raised()
    assigned(story, story, person=story.cast.coordinator.user)
    page = given(coordinator, second, story.issue, other.issue, desk="?whose=me")
    assert "2 issues were given to: Second." in page
    assert f"issue-{story.issue.number}" not in page
    path, fields = undo(page)
    led = coordinator.post(path, fields)
    assert (led.status_code, led["Location"]) == (303, "/en/desk/?whose=me")
    page = text_of(coordinator.get("/desk/?whose=me"))
    assert "Undone: 2 issues are as they were before." in page
    assert f"issue-{story.issue.number}" in page
    assert owner(story) == (story.cast.coordinator.user, "Grants unit")
    assert owner(other) == (None, "")


def test_pressed_twice_it_is_undone_once(story: Story, second: Player, coordinator: Visitor) -> None:
    path, fields = undo(given(coordinator, second, story.issue))
    assert coordinator.post(path, fields).status_code == 303
    assert coordinator.post(path, fields).status_code == 303
    page = text_of(coordinator.get("/desk/"))
    assert page.count("Undone: 1 issue is as it was before.") == 1, "said once, though both were told"
    assert "Not undone." not in page
    assert owner(story) == (story.cast.officer.user, "Grants unit")


def test_what_another_gave_away_meanwhile_stays_and_so_do_the_others(
    story: Story, second: Player, coordinator: Visitor
) -> None:
    other, third = Story(story.cast, story.now).raised(), player("third", story.cast.ministry, Role.OFFICER)
    path, fields = undo(given(coordinator, second, story.issue, other.issue))
    assigned(story, story, person=third.user)
    assert coordinator.post(path, fields)["Location"] == "/en/desk/"
    page = text_of(coordinator.get("/desk/"))
    assert f"Not undone. Somebody else assigned these issues since: {story.issue.number}." in page
    assert owner(story) == (third.user, "Care")
    assert owner(other) == (second.user, "Care")


def test_what_left_the_body_meanwhile_is_not_undone(story: Story, second: Player, coordinator: Visitor) -> None:
    other = Story(story.cast, story.now).raised()
    path, fields = undo(given(coordinator, second, other.issue))
    other.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    coordinator.post(path, fields)
    assert f"no longer with your body: {other.issue.number}. Nothing was changed." in text_of(coordinator.get("/desk/"))


def test_nothing_is_offered_where_nothing_changed(story: Story, second: Player, coordinator: Visitor) -> None:
    assigned(story, story, person=second.user, unit="Care")
    page = given(coordinator, second, story.issue)
    assert "1 issue was given to: Second." in page
    assert "/desk/assign/undo/" not in page


def test_only_who_assigned_undoes_it_within_the_hour(story: Story, second: Player, coordinator: Visitor) -> None:
    path, fields = undo(given(coordinator, second, story.issue))
    assert Visitor(story, story.cast.officer).post(path, fields).status_code == 403
    another = player("deputy", story.cast.ministry, Role.COORDINATOR)
    visitor = Visitor(story, another)
    for changed in ({}, {"token": "junk"}, {"token": ""}):
        assert visitor.post(path, fields | {"once": new_key(another.user)} | changed).status_code == 303
        assert "Not undone. It is too late for that." in text_of(visitor.get("/desk/"))
    assert owner(story) == (second.user, "Care")
    assert coordinator.get("/desk/assign/undo/")["Location"] == "/en/desk/"


def test_after_an_hour_it_is_assigned_once_more_instead(
    story: Story, second: Player, coordinator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fields = undo(given(coordinator, second, story.issue))
    monkeypatch.setattr("issues.views.undoing.UNDONE_WITHIN", timedelta(seconds=-1))
    coordinator.post(path, fields)
    assert "Choose the rows and assign them once more." in text_of(coordinator.get("/desk/"))
    assert owner(story) == (second.user, "Care")


def test_a_published_move_has_no_undo(story: Story, coordinator: Visitor) -> None:
    officer = Visitor(story, story.cast.officer)
    led = officer.act("clarify-request", {"question": "Since when?"})
    page = text_of(officer.client.get(led["Location"]))
    assert "/undo/" not in page
