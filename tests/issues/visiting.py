"""Somebody at the site: pages of a story at the story's own time, in English."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from issues.models import Issue
from tests.factories.people import Player
from tests.factories.stories import Story


class Visitor:
    """A browser without JavaScript. `act` goes form, check page, publish, as a person would."""

    def __init__(self, story: Story, player: Player | None) -> None:
        self.story, self.client = story, Client()
        if player is not None:
            self.client.force_login(player.user)

    def get(self, path: str) -> Any:
        return self.client.get(f"/en{path}")

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.client.post(f"/en{path}", (data or {}) | more)

    def page(self, act: str) -> str:
        number = Issue.objects.values_list("number", flat=True).get(pk=self.story.pk)
        return f"/issues/{number}/{act}/"

    def act(self, act: str, data: dict[str, Any] | None = None) -> Any:
        """The answer to "Publish"; the form and the check page must both have been there before."""
        form = self.get(self.page(act))
        assert form.status_code == 200, form.content.decode()
        sent = (data or {}) | {"version": form.context["issue"].version}
        check = self.post(self.page(act), sent)
        assert check.status_code == 200, check.content.decode()
        assert "Check before you publish" in check.content.decode()
        return self.post(self.page(act), sent, confirmed="1")


@pytest.fixture
def story_time(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """The site's clock is the story's."""
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    return story


def in_days(story: Story, days: int) -> date:
    return story.now.date() + timedelta(days)


def text_of(response: Any) -> str:
    return str(response.content.decode())
