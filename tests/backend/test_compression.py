"""Text goes out compressed to whoever can read it so; files that people attached go out as they are."""

import gzip

import pytest
from django.test import Client

from tests.factories.stories import Story

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("path", ["/kk/", "/static/css/birge.css"])
def test_a_page_and_its_styles_are_less_than_half_of_what_they_say(path: str, db: None) -> None:
    plain, packed = Client().get(path), Client().get(path, headers=GZIP)
    sent = b"".join(packed.streaming_content) if packed.streaming else packed.content
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    whole = b"".join(plain.streaming_content) if plain.streaming else plain.content
    assert len(sent) < len(whole) / 2
    assert "Content-Encoding" not in plain
    if path.startswith("/static"):
        assert gzip.decompress(sent) == whole


def test_two_answers_of_one_page_differ_in_length(db: None) -> None:
    """So that nobody on the line measures what a page hides (BREACH)."""
    lengths = {len(Client().get("/kk/", headers=GZIP).content) for _ in range(12)}
    assert len(lengths) > 1


def test_an_attached_file_is_given_out_as_it_is(story: Story) -> None:
    file = story.draft().uploaded(story.cast.manager, "letter.txt", b"A long letter. " * 100)
    story.move("submit", story.cast.manager)
    response = Client().get(f"/en/issues/{story.issue.number}/attachments/{file.uuid}/", headers=GZIP)
    assert (response.status_code, response.get("Content-Encoding")) == (200, None)
    assert b"".join(response.streaming_content) == b"A long letter. " * 100
