"""What a draft names is its NGO's alone until it is raised; links made, taken back and raised at the same moment."""

from functools import partial
from typing import Any

import pytest

from backend.core.errors import Conflict, Invalid
from issues.actions import add_addendum, move_issue, save_draft
from issues.models import DraftRelation, Issue, Relation
from issues.relations import relations_on
from tests.factories.at_once import at_once
from tests.factories.links import closed, is_sound, name, nothing_came_of, raised, take_back
from tests.factories.people import Cast, make_cast
from tests.factories.stories import MONDAY, Story

# --- In a draft -------------------------------------------------------------------------------------------------------


def test_what_a_draft_names_is_told_when_it_is_raised_and_not_before(cast: Cast) -> None:
    old, other = closed(cast, by=cast.other_manager), raised(cast, by=cast.other_manager)
    story = Story(cast).later(days=1).draft(relations={"recurs": [old.issue.number], "related": [other.issue.number]})
    assert DraftRelation.objects.filter(issue=story.pk).count() == 2
    for each in (old, other):
        assert relations_on(each.issue).rows == []
        assert not each.issue.events.filter(move="related_from").exists()
    nothing_came_of(story, old, other)
    story.move("submit", cast.manager)
    event = story.issue.events.get()
    assert event.facts["relations"] == [
        {"other": other.issue.number, "relation": "related"}, {"other": old.issue.number, "relation": "recurs"},
    ]  # fmt: skip
    for each, kind in ((old, "recurs"), (other, "related")):
        told = each.issue.events.latest("seq")
        assert (told.move, told.facts) == ("related_from", {"other": story.issue.number, "relation": kind})
    assert not DraftRelation.objects.exists()
    is_sound(story, old, other)


def test_a_discarded_draft_leaves_no_trace_of_what_it_named(cast: Cast) -> None:
    other = raised(cast, by=cast.other_manager)
    before = other.issue
    story = Story(cast).draft(relations={"related": [before.number]}).move("discard", cast.manager)
    assert not DraftRelation.objects.exists()
    assert (other.issue.rev, other.issue.active_at) == (before.rev, before.active_at)
    assert not Issue.objects.filter(pk=story.pk).exists()


def test_saving_a_draft_replaces_what_it_names_all_at_once_or_not_at_all(cast: Cast) -> None:
    first, second = raised(cast).issue.number, raised(cast).issue.number
    story = Story(cast).draft(relations={"related": [first]})

    def saved(relations: Any) -> list[str]:
        save_draft(issue=story.issue, relations=relations, **cast.manager.acts)
        return list(DraftRelation.objects.values_list("other__number", flat=True))

    assert saved({"related": [second, f" {first} "]}) == [second, first]
    wrong: dict[str, Any] = {
        "a list": ["x"], "unknown": {"split": [first]}, "no list": {"related": first}, "twice": {"related": [first, first]},
        "in both": {"related": [first], "recurs": [first]}, "open": {"recurs": [first]}, "eleven": {"related": [first] * 11},
        "nobody's": {"related": [second, "2026-000999"]}, "null": {"related": [None]}, "nothing": None,
    }  # fmt: skip
    for what, relations in wrong.items():
        with pytest.raises(Invalid) as caught:
            saved(relations)
        assert all(path.startswith("relations") for path in caught.value.errors), what
        assert DraftRelation.objects.count() == 2, what
    assert saved({}) == []


def test_an_issue_opened_again_meanwhile_is_told_before_anything_is_raised(cast: Cast) -> None:
    old = Story(cast).answered("refused")
    story = Story(cast).on(old.now).later(hours=1).draft(relations={"recurs": [old.issue.number]})
    old.later(days=1).move("dispute", cast.manager, asks=[1], reason="No.")
    with pytest.raises(Invalid) as caught:
        story.later(days=2).move("submit", cast.manager)
    assert list(caught.value.errors) == ["relations"]
    assert f"{old.issue.number}: A problem comes up again after" in str(caught.value)
    assert (story.issue.status, story.issue.number, DraftRelation.objects.count()) == ("draft", None, 1)
    nothing_came_of(old)


# --- At the same moment -----------------------------------------------------------------------------------------------

at_one_moment = pytest.mark.django_db(transaction=True)


@at_one_moment
@pytest.mark.xdist_group("races")
def test_the_same_link_twice_at_once_is_one_row_and_one_event(transactional_db: None) -> None:
    cast = make_cast()
    other, story = raised(cast), raised(cast)
    found = at_once([partial(name, story, other, "related", who) for who in (cast.manager, cast.representative)] * 2)
    assert sorted(type(each).__name__ for each in found) == ["Conflict"] * 3 + ["IssueEvent"]
    first = Relation.objects.select_related("by").get().by
    assert all(f"({first}, 02.02.2026 12:00)" in str(each) for each in found if isinstance(each, Conflict))
    assert [each.issue.events.filter(move__startswith="related").count() for each in (story, other)] == [1, 1]
    is_sound(story, other)


@at_one_moment
@pytest.mark.xdist_group("races")
def test_two_issues_that_name_each_other_at_once_do_not_wait_for_each_other(transactional_db: None) -> None:
    cast = make_cast()
    one, two = raised(cast), raised(cast, 1, cast.other_manager)
    found = at_once([partial(name, one, two), partial(name, two, one, "related", cast.other_manager)])
    assert sorted(type(each).__name__ for each in found) == ["Conflict", "IssueEvent"]
    assert Relation.objects.count() == 1
    is_sound(one, two)


@at_one_moment
@pytest.mark.xdist_group("races")
def test_drafts_are_raised_while_what_they_name_moves_and_names(transactional_db: None) -> None:
    """Three drafts of one NGO name two issues of its own, which it adds to and links at that moment."""
    cast = make_cast()
    one, two = raised(cast), raised(cast, 1)
    numbers = [one.issue.number, two.issue.number]
    drafts = [Story(cast).later(days=2).draft(relations={"related": numbers}) for _ in range(3)]
    submits = [
        partial(move_issue, issue=Issue(pk=each.pk), move="submit", at=each.now, **cast.manager.acts) for each in drafts
    ]
    added = [partial(add_addendum, issue=Issue(pk=each.pk), text="More.", **cast.manager.acts) for each in (one, two)]
    found = at_once([*submits, *added, partial(name, one, two)])
    assert [type(each).__name__ for each in found] == ["IssueEvent"] * 6
    assert Relation.objects.count() == 7
    is_sound(one, two, *drafts)


@at_one_moment
@pytest.mark.xdist_group("races")
def test_a_link_is_taken_back_once(transactional_db: None) -> None:
    cast = make_cast()
    other, story = raised(cast), raised(cast)
    name(story, other)
    found = at_once([partial(take_back, story, other, who) for who in (cast.manager, cast.representative)])
    assert sorted(type(each).__name__ for each in found) == ["Conflict", "IssueEvent"]
    is_sound(story, other)
    assert story.now == MONDAY
