"""Hiding a message and showing it again: who, in which order it is refused, and what the record then says."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from backend.core.errors import Conflict, Forbidden, Invalid, Refusal
from backend.organisations.actions import end_membership
from dialogue.actions import hide_message, post_message, show_message
from dialogue.models import Message
from issues.actions import blank_text
from issues.models import EventText, HideReason, Issue
from issues.record.chain import broken_chains
from tests.factories.people import Player
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.matrix.roles import ROLES, acts
from tests.issues.matrix.situations import SITUATIONS

WORDS = "My **IIN** is 870101300123."
STATUSES = [situation for situation in SITUATIONS if "," not in situation and situation != "draft"]


@pytest.fixture
def told(story: Story) -> Story:
    """Raised, with one message."""
    say(story.raised(), story.cast.manager, WORDS)
    return story


def say(story: Story, who: Player, body: str = "Words.", parent: int | None = None) -> Message:
    return post_message(issue=story.issue, **who.acts, body=body, parent=parent, at=story.later(minutes=1).now)


def hide(story: Story, who: Player | None = None, seq: Any = 1, code: Any = "insult", **more: Any) -> Message:
    acts = (who or story.cast.moderator).acts
    return hide_message(issue=Issue(pk=story.pk), seq=seq, code=code, at=story.later(minutes=1).now, **acts, **more)


def show(story: Story, who: Player | None = None, seq: Any = 1, reason: Any = "It was no insult.") -> Message:
    acts = (who or story.cast.other_moderator).acts
    return show_message(issue=Issue(pk=story.pk), seq=seq, reason=reason, at=story.later(minutes=1).now, **acts)


def untouched(story: Story, before: Issue) -> None:
    issue = story.issue
    assert (issue.rev, issue.version, bytes(issue.chain_hash)) == (before.rev, before.version, bytes(before.chain_hash))


def test_a_hidden_message_keeps_its_number_and_loses_its_words(told: Story) -> None:
    before = told.issue
    message = hide(told, note="Read our rules.")
    issue = told.issue
    assert (message.seq, message.rev, message.hidden_at, message.hidden_reason) == (1, 3, told.now, "insult")
    assert (message.body, message.body_html) == ("", "")
    assert (issue.seq, issue.rev, issue.version) == (1, 3, before.version), "no body's answer is stopped by it"
    event = issue.events.get(seq=3)
    assert (event.move, event.facts) == ("message_hidden", {"message": 1, "code": "insult"})
    assert (event.actor, event.organisation.slug) == (told.cast.moderator.user, "platform")
    assert (event.from_status, event.to_status) == ("raised", "raised")
    assert {text.key: text.text for text in event.texts.all()} == {"note": "Read our rules."}
    assert broken_chains([issue]) == {}


def test_only_for_personal_data_the_words_leave_the_record_too(told: Story) -> None:
    say(told, told.cast.officer, "Be quiet.")
    hide(told, seq=2)
    assert EventText.objects.get(event__seq=3, key="body").text == "Be quiet."
    message = hide(told, code="personal_data")
    text = EventText.objects.get(event__seq=2, key="body")
    assert (text.text, bytes(text.salt), text.blanked_at) == ("", b"", told.now)
    assert message.body == "[Personal data removed]"
    assert told.issue.events.get(seq=5).facts == {
        "message": 1, "code": "personal_data", "blanked": [{"event": 2, "key": "body"}],
    }  # fmt: skip
    assert broken_chains([told.issue]) == {}


@pytest.mark.parametrize("status", one_in(3, STATUSES))
def test_moderators_alone_hide_and_show_whatever_the_issue_has_become(status: str, story: Story) -> None:
    """Privacy does not end with an issue, and nobody else removes anything at any time."""
    SITUATIONS[status](story)
    issue = story.issue
    message = Message.objects.create(
        issue=issue, seq=1, rev=issue.rev, author=story.cast.manager.user, organisation=story.cast.ngo, side="ngo",
        body="Words.", body_html="<p>Words.</p>", at=story.now,
    )  # fmt: skip
    for role in ROLES:
        if role in ("moderator", "other_moderator", "system"):
            continue
        for act, more in ((hide_message, {"code": "insult"}), (show_message, {"reason": "Why not."})):
            with pytest.raises(Forbidden, match="moderators"):
                act(issue=issue, seq=1, at=story.now, **acts(story.cast, role), **more)  # type: ignore[operator]
    untouched(story, issue)
    hide(story)
    message.refresh_from_db()
    assert (message.hidden_reason, story.issue.status) == ("insult", issue.status)


def test_a_moderator_who_left_hides_nothing(told: Story) -> None:
    end_membership(membership=told.cast.moderator.membership, at=told.now)
    with pytest.raises(Forbidden):
        hide(told)


def test_the_second_is_told_who_was_first(told: Story) -> None:
    hide(told)
    before, first = told.issue, told.now
    with pytest.raises(Conflict) as caught:
        hide(told, told.cast.other_moderator, code="nonsense")
    assert "(Moderator, Birge" in str(caught.value)
    assert first.strftime("%d.%m.%Y %H:%M") in str(caught.value)
    untouched(told, before)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"code": ""}, "code"), ({"code": "because"}, "code"), ({"code": None}, "code"), ({"code": ["insult"]}, "code"),
        ({"note": "x" * 501}, "note"), ({"note": 5}, "note"), ({"seq": 2}, "seq"), ({"seq": 0}, "seq"),
        ({"seq": "1"}, "seq"), ({"seq": True}, "seq"), ({"seq": None}, "seq"), ({"seq": 10**30}, "seq"),
    ],
)  # fmt: skip
def test_a_public_reason_of_the_list_and_a_message_that_is_there(told: Story, fields: Any, named: str) -> None:
    before = told.issue
    with pytest.raises(Invalid) as caught:
        hide(told, **fields)
    assert caught.value.errors.keys() == {named}
    untouched(told, before)


def test_an_issue_that_was_deleted_is_a_conflict(story: Story) -> None:
    story.draft().move("discard", story.cast.manager)
    with pytest.raises(Conflict):
        hide(story)


def test_replies_stay_and_the_hidden_one_is_answered_by_nobody(told: Story) -> None:
    reply = say(told, told.cast.officer, "An answer.", parent=1)
    hide(told)
    with pytest.raises(Invalid) as caught:
        say(told, told.cast.manager, parent=1)
    assert caught.value.errors.keys() == {"parent"}
    deeper = say(told, told.cast.manager, parent=2)
    assert (deeper.parent, deeper.reply_to) == (Message.objects.get(seq=1), reply)


def test_a_repeat_of_a_hidden_post_does_not_bring_it_back(story: Story) -> None:
    cast = story.raised().cast
    sent: dict[str, Any] = {"issue": story.issue, "body": WORDS, "key": uuid4(), "at": story.now}
    first = post_message(**sent, **cast.manager.acts)
    hide(story)
    again = post_message(**sent, **cast.manager.acts)
    assert (again, again.body, story.issue.seq) == (first, "", 1)


class TestShowingAgain:
    def test_another_moderator_puts_it_right_and_both_acts_stay_in_the_record(self, told: Story) -> None:
        before = Message.objects.get()
        hide(told)
        message = show(told)
        assert (message.body, message.body_html) == (before.body, before.body_html)
        assert (message.hidden_at, message.hidden_reason, message.rev) == (None, "", 4)
        event = told.issue.events.get(seq=4)
        assert (event.move, event.facts) == ("message_shown", {"message": 1})
        assert event.texts.get().text == "It was no insult."
        assert broken_chains([told.issue]) == {}
        assert hide(told, told.cast.other_moderator).rev == 5
        assert show(told, told.cast.moderator).rev == 6

    def test_not_who_removed_it(self, told: Story) -> None:
        hide(told)
        before = told.issue
        with pytest.raises(Forbidden, match="another moderator"):
            show(told, told.cast.moderator)
        untouched(told, before)

    def test_not_what_was_never_removed_or_is_there_again(self, told: Story) -> None:
        with pytest.raises(Conflict, match="not removed"):
            show(told)
        hide(told)
        show(told)
        with pytest.raises(Conflict, match="not removed"):
            show(told)

    def test_not_what_was_blanked(self, told: Story) -> None:
        hide(told, code="personal_data")
        with pytest.raises(Conflict, match="nothing is left"):
            show(told)

    def test_not_what_was_blanked_after_it_was_hidden(self, told: Story) -> None:
        hide(told)
        blank_text(issue=told.issue, event=2, key="body", code="on_request", at=told.now, **told.cast.moderator.acts)
        with pytest.raises(Conflict, match="nothing is left"):
            show(told)

    @pytest.mark.parametrize("reason", ["", "  ", None, 5, "x" * 501])
    def test_not_without_a_reason(self, told: Story, reason: Any) -> None:
        hide(told)
        with pytest.raises(Invalid) as caught:
            show(told, reason=reason)
        assert caught.value.errors.keys() == {"reason"}


def test_a_blanked_message_can_still_be_hidden_and_is_blanked_once(told: Story) -> None:
    blank_text(issue=told.issue, event=2, key="body", code="on_request", at=told.now, **told.cast.moderator.acts)
    assert Message.objects.get().rev == 3
    message = hide(told, code="personal_data")
    assert (message.body, message.is_blanked) == ("[Personal data removed]", True)
    assert told.issue.events.get(seq=4).facts == {"message": 1, "code": "personal_data"}
    assert broken_chains([told.issue]) == {}


def test_403_comes_before_409_and_409_before_422(told: Story) -> None:
    hide(told)
    for who, kind in ((told.cast.signatory, Forbidden), (told.cast.other_moderator, Conflict)):
        with pytest.raises(Refusal) as caught:
            hide(told, who, code="nonsense")
        assert type(caught.value) is kind


@pytest.mark.parametrize(
    "fields",
    [
        {"hidden_reason": "insult"}, {"hidden_at": "now", "body": "", "body_html": ""},
        {"hidden_at": "now", "hidden_reason": "because", "body": ""}, {"hidden_at": "now", "hidden_reason": "insult"},
        {"hidden_at": "now", "hidden_reason": "insult", "body": ""}, {"body": ""},
    ],
)  # fmt: skip
def test_the_database_wants_a_reason_and_no_words(told: Story, fields: dict[str, Any]) -> None:
    fields = {name: told.now if value == "now" else value for name, value in fields.items()}
    with pytest.raises(DatabaseError, match="message_hidden"), transaction.atomic():
        Message.objects.update(**fields)


def test_every_reason_has_words_in_each_language() -> None:
    from django.utils import translation

    words = []
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            words += [str(label) for label in HideReason.labels]
    assert len(set(words)) == 3 * len(HideReason.values)
