"""An answer that is published without being prepared is searched for personal data like any other text."""

import re

import pytest

from issues.personal_data import find
from tests.factories.stories import Story
from tests.issues.test_move_pages import answer_to
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

WORDS = "Call Ms Ivanova, 8 701 000 00 00, about it."
TOKEN = find(WORDS)[0].token


@pytest.mark.parametrize(("choice", "said"), [("mask", "Call Ms Ivanova, "), ("keep", WORDS)])
def test_each_number_is_decided_on_at_the_check(story: Story, choice: str, said: str) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    sent = answer_to(1, story) | {"asks.1.text": WORDS}
    check = signatory.post(signatory.page("answer"), sent)
    assert check.status_code == 200
    assert f'name="personal.{TOKEN}"' in text_of(check)
    undecided = signatory.post(signatory.page("answer"), sent, confirmed="1")
    assert undecided.status_code == 422
    assert re.search(r"8 701 000 00 00: choose whether to mask or keep it\.", text_of(undecided))
    assert not story.issue.answers.exists()
    published = signatory.post(signatory.page("answer"), sent, confirmed="1", **{f"personal.{TOKEN}": choice})
    assert published.status_code == 303
    text = story.issue.asks.get().answers.get().text
    assert text.startswith(said)
    assert ("8 701 000 00 00" in text) == (choice == "keep")
    event = story.issue.events.get(move="answer")
    assert event.facts.get("kept") == ({"phone": 1} if choice == "keep" else None)
