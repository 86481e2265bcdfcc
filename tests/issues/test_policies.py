"""Who sees and who may: one answer, whichever way it is asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from backend.organisations.actions import add_member, end_membership, set_standing
from backend.organisations.models import Role, Standing
from issues import policies
from issues.lifecycle import Capacity, Move, Status
from issues.models import Issue
from issues.policies import Person, Seat, allowed_moves, can_draft, can_edit_draft, can_post, can_view, capacities
from tests.factories.people import Cast, Player, person
from tests.factories.stories import Story, almaty
from tests.issues.matrix.roles import ROLES, player
from tests.issues.matrix.situations import SITUATIONS

PEOPLE = sorted({*ROLES} - {"system", "stranger"})


def seats(cast: Cast) -> dict[str, Player]:
    return {role: player(cast, role) for role in PEOPLE}


@pytest.mark.parametrize("status", [situation for situation in SITUATIONS if "," not in situation])
def test_the_list_shows_just_what_the_page_shows(status: str, story: Story) -> None:
    """`visible_to` and `can_view` agree for every role and status; a draft is its NGO's alone."""
    issue = SITUATIONS[status](story).issue
    past, gone = person("past_member"), person("switched_off")
    ended = add_member(organisation=story.cast.ngo, user=past, role=Role.MANAGER)
    end_membership(membership=ended, at=ended.since)
    add_member(organisation=story.cast.ngo, user=gone, role=Role.MANAGER)
    gone.is_active = False
    gone.save()
    everybody: dict[str, Person] = {role: seat.user for role, seat in seats(story.cast).items()}
    everybody |= {"stranger": story.cast.stranger, "visitor": AnonymousUser(), "past": past, "gone": gone}
    seen = {role for role, who in everybody.items() if can_view(who, issue)}
    listed = {role for role, who in everybody.items() if Issue.objects.visible_to(who).filter(pk=issue.pk).exists()}
    assert seen == listed
    assert seen == ({"manager", "representative"} if status == "draft" else set(everybody))


def test_only_people_of_an_ngo_draft_and_edit_their_own(story: Story) -> None:
    issue = story.draft().issue
    drafting = {role for role, seat in seats(story.cast).items() if can_draft(seat.membership)}
    assert drafting == {"manager", "representative", "other_manager"}
    assert {role for role, seat in seats(story.cast).items() if can_edit_draft(seat.membership, issue)} == {
        "manager", "representative",
    }  # fmt: skip
    assert not can_draft(None)
    assert not can_edit_draft(None, issue)


def test_what_each_person_is_in_an_issue(story: Story) -> None:
    issue = story.disputed().issue
    found = {role: capacities(Seat.of(seat.membership), issue, story.now) for role, seat in seats(story.cast).items()}
    c = Capacity
    assert found == {
        "manager": {c.NGO_MANAGER, c.ASK_OWNER, c.DISPUTER},
        "representative": {c.NGO_REPRESENTATIVE},
        "officer": {c.OFFICER},
        "signatory": {c.SIGNATORY},
        "chair": {c.COUNCIL_MEMBER, c.COUNCIL_CHAIR},
        "member": {c.COUNCIL_MEMBER},
        "moderator": {c.MODERATOR, c.OTHER_MODERATOR},
        "other_moderator": {c.MODERATOR, c.OTHER_MODERATOR},
    } | {role: frozenset() for role in (
        "other_manager", "coordinator", "rival", "rival_officer", "default_chair", "registrar",
    )}  # fmt: skip
    assert capacities(None, issue, story.now) == frozenset()


def test_a_person_of_two_parties_acts_for_one_at_a_time(story: Story) -> None:
    """The ministry's officer also leads the NGO: each hat allows its own moves, and neither the other's."""
    cast = story.raised().cast
    both = add_member(
        organisation=cast.ngo, user=cast.officer.user, role=Role.MANAGER, at=cast.officer.membership.since
    )
    issue = story.issue
    assert allowed_moves(issue, cast.officer.membership, story.now) == [Move.ACCEPT, Move.CLARIFY_REQUEST]
    assert allowed_moves(issue, both, story.now) == [Move.WITHDRAW]


def test_the_likely_move_comes_first(story: Story) -> None:
    issue = story.raised().issue
    assert allowed_moves(issue, story.cast.signatory.membership, story.now)[0] == Move.ACCEPT
    issue = story.move("accept", story.cast.officer, unit="Unit", person=story.cast.officer.user).issue
    assert allowed_moves(issue, story.cast.signatory.membership, story.now)[0] == Move.ANSWER


def test_nobody_inactive_acts(story: Story) -> None:
    story.raised()
    story.cast.officer.user.is_active = False
    story.cast.officer.user.save()
    assert policies.role_in(story.cast.officer.user, story.cast.ministry, story.now) == ""
    assert policies.role_in(AnonymousUser(), story.cast.ministry, story.now) == ""


def test_asking_for_a_persons_moves_costs_at_most_five_queries(
    story: Story, django_assert_max_num_queries: Any
) -> None:
    story.disputed()
    issue = Issue.objects.for_page().get(pk=story.pk)
    for role in PEOPLE:
        with django_assert_max_num_queries(5):
            allowed_moves(issue, player(story.cast, role).membership, story.now)


class TestPosting:
    """Any verified NGO, the bodies that are or were responsible, public councils and moderators write in an open issue."""

    WRITERS = frozenset({
        "manager", "representative", "other_manager", "officer", "signatory", "chair", "member", "default_chair", "moderator",
        "other_moderator",
    })  # fmt: skip

    @pytest.mark.parametrize("status", [situation for situation in SITUATIONS if "," not in situation])
    def test_who_writes_in_which_status(self, status: str, story: Story) -> None:
        issue = SITUATIONS[status](story).issue
        writers = {
            role for role, seat in seats(story.cast).items() if can_post(Seat.of(seat.membership), issue) is None
        }
        assert writers == (self.WRITERS if issue.is_open else set())
        assert str(can_post(None, issue))

    def test_a_body_that_redirected_the_issue_still_writes(self, story: Story) -> None:
        cast = story.raised().move("redirect", story.cast.signatory, body="ecology", reason="Theirs.").cast
        for seat in (cast.officer, cast.rival, cast.rival_officer):
            assert can_post(Seat.of(seat.membership), story.issue) is None

    @pytest.mark.parametrize("standing", [Standing.PENDING, Standing.SUSPENDED])
    def test_an_ngo_that_is_not_verified_does_not(self, story: Story, standing: Standing) -> None:
        issue = story.raised().issue
        set_standing(organisation=story.cast.ngo, standing=standing, reason="No report.")
        story.cast.ngo.refresh_from_db()
        assert str(can_post(Seat.of(story.cast.manager.membership), issue))
        assert can_post(Seat.of(story.cast.other_manager.membership), issue) is None


def test_until_a_date_has_passed_nobody_is_offered_what_it_opens(story: Story) -> None:
    story.accepted().on(almaty(2026, 2, 24, 0, 0))
    issue, manager = story.issue, story.cast.manager.membership
    assert Move.DISPUTE in allowed_moves(issue, manager, story.now)
    assert Move.DISPUTE not in allowed_moves(issue, manager, story.now - timedelta(microseconds=1))
    assert issue.status == Status.UNDER_CONSIDERATION
