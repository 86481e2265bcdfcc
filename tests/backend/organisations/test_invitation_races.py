"""The same invitation answered, sent and taken back at the same moment, each on a connection of its own."""

from collections import Counter
from functools import partial

import pytest
from django.core import mail
from django.test import Client

from backend.accounts.models import User
from backend.core.errors import Conflict
from backend.core.posting import new_key
from backend.organisations import limits
from backend.organisations.actions import accept, accept_as_new, add_member, invite, let_go, revoke
from backend.organisations.models import Invitation, Membership, Role
from tests.factories.at_once import at_once
from tests.factories.invitations import SITE, invited
from tests.factories.people import Cast, Player, make_cast, player

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]
NEW = "aigul@new.example"
ACCOUNT = {"name": "Aigul", "language": "kk", "password": "correct-horse-battery"}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_a_link_opened_in_twenty_windows_makes_one_account_and_one_membership(cast: Cast) -> None:
    _, token = invited(cast.manager, NEW, Role.MANAGER)
    found = at_once([partial(accept_as_new, token=token, **ACCOUNT)] * 20)
    assert Counter(type(each) for each in found) == {Membership: 1, Conflict: 19}
    assert all("used" in str(each) for each in found if isinstance(each, Conflict))
    assert User.objects.filter(email=NEW).count() == 1
    assert Membership.objects.filter(user__email=NEW).count() == 1


def test_accept_pressed_in_twenty_windows_makes_one_membership(cast: Cast) -> None:
    """Over HTTP: one is let in, the others read that the link has been used."""
    _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    presses = []
    for _ in range(20):
        client = Client()
        client.force_login(cast.stranger)
        presses.append(partial(client.post, f"/en/invitations/{token}/"))
    statuses = Counter(each.status_code for each in at_once(presses))
    assert statuses[303] == 1
    assert set(statuses) <= {303, 409, 410}
    assert cast.stranger.memberships.count() == 1


def test_accepting_races_with_taking_back_and_one_of_them_wins(cast: Cast) -> None:
    invitation, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    found = at_once([
        partial(accept, token=token, actor=cast.stranger), partial(revoke, invitation=invitation, **cast.manager.acts),
    ])  # fmt: skip
    assert Counter(type(each) for each in found)[Conflict] == 1
    assert cast.stranger.memberships.exists() == isinstance(found[0], Membership)
    invitation.refresh_from_db()
    assert (invitation.accepted_at is None) == (invitation.revoked_at is not None)


def test_accepting_races_with_a_role_given_in_the_admin(cast: Cast) -> None:
    _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    found = at_once([
        partial(accept, token=token, actor=cast.stranger),
        partial(add_member, organisation=cast.ngo, user=cast.stranger, role=Role.REPRESENTATIVE),
    ])  # fmt: skip
    assert {type(each) for each in found} <= {Membership, Conflict}
    assert Membership.objects.get(user=cast.stranger, until=None).role == Role.REPRESENTATIVE


def test_invited_by_ten_at_once_an_address_has_one_link_that_works(cast: Cast) -> None:
    managers = [player(f"manager_{n}", cast.ngo, Role.MANAGER) for n in range(10)]
    send = [partial(invite, **each.acts, email=NEW, role=Role.MANAGER, site=SITE) for each in managers]
    assert {type(each) for each in at_once(send)} == {Invitation}
    assert Invitation.objects.unanswered().count() == 1
    assert Invitation.objects.count() == 10


def test_the_last_place_is_given_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INVITATIONS_OPEN_AT_MOST", 3)
    send = [
        partial(invite, **cast.manager.acts, email=f"p{n}@new.example", role=Role.MANAGER, site=SITE) for n in range(8)
    ]
    assert Counter(type(each) for each in at_once(send)) == {Invitation: 3, Conflict: 5}


def test_two_managers_who_let_each_other_go_leave_one(cast: Cast) -> None:
    second = player("second_manager", cast.ngo, Role.MANAGER)
    at_once([
        partial(let_go, membership=second.membership, **cast.manager.acts),
        partial(let_go, membership=cast.manager.membership, **second.acts),
    ])  # fmt: skip
    assert Membership.objects.filter(organisation=cast.ngo, role=Role.MANAGER, until=None).count() == 1


def test_two_managers_who_leave_at_once_do_not_both_go_unaware(cast: Cast) -> None:
    second = player("second_manager", cast.ngo, Role.MANAGER)
    at_once([partial(let_go, membership=each.membership, **each.acts) for each in (cast.manager, second)])
    assert Membership.objects.filter(organisation=cast.ngo, role=Role.MANAGER, until=None).count() == 1


def test_a_double_click_mails_once_and_both_clicks_are_told_the_same(cast: Cast) -> None:
    """The second arrives while the first is still mailing; its answer is the first one's, word for word."""
    sent = {"email": NEW, "role": "representative", "once": new_key(cast.manager.user), "as": cast.ngo.slug}
    clients = [signed_in(cast.manager) for _ in range(2)]
    found = at_once([partial(each.post, "/en/me/organisation/invite/", sent) for each in clients])
    assert [each.status_code for each in found] == [303, 303]
    assert [message.to for message in mail.outbox] == [[NEW]]
    assert Invitation.objects.count() == 1
    for each in clients:
        assert f"The invitation is on its way to: {NEW}." in each.get("/en/me/organisation/").content.decode()


def test_a_repeat_says_again_that_the_mail_had_not_left_and_does_not_try_another(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def fails(invitation: Invitation, *_: object) -> None:
        tried.append(invitation.email)
        raise OSError

    monkeypatch.setattr("backend.organisations.actions.inviting.send_invitation", fails)
    client = signed_in(cast.manager)
    sent = {"email": NEW, "role": "representative", "once": new_key(cast.manager.user)}
    for _ in range(2):
        client.post("/en/me/organisation/invite/", sent)
        said = client.get("/en/me/organisation/").content.decode()
        assert f"its mail could not be sent to: {NEW}" in said
    assert tried == [NEW]


def test_a_form_that_was_refused_keeps_its_key_free(cast: Cast) -> None:
    client, key = signed_in(cast.manager), new_key(cast.manager.user)
    wrong = client.post("/en/me/organisation/invite/", {"email": "aigul", "role": "representative", "once": key})
    assert wrong.status_code == 422
    right = client.post("/en/me/organisation/invite/", {"email": NEW, "role": "representative", "once": key})
    assert right.status_code == 303
    other = client.post("/en/me/organisation/invite/", {"email": "b@new.example", "role": "manager", "once": key})
    assert other.status_code == 422
    assert [each.email for each in Invitation.objects.all()] == [NEW]


def signed_in(who: Player) -> Client:
    client = Client()
    client.force_login(who.user)
    return client
