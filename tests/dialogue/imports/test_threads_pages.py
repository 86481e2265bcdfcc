"""A legacy discussion where people read it: page, catch-up, frames, history; nobody of ours stands behind a message."""

from pathlib import Path

import pytest
from django.test import Client

from backend.core.errors import Refusal
from dialogue.actions import hide_message, post_message, show_message
from dialogue.live import Thread
from dialogue.models import Message
from issues.actions import blank_text
from issues.record.chain import broken_chains
from tests.factories.discussions import hear, said
from tests.factories.people import Cast
from tests.factories.registers import NOW, taken_issue
from tests.issues.visiting import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(tmp_path: Path, cast: Cast) -> str:
    rows = [said("a"), said("b", "a", 1), said("c", "b", 2), said("d", "gone", 3, who="")]
    hear(tmp_path, rows)
    return f"/issues/{taken_issue().number}/"


def read(path: str, language: str = "en", client: Client | None = None) -> str:
    response = (client or Client()).get(f"/{language}{path}")
    assert response.status_code == 200, path
    return str(response.content.decode())


OUTLETS = ("", "thread/?after=0", "history/")


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_message_is_read_with_its_authors_name(page: str, outlet: str) -> None:
    html = read(page + outlet)
    for name in "abc":
        assert f"Words of {name}." in html
        assert f"Writer {name}" in html
    assert "None" not in html


def test_the_page_says_who_in_words_what_is_answered_and_what_is_not_here(page: str) -> None:
    html = read(page)
    assert '<strong>Writer a</strong>\u00a0· <span class="side side-other">Another register</span>' in html
    third = html.partition('<li id="m3"')[2].partition("</li>")[0]
    assert f'to <a href="/en{page}m/2/"><span class="vh">Message </span>#2</a>' in third
    last = html.partition('<li id="m4"')[2].partition("</li>")[0]
    assert "<strong>Author not named</strong>" in last
    assert "Answers a message that is not here" in last
    assert html.count("Answers a message that is not here") == 1
    assert "Мұнда жоқ хабарламаға жауап" in read(page, "kk")
    assert "Ответ на сообщение, которого здесь нет" in read(page, "ru")


@pytest.mark.parametrize("who", ["", "manager", "officer", "moderator"])
def test_nobody_answers_or_edits(page: str, who: str, cast: Cast) -> None:
    client = Client()
    if who:
        client.force_login(getattr(cast, who).user)
    html = read(page, client=client)
    for part in ("?reply=", "<textarea", "/edit/"):
        assert part not in html
    assert html.count("This issue was taken over from another register: it is not discussed here.") == 1


def test_posting_is_refused(page: str, cast: Cast) -> None:
    with pytest.raises(Refusal):
        post_message(issue=taken_issue(), **cast.manager.acts, body="Me too.", at=NOW)
    assert Message.objects.count() == 4


def test_the_socket_has_a_frame_for_each(page: str) -> None:
    issue = taken_issue()
    frames = Thread().frames(issue.pk, 0, ["en", "ru"])
    assert [(frame.rev, frame.subject) for frame in frames] == [(1, None), (2, 1), (3, 2), (4, 3), (5, 4)]
    assert "Writer a" in frames[1].texts["en"]
    assert "Ответ на сообщение, которого здесь нет" in frames[4].texts["ru"]


def test_what_is_new_is_counted_for_a_reader_who_is_nobodys_author(tmp_path: Path, page: str, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.officer.user)
    read(page, client=client)
    hear(tmp_path, [said("e", minute=9)])
    html = read(page, client=client)
    assert "1 new" in html
    assert html.index('id="unread"') < html.index('id="m5"')


def test_a_moderator_hides_and_another_shows_again(page: str, cast: Cast) -> None:
    issue = taken_issue()
    hide_message(issue=issue, seq=1, code="insult", at=NOW, **cast.moderator.acts)
    for outlet in OUTLETS:
        assert "Words of a." not in read(page + outlet)
    client = Client()
    client.force_login(cast.other_moderator.user)
    assert "Writer a" in read(f"{page}m/1/show/", client=client)
    show_message(issue=issue, seq=1, reason="No insult.", at=NOW, **cast.other_moderator.acts)
    assert "Words of a." in read(page)
    assert broken_chains([taken_issue()]) == {}


@pytest.mark.parametrize(("key", "words"), [("author", "Writer a"), ("body", "Words of a.")])
def test_a_name_is_blanked_as_words_are(page: str, key: str, words: str, cast: Cast) -> None:
    issue = taken_issue()
    rev = issue.rev
    blank_text(issue=issue, event=2, key=key, code="on_request", at=NOW, **cast.moderator.acts)
    for outlet in OUTLETS:
        assert words not in read(page + outlet)
    assert "[Personal data removed]" in read(page)
    assert [each.seq for each in Message.objects.changed_after(rev)] == [1]
    assert broken_chains([taken_issue()]) == {}


def test_a_message_is_not_edited_and_its_versions_are_read(page: str) -> None:
    assert "Words of a." in read(f"{page}m/1/history/")
    assert "#1 · Writer a" in text_of(Client().get(f"/en{page}m/1/history/"))
