"""A resolved issue is never called so alone: beside it stands on whose word it is resolved, and when (ui.md, point 9)."""

import pytest
from django.test import Client

from issues.actions.following import follow
from tests.factories.stories import Story

STATUS = 'href="/static/img/icons.svg#resolved"'
WORDS = "Confirmed by the NGO on: "


@pytest.fixture
def resolved(story: Story) -> Story:
    story.reported().move("confirm", story.cast.manager, asks=[1])
    assert story.issue.status == "resolved"
    return story


def test_on_every_page_it_is_told_on_whose_word(resolved: Story) -> None:
    follow(issue=resolved.issue, actor=resolved.cast.manager.user)
    manager, officer = Client(), Client()
    manager.force_login(resolved.cast.manager.user)
    officer.force_login(resolved.cast.officer.user)
    for client, path in (
        (Client(), "/en/"), (Client(), "/en/issues/"), (Client(), f"/en/issues/{resolved.issue.number}/"),
        (Client(), "/en/issues/?metric=answered_on_time&part=denominator"), (manager, "/en/me/"), (officer, "/en/desk/done/"),
    ):  # fmt: skip
        html = client.get(path).content.decode()
        assert html.count(STATUS) >= 1, path
        assert html.count(WORDS) >= html.count(STATUS), path
