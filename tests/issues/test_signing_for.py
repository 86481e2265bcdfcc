"""A named deputy signs as the signatory does, from the first day to the last, and the record says for whom."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from backend.core.errors import Forbidden, Refusal
from backend.organisations.actions import end_deputy, end_membership, name_deputy
from backend.organisations.models import Deputy, Kind, Organisation, Role
from backend.organisations.seats import lasting_seats, seats_in_force
from issues import desk, policies
from issues.actions.engine import admit
from issues.lifecycle import Capacity, Move
from issues.models import Issue
from issues.record.chain import broken_chains
from tests.factories.people import Player, organisation, player
from tests.factories.refusals import refused
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

REFUSED = {"n": 1, "verdict": "refused", "ground": "law", "text": "No such grant."}


@pytest.fixture
def deputised(story: Story) -> Iterator[Story]:
    """The officer is the signatory's deputy for the ten days from Monday on."""
    deputise(story)
    return story


def deputise(story: Story, whom: Player | None = None, signatory: Player | None = None) -> Deputy:
    signatory = signatory or story.cast.signatory
    first = story.now.date()
    return name_deputy(
        signatory=signatory.membership, deputy=(whom or story.cast.officer).membership, **signatory.acts,
        since=first, until=first + timedelta(9), reason="Order 17", at=story.now,
    )  # fmt: skip


def seat_of(who: Player, story: Story) -> policies.Seat:
    seat = policies.Seat.taken(who.user, who.organisation, story.now)
    assert seat is not None
    return seat


def test_the_deputy_has_the_signatorys_capacity_and_is_named_with_it(deputised: Story) -> None:
    seat = seat_of(deputised.raised().cast.officer, deputised)
    assert (seat.role, seat.own_role) == (Role.SIGNATORY, Role.OFFICER)
    assert seat.stands_in is not None
    assert (seat.stands_in.name, seat.stands_in.user_id) == ("Signatory", deputised.cast.signatory.user.pk)
    assert policies.capacities(seat, deputised.issue, deputised.now) == {Capacity.SIGNATORY}


def test_the_signatory_keeps_theirs(deputised: Story) -> None:
    deputised.accepted().move("answer", deputised.cast.signatory, asks=[REFUSED])
    event = deputised.issue.events.latest("seq")
    assert (event.actor, "for" in event.facts) == (deputised.cast.signatory.user, False)


def test_what_a_deputy_signs_says_for_whom(deputised: Story) -> None:
    deputised.accepted().move("answer", deputised.cast.officer, asks=[REFUSED])
    issue, signatory = deputised.issue, deputised.cast.signatory.user
    event = issue.events.latest("seq")
    assert (event.move, event.actor, event.facts["for"]) == ("answer", deputised.cast.officer.user, str(signatory.uuid))
    answer = issue.answers.get()
    assert (answer.signed_by, answer.signed_for) == (deputised.cast.officer.user, signatory)
    assert broken_chains([issue]) == {}
    page = text_of(Visitor(deputised, None).get(f"/issues/{issue.number}/"))
    assert "Signed: Officer, Post (deputy for: Signatory)" in page
    history = text_of(Visitor(deputised, None).get(f"/issues/{issue.number}/history/"))
    assert "<dt>Signed by a deputy for</dt><dd>Signatory</dd>" in history


def test_what_an_officer_does_as_an_officer_names_nobody_else(deputised: Story) -> None:
    event = deputised.accepted().issue.events.latest("seq")
    assert (event.move, event.actor, "for" in event.facts) == ("accept", deputised.cast.officer.user, False)


def test_a_coordinator_who_stands_in_does_all_of_it_for_the_signatory(story: Story) -> None:
    """Their own role makes no move."""
    deputise(story, story.cast.coordinator)
    story.raised().move("accept", story.cast.coordinator, unit="U", person=story.cast.officer.user)
    assert story.issue.events.latest("seq").facts["for"] == str(story.cast.signatory.user.uuid)


@pytest.mark.parametrize(
    ("move", "fields"),
    [
        ("redirect", {"body": "ecology", "reason": "Theirs."}),
        ("extend", {"until": "2026-03-02", "reason": "The money comes in March."}),
        ("answer", {"asks": [REFUSED]}),
    ],
)
def test_only_while_the_days_last(deputised: Story, move: str, fields: dict[str, Any]) -> None:
    deputised.raised()
    officer = deputised.cast.officer
    first = deputised.now
    for moment in (first - timedelta(days=1), first + timedelta(days=10)):
        refused(deputised.on(moment), Forbidden, move, officer, **fields)
    deputised.on(first).move(move, officer, **fields)
    assert deputised.issue.events.latest("seq").facts["for"] == str(deputised.cast.signatory.user.uuid)


def test_the_buttons_the_desk_and_the_forms_are_the_signatorys(deputised: Story) -> None:
    deputised.accepted()
    number = deputised.issue.number
    visitor = Visitor(deputised, deputised.cast.officer)
    assert f"/en/issues/{number}/answer/" in text_of(visitor.get("/desk/"))
    page = text_of(visitor.get(f"/issues/{number}/"))
    assert f"/en/issues/{number}/answer/" in page
    assert f"/en/issues/{number}/extend/" in page
    check = visitor.post(visitor.page("extend"), {"until": "2026-03-02", "reason": "The money comes in March."})
    assert "Officer, Ministry of Labour" in text_of(check)
    assert "(deputy for: Signatory)" in text_of(check)
    assert visitor.act("extend", {"until": "2026-03-02", "reason": "The money comes in March."}).status_code == 303
    clock = text_of(Visitor(deputised, None).get(f"/issues/{number}/clock/"))
    assert "Officer (deputy for: Signatory), Ministry of Labour" in clock


def test_once_ended_the_next_click_is_refused(deputised: Story) -> None:
    deputised.accepted()
    visitor = Visitor(deputised, deputised.cast.officer)
    sent = {"until": "2026-03-02", "reason": "The money comes in March.", "confirmed": "1", "as": "labour"}
    assert visitor.get(visitor.page("extend")).status_code == 200
    end_deputy(deputy=Deputy.objects.get(), **deputised.cast.signatory.acts, at=deputised.now)
    assert visitor.post(visitor.page("extend"), sent).status_code == 403
    assert f'/en/issues/{deputised.issue.number}/answer/"' not in text_of(visitor.get("/desk/"))


@pytest.mark.parametrize("who", ["signatory", "officer"])
def test_once_either_has_left_nothing_is_signed_any_more(deputised: Story, who: str) -> None:
    deputised.accepted()
    end_membership(membership=getattr(deputised.cast, who).membership, at=deputised.now)
    refused(deputised, Forbidden, "answer", deputised.cast.officer, asks=[REFUSED])


class TestABodyBelowAnother:
    @pytest.fixture
    def below(self, story: Story) -> Organisation:
        """A committee of the ministry with a signatory and an officer of its own."""
        return organisation("committee", Kind.STATE_BODY, parent=story.cast.ministry)

    def test_without_a_signatory_is_acted_for_by_the_parents_deputy_too(
        self, deputised: Story, below: Organisation
    ) -> None:
        deputised.raised(body_addressed=below).move("answer", deputised.cast.officer, asks=[REFUSED])
        event = deputised.issue.events.latest("seq")
        assert (event.organisation, event.facts["for"]) == (
            deputised.cast.ministry, str(deputised.cast.signatory.user.uuid),
        )  # fmt: skip

    def test_is_nothing_to_the_parents_officer_as_such(self, deputised: Story, below: Organisation) -> None:
        """What they do there, and could do at home by their own role, they do for the signatory."""
        there = player("there", below, Role.OFFICER)
        deputised.raised(body_addressed=below).move("accept", deputised.cast.officer, unit="U", person=there.user)
        assert deputised.issue.events.latest("seq").facts["for"] == str(deputised.cast.signatory.user.uuid)

    def test_with_a_deputy_alone_has_somebody_who_signs(self, story: Story, below: Organisation) -> None:
        """The head's account is switched off, the deputy's is not: the parent does not act."""
        head = player("head", below, Role.SIGNATORY)
        second = player("second", below, Role.OFFICER)
        deputise(story, second, head)
        head.user.is_active = False
        head.user.save()
        story.raised(body_addressed=below)
        assert policies.has_signatory(below, story.now)
        refused(story, Forbidden, "answer", story.cast.signatory, asks=[REFUSED])
        mine = desk.queue(desk.acted_for(story.cast.signatory.membership, story.now), story.now)
        assert not mine.filter(pk=story.pk).exists()
        story.move("answer", second, asks=[REFUSED])
        assert story.issue.events.latest("seq").facts["for"] == str(head.user.uuid)

    def test_once_the_deputy_is_gone_too_is_acted_for_by_the_parent(self, story: Story, below: Organisation) -> None:
        head, second = player("head", below, Role.SIGNATORY), player("second", below, Role.OFFICER)
        deputy = deputise(story, second, head)
        head.user.is_active = False
        head.user.save()
        story.raised(body_addressed=below)
        end_deputy(deputy=deputy, **second.acts, at=story.now)
        assert not policies.has_signatory(below, story.now)
        assert (
            desk.queue(desk.acted_for(story.cast.signatory.membership, story.now), story.now)
            .filter(pk=story.pk)
            .exists()
        )
        story.move("answer", story.cast.signatory, asks=[REFUSED])


def test_page_and_action_agree_on_what_the_deputy_may_do(deputised: Story) -> None:
    """The moves offered are just those that the action admits."""
    deputised.accepted()
    officer = deputised.cast.officer
    issue = Issue.objects.for_page().get(pk=deputised.pk)
    (mine,) = seats_in_force(officer.user, deputised.now)
    admitted = set()
    for move in Move:
        with suppress(Refusal):
            admit(deputised.issue, move, officer.user, officer.organisation, deputised.now)
            admitted.add(move)
    assert set(policies.allowed_moves(issue, mine, deputised.now)) == admitted
    assert {Move.ANSWER, Move.EXTEND, Move.REDIRECT, Move.CLARIFY_REQUEST} <= admitted


def test_asking_for_whom_somebody_signs_costs_people_of_bodies_one_query_and_deputies_another(
    deputised: Story, django_assert_num_queries: Any
) -> None:
    deputised.raised()
    cast = deputised.cast
    for who, queries in ((cast.officer, 3), (cast.signatory, 2), (cast.manager, 1), (cast.chair, 1)):
        with django_assert_num_queries(queries):
            policies.Seat.taken(who.user, who.organisation, deputised.now)


def test_a_seat_that_ended_since_it_was_asked_for_is_over(story: Story, django_assert_num_queries: Any) -> None:
    """A message waits for the issue's lock, and its writer is removed meanwhile."""
    manager = story.cast.manager
    asked = list(lasting_seats(manager.user.pk, story.now))
    asked[0].until = story.now + timedelta(seconds=1)
    with django_assert_num_queries(0):
        before = policies.Seat.taken(manager.user, manager.organisation, story.now, asked)
        after = policies.Seat.taken(manager.user, manager.organisation, story.now + timedelta(seconds=1), asked)
    assert (before and before.role, after) == (manager.membership.role, None)
