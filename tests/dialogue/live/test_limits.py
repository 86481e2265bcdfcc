"""Presence, signs of writing, and what is too much."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed

from dialogue.actions import post_message
from issues.models import Issue
from tests.factories.live import PATIENCE, Watch, cookie_of, watching
from tests.factories.people import make_cast
from tests.factories.stories import Story

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]


@pytest.fixture
def told(transactional_db: None) -> Story:
    return Story(make_cast()).raised()


def number(story: Story) -> str:
    return str(story.issue.number)


def here(watch: Watch, **expected: int) -> None:
    """Waits until so many of each side are here."""
    while (said := watch.until("here")) != {"t": "here"} | expected:
        assert "t" in said


def test_people_are_counted_by_side_each_once_and_never_named(told: Story) -> None:
    cast = told.cast
    with watching(number(told), session=cookie_of(cast.officer)) as officer:
        here(officer, state=1)
        session = cookie_of(cast.manager)
        with (
            watching(number(told), session=session) as one,
            watching(number(told), session=session),
            watching(number(told)),
        ):
            here(officer, ngo=1, state=1)
            here(one, ngo=1, state=1)
            assert cast.manager.user.name not in json.dumps(officer.others)
        here(officer, state=1)


def test_a_moderator_is_of_no_side(told: Story) -> None:
    with watching(number(told), session=cookie_of(told.cast.moderator)) as watch:
        here(watch)


def test_who_writes_is_told_to_the_others_by_side_and_to_no_visitor(told: Story) -> None:
    cast = told.cast
    with (
        watching(number(told), session=cookie_of(cast.officer)) as officer,
        watching(number(told), session=cookie_of(cast.manager)) as manager,
        watching(number(told)) as visitor,
    ):
        officer.until("here")
        manager.until("here")
        manager.say({"t": "typing"})
        assert officer.until("typing") == {"t": "typing", "who": "ngo"}
        visitor.say({"t": "typing"})
        post_message(issue=Issue(pk=told.pk), **cast.manager.acts, body="Words.", at=told.now)
        rev = told.issue.rev
        for watch in (officer, manager, visitor):
            watch.until_rev(rev)
        assert [each["t"] for each in officer.others].count("typing") == 1
        assert "typing" not in [each["t"] for each in (*manager.others, *visitor.others)]


@pytest.mark.parametrize("player", ["rival", "representative"])
def test_only_those_who_may_write_are_said_to_write(told: Story, player: str) -> None:
    """A rival ministry may not; a representative of the NGO may."""
    cast = told.cast
    with (
        watching(number(told), session=cookie_of(cast.officer)) as officer,
        watching(number(told), session=cookie_of(getattr(cast, player))) as other,
    ):
        here(officer, **({"state": 2} if player == "rival" else {"ngo": 1, "state": 1}))
        other.say({"t": "typing"})
        post_message(issue=Issue(pk=told.pk), **cast.manager.acts, body="Words.", at=told.now)
        officer.until_rev(told.issue.rev)
        assert ("typing" in [each["t"] for each in officer.others]) == (player == "representative")


def test_it_can_be_switched_off(told: Story, settings: Any) -> None:
    settings.LIVE_TYPING = False
    cast = told.cast
    with (
        watching(number(told), session=cookie_of(cast.officer)) as officer,
        watching(number(told), session=cookie_of(cast.manager)) as manager,
    ):
        here(officer, ngo=1, state=1)
        manager.say({"t": "typing"})
        post_message(issue=Issue(pk=told.pk), **cast.manager.acts, body="Words.", at=told.now)
        officer.until_rev(told.issue.rev)
        assert "typing" not in [each["t"] for each in officer.others]


def _floods(watch: Watch) -> None:
    try:
        for _ in range(200):
            watch.say({"t": "typing"})
    except ConnectionClosed:
        pass


@pytest.mark.parametrize("what", ["flood", "long", "bytes"])
def test_too_much_said_closes_with_4429_and_the_others_go_on(told: Story, what: str) -> None:
    with watching(number(told), after=1) as other, watching(number(told)) as watch:
        if what == "flood":
            _floods(watch)
        elif what == "long":
            watch.line.send("x" * 1_000_000)
        else:
            watch.line.send(b"\0" * 10)
        assert watch.closed_with() == 4429
        post_message(issue=Issue(pk=told.pk), **told.cast.manager.acts, body="Words.", at=told.now)
        assert other.until_rev(told.issue.rev).changes[0]["t"] == "msg"


@pytest.mark.parametrize(
    "words",
    ["", "x", "[]", "null", '{"t":"pong"}', '{"t":"pong","rev":"x"}', '{"t":["typing"]}', '{"t":"pong","rev":-1}'],
)
def test_what_is_not_understood_harms_nobody(told: Story, words: str) -> None:
    with watching(number(told), after=1) as watch:
        watch.line.send(words)
        post_message(issue=Issue(pk=told.pk), **told.cast.manager.acts, body="Words.", at=told.now)
        assert watch.until_rev(told.issue.rev).changes[0]["t"] == "msg"


def test_one_person_and_one_address_have_so_many_sockets(told: Story, settings: Any) -> None:
    settings.LIVE_SOCKETS_PER_PERSON = 2
    session = cookie_of(told.cast.manager)
    with watching(number(told), session=session) as one, watching(number(told), session=session) as two:
        one.until("here")
        two.until("here")
        with watching(number(told), session=session) as three:
            assert three.closed_with() == 4429
        settings.LIVE_SOCKETS_PER_ADDRESS = 2
        with watching(number(told)) as visitor:
            assert visitor.closed_with() == 4429
    settings.LIVE_SOCKETS_PER_ADDRESS = 3_000
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:  # those that went are not counted any more, as soon as the server has noticed
        with suppress(ConnectionClosed), watching(number(told), session=session) as again:
            again.read()
            return
    pytest.fail("nobody is let in again")


def test_settings_have_room_for_an_office() -> None:
    assert settings.LIVE_SOCKETS_PER_ADDRESS >= 1_000
