"""Inviting people: who may, as what, how often; the link, its one use, and what becomes of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import TestCase
from django.utils import timezone

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations import limits
from backend.organisations.actions import (
    accept,
    accept_as_new,
    add_member,
    end_membership,
    invite,
    invite_again,
    revoke,
    set_standing,
)
from backend.organisations.links import hash_of
from backend.organisations.models import ROLES_OF, Invitation, Kind, Membership, Role, Standing
from tests.factories.invitations import SITE, invited, link_in, token_in
from tests.factories.people import LONG_AGO, Cast, Player, person, player

NEW = "aigul@new.example"
ACCOUNT = {"name": "Aigul", "language": "kk", "password": "correct-horse-battery"}


def seats(cast: Cast) -> dict[str, Player]:
    return {
        "representative": cast.representative, "manager": cast.manager, "officer": cast.officer,
        "signatory": cast.signatory, "coordinator": cast.coordinator, "member": cast.members[0], "chair": cast.chair,
        "registrar": cast.registrar, "moderator": cast.moderator,
    }  # fmt: skip


GIVEN = {
    "manager": {Role.REPRESENTATIVE, Role.MANAGER},
    "coordinator": {Role.OFFICER, Role.SIGNATORY, Role.COORDINATOR},
    "chair": {Role.MEMBER},
}


@pytest.mark.parametrize("who", ["representative", "manager", "officer", "signatory", "coordinator", "member", "chair",
                                 "registrar", "moderator"])  # fmt: skip
def test_each_gives_just_the_roles_that_are_theirs_to_give(cast: Cast, who: str) -> None:
    """Every role of every kind, by everybody: what is not in `GIVEN` is refused."""
    sender = seats(cast)[who]
    given, wrong = set(), Forbidden if who not in GIVEN else Invalid
    for role in Role:
        try:
            invitation = invite(**sender.acts, email=f"{role}@new.example", role=role, site=SITE)
        except wrong:
            continue
        given.add(Role(invitation.role))
        assert role in ROLES_OF[Kind(sender.organisation.kind)]
    assert given == GIVEN.get(who, set())


def test_nobody_invites_for_an_organisation_they_do_not_act_for(cast: Cast) -> None:
    for actor in (cast.other_manager.user, cast.stranger):
        with pytest.raises(Forbidden, match="no longer"):
            invite(actor=actor, organisation=cast.ngo, email=NEW, role=Role.MANAGER, site=SITE)
    end_membership(membership=cast.manager.membership)
    with pytest.raises(Forbidden, match="no longer"):
        invite(**cast.manager.acts, email=NEW, role=Role.MANAGER, site=SITE)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("standing", [Standing.PENDING, Standing.SUSPENDED])
def test_an_ngo_that_is_not_verified_looks_after_its_people_all_the_same(cast: Cast, standing: Standing) -> None:
    set_standing(organisation=cast.ngo, standing=standing, reason="Report missing.")
    assert invite(**cast.manager.acts, email=NEW, role=Role.MANAGER, site=SITE).organisation == cast.ngo


class TestTheMail:
    def test_leaves_only_after_the_commit(self, cast: Cast) -> None:
        with TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
            invitation = invite(**cast.manager.acts, email=NEW, role=Role.MANAGER, site=SITE)
            assert mail.outbox == []
            assert invitation.mailed_at is None
        assert len(callbacks) == 1
        assert [message.to for message in mail.outbox] == [[NEW]]
        invitation.refresh_from_db()
        assert invitation.mailed_at is not None

    def test_never_leaves_when_nothing_was_written(self, cast: Cast) -> None:
        with TestCase.captureOnCommitCallbacks(execute=True) as callbacks, pytest.raises(Invalid):
            invite(**cast.manager.acts, email="no address", role=Role.MANAGER, site=SITE)
        assert callbacks == []

    def test_that_cannot_be_sent_leaves_the_invitation_marked(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(*args: Any) -> None:
            raise ConnectionRefusedError("no mail server")

        monkeypatch.setattr("backend.organisations.actions.inviting.send_invitation", broken)
        with TestCase.captureOnCommitCallbacks(execute=True):
            invitation = invite(**cast.manager.acts, email=NEW, role=Role.MANAGER, site=SITE)
        invitation.refresh_from_db()
        assert invitation.mailed_at is None
        assert "no mail server" in caplog.text

    def test_says_who_invites_whom_to_what_and_until_when(self, cast: Cast) -> None:
        invited(cast.coordinator, NEW, Role.OFFICER, post="Chief expert")
        message = mail.outbox[-1]
        body = str(message.body)
        assert message.subject == f"Birge: an invitation. {cast.ministry}"
        for words in (str(cast.ministry), "Officer, Chief expert", "Invited by: Coordinator", "works once"):
            assert words in body
        assert link_in(message).startswith("/en/invitations/")

    @pytest.mark.parametrize(
        ("account", "inviter", "spoken"), [("ru", "en", "ru"), (None, "kk", "kk"), ("kk", "ru", "kk")]
    )
    def test_speaks_the_language_of_the_account_or_of_whoever_invites(
        self, cast: Cast, account: str | None, inviter: str, spoken: str
    ) -> None:
        User.objects.filter(pk=cast.manager.user.pk).update(language=inviter)
        cast.manager.user.refresh_from_db()
        if account:
            User.objects.create_user(NEW.upper(), name="Aigul", language=account)
        invited(cast.manager, NEW, Role.MANAGER)
        assert link_in(mail.outbox[-1]).startswith(f"/{spoken}/")
        assert getattr(cast.ngo, f"name_{spoken}") in str(mail.outbox[-1].subject)

    def test_holds_a_link_of_which_the_database_keeps_a_hash_alone(self, cast: Cast) -> None:
        invitation, token = invited(cast.manager, NEW, Role.MANAGER)
        assert len(token) >= 43
        row = Invitation.objects.values().get(pk=invitation.pk)
        assert row["token_hash"] == hash_of(token)
        assert token not in str(row)


def test_an_invitation_lasts_fourteen_days_to_the_moment(cast: Cast) -> None:
    at = timezone.now()
    _, token = invited(cast.manager, NEW, Role.MANAGER, at=at)
    late = at + timedelta(days=14)
    with pytest.raises(Conflict, match="too old"):
        accept_as_new(token=token, **ACCOUNT, at=late)
    assert accept_as_new(token=token, **ACCOUNT, at=late - timedelta(microseconds=1)).role == Role.MANAGER


def test_a_new_person_gets_an_account_and_the_role_that_was_offered(cast: Cast) -> None:
    invitation, token = invited(cast.manager, f"  {NEW.upper()} ", Role.REPRESENTATIVE, post=" Lawyer  of the  fund")
    membership = accept_as_new(token=token, **ACCOUNT)
    assert (membership.organisation, membership.role, membership.post) == (
        cast.ngo,
        "representative",
        "Lawyer of the fund",
    )
    user = membership.user
    assert (user.email, user.name, user.language) == (NEW, "Aigul", "kk")
    assert user.check_password(ACCOUNT["password"])
    assert not user.is_staff
    invitation.refresh_from_db()
    assert invitation.accepted_as == membership


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, "name"), ({"language": "xx"}, "language"), ({"password": "123"}, "password"),
        ({"password": "aigul@new.example"}, "password"), ({"password": ""}, "password"),
    ],
)  # fmt: skip
def test_an_account_that_does_not_hold_leaves_the_link_as_it_was(
    cast: Cast, fields: dict[str, str], wrong: str
) -> None:
    _, token = invited(cast.manager, NEW, Role.MANAGER)
    with pytest.raises(Invalid) as caught:
        accept_as_new(token=token, **ACCOUNT | fields)
    assert list(caught.value.errors) == [wrong]
    assert not User.objects.filter(email=NEW).exists()
    assert accept_as_new(token=token, **ACCOUNT).role == Role.MANAGER


def test_somebody_with_an_account_takes_the_role_signed_in(cast: Cast) -> None:
    _, token = invited(cast.manager, "STRANGER@test.example", Role.MANAGER)
    membership = accept(token=token, actor=cast.stranger)
    assert (membership.user, membership.organisation) == (cast.stranger, cast.ngo)


def test_nobody_makes_a_second_account_for_an_address(cast: Cast) -> None:
    _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    with pytest.raises(Conflict, match="sign in"):
        accept_as_new(token=token, **ACCOUNT)
    assert not cast.stranger.memberships.exists()


def test_another_than_the_invited_person_is_refused_also_with_the_link(cast: Cast) -> None:
    _, token = invited(cast.manager, NEW, Role.MANAGER)
    for other in (cast.stranger, cast.representative.user, cast.manager.user):
        with pytest.raises(Forbidden, match="another address"):
            accept(token=token, actor=other)


def test_a_link_works_once(cast: Cast) -> None:
    _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    accept(token=token, actor=cast.stranger)
    with pytest.raises(Conflict, match="used"):
        accept(token=token, actor=cast.stranger)
    with pytest.raises(Conflict, match="used"):
        accept_as_new(token=token, **ACCOUNT)
    assert cast.stranger.memberships.count() == 1


@pytest.mark.parametrize("token", ["", "x", "%00", "' OR 1=1 --", "A" * 10_000])
def test_a_guessed_link_opens_nothing(cast: Cast, token: str) -> None:
    invited(cast.manager, NEW, Role.MANAGER)
    for attempt in (lambda: accept(token=token, actor=cast.stranger), lambda: accept_as_new(token=token, **ACCOUNT)):
        with pytest.raises(Conflict, match="not known"):
            attempt()


def test_the_stored_hash_is_no_key(cast: Cast) -> None:
    """Whoever reads the database, or a copy of it, cannot accept what they find there."""
    invitation, _ = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    with pytest.raises(Conflict, match="not known"):
        accept(token=invitation.token_hash, actor=cast.stranger)


def test_inviting_again_replaces_the_open_invitation(cast: Cast) -> None:
    first, old = invited(cast.manager, NEW, Role.REPRESENTATIVE)
    second, new = invited(cast.manager, NEW.upper(), Role.MANAGER)
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert list(Invitation.objects.unanswered()) == [second]
    with pytest.raises(Conflict, match="newer one took its place"):
        accept_as_new(token=old, **ACCOUNT)
    assert accept_as_new(token=new, **ACCOUNT).role == Role.MANAGER


def test_sending_again_makes_a_new_link_and_two_more_weeks(cast: Cast) -> None:
    at = timezone.now()
    first, old = invited(cast.manager, NEW, Role.REPRESENTATIVE, post="Lawyer", at=at - timedelta(days=20))
    with TestCase.captureOnCommitCallbacks(execute=True):
        second = invite_again(invitation=first, **cast.manager.acts, site=SITE, at=at)
    assert (second.email, second.role, second.post) == (NEW, "representative", "Lawyer")
    assert second.expires_at == at + limits.INVITATION_LASTS
    with pytest.raises(Conflict):
        accept_as_new(token=old, **ACCOUNT, at=at)
    assert accept_as_new(token=token_in(mail.outbox[-1]), **ACCOUNT, at=at).role == Role.REPRESENTATIVE


def test_what_was_taken_back_is_not_accepted_nor_taken_back_twice(cast: Cast) -> None:
    invitation, token = invited(cast.manager, NEW, Role.MANAGER)
    revoke(invitation=invitation, **cast.manager.acts)
    with pytest.raises(Conflict, match="taken back"):
        accept_as_new(token=token, **ACCOUNT)
    for again in (revoke, lambda **fields: invite_again(**fields, site=SITE)):
        with pytest.raises(Conflict, match="taken back already"):
            again(invitation=invitation, **cast.manager.acts)


def test_what_was_accepted_is_neither_taken_back_nor_sent_again(cast: Cast) -> None:
    invitation, token = invited(cast.manager, NEW, Role.MANAGER)
    accept_as_new(token=token, **ACCOUNT)
    for again in (revoke, lambda **fields: invite_again(**fields, site=SITE)):
        with pytest.raises(Conflict, match="accepted meanwhile"):
            again(invitation=invitation, **cast.manager.acts)


@pytest.mark.parametrize("who", ["other_manager", "representative", "officer"])
def test_invitations_are_the_own_organisations_matter(cast: Cast, who: str) -> None:
    invitation, token = invited(cast.manager, NEW, Role.MANAGER)
    for act in (revoke, lambda **fields: invite_again(**fields, site=SITE)):
        with pytest.raises(Forbidden):
            act(invitation=invitation, **getattr(cast, who).acts)
    assert accept_as_new(token=token, **ACCOUNT).organisation == cast.ngo


def test_the_invitations_of_whoever_leaves_no_longer_work(cast: Cast) -> None:
    """Else somebody removed would come back by a link they sent themselves."""
    second = player("second_manager", cast.ngo, Role.MANAGER)
    _, theirs = invited(second, NEW, Role.MANAGER)
    _, others = invited(cast.manager, "other@new.example", Role.MANAGER)
    end_membership(membership=second.membership)
    with pytest.raises(Conflict, match="taken back"):
        accept_as_new(token=theirs, **ACCOUNT)
    assert accept_as_new(token=others, **ACCOUNT).role == Role.MANAGER


def test_a_manager_who_becomes_representative_no_longer_invites_and_neither_do_their_links(cast: Cast) -> None:
    second = player("second_manager", cast.ngo, Role.MANAGER)
    _, token = invited(second, NEW, Role.MANAGER)
    add_member(organisation=cast.ngo, user=second.user, role=Role.REPRESENTATIVE)
    with pytest.raises(Conflict, match="taken back"):
        accept_as_new(token=token, **ACCOUNT)


def test_another_post_in_the_same_role_takes_no_invitation_back(cast: Cast) -> None:
    _, token = invited(cast.manager, NEW, Role.MANAGER)
    add_member(organisation=cast.ngo, user=cast.manager.user, role=Role.MANAGER, post="Director")
    assert accept_as_new(token=token, **ACCOUNT).role == Role.MANAGER


def test_whoever_belongs_to_it_already_is_neither_invited_nor_changed_by_a_link(cast: Cast) -> None:
    """Else a coordinator could end a registrar's role by inviting them as an officer."""
    with pytest.raises(Invalid, match="belongs to your organisation already"):
        invite(**cast.manager.acts, email=cast.representative.user.email.upper(), role=Role.MANAGER, site=SITE)
    _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    add_member(organisation=cast.ngo, user=cast.stranger, role=Role.REPRESENTATIVE)
    with pytest.raises(Conflict, match="stays as it is"):
        accept(token=token, actor=cast.stranger)
    assert Membership.objects.get(user=cast.stranger, until=None).role == Role.REPRESENTATIVE


def test_whoever_left_can_be_invited_again(cast: Cast) -> None:
    end_membership(membership=cast.representative.membership)
    _, token = invited(cast.manager, cast.representative.user.email, Role.MANAGER)
    accept(token=token, actor=cast.representative.user)
    assert [each.role for each in cast.representative.user.memberships.order_by("id")] == ["representative", "manager"]


@pytest.mark.parametrize(
    "email", ["", "aigul", "a@b", "a b@new.example", "a@new.example\nBcc: all@new.example", "a@new.example, b@new.example",
              f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example", "a\0@new.example", None],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_no_mail_leaves(cast: Cast, email: Any) -> None:
    with pytest.raises(Invalid) as caught:
        invite(**cast.manager.acts, email=email, role=Role.MANAGER, site=SITE)
    assert list(caught.value.errors) == ["email"]


def test_at_most_fifty_invitations_of_an_organisation_wait(cast: Cast) -> None:
    at = timezone.now()
    for n in range(limits.INVITATIONS_OPEN_AT_MOST):
        invitation = invite(**cast.manager.acts, email=f"p{n}@new.example", role=Role.REPRESENTATIVE, site=SITE, at=at)
    with pytest.raises(Conflict, match="50"):
        invite(**cast.manager.acts, email=NEW, role=Role.MANAGER, site=SITE, at=at)
    again = invite(**cast.manager.acts, email="p0@new.example", role=Role.MANAGER, site=SITE, at=at)
    assert again.role == Role.MANAGER, "an address that waits already is invited again"
    invite(**cast.other_manager.acts, email=NEW, role=Role.MANAGER, site=SITE, at=at)
    revoke(invitation=invitation, **cast.manager.acts, at=at)
    assert invite(**cast.manager.acts, email=NEW, role=Role.MANAGER, site=SITE, at=at).email == NEW


def test_invitations_too_old_to_be_accepted_take_no_place(cast: Cast) -> None:
    at = timezone.now()
    for n in range(limits.INVITATIONS_OPEN_AT_MOST):
        invite(**cast.manager.acts, email=f"p{n}@new.example", role=Role.MANAGER, site=SITE, at=at - timedelta(days=15))
    assert invite(**cast.manager.acts, email=NEW, role=Role.MANAGER, site=SITE, at=at).email == NEW


def test_nobody_fills_a_mail_box_through_birge(cast: Cast) -> None:
    at = timezone.now()
    for _ in range(limits.INVITATIONS_A_DAY_AT_MOST):
        invitation = invite(**cast.manager.acts, email=NEW, role=Role.MANAGER, site=SITE, at=at)
    for refused in (
        lambda: invite(**cast.manager.acts, email="other@new.example", role=Role.MANAGER, site=SITE, at=at),
        lambda: invite_again(invitation=invitation, **cast.manager.acts, site=SITE, at=at),
    ):
        with pytest.raises(Conflict, match="tomorrow"):
            refused()
    tomorrow = at + timedelta(days=1)
    assert (
        invite(**cast.manager.acts, email="other@new.example", role=Role.MANAGER, site=SITE, at=tomorrow).at == tomorrow
    )


def test_inviting_is_the_same_whether_or_not_the_address_has_an_account(cast: Cast) -> None:
    """The answer, and the row that the manager sees, say nothing about it."""
    rows = []
    for email in (cast.stranger.email, NEW):
        invitation = invite(
            **cast.manager.acts, email=email, role=Role.MANAGER, site=SITE, at=LONG_AGO + timedelta(3000)
        )
        row = Invitation.objects.values().get(pk=invitation.pk)
        rows.append({name: value for name, value in row.items() if name not in ("id", "email", "token_hash")})
    assert rows[0] == rows[1]


def test_an_account_that_is_switched_off_does_not_come_back_by_a_link(cast: Cast) -> None:
    gone = person("gone")
    gone.is_active = False
    gone.save()
    _, token = invited(cast.manager, gone.email, Role.MANAGER)
    with pytest.raises(Conflict, match="sign in"):
        accept_as_new(token=token, **ACCOUNT)
