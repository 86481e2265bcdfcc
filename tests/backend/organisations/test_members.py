"""Who may let whom go, or change what they are; and the last one who looks after the people."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions import add_member, change_member, end_membership, let_go
from backend.organisations.models import Membership, Role
from tests.factories.people import Cast, Player, player

# Who may let go and change whom, by hand: everybody else is refused. Oneself may leave, save by the administrators' roles.
LOOKED_AFTER = {
    ("manager", "representative"), ("coordinator", "officer"), ("coordinator", "signatory"), ("chair", "member"),
}  # fmt: skip
MAY_LEAVE = {"representative", "manager", "officer", "signatory", "coordinator", "member", "chair", "other_manager"}


def everybody(cast: Cast) -> dict[str, Player]:
    return {
        "representative": cast.representative, "manager": cast.manager, "officer": cast.officer,
        "signatory": cast.signatory, "coordinator": cast.coordinator, "member": cast.members[0], "chair": cast.chair,
        "registrar": cast.registrar, "moderator": cast.moderator, "other_manager": cast.other_manager,
    }  # fmt: skip


def outcomes(cast: Cast, act: Callable[[Player, Player], Any]) -> set[tuple[str, str]]:
    """The pairs (who, whom) for which `act` is not refused; nothing is left of it."""
    from django.db import transaction

    done = set()
    for who, actor in everybody(cast).items():
        for whom, member in everybody(cast).items():
            try:
                with transaction.atomic():
                    act(actor, member)
                    transaction.set_rollback(True)
            except Forbidden:
                continue
            done.add((who, whom))
    return done


def test_who_lets_whom_go(cast: Cast) -> None:
    def act(actor: Player, member: Player) -> None:
        let_go(membership=member.membership, **actor.acts, aware=True)

    assert outcomes(cast, act) == LOOKED_AFTER | {(who, who) for who in MAY_LEAVE}


def test_who_changes_whose_role(cast: Cast) -> None:
    """To a role they give; nobody their own."""
    another = {"manager": Role.MANAGER, "coordinator": Role.COORDINATOR, "chair": Role.MEMBER}

    def act(actor: Player, member: Player) -> None:
        role = another.get(actor.membership.role, Role.MANAGER)
        if member.membership.role == role:
            role = Role.REPRESENTATIVE  # of the own kind or not: what matters is that it is another
        with suppress(Invalid):  # a role of another kind: not this person's fault
            change_member(membership=member.membership, **actor.acts, role=role)

    assert outcomes(cast, act) == LOOKED_AFTER


def test_a_colleague_gets_another_role_at_once_and_the_old_one_ends(cast: Cast) -> None:
    changed = change_member(
        membership=cast.representative.membership, **cast.manager.acts, role=Role.MANAGER, post="Deputy director"
    )
    assert (changed.user, changed.role, changed.post) == (cast.representative.user, "manager", "Deputy director")
    cast.representative.membership.refresh_from_db()
    assert cast.representative.membership.until == changed.since


def test_another_post_alone_keeps_the_membership(cast: Cast) -> None:
    for member in (cast.representative, cast.manager):
        changed = change_member(
            membership=member.membership, **cast.manager.acts, role=member.membership.role, post="  Head  of all "
        )  # fmt: skip
        assert (changed.pk, changed.post, changed.until) == (member.membership.pk, "Head of all", None)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.REGISTRAR, Role.MODERATOR, Role.CHAIR, "", "director", None])
def test_a_role_that_is_not_theirs_to_give_is_refused(cast: Cast, role: Any) -> None:
    with pytest.raises(Invalid) as caught:
        change_member(membership=cast.representative.membership, **cast.manager.acts, role=role)
    assert list(caught.value.errors) == ["role"]
    assert Membership.objects.filter(organisation=cast.ngo, until=None).count() == 2


def test_a_post_is_one_line_of_at_most_200_characters(cast: Cast) -> None:
    with pytest.raises(Invalid, match="too long"):
        change_member(
            membership=cast.representative.membership, **cast.manager.acts, role=Role.REPRESENTATIVE, post="x" * 201
        )  # fmt: skip


def test_a_registrar_stays_with_the_administrators(cast: Cast) -> None:
    """Also for the coordinator of the same body."""
    coordinator = player("coordinator_two", cast.registrar.organisation, Role.COORDINATOR)
    with pytest.raises(Forbidden, match="administrators"):
        let_go(membership=cast.registrar.membership, **coordinator.acts)
    with pytest.raises(Forbidden, match="administrators"):
        change_member(membership=cast.registrar.membership, **coordinator.acts, role=Role.OFFICER)


class TestTheLastOne:
    @pytest.mark.parametrize("who", ["manager", "coordinator", "chair"])
    def test_leaves_only_knowing_what_follows(self, cast: Cast, who: str) -> None:
        last: Player = getattr(cast, who)
        with pytest.raises(Invalid) as caught:
            let_go(membership=last.membership, **last.acts)
        assert list(caught.value.errors) == ["aware"]
        last.membership.refresh_from_db()
        assert last.membership.until is None
        let_go(membership=last.membership, **last.acts, aware=True)
        last.membership.refresh_from_db()
        assert last.membership.until is not None

    def test_is_not_the_last_while_another_is_there(self, cast: Cast) -> None:
        second = player("second_manager", cast.ngo, Role.MANAGER)
        let_go(membership=cast.manager.membership, **cast.manager.acts)
        with pytest.raises(Invalid):
            let_go(membership=second.membership, **second.acts)

    def test_an_account_that_is_switched_off_looks_after_nobody(self, cast: Cast) -> None:
        second = player("second_manager", cast.ngo, Role.MANAGER)
        second.user.is_active = False
        second.user.save()
        with pytest.raises(Invalid):
            let_go(membership=cast.manager.membership, **cast.manager.acts)

    def test_whoever_is_no_keeper_just_leaves(self, cast: Cast) -> None:
        for who in (cast.representative, cast.officer, cast.signatory, cast.members[0]):
            let_go(membership=who.membership, **who.acts)
            assert not who.user.memberships.filter(until=None).exists()


def test_nobody_is_let_go_twice(cast: Cast) -> None:
    end_membership(membership=cast.representative.membership)
    ended = Membership.objects.get(pk=cast.representative.membership.pk).until
    with pytest.raises(Conflict, match="has left"):
        let_go(membership=cast.representative.membership, **cast.manager.acts)
    with pytest.raises(Conflict, match="has left"):
        change_member(membership=cast.representative.membership, **cast.manager.acts, role=Role.MANAGER)
    end_membership(membership=cast.representative.membership)
    assert Membership.objects.get(pk=cast.representative.membership.pk).until == ended


def test_whoever_was_let_go_lets_nobody_go(cast: Cast) -> None:
    second = player("second_manager", cast.ngo, Role.MANAGER)
    let_go(membership=second.membership, **cast.manager.acts)
    with pytest.raises(Forbidden, match="no longer"):
        let_go(membership=cast.manager.membership, **second.acts)


def test_a_role_given_in_the_admin_ends_the_one_before(cast: Cast) -> None:
    now = add_member(organisation=cast.ngo, user=cast.representative.user, role=Role.MANAGER)
    assert list(cast.representative.user.memberships.filter(until=None)) == [now]
