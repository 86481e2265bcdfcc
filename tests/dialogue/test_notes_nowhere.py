"""A private note is nowhere but on its body's pages: each outlet says the same before and after, to the byte.

Whoever adds an outlet (an address, a feed, a frame) adds a line to `OUTLETS`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from dialogue.actions import post_message, write_note
from dialogue.live import Thread
from issues.models import Issue, IssueEvent
from issues.record.chain import broken_chains
from tests.factories.people import Player
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.visiting import story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

SECRET = "Qupiya-note: Finance has no money"
READERS = (None, "manager", "rival", "moderator", "chair")
# Keys of forms and tokens are new on each page, whatever it shows.
NEW_EACH_TIME = re.compile(r'name="(?:csrfmiddlewaretoken|once|key)" value="[^"]*"|"X-CSRFToken": "[^"]*"|next=[^"&]*')

PAGES = (
    "/issues/{number}/",
    "/issues/{number}/head/?after=0",
    "/issues/{number}/thread/?after=0",
    "/issues/{number}/history/",
    "/issues/{number}/clock/",
    "/issues/{number}/m/1/history/",
    "/issues/",
    "/issues/?q=Qupiya",
    "/issues/?sort=activity",
    "/",
    "/commitments/",
    "/council/",
    "/me/",
    "/desk/",
    "/bodies/{body}/",
    "/ngos/{ngo}/",
)
FEEDS = (
    "/feeds/issues.atom", "/feeds/issues.atom?q=Qupiya", "/feeds/issues.ics", "/feeds/issues/{number}.atom",
    "/feeds/issues/{number}.ics", "/feeds/bodies/{body}.atom", "/feeds/bodies/{body}.ics",
)  # fmt: skip


@dataclass
class Looking:
    """Everybody at the story's pages, each in a browser of their own that stays open."""

    story: Story
    clients: dict[str | None, Client] = field(default_factory=dict)

    def __call__(self, path: str, reader: str | None) -> Any:
        if reader not in self.clients:
            self.clients[reader] = Client()
            if reader:
                self.clients[reader].force_login(getattr(self.story.cast, reader).user)
        issue = self.story.issue
        url = path.format(number=issue.number, body=issue.body_addressed.slug, ngo=issue.raised_by.slug)
        response = self.clients[reader].get(url)
        return response.status_code, response.headers.get("ETag"), NEW_EACH_TIME.sub("", text_of(response))


def page(path: str, reader: str | None) -> Callable[[Looking], Any]:
    return lambda looking: looking(path, reader)


def counters(looking: Looking) -> Any:
    issue = looking.story.issue
    return issue.rev, issue.seq, issue.version, issue.active_at, bytes(issue.chain_hash), broken_chains([issue])


def events(looking: Looking) -> Any:
    return list(IssueEvent.objects.values_list("pk", "issue", "seq", "move")), str(
        looking.story.issue.events.values_list("facts")
    )


def frames(looking: Looking) -> Any:
    return [(frame.rev, frame.texts) for frame in Thread().frames(looking.story.pk, 0, ["kk", "ru", "en"])]


OUTLETS: dict[str, Callable[[Looking], Any]] = {
    **{f"{path} for everybody": page(path, None) for path in FEEDS},  # a feed asks nobody who they are
    "counters": counters, "events": events, "frames of the socket": frames,
    "rooms of the hub": lambda looking: Thread().newest([looking.story.pk]),
}  # fmt: skip
"""Beside the pages, which each reader looks at."""


def note(story: Story, who: Player) -> None:
    write_note(issue=Issue(pk=story.pk), **who.acts, body=SECRET, at=story.now)


@pytest.mark.parametrize("reader", one_in(5, READERS))
def test_each_outlet_says_the_same_as_before(story: Story, reader: str | None) -> None:
    cast = story.accepted().cast
    post_message(issue=story.issue, **cast.officer.acts, body="Public words.", at=story.now)
    looking = Looking(story)
    looking(f"/en{PAGES[0]}", reader)  # who has looked before sees what is new since; no other page remembers a visit
    outlets = OUTLETS | {path: page(f"/en{path}", reader) for path in PAGES}
    before = {name: outlet(looking) for name, outlet in outlets.items()}
    note(story, cast.officer)
    note(story, cast.signatory)
    after = {name: outlet(looking) for name, outlet in outlets.items()}
    assert [name for name in outlets if after[name] != before[name]] == []
    assert [name for name in outlets if SECRET in str(after[name])] == []
    assert Session.objects.exists() == bool(reader)


def test_the_bodys_own_people_do_see_it(story: Story) -> None:
    """So the comparison above would notice."""
    cast = story.accepted().cast
    read = page(f"/en{PAGES[0]}", "signatory")
    looking = Looking(story)
    before = read(looking)
    note(story, cast.officer)
    after = read(looking)
    assert before != after
    assert SECRET in str(after)
