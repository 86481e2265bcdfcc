"""What the link of an invitation opens: for somebody new, for the invited person, for somebody else, and too late."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from backend.organisations.actions import accept, add_member, revoke
from backend.organisations.models import Membership, Role
from tests.factories.invitations import invited, link_in
from tests.factories.people import PASSWORD, Cast
from tests.issues.visiting import text_of

NEW = "aigul@new.example"
SENT = {"name": "Aigul Serik", "language": "kk", "password": "correct-horse-battery", "again": "correct-horse-battery"}


def without_secrets(response: Any) -> str:
    import re

    return re.sub(r"""("|&quot;)\w{64}("|&quot;)""", "", text_of(response))


def test_somebody_new_makes_an_account_and_acts(client: Client, cast: Cast) -> None:
    invited(cast.coordinator, NEW, Role.OFFICER, post="Expert")
    link = link_in(mail.outbox[-1])
    page = text_of(client.get(link))
    for words in (str(cast.ministry), "Officer · Expert", NEW, "I am new here", "I have an account"):
        assert words in page
    response = client.post(link, SENT)
    assert (response.status_code, response["Location"]) == (303, "/kk/me/")
    assert response.cookies["birge_language"].value == "kk"
    page = text_of(client.get("/kk/me/"))
    assert "Aigul Serik" in page
    assert cast.ministry.name_kk in page
    assert client.get("/kk/desk/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"), ({"language": "de"}, "language"), ({"password": "short", "again": "short"}, "password"),
        ({"password": "12345678901", "again": "12345678901"}, "password"), ({"again": "another"}, "again"),
        ({"password": "", "again": ""}, "password"), ({"password": NEW, "again": NEW}, "password"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_said_and_the_rest_kept(
    client: Client, cast: Cast, fields: dict[str, str], wrong: str
) -> None:
    _, token = invited(cast.manager, NEW, Role.MANAGER)
    response = client.post(f"/en/invitations/{token}/", SENT | fields)
    assert response.status_code == 422
    assert wrong in response.context["form"].errors
    assert ("Aigul Serik" in text_of(response)) == (wrong != "name")
    assert "correct-horse-battery" not in text_of(response)
    assert not User.objects.filter(email=NEW).exists()
    assert "_auth_user_id" not in client.session


def test_the_invited_person_accepts_signed_in_and_acts_for_it_from_then_on(client: Client, cast: Cast) -> None:
    _, token = invited(cast.manager, cast.other_manager.user.email.upper(), Role.REPRESENTATIVE)
    client.force_login(cast.other_manager.user)
    page = text_of(client.get(f"/en/invitations/{token}/"))
    assert "Accept the invitation" in page
    assert "I am new here" not in page
    response = client.post(f"/en/invitations/{token}/")
    assert (response.status_code, response["Location"]) == (303, "/en/me/")
    page = text_of(client.get("/en/me/"))
    assert "You now act for: Qamqor (en)." in page
    assert (
        Membership.objects.get(user=cast.other_manager.user, organisation=cast.ngo, until=None).role == "representative"
    )


def test_on_the_way_through_sign_in_one_comes_back_to_the_invitation(client: Client, cast: Cast) -> None:
    cache.clear()  # where attempts to sign in are counted
    _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    link = f"/en/invitations/{token}/"
    assert f'href="/en/accounts/login/?next={link}"' in text_of(client.get(link))
    response = client.post("/en/accounts/login/", {"login": cast.stranger.email, "password": PASSWORD, "next": link})
    assert response["Location"] == link
    assert client.post(link).status_code == 303


def test_somebody_else_is_told_and_can_sign_out_back_to_the_link(client: Client, cast: Cast) -> None:
    _, token = invited(cast.manager, NEW, Role.MANAGER)
    link = f"/en/invitations/{token}/"
    client.force_login(cast.stranger)
    page = text_of(client.get(link))
    assert "You are signed in with another address: stranger@test.example." in page
    assert "Accept the invitation" not in page
    response = client.post(link, SENT)
    assert response.status_code == 403
    assert "sent to another address" in text_of(response)
    assert not cast.stranger.memberships.exists()
    assert not User.objects.filter(email=NEW).exists()
    assert client.post("/en/accounts/logout/", {"next": link})["Location"] == link
    assert "I am new here" in text_of(client.get(link))


def test_the_link_says_nothing_of_whether_the_address_has_an_account(cast: Cast) -> None:
    """To a visitor, and to somebody signed in with another address: the same page, save for the address it was sent to."""
    now = timezone.now()
    pages: dict[str, list[str]] = {}
    for email in (cast.stranger.email, NEW):
        _, token = invited(cast.manager, email, Role.MANAGER, at=now)
        for who in (None, cast.other_manager.user):
            client = Client()
            if who:
                client.force_login(who)
            page = without_secrets(client.get(f"/en/invitations/{token}/"))
            pages.setdefault(str(who), []).append(page.replace(email, "*").replace(token, "*"))
    for one, other in pages.values():
        assert one == other


def test_whoever_has_an_account_is_asked_to_sign_in(client: Client, cast: Cast) -> None:
    _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    response = client.post(f"/en/invitations/{token}/", SENT)
    assert response.status_code == 409
    page = text_of(response)
    assert "sign in with it, and open the link again" in page
    assert "Aigul Serik" in page
    assert not cast.stranger.memberships.exists()


class TestALinkThatNoLongerWorks:
    def closed(self, client: Client, token: str, status: int, words: str) -> None:
        for response in (client.get(f"/en/invitations/{token}/"), client.post(f"/en/invitations/{token}/", SENT)):
            assert response.status_code == status
            assert words in text_of(response)
            assert "I am new here" not in text_of(response)
        assert not User.objects.filter(email=NEW).exists()

    def test_because_nobody_sent_it(self, client: Client, cast: Cast) -> None:
        invited(cast.manager, NEW, Role.MANAGER)
        self.closed(client, "A" * 43, 404, "This link is not known.")

    def test_because_it_is_too_old(self, client: Client, cast: Cast) -> None:
        _, token = invited(cast.manager, NEW, Role.MANAGER, at=timezone.now() - timedelta(days=14))
        self.closed(client, token, 410, "too old")

    def test_because_it_was_taken_back(self, client: Client, cast: Cast) -> None:
        invitation, token = invited(cast.manager, NEW, Role.MANAGER)
        revoke(invitation=invitation, **cast.manager.acts)
        self.closed(client, token, 410, "taken back")

    def test_because_it_was_used(self, client: Client, cast: Cast) -> None:
        _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
        accept(token=token, actor=cast.stranger)
        self.closed(client, token, 410, "has been used")

    def test_because_one_belongs_to_it_already(self, client: Client, cast: Cast) -> None:
        _, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
        add_member(organisation=cast.ngo, user=cast.stranger, role=Role.REPRESENTATIVE)
        client.force_login(cast.stranger)
        response = client.post(f"/en/invitations/{token}/")
        assert response.status_code == 409
        assert "You belong to this organisation already" in text_of(response)


def test_there_is_still_no_sign_up_for_everybody(client: Client, cast: Cast) -> None:
    people = User.objects.count()
    for path in ("/en/accounts/signup/", "/en/invitations/"):
        client.get(path)
        client.post(path, SENT | {"email": NEW})
    assert User.objects.count() == people


def test_no_page_with_a_link_in_it_is_kept_or_found(client: Client, cast: Cast) -> None:
    _, token = invited(cast.manager, NEW, Role.MANAGER)
    response = client.get(f"/en/invitations/{token}/")
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in text_of(response)
    assert response["Referrer-Policy"] == "same-origin"
