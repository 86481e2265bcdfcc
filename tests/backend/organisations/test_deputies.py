"""Naming a deputy of a signatory: who may, whom, for which days; and ending it early."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions import add_member, change_member, end_deputy, end_membership, name_deputy
from backend.organisations.models import Deputy, Membership, Role
from tests.factories.people import Cast, Player, player
from tests.issues.visiting import text_of

PEOPLE = "/en/me/organisation/"


def today() -> date:
    return timezone.localdate()


def named(cast: Cast, by: Player | None = None, whom: Player | None = None, **fields: Any) -> Deputy:
    """By the signatory, the officer, from today for ten days, unless said otherwise."""
    days = {"since": today(), "until": today() + timedelta(9), "reason": "Order 17 of 2 February"}
    whom = whom or cast.officer
    return name_deputy(
        signatory=cast.signatory.membership, deputy=whom.membership, **(by or cast.signatory).acts, **days | fields
    )  # fmt: skip


def in_force(at: datetime | None = None) -> bool:
    return bool(Deputy.objects.in_force(at or timezone.now()).exists())


@pytest.mark.parametrize("who", ["signatory", "coordinator"])
def test_the_signatory_or_a_coordinator_names_one(cast: Cast, who: str) -> None:
    by: Player = getattr(cast, who)
    deputy = named(cast, by)
    assert (deputy.deputy, deputy.signatory) == (cast.officer.membership, cast.signatory.membership)
    assert (deputy.named_by, deputy.reason) == (by.user, "Order 17 of 2 February")
    assert in_force()


@pytest.mark.parametrize("who", ["officer", "rival", "manager", "chair", "moderator", "registrar"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        named(cast, getattr(cast, who))
    with pytest.raises(Forbidden, match="no longer"):
        named(cast, Player(cast.stranger, cast.ministry, cast.officer.membership))
    assert not Deputy.objects.exists()


def test_another_signatory_names_only_their_own(cast: Cast) -> None:
    second = player("second_signatory", cast.ministry, Role.SIGNATORY)
    with pytest.raises(Forbidden, match="named by the signatory"):
        named(cast, second)


def test_a_deputy_in_force_names_none(cast: Cast) -> None:
    named(cast)
    with pytest.raises(Forbidden, match="named by the signatory"):
        named(cast, cast.officer, cast.coordinator)


def test_only_a_signatory_has_one(cast: Cast) -> None:
    with pytest.raises(Forbidden, match="Only a signatory"):
        name_deputy(
            signatory=cast.officer.membership, deputy=cast.coordinator.membership, **cast.coordinator.acts,
            since=today(), until=today(), reason="X",
        )  # fmt: skip


def test_whom_a_signatory_names(cast: Cast) -> None:
    """Officers and coordinators of the same body: no other signatory, no registrar, nobody of another organisation."""
    second = player("second_signatory", cast.ministry, Role.SIGNATORY)
    registrar = player("own_registrar", cast.ministry, Role.REGISTRAR)
    gone = player("gone", cast.ministry, Role.OFFICER)
    gone.user.is_active = False
    gone.user.save()
    for whom in (cast.signatory, second, registrar, gone):
        with pytest.raises(Invalid, match="officer or a coordinator"):
            named(cast, whom=whom)
    for whom in (cast.rival_officer, cast.manager):
        with pytest.raises(Forbidden, match="another organisation"):
            named(cast, whom=whom)
    assert named(cast, whom=cast.coordinator).deputy.role == Role.COORDINATOR


def test_a_coordinator_does_not_name_themselves(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Nobody names themselves"):
        named(cast, cast.coordinator, cast.coordinator)


def test_nobody_is_named_who_left_or_for_whoever_left(cast: Cast) -> None:
    end_membership(membership=cast.officer.membership)
    with pytest.raises(Conflict, match="has left"):
        named(cast)
    end_membership(membership=cast.signatory.membership)
    with pytest.raises(Conflict, match="has left"):
        named(cast, cast.coordinator, cast.coordinator)


class TestTheDays:
    @pytest.mark.parametrize(
        ("since", "until", "wrong"),
        [(-1, 5, ["since"]), (3, 2, ["until"]), (0, 90, ["until"]), (None, 5, ["since"]), (0, None, ["until"]),
         ("2026-02-30", 1, ["since"]), (0, "soon", ["until"])],
    )  # fmt: skip
    def test_that_do_not_hold_are_refused(self, cast: Cast, since: Any, until: Any, wrong: list[str]) -> None:
        days = [today() + timedelta(each) if isinstance(each, int) else each for each in (since, until)]
        with pytest.raises(Invalid) as caught:
            named(cast, since=days[0], until=days[1])
        assert list(caught.value.errors) == wrong

    @pytest.mark.parametrize(("since", "until"), [(0, 0), (0, 89), (30, 119)])
    def test_up_to_ninety_are_taken(self, cast: Cast, since: int, until: int) -> None:
        deputy = named(cast, since=(today() + timedelta(since)).isoformat(), until=today() + timedelta(until))
        assert (deputy.until - deputy.since).days == until - since

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
    def test_need_a_reason(self, cast: Cast, reason: str) -> None:
        with pytest.raises(Invalid) as caught:
            named(cast, reason=reason)
        assert list(caught.value.errors) == ["reason"]

    def test_count_whole_in_almaty(self, cast: Cast) -> None:
        """From the first midnight to the last, five hours before Greenwich's."""
        named(cast, since=date(2027, 3, 1), until=date(2027, 3, 2))
        inside = [datetime.fromisoformat(f"2027-{day}+05:00") for day in ("03-01T00:00", "03-02T23:59:59.999999")]
        outside = [datetime.fromisoformat(f"2027-{day}+05:00") for day in ("02-28T23:59:59.999999", "03-03T00:00")]
        assert [in_force(at) for at in inside] == [True, True]
        assert [in_force(at) for at in outside] == [False, False]

    def test_of_two_deputies_of_a_signatory_do_not_meet(self, cast: Cast) -> None:
        first = named(cast)
        with pytest.raises(Invalid, match="a deputy already: Officer"):
            named(cast, whom=cast.coordinator, since=first.until, until=first.until + timedelta(5))
        assert named(cast, whom=cast.coordinator, since=first.until + timedelta(1), until=first.until + timedelta(5))

    def test_of_two_signatories_with_one_deputy_do_not_meet(self, cast: Cast) -> None:
        second = player("second_signatory", cast.ministry, Role.SIGNATORY)
        named(cast)
        days = {"since": today(), "until": today(), "reason": "X"}
        with pytest.raises(Invalid, match="stands in already for: Signatory"):
            name_deputy(signatory=second.membership, deputy=cast.officer.membership, **second.acts, **days)

    def test_once_ended_are_free_again(self, cast: Cast) -> None:
        end_deputy(deputy=named(cast), **cast.signatory.acts)
        assert named(cast, whom=cast.coordinator)
        assert in_force()

    def test_are_kept_apart_by_the_database_too(self, cast: Cast) -> None:
        made = named(cast)
        same = {"since": made.since, "until": made.until, "reason": "X", "named_by": cast.signatory.user,
                "named_at": timezone.now()}  # fmt: skip
        second = player("second_signatory", cast.ministry, Role.SIGNATORY)
        for rows, name in (
            ({"signatory": made.signatory, "deputy": cast.coordinator.membership}, "deputy_one_of_a_signatory"),
            ({"signatory": second.membership, "deputy": made.deputy}, "deputy_of_one_signatory"),
            ({"signatory": second.membership, "deputy": second.membership}, "deputy_is_another"),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                Deputy.objects.create(**rows, **same)
        with pytest.raises(IntegrityError), transaction.atomic():
            Deputy.objects.create(
                signatory=second.membership, deputy=cast.coordinator.membership, **same | {"until": date(2020, 1, 1)}
            )  # fmt: skip


class TestTheEnd:
    @pytest.mark.parametrize("who", ["signatory", "coordinator", "officer"])
    def test_comes_early_at_the_word_of_those_who_may(self, cast: Cast, who: str) -> None:
        """The signatory, a coordinator, or the deputy themselves."""
        deputy, by = named(cast), getattr(cast, who)
        end_deputy(deputy=deputy, **by.acts)
        assert not in_force()
        deputy.refresh_from_db()
        assert deputy.ended_by == by.user
        with pytest.raises(Conflict, match="over already"):
            end_deputy(deputy=deputy, **by.acts)

    def test_is_nobody_elses_to_bring(self, cast: Cast) -> None:
        deputy = named(cast)
        others = (
            player("second", cast.ministry, Role.SIGNATORY),
            player("third", cast.ministry, Role.OFFICER),
            cast.rival,
        )
        for by in others:
            with pytest.raises(Forbidden):
                end_deputy(deputy=deputy, **by.acts)
        assert in_force()

    @pytest.mark.parametrize("who", ["signatory", "officer"])
    def test_comes_at_once_with_either_membership(self, cast: Cast, who: str) -> None:
        deputy, leaves = named(cast), getattr(cast, who)
        end_membership(membership=leaves.membership)
        assert not in_force()
        deputy.refresh_from_db()
        leaves.membership.refresh_from_db()
        assert deputy.ended_at == leaves.membership.until

    def test_comes_also_where_a_membership_was_ended_behind_the_actions(self, cast: Cast) -> None:
        for who in (cast.signatory, cast.officer):
            named(cast)
            Membership.objects.filter(pk=who.membership.pk).update(until=timezone.now())
            assert not in_force()
            Membership.objects.filter(pk=who.membership.pk).update(until=None)
            Deputy.objects.update(ended_at=timezone.now())

    def test_comes_with_another_role_and_not_with_another_post(self, cast: Cast) -> None:
        named(cast)
        for who, role in ((cast.signatory, Role.SIGNATORY), (cast.officer, Role.OFFICER)):
            change_member(membership=who.membership, **cast.coordinator.acts, role=role, post="Another post")
        assert in_force()
        add_member(organisation=cast.ministry, user=cast.signatory.user, role=Role.OFFICER)
        assert not in_force()

    def test_comes_when_the_deputys_account_is_switched_off_and_not_the_signatorys(self, cast: Cast) -> None:
        named(cast)
        cast.signatory.user.is_active = False
        cast.signatory.user.save()
        assert in_force()
        cast.officer.user.is_active = False
        cast.officer.user.save()
        assert not in_force()


class TestThePages:
    def client(self, who: Player) -> Client:
        client = Client()
        client.force_login(who.user)
        return client

    def path(self, who: Player) -> str:
        return f"{PEOPLE}people/{who.membership.pk}/deputy/"

    def sent(self, cast: Cast, **fields: str) -> dict[str, str]:
        until = today() + timedelta(5)
        days = {"since": today().isoformat(), "until": until.isoformat(), "reason": "Order 17"}
        return {"deputy": str(cast.officer.membership.pk), "as": "labour"} | days | fields

    def test_name_and_end_a_deputy(self, cast: Cast) -> None:
        client = self.client(cast.signatory)
        assert self.path(cast.signatory) in text_of(client.get(PEOPLE))
        form = text_of(client.get(self.path(cast.signatory)))
        assert "Officer · Officer" in form
        assert client.post(self.path(cast.signatory), self.sent(cast))["Location"] == PEOPLE
        page = text_of(client.get(PEOPLE))
        for words in ("Named as deputy: Officer.", "signs now", "Order 17", "Named by: Signatory"):
            assert words in page
        deputy = Deputy.objects.get()
        path = f"{PEOPLE}deputies/{deputy.pk}/end/"
        assert "It ends at once" in text_of(client.get(path))
        assert in_force()
        assert client.post(path, {"as": "labour"})["Location"] == PEOPLE
        assert not in_force()
        page = text_of(client.get(PEOPLE))
        assert "Ended early:" in page
        assert path not in page

    def test_show_the_deputy_for_whom_they_sign(self, cast: Cast) -> None:
        named(cast)
        page = text_of(self.client(cast.officer).get("/en/about/"))
        assert "Officer, deputy for: Signatory" in page
        assert "deputy for" not in text_of(self.client(cast.signatory).get("/en/about/"))

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"deputy": ""}, "deputy"), ({"deputy": "0"}, "deputy"), ({"since": "x"}, "since"), ({"reason": ""}, "reason"),
            ({"until": "2099-01-01"}, "until"),
        ],
    )  # fmt: skip
    def test_say_what_is_wrong(self, cast: Cast, fields: dict[str, str], wrong: str) -> None:
        response = self.client(cast.signatory).post(self.path(cast.signatory), self.sent(cast, **fields))
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [wrong]
        assert not Deputy.objects.exists()

    def test_take_nobody_who_is_not_offered(self, cast: Cast) -> None:
        """The form tampered with: people of others, the coordinator who fills it in, the signatory."""
        for by, whom in ((cast.signatory, cast.rival_officer), (cast.coordinator, cast.coordinator),
                         (cast.signatory, cast.signatory)):  # fmt: skip
            sent = self.sent(cast, deputy=str(whom.membership.pk))
            assert self.client(by).post(self.path(cast.signatory), sent).status_code == 422
        assert not Deputy.objects.exists()

    def test_are_closed_to_others(self, cast: Cast) -> None:
        deputy = named(cast)
        officer, rival = self.client(player("third", cast.ministry, Role.OFFICER)), self.client(cast.rival)
        end = f"{PEOPLE}deputies/{deputy.pk}/end/"
        for path in (self.path(cast.signatory), end):
            for client, status in ((officer, 403), (rival, 404)):
                assert [client.get(path).status_code, client.post(path).status_code] == [status, status]
        assert "signs now" in text_of(officer.get(PEOPLE)), "everybody of the body sees who signs"
        assert end not in text_of(officer.get(PEOPLE))
        assert in_force()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_two_deputies_named_at_once_for_the_same_days_are_one(transactional_db: None) -> None:
    from tests.factories.at_once import at_once
    from tests.factories.people import make_cast

    cast = make_cast()
    name = [
        partial(named, cast, by, whom)
        for by, whom in ((cast.signatory, cast.officer), (cast.signatory, cast.coordinator))
    ]
    found = at_once(name)
    assert sorted(type(each).__name__ for each in found) == ["Deputy", "Invalid"]
    assert Deputy.objects.count() == 1
