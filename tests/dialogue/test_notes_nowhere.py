"""A private note is nowhere but on its body's pages: each outlet says the same before and after, to the byte.

Whoever adds an outlet (an address, a feed, a frame) adds a line to `OUTLETS`.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from dialogue.actions import post_message, write_note
from dialogue.live import Thread
from issues.models import Issue, IssueEvent
from issues.record.chain import broken_chains
from tests.factories.people import Player
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


def page(path: str, reader: str | None, language: str = "/en") -> Callable[[Story], Any]:
    def read(story: Story) -> Any:
        client = Client()
        if reader:
            client.force_login(getattr(story.cast, reader).user)
        issue = story.issue
        url = language + path.format(number=issue.number, body=issue.body_addressed.slug, ngo=issue.raised_by.slug)
        response = client.get(url)
        return response.status_code, response.headers.get("ETag"), NEW_EACH_TIME.sub("", text_of(response))

    return read


def counters(story: Story) -> Any:
    issue = story.issue
    return issue.rev, issue.seq, issue.version, issue.active_at, bytes(issue.chain_hash), broken_chains([issue])


def events(story: Story) -> Any:
    return list(IssueEvent.objects.values_list("pk", "issue", "seq", "move")), str(
        story.issue.events.values_list("facts")
    )


def frames(story: Story) -> Any:
    return [(frame.rev, frame.texts) for frame in Thread().frames(story.pk, 0, ["kk", "ru", "en"], 1_000)]


OUTLETS: dict[str, Callable[[Story], Any]] = {
    **{f"{path} for {reader}": page(path, reader) for path in PAGES for reader in READERS},
    **{f"{path} for {reader}": page(path, reader, "") for path in FEEDS for reader in READERS},
    "counters": counters, "events": events, "frames of the socket": frames,
    "rooms of the hub": lambda story: Thread().newest([story.pk]),
}  # fmt: skip


def note(story: Story, who: Player) -> None:
    write_note(issue=Issue(pk=story.pk), **who.acts, body=SECRET, at=story.now)


def test_each_outlet_says_the_same_as_before(story: Story) -> None:
    cast = story.accepted().cast
    post_message(issue=story.issue, **cast.officer.acts, body="Public words.", at=story.now)
    for reader in (name for name in READERS if name):  # who has looked before sees what is new since
        Client().force_login(getattr(cast, reader).user)
    for outlet in OUTLETS.values():
        outlet(story)
    before = {name: outlet(story) for name, outlet in OUTLETS.items()}
    note(story, cast.officer)
    note(story, cast.signatory)
    after = {name: outlet(story) for name, outlet in OUTLETS.items()}
    assert [name for name in OUTLETS if after[name] != before[name]] == []
    assert [name for name in OUTLETS if SECRET in str(after[name])] == []
    assert Session.objects.exists()


def test_the_bodys_own_people_do_see_it(story: Story) -> None:
    """So the comparison above would notice."""
    cast = story.accepted().cast
    read = page("/issues/{number}/", "signatory")
    before = read(story)
    note(story, cast.officer)
    after = read(story)
    assert before != after
    assert SECRET in str(after)
