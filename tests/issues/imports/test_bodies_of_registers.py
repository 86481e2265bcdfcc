"""A body known from another register alone is nowhere offered, and refused where somebody names it."""

import pytest

from backend.core.errors import Invalid
from backend.organisations.actions import legacy_body
from issues.forms.redirecting import bodies_today
from tests.factories.refusals import refused
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, text_of

WORDS = "known from another register alone"


@pytest.fixture
def home_office(story: Story) -> str:
    return legacy_body(name="Home Office", slug="uk-home-office").slug


def test_an_issue_cannot_be_submitted_to_it(story: Story, home_office: str) -> None:
    story.draft(body_addressed=legacy_body(name="Home Office", slug=home_office))
    with pytest.raises(Invalid, match=WORDS):
        story.move("submit", story.cast.manager)


def test_an_issue_cannot_be_sent_to_it(story: Story, home_office: str) -> None:
    refusal = refused(story.raised(), Invalid, "redirect", story.cast.signatory, body=home_office, reason="Theirs.")
    assert WORDS in str(refusal)


def test_neither_form_offers_it(story: Story, home_office: str) -> None:
    assert home_office not in dict(bodies_today(story.now))
    assert "labour" in dict(bodies_today(story.now))
    draft = story.draft().issue
    page = text_of(Visitor(story, story.cast.manager).get(f"/issues/drafts/{draft.uuid}/where/"))
    assert 'value="labour"' in page
    assert home_office not in page
