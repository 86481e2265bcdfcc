"""A moderator at work, without JavaScript: links beside messages and texts, the check of what stands there then, refusals."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogue.actions import hide_message, post_message, show_message
from dialogue.fragments import render_message
from dialogue.models import Message
from dialogue.quoting import quoted
from issues.actions import blank_text
from issues.personal_data import find
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

WORDS = "Call **me**: 8 701 000 00 00."


@pytest.fixture
def told(story: Story) -> Story:
    """A message of the NGO, the body's reply to it, and another."""
    cast = story.raised().cast
    for who, body, parent in ((cast.manager, WORDS, None), (cast.officer, "We call.", 1), (cast.chair, "Good.", None)):
        keep = [hit.token for hit in find(body)]  # kept knowingly: that is what moderators meet
        post_message(issue=story.issue, **who.acts, body=body, parent=parent, keep=keep, at=story.later(minutes=1).now)
    return story


def at(story: Story, rest: str) -> str:
    return f"/issues/{story.issue.number}/{rest}"


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def hidden(story: Story, seq: int = 1, code: str = "insult", **more: Any) -> None:
    hide_message(issue=story.issue, seq=seq, code=code, at=story.now, **story.cast.moderator.acts, **more)


def blanked(story: Story, event: int, key: str) -> None:
    blank_text(issue=story.issue, event=event, key=key, code="on_request", at=story.now, **story.cast.moderator.acts)


class TestRemovingAMessage:
    def test_the_moderator_is_told_where_the_words_are_quoted(self, told: Story) -> None:
        """And where the same words stand outside of a quote: those are another's, and stay."""
        moderator = Visitor(told, told.cast.moderator)
        quote = quoted(Message.objects.get(seq=2))
        for body in (f"{quote}When?", "No #2 · quote.", f"{quote}Today?"):
            post_message(issue=told.issue, **told.cast.manager.acts, body=body, at=told.now)
        hidden(told, 6)
        told_of = plain(text_of(moderator.get(at(told, "m/2/hide/"))))
        assert "Personal data leaves their quotes as well; removed for another reason, it stays: #4 Reason" in told_of
        assert "These messages quote it" not in text_of(moderator.get(at(told, "m/3/hide/")))
        said, acts = "Call +7 (701) 000-00-00!", told.cast.chair.acts
        post_message(issue=told.issue, **acts, body=said, keep=[hit.token for hit in find(said)], at=told.now)
        told_of = plain(text_of(moderator.get(at(told, "m/1/hide/"))))
        assert "These messages say the same in words of their own, and keep them: #7 Reason" in told_of

    def test_from_the_thread_by_a_form_and_its_check_to_the_stub(self, told: Story) -> None:
        visitor, address = Visitor(told, told.cast.moderator), at(told, "m/1/hide/")
        link = f'<a href="/en{address}">Remove<span class="vh"> #1</span></a>'
        assert link in text_of(visitor.get(at(told, "")))
        form = text_of(visitor.get(address))
        assert "<strong>me</strong>: 8 701 000 00 00." in form
        assert "#1 · Manager · Qamqor (en)" in plain(form)
        check = visitor.post(address, {"code": "insult", "note": "Be **kind**."})
        assert check.status_code == 200
        assert told.issue.rev == 4, "nothing happened yet"
        html = text_of(check)
        now, __, then = html.partition("Then everybody sees")
        assert "8 701 000 00 00" in now
        assert "8 701 000 00 00" not in then
        assert '<li id="m1" class="message message-ngo" data-rev="5">' in then
        assert "Removed by the moderators: 2 February 2026 · Reason: Insult or threat" in plain(then)
        assert "Be <strong>kind</strong>." in then
        assert "Published by Moderator, Birge" in plain(then)
        done = visitor.post(address, {"code": "insult", "note": "Be **kind**.", "confirmed": "1"})
        assert (done.status_code, done["Location"]) == (303, f"/en{at(told, '')}#m1")
        page = text_of(visitor.get(at(told, "")))
        assert "The message is removed." in page
        assert "8 701 000 00 00" not in page
        assert link not in page

    def test_back_to_the_form_keeps_what_was_chosen(self, told: Story) -> None:
        visitor = Visitor(told, told.cast.moderator)
        form = text_of(visitor.post(at(told, "m/1/hide/"), {"code": "hate", "note": "Kept.", "change": "1"}))
        assert re.search(r'value="hate"[^>]* checked', form)
        assert "Kept.</textarea>" in form
        assert "There is a problem" not in form

    def test_a_missing_reason_is_told_and_the_note_kept(self, told: Story) -> None:
        response = Visitor(told, told.cast.moderator).post(at(told, "m/1/hide/"), {"note": "My note."})
        html = text_of(response)
        assert response.status_code == 422
        assert "<title>Error: Remove the message" in html
        assert re.search(r'<li><a href="#id_code_0">Choose one of the options.</a></li>', html)
        assert "My note.</textarea>" in html
        assert told.issue.rev == 4

    def test_who_comes_second_is_told_who_was_first_and_keeps_the_note(self, told: Story) -> None:
        hidden(told)
        visitor = Visitor(told, told.cast.other_moderator)
        assert visitor.get(at(told, "m/1/hide/")).status_code == 409
        response = visitor.post(at(told, "m/1/hide/"), {"code": "hate", "note": "My note.", "confirmed": "1"})
        assert response.status_code == 409
        assert "This message was removed already (Moderator, Birge" in text_of(response)
        assert "My note." in text_of(response)
        assert told.issue.rev == 5

    @pytest.mark.parametrize("act", one_in(3, ["m/1/hide/", "m/1/show/", "history/2/body/blank/"]))
    def test_nobody_else_gets_a_form_or_a_link(self, told: Story, act: str) -> None:
        cast = told.cast
        for who in (cast.manager, cast.officer, cast.signatory, cast.chair, cast.registrar):
            visitor = Visitor(told, who)
            for response in (visitor.get(at(told, act)), visitor.post(at(told, act), {"confirmed": "1"})):
                assert response.status_code == 403
                assert "Only the platform&#x27;s moderators remove what others wrote." in text_of(response)
                assert "<form method" not in text_of(response).partition('id="main"')[2].partition("<footer")[0]
            for page in ("", "history/"):
                assert not re.search(r"/(hide|show|blank)/", text_of(visitor.get(at(told, page))))
        assert told.issue.rev == 4

    def test_what_is_not_there_is_not_found(self, told: Story) -> None:
        visitor = Visitor(told, told.cast.moderator)
        for rest in ("m/9/hide/", "m/9/show/", "history/9/body/blank/", "history/1/nothing/blank/"):
            assert visitor.get(at(told, rest)).status_code == 404
        assert visitor.get("/issues/2026-999999/m/1/hide/").status_code == 404


class TestTheStub:
    def test_replies_stay_under_it_and_say_whom_they_answer_by_number(self, told: Story) -> None:
        post_message(issue=told.issue, **told.cast.manager.acts, body="Thanks.", parent=2, at=told.now)
        hidden(told, 1)
        hidden(told, 2)
        html = text_of(Client().get(f"/en{at(told, '')}"))
        assert re.findall(r'<li id="(m\d)"', html) == ["m1", "m2", "m4", "m3"]
        assert re.search(r'· to <a href="[^"]+/m/2/"><span class="vh">Message </span>#2</a>', html)
        assert "Discussion (4)" in plain(html), "hidden ones keep their numbers"
        fragment = html.partition('id="m1"')[2].partition("</li>")[0]
        assert "Reply" not in fragment
        assert "Manager" not in fragment

    def test_it_is_the_same_for_everybody_and_the_links_stand_beside_it(self, told: Story) -> None:
        hidden(told)
        html = render_message(told.issue.messages.for_thread().get(seq=1), "en")
        for who in (None, told.cast.manager, told.cast.moderator):
            assert html in text_of(Visitor(told, who).get(at(told, "")))
        assert "/show/" not in html

    def test_who_was_away_gets_the_stub_by_catching_up(self, told: Story) -> None:
        hidden(told)
        html = text_of(Client().get(f"/ru{at(told, 'thread/?after=4')}"))
        assert re.findall(r'<li id="([^"]+)"', html) == ["m1"]
        assert "8 701 000 00 00" not in html
        show_message(issue=told.issue, seq=1, reason="No.", at=told.now, **told.cast.other_moderator.acts)
        html = text_of(Client().get(f"/ru{at(told, 'thread/?after=5')}"))
        assert "8 701 000 00 00" in html

    def test_its_permanent_address_is_gone_and_tells_why(self, told: Story) -> None:
        hidden(told, note="Be kind, <b>all</b>.")
        response = Client().get(f"/en{at(told, 'm/1/')}")
        html = text_of(response)
        assert response.status_code == 410
        assert "Message #1. Removed by the moderators: 2 February 2026 · Reason: Insult or threat" in plain(html)
        assert "Be kind, &lt;b&gt;all&lt;/b&gt;." in html
        assert f'href="/en{at(told, "history/")}#event-5"' in html
        assert "/show/" not in html
        assert f"/en{at(told, 'm/1/show/')}" in text_of(Visitor(told, told.cast.moderator).get(at(told, "m/1/")))


class TestShowingAgain:
    def test_another_moderator_reads_the_words_and_puts_them_back(self, told: Story) -> None:
        hidden(told)
        visitor, address = Visitor(told, told.cast.other_moderator), at(told, "m/1/show/")
        assert f'href="/en{address}">Show again' in text_of(visitor.get(at(told, "")))
        assert "8 701 000 00 00" in text_of(visitor.get(address))
        check = visitor.post(address, {"reason": "It is no insult."})
        assert "8 701 000 00 00" in text_of(check).partition("Then everybody sees")[2]
        assert told.issue.rev == 5
        done = visitor.post(address, {"reason": "It is no insult.", "confirmed": "1"})
        assert done["Location"] == f"/en{at(told, '')}#m1"
        assert "<strong>me</strong>" in text_of(Client().get(f"/en{at(told, '')}"))

    def test_who_removed_it_is_told_that_another_must(self, told: Story) -> None:
        hidden(told)
        response = Visitor(told, told.cast.moderator).get(at(told, "m/1/show/"))
        assert response.status_code == 403
        assert "another moderator may show it again" in text_of(response)

    def test_what_was_blanked_has_no_way_back(self, told: Story) -> None:
        hidden(told, code="personal_data")
        visitor = Visitor(told, told.cast.other_moderator)
        for page in ("", "m/1/"):
            assert "/m/1/show/" not in text_of(visitor.get(at(told, page)))
        assert visitor.get(at(told, "m/1/show/")).status_code == 409


class TestTheHistory:
    def test_it_tells_of_hiding_in_words_and_of_the_message_only_that_it_is_hidden(self, told: Story) -> None:
        hidden(told, note="Be kind.")
        show_message(issue=told.issue, seq=1, reason="A mistake.", at=told.now, **told.cast.other_moderator.acts)
        hidden(told, seq=2, code="personal_data")
        hidden(told, seq=3)
        html = text_of(Client().get(f"/en{at(told, 'history/')}"))
        events = {n: plain(part) for n, part in re.findall(r'id="event-(\d)"[^>]*>(.*?)</li>', html, re.DOTALL)}
        assert "Call **me**: 8 701 000 00 00." in events["2"], "shown again"
        assert "Personal data was removed from the record: 2 February 2026, 12:03" in events["3"]
        assert "The moderators removed this message: Message #3" in events["4"]
        assert "Message removed by the moderators" in events["5"]
        assert "Reason Insult or threat Message 1 Note Be kind." in events["5"]
        assert "Message shown again" in events["6"]
        assert "Reason A mistake." in events["6"]
        assert "Reason Personal data Text removed Event 3: Text" in events["7"]

    def test_a_moderator_blanks_a_text_from_it(self, told: Story) -> None:
        visitor, address = Visitor(told, told.cast.moderator), at(told, "history/1/body/blank/")
        history = text_of(visitor.get(at(told, "history/")))
        assert f'<a href="/en{address}">Remove personal data<span class="vh">: Event 1: Text</span></a>' in history
        form = text_of(visitor.get(address))
        assert "Event 1: Text Grants for social services are **late**." in plain(form)
        check = text_of(visitor.post(address, {"code": "on_request"}))
        then = plain(check.partition("Then everybody sees")[2])
        assert "Personal data was removed from the record: 2 February 2026, 12:03 [Personal data removed]" in then
        assert "Personal data, at the request of the person concerned" in check
        assert told.issue.rev == 4
        done = visitor.post(address, {"code": "on_request", "confirmed": "1"})
        assert (done.status_code, done["Location"]) == (303, f"/en{at(told, 'history/')}#event-1")
        history = text_of(visitor.get(at(told, "history/")))
        assert "are **late**" not in history
        assert address not in history
        assert "Reason Personal data, at the request of the person concerned" in plain(history)
        assert "[Personal data removed]" in text_of(visitor.get(at(told, "")))

    def test_a_second_blanking_is_told_who_was_first(self, told: Story) -> None:
        blanked(told, 1, "body")
        response = Visitor(told, told.cast.other_moderator).get(at(told, "history/1/body/blank/"))
        assert response.status_code == 409
        assert "This text was blanked already (Moderator, Birge" in text_of(response)

    def test_a_message_blanked_and_not_hidden_keeps_its_author_and_reaches_who_was_away(self, told: Story) -> None:
        blanked(told, 2, "body")
        html = text_of(Client().get(f"/en{at(told, 'thread/?after=4')}"))
        message = html.partition('id="m1"')[2]
        assert "Manager" in message
        assert "[Personal data removed]" in message

    def test_the_thread_tells_that_something_was_blanked(self, told: Story) -> None:
        blanked(told, 1, "title")
        page = text_of(Client().get(f"/en{at(told, '')}"))
        assert 'id="e5">Personal data removed from the record · Birge' in page
        assert "[Personal data removed]" in text_of(Client().get("/en/issues/"))

    def test_it_costs_a_moderator_the_same_with_many_texts_and_with_few(
        self, told: Story, django_assert_num_queries: Any
    ) -> None:
        visitor, address = Visitor(told, told.cast.moderator), at(told, "history/")
        with django_assert_num_queries(8):
            visitor.get(address)
        told.move("accept", told.cast.officer, unit="Unit", person=told.cast.officer.user)
        hidden(told)
        with django_assert_num_queries(8):
            visitor.get(address)


def test_the_issue_page_costs_a_moderator_the_same_with_hidden_messages(told: Story) -> None:
    visitor, address, counted = Visitor(told, told.cast.moderator), at(told, ""), []
    for seq, code in ((0, ""), (1, "insult"), (3, "personal_data")):
        if seq:
            hidden(told, seq, code)
        with CaptureQueriesContext(connection) as queries:
            visitor.get(address)
        counted.append(len(queries))
    assert len(set(counted)) == 1


def test_each_page_speaks_three_languages(told: Story) -> None:
    client = Client()
    client.force_login(told.cast.moderator.user)
    words = {"kk": "Хабарламаны алып тастау", "ru": "Удалить сообщение", "en": "Remove the message"}
    for language, title in words.items():
        assert f"<h1>{title}</h1>" in text_of(client.get(f"/{language}{at(told, 'm/1/hide/')}"))
