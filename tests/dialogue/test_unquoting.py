"""Words removed as personal data leave the messages that quote them, in the moderator's act; what stands beside a quote stays."""

import json
from typing import Any

import pytest
from django.test import Client

from backend.core.errors import Invalid
from dialogue.actions import edit_message, hide_message, post_message, show_message, write_note
from dialogue.live import Thread
from dialogue.models import Message, PrivateNote
from dialogue.quoting import quoted
from issues.actions import blank_text, prepare_answer
from issues.models import EventText, Issue, PreparedAnswer
from issues.personal_data import find
from issues.record.chain import broken_chains
from tests.backend.api.test_conditional import ask
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.matrix.told import told_by_its_record
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

WORDS = "Aigul of Abai street 7\n\ncalls from **8 701 000 00 00** daily."
WORD = "Abai street"
STUB = "[Personal data removed]"


@pytest.fixture
def told(story: Story) -> Story:
    """#1 with personal data, #2 quotes it and goes on, #3 quotes #2's own words."""
    say(story.raised(), story.cast.manager, WORDS)
    say(story, story.cast.officer, quoted(story.issue.messages.for_thread().get(seq=1)) + "We call *back*.")
    say(story, story.cast.chair, quoted(story.issue.messages.for_thread().get(seq=2)) + "When?")
    return story


def say(story: Story, who: Player, body: str, **more: Any) -> Message:
    keep = [hit.token for hit in find(body)]
    return post_message(
        issue=Issue(pk=story.pk), **who.acts, body=body, keep=keep, at=story.later(seconds=30).now, **more
    )


def hide(story: Story, seq: int = 1, code: str = "personal_data") -> None:
    hide_message(issue=story.issue, seq=seq, code=code, at=story.later(minutes=1).now, **story.cast.moderator.acts)


def blank(story: Story, event: int = 2, key: str = "body") -> None:
    acts = story.cast.moderator.acts
    blank_text(issue=story.issue, event=event, key=key, code="on_request", at=story.later(minutes=1).now, **acts)


def body(story: Story, seq: int) -> str:
    return story.issue.messages.get(seq=seq).body


def head(story: Story, seq: int = 1) -> str:
    return f"> #{seq} · {story.issue.messages.for_thread().get(seq=seq).signed}\n>\n"


@pytest.mark.parametrize("take_away", [hide, blank])
def test_the_quote_loses_them_and_the_rest_stays(told: Story, take_away: Any) -> None:
    before = told.issue.rev
    first, third = head(told), body(told, 3)
    take_away(told)
    message = told.issue.messages.get(seq=2)
    assert message.body == f"{first}> {STUB}\n\nWe call *back*."
    assert f"<p>{STUB}</p>\n</blockquote>\n<p>We call <em>back</em>.</p>" in message.body_html
    assert (message.rev, message.edited_at, told.issue.rev) == (before + 2, None, before + 2)
    assert body(told, 3) == third
    event = told.issue.events.get(seq=before + 2)
    code = told.issue.events.get(seq=before + 1).facts["code"]
    assert (event.move, event.actor, event.at) == ("message_unquoted", told.cast.moderator.user, told.now)
    assert event.facts == {"message": 2, "code": code, "blanked": [{"event": 3, "key": "body"}]}
    assert {text.key: text.text for text in event.texts.all()} == {"body": message.body}
    assert not EventText.objects.filter(text__contains=WORD).exists()
    told_by_its_record(told.issue)


def test_every_version_of_a_message_loses_them(told: Story) -> None:
    """Of one that was edited, too; and of one that no longer quotes it."""
    cast, first = told.cast, head(told)
    edit_message(issue=told.issue, seq=2, **cast.officer.acts, body=body(told, 2) + " Today.", at=told.now,
                 keep=[hit.token for hit in find(WORDS)])  # fmt: skip
    say(told, cast.signatory, "> Abai street 7\n\nSeen.")
    edit_message(issue=told.issue, seq=4, **cast.signatory.acts, body="Seen.", at=told.now)
    hide(told)
    assert (body(told, 2), body(told, 4)) == (f"{first}> {STUB}\n\nWe call *back*. Today.", "Seen.")
    texts = EventText.objects.filter(event__move="message_unquoted").order_by("event__seq", "id")
    assert [(text.event.facts["message"], text.key, text.text) for text in texts] == [
        (2, "body.3", f"{first}> {STUB}\n\nWe call *back*."), (2, "body", f"{first}> {STUB}\n\nWe call *back*. Today."),
        (4, "body.6", f"> {STUB}\n\nSeen."),
    ]  # fmt: skip
    assert not EventText.objects.filter(text__contains=WORD).exists()
    assert broken_chains([told.issue]) == {}
    blank(told, told.issue.events.get(move="message_unquoted", facts__message=2).seq, "body.3")
    assert body(told, 2) == f"{first}> {STUB}\n\nWe call *back*. Today.", "what it said before is in the record alone"
    blank(told, 7)
    assert body(told, 4) == STUB, "and what it says now is blanked as ever"


def test_a_hidden_message_that_quotes_it_stays_hidden_and_comes_back_without_them(told: Story) -> None:
    cast, first = told.cast, head(told)
    hide(told, 2, "insult")
    hide(told, 1)
    hidden = told.issue.messages.get(seq=2)
    assert (hidden.body, hidden.body_html, hidden.is_blanked) == ("", "", False)
    history = text_of(Client().get(f"/en/issues/{told.issue.number}/history/"))
    assert history.count("We call") == history.count("&gt; We call") == 1, "where #3 quotes it"
    show_message(issue=told.issue, seq=2, reason="No insult.", at=told.now, **cast.other_moderator.acts)
    assert body(told, 2) == f"{first}> {STUB}\n\nWe call *back*."
    told_by_its_record(told.issue)


def test_removed_for_another_reason_the_quote_stays(told: Story) -> None:
    quote = body(told, 2)
    hide(told, code="insult")
    assert body(told, 2) == quote
    blank(told)
    assert WORD not in body(told, 2), "until the words are blanked"


def test_what_one_says_oneself_stays(told: Story) -> None:
    mine = say(told, told.cast.chair, "Aigul of Abai street 7 calls me too.\n\n> #3 · Chair\n>\n> When?")
    hide(told)
    assert body(told, 4) == mine.body


def test_a_quote_of_the_issues_text_loses_it_as_well(told: Story) -> None:
    say(told, told.cast.officer, "> Grants for social services are late.\n\nThey are not.")
    blank(told, 1)
    assert body(told, 4) == f"> {STUB}\n\nThey are not."


def test_people_named_outside_of_the_quote_stay_named(told: Story) -> None:
    manager = told.cast.manager.user
    say(told, told.cast.officer, f"> Abai street 7\n\n@{manager} was asked.")
    hide(told)
    message = told.issue.messages.get(seq=4)
    assert [each.person for each in message.mentions.all()] == [manager]
    assert 'class="mention"' in message.body_html


def test_notes_and_answers_in_preparation_lose_it_too(told: Story) -> None:
    officer = told.cast.officer
    told.move("accept", officer, unit="Unit", person=officer.user)
    write_note(issue=told.issue, **officer.acts, body="> Abai street 7\n\nAsk her.", at=told.now)
    row = {"n": 1, "verdict": "refused", "ground": "law", "text": "> Abai street 7\n\nNo."}
    prepare_answer(issue=told.issue, **officer.acts, asks=[row], at=told.now)
    version = PreparedAnswer.objects.get().version
    hide(told)
    note, prepared = PrivateNote.objects.get(), PreparedAnswer.objects.get()
    assert (note.body, WORD in note.body_html) == (f"> {STUB}\n\nAsk her.", False)
    assert (prepared.asks[0]["text"], prepared.version) == (f"> {STUB}\n\nNo.", version + 1)


class TestWhatWasBegunBefore:
    def test_a_quote_of_what_is_gone_is_not_published(self, told: Story) -> None:
        quote = quoted(told.issue.messages.for_thread().get(seq=1))
        hide(told)
        before = told.issue.rev
        with pytest.raises(Invalid) as caught:
            say(told, told.cast.officer, f"{quote}Mine.")
        assert [str(each) for each in caught.value.errors["body"]] == [
            "The moderators removed words of message #1, which you quote. Take them out of your text."
        ]
        assert told.issue.rev == before
        assert say(told, told.cast.officer, f"{head(told)}> {STUB}\n\nMine.").seq == 4

    def test_nor_of_an_earlier_version_that_was_blanked(self, told: Story) -> None:
        acts = told.cast.manager.acts
        edit_message(issue=told.issue, seq=1, **acts, body="Call the reception.", at=told.now)
        blank(told)
        with pytest.raises(Invalid):
            say(told, told.cast.officer, f"{head(told)}> {WORD} 7\n\nMine.")
        assert say(told, told.cast.officer, f"{head(told)}> call the\n> reception\n\nMine.").seq == 4

    def test_an_edit_does_not_bring_it_back(self, told: Story) -> None:
        acts, was = told.cast.officer.acts, body(told, 2)
        keep = [hit.token for hit in find(was)]
        hide(told)
        with pytest.raises(Invalid):
            edit_message(issue=told.issue, seq=2, **acts, body=f"{was} Today.", keep=keep, at=told.now)
        edited = edit_message(issue=told.issue, seq=2, **acts, body=body(told, 2) + " Today.", at=told.now)
        assert edited.body.endswith("back*. Today.")

    def test_an_edit_may_keep_a_quote_of_what_was_removed_for_another_reason(self, told: Story) -> None:
        was = body(told, 2)
        hide(told, code="insult")
        acts, keep = told.cast.officer.acts, [hit.token for hit in find(was)]
        assert edit_message(issue=told.issue, seq=2, **acts, body=f"{was} Today.", keep=keep, at=told.now).edited_at

    def test_the_page_says_so_and_keeps_the_text(self, told: Story) -> None:
        quote = quoted(told.issue.messages.for_thread().get(seq=1)).replace("8 701 000 00 00", "a phone")
        hide(told)
        visitor = Visitor(told, told.cast.officer)
        page = visitor.post(f"/issues/{told.issue.number}/messages/", {"body": f"{quote}Mine."})
        assert page.status_code == 422
        assert "The moderators removed words of message #1, which you quote." in text_of(page)
        assert "Mine.</textarea>" in text_of(page)


class TestWhereItIsRead:
    """After the same act: pages, frames, polling, the API and its tags."""

    @pytest.mark.parametrize("take_away", [hide, blank])
    def test_nowhere(self, told: Story, take_away: Any) -> None:
        number, rev = told.issue.number, told.issue.rev
        pages = [
            f"/en/issues/{number}/{rest}"
            for rest in ("", "?after_seq=1", "?quote=2", "history/", "m/2/history/", "m/1/history/", "thread/?after=0",
                         f"thread/?after={rev}", "?show=official", "?show=messages")
        ] + [f"/feeds/issues/{number}.atom?lang=en"]  # fmt: skip
        programs = [f"issues/{number}/{rest}" for rest in ("", "messages/", "messages/2/", "events/")]
        clients = [Client(), Client(), Client()]
        for client, who in zip(clients[1:], (told.cast.officer, told.cast.moderator), strict=True):
            client.force_login(who.user)
        shown = [page for page in pages if WORD in text_of(clients[0].get(page))]
        assert len(shown) >= 8, "it stood there before"
        tags = {path: ask(path).get("ETag", "") for path in programs}
        assert WORD in text_of(ask(programs[1]))
        take_away(told)
        for client in clients:
            assert [page for page in pages if WORD in text_of(client.get(page, follow=True))] == []
        for path in programs:
            again = ask(path, tags[path])
            assert (again.status_code, WORD in text_of(again)) == (200, False), path
        changed = [each["seq"] for each in ask(f"issues/{number}/messages/?after={rev}").json()["results"]]
        assert changed == [1, 2]

    @pytest.mark.parametrize(("take_away", "first"), [(hide, ("hide", 1)), (blank, ("edit", 1))])
    def test_frames_for_who_watches_and_who_comes_back(self, told: Story, take_away: Any, first: Any) -> None:
        rev = told.issue.rev
        take_away(told)
        frames = Thread().frames(told.pk, rev, ["en", "kk"])
        said = [json.loads(frame.texts["en"]) for frame in frames]
        assert [(each["rev"], each["t"], each["seq"]) for each in said] == [(rev + 1, *first), (rev + 2, "edit", 2)]
        assert STUB in said[1]["html"]
        whole = Thread().frames(told.pk, 0, ["en", "kk", "ru"])
        assert [frame.rev for frame in whole] == list(range(1, rev + 3))
        assert WORD not in str([frame.texts for frame in whole])

    def test_the_history_tells_of_it_in_words(self, told: Story) -> None:
        hide(told)
        page = text_of(Client().get(f"/en/issues/{told.issue.number}/history/"))
        assert page.count("Personal data removed from a quote") == 1
        versions = text_of(Client().get(f"/en/issues/{told.issue.number}/m/2/history/"))
        assert "These words were blanked." in versions
        assert "Personal data removed from a quote · as it stands now" in versions
        assert "We call <em>back</em>." in versions

    def test_the_check_shows_what_becomes_of_the_quotes(self, told: Story) -> None:
        visitor = Visitor(told, told.cast.moderator)
        check = visitor.post(f"/issues/{told.issue.number}/m/1/hide/", {"code": "personal_data"})
        then = text_of(check).partition("Then everybody sees")[2]
        assert '<li id="m2"' in then
        assert STUB in then
        assert WORD not in then
        assert WORD in body(told, 2), "nothing happened yet"
