"""The coordinator: people for several rows at once, and who looks after the rows of somebody who is away."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions import end_membership
from backend.organisations.models import Kind, Role
from issues import desk
from issues.actions import assign, end_substitution, substitute
from issues.actions.assigning import Given
from issues.models import Substitution
from tests.factories.people import Player, organisation, player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def second(story: Story) -> Player:
    return player("second", story.cast.ministry, Role.OFFICER)


def assigned(story: Story, *stories: Story, person: Any, who: Player | None = None, unit: str = "") -> list[Given]:
    numbers = [each.issue.number or "" for each in stories]
    return assign(issues=numbers, person=person, unit=unit, at=story.now, **(who or story.cast.coordinator).acts)


def owner(story: Story) -> tuple[Any, str]:
    tenure = story.issue.responsibilities.get(ended_at=None)
    return tenure.person, tenure.unit


def away(story: Story, second: Player, days: int = 5, **more: Any) -> Substitution:
    given: dict[str, Any] = {"away": story.cast.officer.user, "by": second.user, "since": story.now.date()}
    given |= {"until": story.now.date() + timedelta(days)} | story.cast.coordinator.acts
    return substitute(at=story.now, **given | more)


def test_a_coordinator_gives_several_issues_to_a_person_and_their_units_stay(story: Story, second: Player) -> None:
    other = Story(story.cast, story.now).raised()
    before = story.accepted().issue
    assigned(story, story, other, person=str(second.user.uuid))
    assert owner(story) == (second.user, "Grants unit")
    assert owner(other) == (second.user, "")
    after = story.issue  # an act, no move: nothing in the record
    assert (after.rev, after.version) == (before.rev, before.version)
    assigned(story, story, other, person=second.user, unit="Care unit")
    assert {owner(story), owner(other)} == {(second.user, "Care unit")}


@pytest.mark.parametrize("who", ["officer", "signatory", "rival", "manager", "moderator"])
def test_only_a_coordinator_assigns_and_names_who_stands_in(story: Story, second: Player, who: str) -> None:
    acts = getattr(story.cast, who).acts
    with pytest.raises(Forbidden):
        assigned(story.accepted(), story, person=second.user, who=getattr(story.cast, who))
    with pytest.raises(Forbidden):
        away(story, second, **acts)


def test_issues_that_are_no_longer_with_the_body_stop_the_whole_act(story: Story, second: Player) -> None:
    gone = Story(story.cast, story.now).raised()
    gone.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    with pytest.raises(Conflict, match=str(gone.issue.number)):
        assigned(story.accepted(), story, gone, person=second.user)
    assert owner(story) == (story.cast.officer.user, "Grants unit")


def test_the_person_belongs_to_the_body_and_somebody_is_chosen(story: Story, second: Player) -> None:
    end_membership(membership=second.membership, at=story.now)
    for person in (story.cast.rival.user, second.user, "", "nobody"):
        with pytest.raises(Invalid) as caught:
            assigned(story.accepted() if not story.pk else story, story, person=person)
        assert set(caught.value.errors) == {"person"}
    with pytest.raises(Invalid) as caught:
        assigned(story, person=story.cast.officer.user)
    assert set(caught.value.errors) == {"issues"}


def test_a_childs_issues_are_not_the_coordinators(story: Story, second: Player) -> None:
    child = organisation("labour-aktobe", Kind.STATE_BODY, parent=story.cast.ministry)
    with pytest.raises(Conflict):
        assigned(story.raised(body_addressed=child), story, person=second.user)


def test_rows_are_chosen_on_the_desk_looked_at_once_more_and_given(story: Story, second: Player) -> None:
    number = story.accepted().issue.number
    coordinator = Visitor(story, story.cast.coordinator)
    assert f'name="issue" value="{number}"' in text_of(coordinator.get("/desk/"))
    check = text_of(coordinator.get(f"/desk/assign/?issue={number}&issue=2020-000001"))
    assert "These issues (1)" in check
    assert 'Now: Officer, <span lang="en">Grants unit</span>' in " ".join(check.split())
    missing = coordinator.post("/desk/assign/", {"issue": number})
    assert missing.status_code == 422
    assert "Choose a person of the body." in text_of(missing)
    done = coordinator.post("/desk/assign/", {"issue": number, "person": str(second.user.uuid), "unit": "Care"})
    assert (done.status_code, done["Location"]) == (303, "/en/desk/")
    assert "1 issue was given to: Second." in text_of(coordinator.get("/desk/"))
    assert owner(story) == (second.user, "Care")
    assert "No row is chosen." in text_of(coordinator.get("/desk/assign/"))


def test_what_another_coordinator_gave_away_meanwhile_is_shown_once_more(story: Story, second: Player) -> None:
    number = story.accepted().issue.number
    third = player("third", story.cast.ministry, Role.OFFICER)
    coordinator = Visitor(story, story.cast.coordinator)

    def sent(page: str) -> dict[str, Any]:
        was = re.findall(rf'name="was.{number}" value="([^"]*)"', page)
        return {"issue": number, "person": str(second.user.uuid), "unit": "Care", f"was.{number}": was}

    opened = sent(text_of(coordinator.get(f"/desk/assign/?issue={number}")))
    assigned(story, story, person=third.user)
    told = coordinator.post("/desk/assign/", opened)
    page = text_of(told)
    assert told.status_code == 422
    assert f"Given to somebody else since you opened this page: {number}." in page
    assert "Now: Third" in " ".join(page.split())
    assert f'value="{second.user.uuid}" selected' in page
    assert 'value="Care"' in page
    assert owner(story) == (third.user, "Grants unit")
    assert coordinator.post("/desk/assign/", sent(page)).status_code == 303
    assert owner(story) == (second.user, "Care")


def test_others_choose_no_rows(story: Story) -> None:
    number = story.accepted().issue.number
    officer = Visitor(story, story.cast.officer)
    assert 'name="issue"' not in text_of(officer.get("/desk/"))
    for path in (f"/desk/assign/?issue={number}", "/desk/substitutions/"):
        assert officer.get(path).status_code == 403


def test_who_stands_in_sees_the_rows_from_the_first_day_to_the_last(story: Story, second: Player) -> None:
    named = away(story.accepted(), second, since=story.now.date() + timedelta(1))

    def mine(days: int) -> str:
        story.now = begun + timedelta(days)
        return text_of(Visitor(story, second).get("/desk/?whose=me"))

    begun, number = story.now, str(story.issue.number)
    assert number not in mine(0)
    for day in (1, 5):
        assert number in mine(day)
        assert "instead: Second" in mine(day)
    assert number not in mine(6)
    story.now = begun + timedelta(2)
    end_substitution(substitution=named, at=story.now, **story.cast.coordinator.acts)
    story.later(hours=1)
    assert number not in text_of(Visitor(story, second).get("/desk/?whose=me"))
    with pytest.raises(Conflict):
        end_substitution(substitution=named, at=story.now, **story.cast.coordinator.acts)


def test_standing_in_gives_no_other_role(story: Story, second: Player) -> None:
    away(story.accepted(), second, away=story.cast.signatory.user)
    (row,) = desk.rows(
        desk.queue(desk.acted_for(second.membership, story.now), story.now), second.membership, story.now
    )
    assert str(row.label) == "Prepare the official answer"
    assert Visitor(story, second).get("/desk/signing/").status_code == 403


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until": "2026-01-31"}, "until"),
        ({"since": "2026-01-20", "until": "2026-01-25"}, "until"),
        ({"until": "2027-03-02"}, "until"),
        ({"since": ""}, "since"),
        ({"by": "nobody"}, "by"),
    ],
)
def test_days_and_people_have_to_hold(story: Story, second: Player, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        away(story, second, **changed)
    assert set(caught.value.errors) == {field}


def test_nobody_stands_in_for_themselves_and_one_at_a_time(story: Story, second: Player) -> None:
    with pytest.raises(Invalid) as caught:
        away(story, story.cast.officer)
    assert set(caught.value.errors) == {"by"}
    named = away(story, second)
    with pytest.raises(Invalid, match="somebody stands in already: Second"):
        away(story, story.cast.signatory)
    named.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        named.save()


def test_the_page_names_who_is_away_and_ends_it(story: Story, second: Player) -> None:
    coordinator = Visitor(story, story.cast.coordinator)
    assert "Nobody is away." in text_of(coordinator.get("/desk/substitutions/"))
    day = story.now.date()
    sent = {
        "away": str(story.cast.officer.user.uuid),
        "by": str(second.user.uuid),
        "since": str(day),
        "until": str(day),
    }
    assert coordinator.post("/desk/substitutions/", sent | {"by": ""}).status_code == 422
    assert coordinator.post("/desk/substitutions/", sent)["Location"] == "/en/desk/substitutions/"
    assert "away now" in text_of(coordinator.get("/desk/substitutions/"))
    made = Substitution.objects.get()
    assert coordinator.post(f"/desk/substitutions/{made.pk}/end/").status_code == 303
    assert "Back at their desk: Officer." in text_of(coordinator.get("/desk/substitutions/"))
