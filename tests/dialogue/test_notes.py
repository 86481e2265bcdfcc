"""Private notes of a body: who reads and writes them."""

from functools import partial
from uuid import uuid4

import pytest

from backend.core.errors import Forbidden, Invalid
from dialogue.actions import write_note
from dialogue.models import PrivateNote
from issues.models import Issue
from tests.factories.at_once import at_once
from tests.factories.people import Player, make_cast
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401


def note(story: Story, who: Player, body: str = "Ask Finance first.", **fields: object) -> PrivateNote:
    return write_note(issue=Issue(pk=story.pk), **who.acts, body=body, at=story.now, **fields)  # type: ignore[arg-type]


def address(story: Story) -> str:
    return f"/issues/{story.issue.number}/notes/"


@pytest.mark.usefixtures("story_time")
class TestWho:
    def test_the_people_of_the_body_read_and_write_their_own(self, story: Story) -> None:
        cast = story.raised().cast
        for n, who in enumerate((cast.officer, cast.signatory, cast.coordinator), 1):
            assert note(story, who, f"Words **{n}**.").n == n
        page = text_of(Visitor(story, cast.coordinator).get(address(story)))
        assert page.index("<strong>1</strong>") < page.index("<strong>3</strong>")
        assert "data-live" not in page, "nobody learns that somebody writes here"

    @pytest.mark.parametrize("who", ["manager", "other_manager", "rival", "moderator", "chair"])
    def test_for_everybody_else_there_is_no_such_page(self, story: Story, who: str) -> None:
        player = getattr(story.raised().cast, who)
        note(story, story.cast.officer)
        assert Visitor(story, player).get(address(story)).status_code == 404
        with pytest.raises(Forbidden):
            note(story, player)

    def test_a_body_that_was_responsible_keeps_its_own_and_the_next_sees_none(self, story: Story) -> None:
        cast = story.raised().cast
        note(story, cast.officer, "We are not competent.")
        story.move("redirect", cast.signatory, body=cast.rival.organisation.slug, reason="It is theirs.")
        assert "We are not competent." in text_of(Visitor(story, cast.officer).get(address(story)))
        theirs = text_of(Visitor(story, cast.rival).get(address(story)))
        assert "We are not competent." not in theirs
        assert note(story, cast.rival, "Ours now.").n == 1

    def test_on_the_page_of_the_issue_they_stand_for_the_body_alone(self, story: Story) -> None:
        cast = story.raised().cast
        for n in range(4):
            note(story, cast.officer, f"Words {n}.")
        page = text_of(Visitor(story, cast.signatory).get(f"/issues/{story.issue.number}/"))
        panel = page.partition('<h2 id="notes">')[2].partition("</section>")[0]
        assert panel.startswith("Private notes (4)")
        assert [n for n in range(4) if f"Words {n}." in panel] == [1, 2, 3]
        assert 'id="notes"' not in text_of(Visitor(story, cast.manager).get(f"/issues/{story.issue.number}/"))

    def test_a_form_keeps_what_is_refused_and_leads_to_what_was_kept(self, story: Story) -> None:
        visitor = Visitor(story.raised(), story.cast.officer)
        refused = visitor.post(address(story), {"body": "x" * 10_001})
        assert refused.status_code == 422
        assert "x" * 10_001 in text_of(refused)
        kept = visitor.post(address(story), {"body": "Kept."})
        assert (kept.status_code, kept["Location"]) == (303, f"/en{address(story)}#n1")

    def test_no_words_are_no_note(self, story: Story) -> None:
        story.raised()
        with pytest.raises(Invalid):
            note(story, story.cast.officer, " ")


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_numbered_and_a_repeat_is_one(transactional_db: None) -> None:
    story = Story(make_cast()).raised()
    key = uuid4()
    acts = [partial(note, story, story.cast.officer, f"Words {n}.") for n in range(20)]
    acts += [partial(note, story, story.cast.signatory, "Once.", key=key) for _ in range(10)]
    at_once(acts)
    assert sorted(PrivateNote.objects.values_list("n", flat=True)) == list(range(1, 22))
    assert PrivateNote.objects.filter(body="Once.").count() == 1
