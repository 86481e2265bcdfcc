"""Issues that belong together: named by the NGO whose issue it is, told in both records, taken back; a draft names in private."""

from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.models import Organisation, Standing
from issues.actions import relate, relating, save_draft, unrelate
from issues.models import Relation
from issues.relations import relations_on
from tests.factories.links import closed, is_sound, name, nothing_came_of, raised, take_back
from tests.factories.people import Cast
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.matrix.roles import ROLES, acts

NOT_THERE = "There is no issue of this number."


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


@pytest.mark.parametrize("role", one_in(3, [role for role in ROLES if role != "system"]))
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
