"""What people write in a language of their own choice is marked as of it: a screen reader changes its voice."""

import re

import pytest
from django.test import Client

from dialogue.actions import edit_message, post_message
from tests.factories.stories import Story
from tests.issues.visiting import story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

KAZAKH = "Кеңес мүшелерінің көпшілігі талап орындалды деп санайды, жұмыс екі қалада да басталды."
RUSSIAN = "Постановление об изменении целевого назначения должно быть опубликовано, мы его не нашли."


def said_in(html: str, words: str) -> str:
    """The language in force where the words stand, told right around them."""
    return re.findall(r'lang="(\w+)"[^>]*>(?:<p>)?$', html.partition(words)[0])[0]


def test_a_message_is_of_the_language_it_is_written_in_whatever_its_authors_pages_are(story: Story) -> None:
    cast = story.raised(language="ru").cast
    assert cast.manager.user.language == "en"
    message = post_message(issue=story.issue, **cast.manager.acts, body=KAZAKH, at=story.now)
    post_message(issue=story.issue, **cast.officer.acts, body="Yes.", at=story.now)
    assert (message.language, story.issue.messages.get(seq=2).language) == ("kk", "en")
    for page in ("", "history/"):
        assert said_in(text_of(Client().get(f"/ru/issues/{story.issue.number}/{page}")), KAZAKH) == "kk"
        assert said_in(text_of(Client().get(f"/ru/issues/{story.issue.number}/{page}")), "Yes.") == "en"
    edit_message(issue=story.issue, seq=1, **cast.manager.acts, body=RUSSIAN, at=story.now)
    assert story.issue.messages.get(seq=1).language == "ru"


def test_so_are_a_disagreement_and_a_conclusion(story: Story) -> None:
    story.reported().move("dispute", story.cast.manager, asks=[1], reason=RUSSIAN)
    story.voted(done=True).move("conclude_done", story.cast.chair, text=KAZAKH)
    for page in (f"issues/{story.issue.number}/", f"issues/{story.issue.number}/history/"):
        html = text_of(Client().get(f"/en/{page}"))
        assert (said_in(html, RUSSIAN), said_in(html, KAZAKH)) == ("ru", "kk")
    assert said_in(text_of(Client().get("/en/council/")), KAZAKH) == "kk"
