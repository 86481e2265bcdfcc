"""Naming people of the room in a message: who is named, by which words, and where it shows."""

import re
from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.core.markdown import render
from backend.organisations.models import Role
from dialogue.actions import hide_message, post_message
from dialogue.actions.editing import edit_message
from dialogue.actions.hiding import show_message
from dialogue.mentions import offered, who_in
from dialogue.models import Mention, Message, PrivateNote
from issues.actions import blank_text
from issues.models import EventText, Issue
from tests.factories.people import Player, player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def say(story: Story, who: Player, body: str, **more: Any) -> Message:
    return post_message(issue=Issue(pk=story.pk), **who.acts, body=body, at=story.now, **more)


def called(who: Player, name: str) -> Player:
    """The person with another name."""
    User.objects.filter(pk=who.user.pk).update(name=name)
    who.user.name = name
    return who


def named(message: Message) -> list[tuple[str, str]]:
    return list(message.mentions.values_list("person__name", "organisation__slug"))


def marked(message: Message) -> list[str]:
    """What is shown as a name."""
    html = Message.objects.get(pk=message.pk).body_html
    return re.findall(r'<span class="mention" data-who="[0-9a-f -]+">(.*?)</span>', html)


@pytest.fixture
def room(story: Story) -> Story:
    """An issue of the NGO, with a word of the officer's: these two are in the room."""
    cast = story.raised().cast
    called(cast.manager, "Aigul Bekova")
    called(cast.officer, "Serik Omarov")
    say(story, cast.officer, "We look into it.")
    return story


class TestWho:
    def test_those_who_act_in_the_issue_or_write_in_its_thread_are_offered_to_whoever_writes(self, room: Story) -> None:
        cast = room.cast
        assert [each["text"] for each in offered(room.issue, cast.chair.user)] == ["Serik Omarov", "Aigul Bekova"]
        assert [each["text"] for each in offered(room.issue, cast.officer.user)] == ["Aigul Bekova"], "not oneself"

    def test_nobody_else_can_be_named_whatever_is_typed(self, room: Story) -> None:
        cast = room.cast
        called(cast.rival, "Dana Akhmetova")
        message = say(room, cast.manager, f"@Dana Akhmetova @{cast.signatory.user}")
        assert (named(message), marked(message)) == ([], [])

    def test_a_moderator_is_there_by_writing_and_not_by_removing(self, room: Story) -> None:
        cast = room.cast
        called(cast.moderator, "Marat Moderator")
        hide_message(issue=room.issue, seq=1, **cast.moderator.acts, code="off_topic", at=room.now)
        assert named(say(room, cast.manager, "@Marat Moderator, why?")) == []
        say(room, cast.moderator, "Be kind.")
        assert named(say(room, cast.manager, "@Marat Moderator, yes.")) == [("Marat Moderator", "platform")]

    def test_only_those_who_may_write_get_the_list(self, room: Story) -> None:
        path, cast = f"/issues/{room.issue.number}/people/", room.cast
        body = str(cast.ministry)
        answer = Visitor(room, cast.manager).get(path).json()
        assert answer == {"people": [{"name": "Serik Omarov", "organisation": body, "text": "Serik Omarov"}]}
        assert Visitor(room, None).get(path).status_code == 302
        outside = Visitor(room, None)
        outside.client.force_login(cast.stranger)
        refused = outside.get(path)
        assert refused.status_code == 403
        assert b"Omarov" not in refused.content

    def test_whoever_is_switched_off_is_named_no_more(self, room: Story) -> None:
        User.objects.filter(pk=room.cast.officer.user.pk).update(is_active=False)
        assert named(say(room, room.cast.manager, "@Serik Omarov")) == []

    def test_a_person_without_a_name_is_not_named_by_an_address(self, room: Story) -> None:
        called(room.cast.officer, "")
        assert offered(room.issue, room.cast.manager.user) == []


class TestWords:
    @pytest.mark.parametrize(
        ("body", "shown"),
        [
            ("@Serik Omarov, when?", ["@Serik Omarov"]),
            ("(@serik  OMAROV)", ["@serik  OMAROV"]),
            ("**@Serik Omarov** and > @Serik Omarov-қа", ["@Serik Omarov", "@Serik Omarov"]),
            ("- one\n- @Serik Omarov", ["@Serik Omarov"]),
            ("_@Serik Omarov_", ["@Serik Omarov"]),
            ("@Serik", []),
            ("@Serik Omarova", []),
            ("me@Serik Omarov", []),
            ("https://example.org/@Serik Omarov", []),
            ("`@Serik Omarov`", []),
            ("```\n@Serik Omarov\n```", []),
            ("So:\n\n    @Serik Omarov", []),
            ("[@Serik Omarov](https://example.org/)", []),
            (r"\@Serik Omarov", []),
            ("@Serik\nOmarov", []),
        ],
    )
    def test_a_name_is_one_where_it_stands_for_itself(self, room: Story, body: str, shown: list[str]) -> None:
        message = say(room, room.cast.manager, body)
        assert marked(message) == shown
        assert named(message) == ([("Serik Omarov", "labour")] if shown else [])

    def test_the_longest_name_that_fits_is_meant(self, room: Story) -> None:
        cast = room.cast
        say(room, called(cast.signatory, "Serik Omarov Junior"), "So do I.")
        assert named(say(room, cast.manager, "@Serik Omarov Junior")) == [("Serik Omarov Junior", "labour")]
        assert named(say(room, cast.manager, "@Serik Omarov Juniors")) == [("Serik Omarov", "labour")]

    def test_of_two_with_one_name_the_organisation_tells_which_in_any_language(self, room: Story) -> None:
        cast = room.cast
        say(room, called(cast.chair, "Serik Omarov"), "The council listens.")
        texts = [each["text"] for each in offered(room.issue, cast.manager.user)]
        assert texts == [f"Serik Omarov ({cast.chair.organisation})", f"Serik Omarov ({cast.ministry})"]
        assert named(say(room, cast.manager, f"@{texts[0]}")) == [("Serik Omarov", "council-labour")]
        in_kazakh = say(room, cast.manager, f"@Serik Omarov ({cast.ministry.name_kk})")
        assert named(in_kazakh) == [("Serik Omarov", "labour")]
        both = say(room, cast.manager, "@Serik Omarov")
        assert len(named(both)) == 2, "nobody misses it"
        assert marked(both) == ["@Serik Omarov"]

    def test_one_person_of_two_organisations_is_mentioned_once(self, room: Story) -> None:
        cast = room.cast
        second = Player(cast.officer.user, cast.ngo, player("spare", cast.ngo, Role.REPRESENTATIVE).membership)
        second.membership.user = cast.officer.user
        second.membership.save()
        say(room, second, "And for the NGO.")
        message = say(room, cast.chair, f"@Serik Omarov ({cast.ministry}) @Serik Omarov")
        assert named(message) == [("Serik Omarov", "labour")]

    @pytest.mark.parametrize(
        "name",
        [
            "<img src=x onerror=alert(1)>", "*Bold* _Name_", "[click](https://example.org)", "`Tick`", "A|B", "O'Neil & \"Sons\"",
            "](javascript:alert(1))", "(((", "\\", "Айгүл <b>Бек</b>", "a" * 150, "x" + " y" * 70,
        ],
    )  # fmt: skip
    def test_markup_in_a_name_is_words(self, room: Story, name: str) -> None:
        called(room.cast.officer, name)
        message = say(room, room.cast.manager, f"Dear @{name}, and *others*.")
        html = Message.objects.get(pk=message.pk).body_html
        assert named(message) == [(name, "labour")]
        assert "<img" not in html
        assert "<b>" not in html
        assert 'href="' not in html
        assert html.count("<span") == 1
        assert html.endswith(" and <em>others</em>.</p>\n")

    def test_nobody_makes_the_mark_of_a_name_by_hand(self, room: Story) -> None:
        who = who_in(room.issue, room.cast.officer.user)
        message = say(room, room.cast.manager, f'<span class="mention" data-who="{who}">@Serik</span> @Serik Omarov')
        html = Message.objects.get(pk=message.pk).body_html
        assert html.count("<span") == 1
        assert render('<span class="mention" data-who="1">x</span>').count("<span") == 0


class TestLater:
    def test_an_edit_adds_and_removes(self, room: Story) -> None:
        cast = room.cast
        say(room, cast.chair, "Here.")
        message = say(room, cast.manager, f"@Serik Omarov and @{cast.chair.user}")
        assert len(named(message)) == 2
        edit_message(issue=room.issue, seq=message.seq, **cast.manager.acts, body="@Serik Omarov only", at=room.now)
        assert named(message) == [("Serik Omarov", "labour")]
        edit_message(issue=room.issue, seq=message.seq, **cast.manager.acts, body="Nobody", at=room.now)
        assert (named(message), marked(message)) == ([], [])

    def test_what_is_hidden_names_nobody_and_what_is_shown_again_does(self, room: Story) -> None:
        cast = room.cast
        message = say(room, cast.manager, "@Serik Omarov!")
        hide_message(issue=room.issue, seq=message.seq, **cast.moderator.acts, code="insult", at=room.now)
        assert named(message) == []
        assert "You are mentioned" not in text_of(Visitor(room, cast.officer).get("/me/"))
        acts = cast.other_moderator.acts
        show_message(issue=room.issue, seq=message.seq, **acts, reason="No insult.", at=room.now)
        assert (named(message), marked(message)) == ([("Serik Omarov", "labour")], ["@Serik Omarov"])

    @pytest.mark.parametrize("way", ["hidden", "blanked"])
    def test_blanked_words_leave_no_name_behind(self, room: Story, way: str) -> None:
        cast = room.cast
        message = say(room, cast.manager, "@Serik Omarov lives at 5 Abay street.")
        if way == "hidden":
            hide_message(issue=room.issue, seq=message.seq, **cast.moderator.acts, code="personal_data", at=room.now)
        else:
            text = EventText.objects.get(event__issue=room.pk, text__contains="Abay")
            blank_text(
                issue=room.issue,
                event=text.event.seq,
                key=text.key,
                code="personal_data",
                at=room.now,
                **cast.moderator.acts,
            )
        assert not Mention.objects.exists()
        assert marked(message) == []

    def test_a_note_of_a_body_names_nobody(self, room: Story) -> None:
        visitor = Visitor(room, room.cast.signatory)
        visitor.post(f"/issues/{room.issue.number}/notes/", {"body": "@Serik Omarov, see to it."})
        assert "mention" not in PrivateNote.objects.get().body_html
        assert not Mention.objects.exists()

    def test_words_without_an_at_ask_no_more_than_before(self, room: Story, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(3) as bare:
            say(room, room.cast.manager, "Serik Omarov")
        with django_assert_num_queries(len(bare) + 1):
            say(room, room.cast.manager, "@Nobody")
        with django_assert_num_queries(len(bare) + 2):
            say(room, room.cast.manager, "@Serik Omarov")


class TestShown:
    def test_whoever_is_named_reads_it_beside_the_message_and_nobody_else_does(self, room: Story) -> None:
        cast = room.cast
        say(room, cast.manager, "@Serik Omarov?")
        path = f"/issues/{room.issue.number}/"
        beside = '<li class="controls mentioned">You are mentioned<span class="vh"> #2</span></li>'
        assert text_of(Visitor(room, cast.officer).get(path)).count(beside) == 1
        for other in (None, cast.manager, cast.signatory):
            assert beside not in text_of(Visitor(room, other).get(path))
        shared = text_of(Visitor(room, cast.officer).get(f"{path}thread/?after=0"))
        assert shared == text_of(Visitor(room, None).get(f"{path}thread/?after=0")), "one for all (D4)"

    def test_it_comes_first_of_what_changed_and_stands_on_ones_own_page_until_it_is_read(self, room: Story) -> None:
        cast = room.cast
        officer, path = Visitor(room, cast.officer), f"/issues/{room.issue.number}/"
        officer.get(path)
        say(room, cast.manager, "@Serik Omarov?")
        say(room, cast.manager, "And another.")
        link = f'href="/en{path}m/2/"'
        mine = text_of(officer.get("/me/"))
        assert mine.count('id="mentions-title"') == 1
        assert mine.count(link) == 1
        since = text_of(officer.get(path)).partition('id="since"')[2].partition("</p>")[0]
        assert since.index(f"<a {link}>you are mentioned</a>") < since.index("2 messages")
        officer.post(f"{path}seen/", {"seq": "3"})
        assert 'id="mentions-title"' not in text_of(officer.get("/me/"))
        assert 'id="mentions-title"' not in text_of(Visitor(room, cast.manager).get("/me/"))

    def test_the_api_tells_whom_a_message_names(self, room: Story) -> None:
        say(room, room.cast.manager, "@Serik Omarov?")
        rows = APIClient().get(f"/api/v1/issues/{room.issue.number}/messages/").json()["results"]
        assert [each["mentions"] for each in rows] == [[], [{"name": "Serik Omarov", "organisation": "labour"}]]
        one = APIClient().get(f"/api/v1/issues/{room.issue.number}/messages/2/").json()
        assert one["mentions"] == rows[1]["mentions"]
