"""What was hidden or blanked is on no page of anybody, in no language. A new page that shows texts goes into `PAGES`."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from dialogue.actions import hide_message
from dialogue.models import Message
from issues.actions import blank_text
from issues.models import EventText
from tests.dialogue.told_in_full import told_in_full, word_in
from tests.factories.people import make_cast
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.visiting import story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Story]:
    """Told once; each test begins with it, and leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("en"):
        yield told_in_full(Story(make_cast()))
        transaction.set_rollback(True)


@pytest.fixture
def story(told: Story, db: None) -> Story:
    return copy(told)


ALL = ("visitor", "moderator")  # a moderator has links beside the texts; everybody else reads what a visitor does

PAGES: dict[str, tuple[str, ...]] = {
    "/": ALL,
    "/issues/": ALL,
    "/issues/?q=zq": ALL,
    "/issues/{number}/": (*ALL, "manager", "other_manager", "signatory", "chair"),
    "/issues/{number}/?reply=1": ALL,
    "/issues/{number}/?after_seq=2": ALL,
    "/issues/{number}/history/": ALL,
    "/issues/{number}/clock/": ALL,
    "/issues/{number}/attachments/": (*ALL, "manager"),
    "/issues/{number}/thread/?after=0": ALL,
    "/issues/{number}/m/1/": ALL,
    "/issues/{number}/m/2/": ALL,
    "/issues/{number}/commitments/": ALL,
    "/issues/{number}/report-done/": ("signatory",),
    "/issues/{number}/take-over/": ("other_manager",),
    "/issues/{number}/cosign/": ("other_manager",),
    "/issues/{number}/addenda/": ("manager",),
    "/issues/{number}/related/": ("manager",),
    "/bodies/labour/": ALL,
    "/ngos/qamqor/": ALL,
    "/council/": (*ALL, "chair"),
    "/desk/": ("officer",),
    "/me/": ("manager", "chair"),
}
"""What may be read without words that are gone, and by whom it is read here; `{number}`: the issue's."""

IN_EVERY_LANGUAGE = ("/issues/{number}/", "/issues/{number}/history/", "/issues/{number}/thread/?after=0",
                     "/issues/{number}/m/1/")  # fmt: skip

FEEDS = (
    "/feeds/issues.atom", "/feeds/issues.ics", "/feeds/issues/{number}.atom", "/feeds/issues/{number}.ics",
    "/feeds/bodies/labour.atom", "/feeds/bodies/labour.ics",
)  # fmt: skip
"""For everybody alike, without a language in the address."""

MODERATING = {
    f"/issues/{{number}}/m/1/{act}/": ("moderator", "other_moderator", "signatory") for act in ("hide", "show")
}
"""Here a moderator, and nobody else, reads the words that were hidden; blanked ones not even there."""


def read(story: Story, pages: dict[str, tuple[str, ...]], language: str = "en") -> Iterator[tuple[str, str]]:
    """(reader and address, what is read there)."""
    number = story.issue.number
    clients: dict[str, Client] = {"visitor": Client()}
    for page, readers in pages.items():
        for reader in readers:
            if reader not in clients:
                clients[reader] = Client()
                clients[reader].force_login(getattr(story.cast, reader).user)
            path = f"/{language}{page.format(number=number)}"
            response = clients[reader].get(path, follow=True)
            assert response.status_code in (200, 403, 409, 410), path
            yield f"{reader}: {path}", text_of(response)


def read_feeds(story: Story) -> Iterator[tuple[str, str]]:
    for feed in FEEDS:
        path = feed.format(number=story.issue.number)
        response = Client().get(f"{path}?lang=en")
        assert response.status_code == 200, path
        yield path, text_of(response).replace("\r\n ", "")


def hidden(story: Story) -> set[str]:
    """For an insult: the words stay in the record, for moderators to judge."""
    return _hide(story, "insult")


def hidden_for_personal_data(story: Story) -> set[str]:
    return _hide(story, "personal_data")


def _hide(story: Story, code: str) -> set[str]:
    words = {word_in(message.body) for message in Message.objects.filter(seq__in=(1, 2, 4))}
    words |= {word_in(file.name) for file in story.issue.attachments.filter(message__isnull=False)}
    for seq in (1, 2, 4):
        hide_message(issue=story.issue, seq=seq, code=code, at=story.now, **story.cast.moderator.acts)
    return words


def blanked(story: Story) -> set[str]:
    """Every text of the record."""
    texts = list(EventText.objects.select_related("event"))
    for text in texts:
        blank_text(issue=story.issue, event=text.event.seq, key=text.key, code="court_order", at=story.now,
                   **story.cast.moderator.acts)  # fmt: skip
    return {word_in(text.text) for text in texts}


@pytest.mark.parametrize(
    ("take_away", "pages"),
    one_in(3, [(blanked, PAGES | MODERATING), (hidden, PAGES), (hidden_for_personal_data, PAGES | MODERATING)]),
)
def test_words_taken_away_are_read_nowhere(
    story: Story, take_away: Callable[[Story], set[str]], pages: dict[str, tuple[str, ...]]
) -> None:
    words = take_away(story)
    found = {where: _found(words, html) for where, html in read(story, pages)}
    for language in ("kk", "ru"):
        every = dict.fromkeys(IN_EVERY_LANGUAGE, ("visitor",))
        found |= {where: _found(words, html) for where, html in read(story, every, language)}
    found |= {where: _found(words, text) for where, text in read_feeds(story)}
    assert {where: shown for where, shown in found.items() if shown} == {}


def _found(words: set[str], html: str) -> set[str]:
    return {word for word in words if word in html}


def test_these_pages_show_words_that_were_not_taken_away(story: Story) -> None:
    """Else the test above would look where nothing is."""
    words = {word_in(text.text) for text in EventText.objects.all()}
    shown = {where: _found(words, html) for where, html in read(story, PAGES)}
    assert set().union(*shown.values()) == words
    with_messages = {where.partition("/en")[2] for where, found in shown.items() if found & _said(story)}
    number = story.issue.number
    assert {f"/issues/{number}/{rest}" for rest in ("", "history/", "thread/?after=0", "cosign/")} <= with_messages


def test_these_feeds_show_words_that_were_not_taken_away(story: Story) -> None:
    words = {word_in(text.text) for text in EventText.objects.all()}
    found = {where: _found(words, text) for where, text in read_feeds(story)}
    assert all(found.values())
    assert _said(story) <= found[f"/feeds/issues/{story.issue.number}.atom"]


def _said(story: Story) -> set[str]:
    return {word_in(message.body) for message in story.issue.messages.all()}


def test_hidden_words_are_read_by_moderators_alone(story: Story) -> None:
    words = _hide(story, "insult")
    readers = {where.partition(":")[0] for where, html in read(story, MODERATING) if _found(words, html)}
    assert readers == {"other_moderator"}, "who hid it does not judge it again"


def test_the_admin_shows_no_texts_of_the_record() -> None:
    shown: Any = {model._meta.label for model in admin.site._registry}
    assert not shown & {"dialogue.Message", "issues.EventText", "issues.IssueEvent", "issues.Issue", "issues.Ask"}
