"""Moderators and writers at the same moment, in real transactions: one event for each change, no number missing."""

from functools import partial
from typing import Any

import pytest
from django.db.models import Q

from backend.core.errors import Conflict, Invalid, Refusal
from backend.organisations.models import Role
from dialogue.actions import edit_message, hide_message, post_message, show_message
from dialogue.models import Message
from dialogue.quoting import quoted
from issues.actions import blank_text
from issues.models import EventText, Issue, IssueEvent
from issues.record.chain import broken_chains
from tests.factories.people import Player, make_cast, player
from tests.factories.stories import Story
from tests.issues.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


@pytest.fixture
def told(transactional_db: None) -> Story:
    """Raised, with one message."""
    story = Story(make_cast()).raised()
    post_message(issue=story.issue, **story.cast.manager.acts, body="Words.", at=story.now)
    return story


def acting(act: Any, story: Story, who: Player, **fields: Any) -> Any:
    return partial(act, issue=Issue(pk=story.pk), at=story.now, **who.acts, **fields)


def whole(story: Story) -> Issue:
    issue = story.issue
    assert list(issue.events.values_list("seq", flat=True)) == list(range(1, issue.rev + 1))
    assert list(issue.messages.values_list("seq", flat=True)) == list(range(1, issue.seq + 1))
    assert broken_chains([issue]) == {}
    return issue


@pytest.mark.parametrize("code", ["insult", "personal_data"])
def test_of_twenty_moderators_one_removes_the_message_and_the_others_learn_who(told: Story, code: str) -> None:
    platform = told.cast.moderator.organisation
    moderators = [player(f"moderator_{n}", platform, Role.MODERATOR) for n in range(20)]
    found = at_once([acting(hide_message, told, each, seq=1, code=code) for each in moderators])
    won = [each for each in found if isinstance(each, Message)]
    lost = [each for each in found if not isinstance(each, Message)]
    assert len(won) == 1
    assert {type(each) for each in lost} == {Conflict}
    issue = whole(told)
    event = issue.events.get(move="message_hidden")
    assert all(f"({event.actor}, " in str(each) for each in lost)
    assert (issue.rev, won[0].rev) == (3, 3)


def test_while_ten_write_and_ten_are_hidden_no_number_is_missing(told: Story) -> None:
    cast = told.cast
    for n in range(9):
        post_message(issue=told.issue, **cast.manager.acts, body=f"Words {n}.", at=told.now)
    found = at_once([
        acting(hide_message, told, cast.moderator, seq=n // 2 + 1, code="off_topic") if n % 2
        else acting(post_message, told, cast.officer, body=f"More {n}.")
        for n in range(20)
    ])  # fmt: skip
    assert {type(each) for each in found} == {Message}
    issue = whole(told)
    assert (issue.seq, issue.rev) == (20, 31)
    assert Message.objects.filter(hidden_at=None).count() == 10
    assert sorted(Message.objects.values_list("rev", flat=True)) == list(range(12, 32)), "each change once"


def test_an_answer_comes_before_the_removal_or_is_refused(told: Story) -> None:
    found = at_once([
        acting(hide_message, told, told.cast.moderator, seq=1, code="insult"),
        *(acting(post_message, told, told.cast.officer, body=f"Answer {n}.", parent=1) for n in range(8)),
    ])  # fmt: skip
    issue = whole(told)
    hidden = issue.events.get(move="message_hidden").seq
    answers = [each for each in found[1:] if isinstance(each, Message)]
    assert all(each.rev < hidden for each in answers)
    assert {type(each) for each in found[1:]} <= {Message, Invalid}
    assert issue.rev == 3 + len(answers)


def test_blanking_and_hiding_the_same_words_blanks_them_once(told: Story) -> None:
    cast = told.cast
    found = at_once([
        acting(hide_message, told, cast.moderator, seq=1, code="personal_data"),
        acting(blank_text, told, cast.other_moderator, event=2, key="body", code="on_request"),
        acting(blank_text, told, cast.moderator, event=2, key="body", code="court_order"),
    ])  # fmt: skip
    issue = whole(told)
    assert isinstance(found[0], Message)
    assert sum(isinstance(each, IssueEvent) for each in found[1:]) <= 1
    assert sum("blanked" in event.facts for event in issue.events.all()) == 1
    assert EventText.objects.get(event__seq=2).text == ""
    assert Message.objects.get().is_blanked


def test_one_moderator_shows_it_again_once(told: Story) -> None:
    cast = told.cast
    hide_message(issue=told.issue, seq=1, code="insult", at=told.now, **cast.moderator.acts)
    found = at_once([acting(show_message, told, cast.other_moderator, seq=1, reason="No.") for _ in range(6)])
    assert sum(isinstance(each, Message) for each in found) == 1
    assert sum(isinstance(each, Refusal) for each in found) == 5
    assert whole(told).rev == 4
    assert Message.objects.get().body == "Words."


@pytest.mark.parametrize("act", [hide_message, blank_text])
def test_quotes_posted_meanwhile_lose_the_words_or_come_too_late(transactional_db: None, act: Any) -> None:
    """Whoever has the lock first: nobody waits for two locks in another order, and nowhere are they left."""
    story = Story(make_cast()).raised()
    cast, secret = story.cast, "Aigul of Abai street 7 is ill."
    post_message(issue=story.issue, **cast.manager.acts, body=secret, at=story.now)
    quote = quoted(story.issue.messages.for_thread().get(seq=1))
    post_message(issue=story.issue, **cast.officer.acts, body=f"{quote}Before.", at=story.now)
    which: dict[str, Any] = {"seq": 1, "code": "personal_data"}
    if act is blank_text:
        which = {"event": 2, "key": "body", "code": "on_request"}
    found = at_once([
        *(acting(post_message, story, cast.officer, body=f"{quote}Mine {n}.") for n in range(6)),
        acting(act, story, cast.moderator, **which),
        acting(edit_message, story, cast.officer, seq=2, body=f"{quote}Mended."),
        *(acting(post_message, story, cast.chair, body=f"{quote}Ours {n}.") for n in range(6)),
    ])  # fmt: skip
    assert {type(each) for each in found} <= {Message, Invalid, IssueEvent}
    assert isinstance(found[6], Message | IssueEvent)
    issue = whole(story)
    assert not EventText.objects.filter(text__contains="Abai").exists()
    assert not Message.objects.filter(Q(body__contains="Abai") | Q(body_html__contains="Abai")).exists()
    posted = sum(isinstance(each, Message) for each in [*found[:6], *found[8:]])
    assert issue.seq == 2 + posted
    assert issue.events.filter(move="message_unquoted").count() == 1 + posted, "each quote that came first, once"
