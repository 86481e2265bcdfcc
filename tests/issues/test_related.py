"""Issues that belong together: named by the NGO whose issue it is, told in both records, taken back; a draft names in private."""

from functools import partial
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.models import Organisation, Standing
from issues.actions import add_addendum, move_issue, relate, relating, save_draft, unrelate
from issues.models import DraftRelation, Issue, IssueEvent, Relation
from issues.record.chain import broken_chains
from issues.relations import relations_on
from tests.factories.at_once import at_once
from tests.factories.people import Cast, Player, make_cast
from tests.factories.stories import MONDAY, Story
from tests.issues.folding import differences
from tests.issues.matrix.roles import ROLES, acts

NOT_THERE = "There is no issue of this number."


def raised(cast: Cast, days: int = 0, by: Player | None = None) -> Story:
    return Story(cast).later(days=days).raised(by=by)


def closed(cast: Cast, days: int = 0, by: Player | None = None) -> Story:
    """An earlier issue, withdrawn."""
    who = by or cast.manager
    return raised(cast, days, who).move("withdraw", who, reason="Solved for now.")


def name(
    story: Story, other: Story | Any, kind: Any = "related", who: Player | None = None
) -> IssueEvent:  # fmt: skip
    number = other.issue.number if isinstance(other, Story) else other
    return relate(
        issue=Issue(pk=story.pk), other=number, kind=kind, at=story.now, **(who or story.cast.manager).acts
    )  # fmt: skip


def take_back(story: Story, other: Story, who: Player | None = None) -> IssueEvent:
    return unrelate(
        issue=Issue(pk=story.pk), other=other.issue.number, at=story.now, **(who or story.cast.manager).acts
    )  # fmt: skip


def is_sound(*stories: Story) -> None:
    """Each record tells its own story, and the rows say the same."""
    issues = [story.issue for story in stories]
    assert broken_chains(issues) == {}
    assert [differences(issue) for issue in issues] == [{}] * len(issues)


def nothing_came_of(story: Story, *others: Story) -> None:
    assert not Relation.objects.exists()
    assert [each.issue.events.filter(move__contains="related").count() for each in (story, *others)] == [0] * (
        1 + len(others)
    )


def test_a_link_is_an_event_of_both_issues_and_changes_no_date_or_version(cast: Cast) -> None:
    other, story = closed(cast, by=cast.other_manager), raised(cast, 3)
    before, theirs = story.issue, other.issue
    event = name(story.later(hours=1), other, "recurs", cast.representative)
    assert (event.move, event.seq, event.from_status, event.to_status) == ("related", 2, "raised", "raised")
    assert event.facts == {"other": theirs.number, "relation": "recurs"}
    told = other.issue.events.latest("seq")
    assert (told.move, told.seq, told.facts) == (
        "related_from", theirs.rev + 1, {"other": before.number, "relation": "recurs"},
    )  # fmt: skip
    assert (told.actor, told.organisation) == (cast.representative.user, cast.ngo)
    link = Relation.objects.get()
    assert (link.issue_id, link.other_id, link.kind, link.by, link.at) == (
        story.pk, other.pk, "recurs", cast.representative.user, story.now,
    )  # fmt: skip
    after = story.issue
    assert (after.version, after.due_at, after.status) == (before.version, before.due_at, before.status)
    assert (other.issue.version, other.issue.status) == (theirs.version, "withdrawn")
    is_sound(story, other)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "system"])
def test_only_the_people_of_its_ngo_name_and_take_back(cast: Cast, role: str) -> None:
    other, story = raised(cast), raised(cast)
    act: dict[str, Any] = {"issue": story.issue, "other": other.issue.number, "at": story.now, **acts(cast, role)}
    if role in ("manager", "representative"):
        assert relate(kind="related", **act).move == "related"
        assert unrelate(**act).move == "unrelated"
        return
    with pytest.raises(Forbidden, match="NGO that holds the issue"):
        relate(kind="related", **act)
    name(story, other)
    with pytest.raises(Forbidden, match="NGO that holds the issue"):
        unrelate(**act)
    assert Relation.objects.standing().count() == 1


@pytest.mark.parametrize("state", ["draft", "nothing", "uuid", "junk"])
def test_a_draft_cannot_be_named_and_is_answered_as_what_is_not_there(cast: Cast, state: str) -> None:
    story, draft = raised(cast), Story(cast).draft(by=cast.other_manager).issue
    other = {"draft": draft, "nothing": "2026-009999", "uuid": str(draft.uuid), "junk": "x\x00"}[state]
    for kind in ("related", "recurs"):
        with pytest.raises(Invalid) as caught:
            name(story, other, kind)
        assert {path: [str(words) for words in each] for path, each in caught.value.errors.items()} == {
            "other": [NOT_THERE]
        }
    own = Story(cast).draft()
    with pytest.raises(Invalid) as caught:
        save_draft(issue=own.issue, relations={"related": [other]}, **cast.manager.acts)
    assert str(caught.value).endswith(NOT_THERE)
    nothing_came_of(story)


@pytest.mark.parametrize("other", [None, "", 7, [], ["2026-000001"], {}, "2" * 5000, "\u202e2026"])
@pytest.mark.parametrize("kind", ["related", "split", None, [], {}])
def test_junk_is_refused_beside_its_field(cast: Cast, other: Any, kind: Any) -> None:
    story = raised(cast)
    with pytest.raises(Invalid) as caught:
        name(story, other, kind)
    assert set(caught.value.errors) == ({"other"} if kind == "related" else {"other", "kind"})
    nothing_came_of(story)


def test_an_issue_does_not_name_itself(cast: Cast) -> None:
    story = raised(cast)
    for kind in ("related", "recurs"):
        with pytest.raises(Invalid, match="the issue itself"):
            name(story, story, kind)
    nothing_came_of(story)


def test_the_same_problem_again_is_that_of_an_earlier_issue_that_is_closed(cast: Cast) -> None:
    still_open, story, newer = raised(cast), raised(cast, 1), closed(cast, 2, cast.other_manager)
    for wrong in (still_open, newer):
        with pytest.raises(Invalid, match="newer, or still open"):
            name(story.later(days=2), wrong, "recurs")
    nothing_came_of(story, still_open, newer)
    still_open.later(days=4).move("withdraw", cast.manager, reason="Solved.")
    assert name(story.later(days=9), still_open, "recurs").facts["relation"] == "recurs"
    assert name(story, newer).facts["relation"] == "related", "related may be whatever was raised"


@pytest.mark.parametrize("end", ["withdrawn", "out_of_scope", "duplicate", "resolved", "refused"])
def test_whatever_became_of_a_raised_issue_it_may_be_named(cast: Cast, end: str) -> None:
    other = Story(cast)
    match end:
        case "withdrawn":
            other = closed(cast)
        case "out_of_scope":
            other.raised().move("out_of_scope", cast.moderator, code="court")
        case "duplicate":
            other.raised().merged()
        case "resolved":
            other.reported().move("confirm", cast.manager)
        case _:
            other.answered("refused")
    assert other.issue.status == end
    story = raised(cast, 30)
    name(story, other, "recurs")
    assert [(row.other.number, row.other.status) for row in relations_on(story.issue).rows] == [
        (other.issue.number, end)
    ]
    is_sound(story, other)


def test_a_link_is_made_once_in_whichever_way(cast: Cast) -> None:
    other, story = closed(cast, by=cast.other_manager), raised(cast, 1)
    name(story, other)
    for kind in ("related", "recurs"):
        with pytest.raises(Conflict, match=r"linked already \(Manager, 03.02.2026 12:00\)"):
            name(story, other, kind, cast.representative)
    third = raised(cast, by=cast.other_manager)
    name(story, third)
    with pytest.raises(Conflict, match="linked already"):
        name(third, story, "related", cast.other_manager)  # it is shown on both
    assert Relation.objects.count() == 2
    is_sound(story, other, third)


def test_an_issue_names_ten_and_makes_thirty_links_in_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    story, others = raised(cast), [raised(cast, by=cast.other_manager) for _ in range(6)]
    monkeypatch.setattr(relating, "AT_A_TIME", 5)
    monkeypatch.setattr(relating, "EVER", 7)
    for other in others[:5]:
        name(story, other)
    with pytest.raises(Conflict, match="at most as many others: 5"):
        name(story, others[5])
    for _ in range(2):
        take_back(story, others[0])
        name(story, others[0])
    take_back(story, others[0])
    with pytest.raises(Conflict, match="taken back as many issues as it may: 7"):
        name(story, others[0])
    assert (relating.AT_A_TIME, Relation.objects.standing().count()) == (5, 4)
    is_sound(story, *others)


def test_a_closed_issue_names_nothing_more_but_its_links_are_still_taken_back(cast: Cast) -> None:
    other, third, story = raised(cast), raised(cast), raised(cast)
    name(story, other)
    story.move("withdraw", cast.manager, reason="Solved.")
    with pytest.raises(Conflict, match="not open"):
        name(story, third)
    take_back(story, other)
    assert not Relation.objects.standing().exists()
    is_sound(story, other)


def test_a_draft_names_in_its_own_fields_only(cast: Cast) -> None:
    other, story = raised(cast), Story(cast).draft()
    with pytest.raises(Conflict, match="not open"):
        name(story, other)
    nothing_came_of(story, other)


def test_a_suspended_ngo_names_nothing_and_may_take_back(cast: Cast) -> None:
    other, third, story = raised(cast), raised(cast), raised(cast)
    name(story, other)
    Organisation.objects.filter(slug="qamqor").update(standing=Standing.SUSPENDED)
    with pytest.raises(Forbidden, match="suspended"):
        name(story, third)
    take_back(story, other)
    assert not Relation.objects.standing().exists()


def test_a_link_taken_back_stays_in_both_records_and_may_be_made_again(cast: Cast) -> None:
    other, story = raised(cast, by=cast.other_manager), raised(cast)
    name(story, other)
    for wrong in (cast.other_manager, cast.moderator, cast.signatory):
        with pytest.raises(Forbidden):
            take_back(story, other, wrong)
    with pytest.raises(Conflict, match="never made"):
        unrelate(issue=other.issue, other=story.issue.number, at=story.now, **cast.other_manager.acts)
    event = take_back(story.later(hours=1), other, cast.representative)
    assert (event.move, event.facts) == ("unrelated", {"other": other.issue.number, "relation": "related"})
    assert other.issue.events.latest("seq").move == "unrelated_from"
    with pytest.raises(Conflict, match="taken back already"):
        take_back(story, other)
    assert (relations_on(story.issue).rows, relations_on(other.issue).rows) == ([], [])
    name(story, other)
    assert list(Relation.objects.order_by("pk").values_list("ended_at", flat=True)) == [story.now, None]
    is_sound(story, other)


def test_what_a_redirect_linked_is_not_taken_back(cast: Cast) -> None:
    story = Story(cast).raised(["One", "Two"])
    story.move("redirect", cast.signatory, body="ecology", reason="Not ours.", asks=[2])
    linked = Story(cast)
    linked.pk = Relation.objects.get(issue=story.pk, kind="split").other_id
    with pytest.raises(Conflict, match="never made"):
        take_back(story, linked)
    with pytest.raises(Conflict, match="linked already"):
        name(linked, story)
    assert [str(row.label) for row in relations_on(story.issue).rows] == ["Asks of this issue went there"]
    assert [str(row.label) for row in relations_on(linked.issue).rows] == ["Asks came from there"]
    assert relations_on(story.issue).own == []
    is_sound(story, linked)


def test_after_a_take_over_the_new_holder_decides(cast: Cast) -> None:
    other, story = raised(cast), raised(cast)
    name(story, other)
    story.withdrawing().move("take_over", cast.other_manager)
    with pytest.raises(Forbidden):
        take_back(story, other)
    assert take_back(story, other, cast.other_manager).move == "unrelated"


def test_a_problem_raised_before_counts_all_earlier_issues_once(cast: Cast) -> None:
    first, second, third = closed(cast), closed(cast, 1), raised(cast, 2)
    for story, other in ((second, first), (third, second), (third, first)):
        Relation.objects.create(issue=story.issue, other=other.issue, kind="recurs", at=story.now)
    name(third, raised(cast))
    counts = {
        each.pk: (relations_on(each.issue).before, relations_on(each.issue).again) for each in (first, second, third)
    }
    assert counts == {first.pk: (0, 2), second.pk: (1, 1), third.pk: (2, 0)}


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
