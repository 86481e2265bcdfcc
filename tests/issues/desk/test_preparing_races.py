"""Prepared answers at the same moment: one wins, the other is told, and nothing is lost."""

from functools import partial
from typing import Any

import pytest

from backend.core.errors import Conflict
from backend.organisations.models import Role
from issues.actions import prepare_answer, publish_prepared, return_prepared
from issues.actions.preparing import Changed
from issues.models import Issue, IssueEvent, PreparedAnswer
from issues.record.chain import broken_chains
from tests.factories.at_once import at_once
from tests.factories.people import make_cast, player
from tests.factories.stories import Story
from tests.issues.desk.test_preparing import prepared, row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


@pytest.fixture
def story(transactional_db: None) -> Story:
    return Story(make_cast()).accepted()


def test_two_signatories_publish_at_once_and_one_wins(story: Story) -> None:
    prepared(story)
    people = [story.cast.signatory, player("second_signatory", story.cast.ministry, Role.SIGNATORY)]
    found = at_once(
        [partial(publish_prepared, issue=Issue(pk=story.pk), version=1, at=story.now, **each.acts) for each in people]
    )
    assert {type(each) for each in found} == {IssueEvent, Conflict}
    assert story.issue.answers.count() == 1
    assert broken_chains([story.issue]) == {}


def test_published_or_saved_first_never_both_unread(story: Story) -> None:
    prepared(story)
    publish = partial(publish_prepared, issue=Issue(pk=story.pk), version=1, at=story.now, **story.cast.signatory.acts)
    save = partial(
        prepare_answer, issue=Issue(pk=story.pk), version=1, at=story.now, asks=[row(story, text="Mended.")],
        hand_over=True, **story.cast.officer.acts,
    )  # fmt: skip
    event, saved = at_once([publish, save])
    if isinstance(event, IssueEvent):
        assert isinstance(saved, Conflict)
        assert story.issue.asks.get().answers.get().text == "Our reasons for ask 1."
    else:
        assert isinstance(event, Conflict)
        assert isinstance(saved, PreparedAnswer)
        assert PreparedAnswer.objects.get().asks[0]["text"] == "Mended."


def test_two_editors_begin_at_once_and_the_second_is_told(story: Story) -> None:
    people = [story.cast.officer, player("second", story.cast.ministry, Role.OFFICER)]
    found = at_once(
        [partial(prepare_answer, issue=Issue(pk=story.pk), version=0, at=story.now, asks=[row(story)], **each.acts)
         for each in people]
    )  # fmt: skip
    assert {type(each) for each in found} == {PreparedAnswer, Changed}
    assert PreparedAnswer.objects.count() == 1


def test_returned_and_published_at_once_one_of_them_holds(story: Story) -> None:
    prepared(story)
    acts: dict[str, Any] = {"issue": Issue(pk=story.pk), "version": 1, "at": story.now}
    other = player("second_signatory", story.cast.ministry, Role.SIGNATORY)
    found = at_once(
        [partial(publish_prepared, **acts, **story.cast.signatory.acts),
         partial(return_prepared, **acts, word="Not so.", **other.acts)]
    )  # fmt: skip
    assert sum(isinstance(each, Conflict) for each in found) == 1
    assert story.issue.answers.count() == isinstance(found[0], IssueEvent)
