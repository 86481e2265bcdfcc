"""The people of one's organisation, on pages: the list, inviting, changing, letting go. Reading writes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.organisations.actions import add_member, end_membership
from backend.organisations.models import Invitation, Membership, Role
from tests.factories.in_full import in_full
from tests.factories.invitations import invited
from tests.factories.people import Cast, Player, player
from tests.issues.visiting import text_of

PEOPLE = "/en/me/organisation/"
NEW = "aigul@new.example"


def signed_in(who: Player) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def main_of(response: Any) -> str:
    return text_of(response).split("<main", 1)[1]


def test_everybody_sees_who_acts_for_the_organisation(cast: Cast) -> None:
    page = main_of(signed_in(cast.representative).get(PEOPLE))
    for words in ("Qamqor (en)", "Manager", "Representative", "Post"):
        assert words in page
    assert "manager@test.example" not in page, "addresses are for those who look after the people"
    assert "Other Manager" not in page
    assert "Leave the organisation" in page
    assert "End the membership" not in page


def test_a_manager_sees_addresses_invitations_and_what_can_be_done(cast: Cast) -> None:
    invited(cast.manager, NEW, Role.MANAGER)
    invited(cast.other_manager, "other@new.example", Role.MANAGER)
    page = main_of(signed_in(cast.manager).get(PEOPLE))
    for words in ("representative@test.example", NEW, "End the membership", "Change role or post", "Send again"):
        assert words in page
    assert "other@new.example" not in page


def test_whoever_left_is_not_in_the_list(cast: Cast) -> None:
    end_membership(membership=cast.representative.membership)
    assert "representative@test.example" not in main_of(signed_in(cast.manager).get(PEOPLE))


def test_whoever_acts_for_nobody_is_told(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.stranger)
    response = client.get(PEOPLE)
    assert response.status_code == 403
    assert "You act for no organisation now." in main_of(response)


def test_the_list_costs_the_same_however_many_they_are(cast: Cast) -> None:
    client = signed_in(cast.manager)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(PEOPLE).status_code == 200
        return len(caught)

    invited(cast.manager, NEW, Role.MANAGER)
    few = queries()
    for n in range(3):
        player(f"more_{n}", cast.ngo, Role.REPRESENTATIVE)
        invited(cast.manager, f"{n}@new.example", Role.MANAGER)
    assert queries() == few == 5  # session, person, memberships; colleagues, invitations


class TestInviting:
    def test_sends_a_mail_and_comes_back_to_the_list(
        self, cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        client = signed_in(cast.manager)
        assert main_of(client.get(f"{PEOPLE}invite/")).count('type="radio"') == 2
        with django_capture_on_commit_callbacks(execute=True):
            sent = {"email": NEW, "role": "representative", "post": "Lawyer", "as": "qamqor"}
            response = client.post(f"{PEOPLE}invite/", sent)
        assert (response.status_code, response["Location"]) == (303, PEOPLE)
        assert [message.to for message in mail.outbox] == [[NEW]]
        assert "http://testserver/en/invitations/" in str(mail.outbox[0].body)
        page = main_of(client.get(PEOPLE))
        assert "<strong>aigul@new.example</strong> · Representative · Lawyer" in page

    def test_says_when_the_mail_did_not_leave(self, cast: Cast) -> None:
        """Nothing commits in this test, so no mail leaves either."""
        client = signed_in(cast.manager)
        client.post(f"{PEOPLE}invite/", {"email": NEW, "role": "manager"})
        page = main_of(client.get(PEOPLE))
        assert "its mail could not be sent to: aigul@new.example" in page
        assert "The mail could not be sent. Send it again." in page

    @pytest.mark.parametrize(
        ("sent", "wrong"),
        [
            ({"email": "aigul", "role": "manager"}, ["email"]), ({"email": NEW}, ["role"]),
            ({"email": NEW, "role": "moderator"}, ["role"]), ({"email": NEW, "role": "officer"}, ["role"]),
            ({"email": NEW, "role": "manager", "post": "x" * 300}, ["post"]), ({}, ["email", "role"]),
        ],
    )  # fmt: skip
    def test_keeps_what_was_typed_and_says_what_is_wrong(
        self, cast: Cast, sent: dict[str, str], wrong: list[str]
    ) -> None:
        response = signed_in(cast.manager).post(f"{PEOPLE}invite/", sent)
        assert response.status_code == 422
        assert sorted(response.context["form"].errors) == wrong
        assert "There is a problem" in main_of(response)
        assert f'value="{sent.get("email", "")}"' in main_of(response) or not sent.get("email")
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("who", ["representative", "officer", "signatory", "moderator", "registrar"])
    def test_is_refused_to_others_in_words(self, cast: Cast, who: str) -> None:
        client = signed_in(getattr(cast, who))
        for response in (
            client.get(f"{PEOPLE}invite/"), client.post(f"{PEOPLE}invite/", {"email": NEW, "role": "manager"}),
        ):  # fmt: skip
            assert response.status_code == 403
            assert "looked after by its managers" in main_of(response)
        assert not Invitation.objects.exists()

    def test_of_too_many_is_refused_in_words_with_the_form_kept(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("backend.organisations.limits.INVITATIONS_OPEN_AT_MOST", 1)
        invited(cast.manager, "first@new.example", Role.MANAGER)
        response = signed_in(cast.manager).post(f"{PEOPLE}invite/", {"email": NEW, "role": "manager"})
        assert response.status_code == 409
        assert "More cannot be sent until one is accepted, or taken back." in main_of(response)
        assert f'value="{NEW}"' in main_of(response)


class TestInvitations:
    def test_are_taken_back_and_sent_again(self, cast: Cast) -> None:
        invitation, _ = invited(cast.manager, NEW, Role.MANAGER)
        client = signed_in(cast.manager)
        assert client.post(f"{PEOPLE}invitations/{invitation.pk}/again/")["Location"] == PEOPLE
        newer = Invitation.objects.unanswered().get()
        assert newer.pk != invitation.pk
        assert client.post(f"{PEOPLE}invitations/{newer.pk}/revoke/")["Location"] == PEOPLE
        assert not Invitation.objects.unanswered().exists()

    @pytest.mark.parametrize("act", ["again", "revoke"])
    def test_answered_meanwhile_are_told_so(self, cast: Cast, act: str) -> None:
        invitation, _ = invited(cast.manager, NEW, Role.MANAGER)
        client = signed_in(cast.manager)
        client.post(f"{PEOPLE}invitations/{invitation.pk}/revoke/")
        response = client.post(f"{PEOPLE}invitations/{invitation.pk}/{act}/")
        assert response.status_code == 409
        assert "taken back already" in main_of(response)

    @pytest.mark.parametrize("who", ["other_manager", "representative", "coordinator", "moderator"])
    @pytest.mark.parametrize("act", ["again", "revoke"])
    def test_of_others_are_not_there(self, cast: Cast, who: str, act: str) -> None:
        invitation, _ = invited(cast.manager, NEW, Role.MANAGER)
        response = signed_in(getattr(cast, who)).post(f"{PEOPLE}invitations/{invitation.pk}/{act}/")
        assert response.status_code == 404
        assert Invitation.objects.unanswered().get() == invitation


class TestLettingGo:
    def test_asks_first_and_then_ends(self, cast: Cast) -> None:
        client, path = signed_in(cast.manager), f"{PEOPLE}people/{cast.representative.membership.pk}/end/"
        page = main_of(client.get(path))
        assert "loses access at once" in page
        assert Membership.objects.get(pk=cast.representative.membership.pk).until is None
        assert client.post(path, {"as": "qamqor"})["Location"] == PEOPLE
        assert Membership.objects.get(pk=cast.representative.membership.pk).until is not None
        assert "No longer acts for your organisation: Representative." in main_of(client.get(PEOPLE))

    def test_the_last_manager_reads_what_follows_and_says_so(self, cast: Cast) -> None:
        client, path = signed_in(cast.manager), f"{PEOPLE}people/{cast.manager.membership.pk}/end/"
        assert "You are its last manager." in main_of(client.get(path))
        response = client.post(path)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["aware"]
        assert client.post(path, {"aware": "on"})["Location"] == "/en/me/"
        page = text_of(client.get("/en/me/"))
        assert "You no longer act for: Qamqor (en). You act for no organisation now." in page

    def test_whoever_leaves_goes_on_for_another_and_is_told(self, cast: Cast) -> None:
        add_member(organisation=cast.ngo, user=cast.other_manager.user, role=Role.REPRESENTATIVE)
        client = signed_in(cast.other_manager)
        seat = Membership.objects.get(user=cast.other_manager.user, organisation=cast.ngo)
        client.post("/en/me/acting/", {"membership": seat.pk})
        assert client.post(f"{PEOPLE}people/{seat.pk}/end/")["Location"] == "/en/me/"
        page = text_of(client.get("/en/me/"))
        assert "You no longer act for: Qamqor (en). You now act for: Zhasyl (en)." in page

    @pytest.mark.parametrize("who", ["officer", "other_manager"])
    def test_people_of_others_are_not_there(self, cast: Cast, who: str) -> None:
        member = getattr(cast, who).membership
        for path in (f"{PEOPLE}people/{member.pk}/end/", f"{PEOPLE}people/{member.pk}/"):
            for response in (signed_in(cast.manager).get(path), signed_in(cast.manager).post(path, {"aware": "on"})):
                assert response.status_code == 404
        assert Membership.objects.get(pk=member.pk).until is None

    def test_a_colleague_is_not_let_go_by_a_representative(self, cast: Cast) -> None:
        path = f"{PEOPLE}people/{cast.manager.membership.pk}/end/"
        client = signed_in(cast.representative)
        assert [client.get(path).status_code, client.post(path, {"aware": "on"}).status_code] == [403, 403]
        assert Membership.objects.get(pk=cast.manager.membership.pk).until is None


class TestChanging:
    def test_gives_another_role(self, cast: Cast) -> None:
        client, path = signed_in(cast.coordinator), f"{PEOPLE}people/{cast.officer.membership.pk}/"
        assert main_of(client.get(path)).count('type="radio"') == 3
        assert client.post(path, {"role": "signatory", "post": "Vice minister"})["Location"] == PEOPLE
        now = Membership.objects.get(user=cast.officer.user, until=None)
        assert (now.role, now.post) == ("signatory", "Vice minister")
        assert "Saved. Officer: Signatory." in main_of(client.get(PEOPLE))

    @pytest.mark.parametrize("role", ["registrar", "moderator", "manager", "chair", ""])
    def test_to_a_role_nobody_may_give_here_is_refused(self, cast: Cast, role: str) -> None:
        response = signed_in(cast.coordinator).post(f"{PEOPLE}people/{cast.officer.membership.pk}/", {"role": role})
        assert response.status_code == 422
        assert Membership.objects.get(user=cast.officer.user, until=None).role == "officer"

    def test_of_oneself_is_another_post_alone(self, cast: Cast) -> None:
        client, path = signed_in(cast.coordinator), f"{PEOPLE}people/{cast.coordinator.membership.pk}/"
        assert main_of(client.get(path)).count('type="radio"') == 1
        assert client.post(path, {"role": "signatory"}).status_code == 422
        assert client.post(path, {"role": "coordinator", "post": "Chief of staff"}).status_code == 303
        now = Membership.objects.get(user=cast.coordinator.user, until=None)
        assert (now.role, now.post) == ("coordinator", "Chief of staff")


def test_a_form_opened_for_another_organisation_does_nothing(cast: Cast) -> None:
    """Switched in another window meanwhile: nobody is invited to, or let go from, the wrong one."""
    add_member(organisation=cast.ngo, user=cast.other_manager.user, role=Role.MANAGER)
    client = signed_in(cast.other_manager)  # acts for Zhasyl, the older one
    forms = {
        f"{PEOPLE}invite/": {"email": NEW, "role": "manager"},
        f"{PEOPLE}people/{cast.other_manager.membership.pk}/end/": {"aware": "on"},
        f"{PEOPLE}people/{cast.other_manager.membership.pk}/": {"role": "manager", "post": "X"},
    }
    for path, fields in forms.items():
        response = client.post(path, fields | {"as": "qamqor"})
        assert response.status_code == 409, path
        assert "You act for another organisation now" in main_of(response)
    assert not Invitation.objects.exists()
    cast.other_manager.membership.refresh_from_db()
    assert (cast.other_manager.membership.until, cast.other_manager.membership.post) == (None, "Post")


def test_reading_writes_nothing(cast: Cast) -> None:
    invitation, token = invited(cast.manager, cast.stranger.email, Role.MANAGER)
    mine, theirs = signed_in(cast.manager), Client()
    theirs.force_login(cast.stranger)
    paths = [PEOPLE, f"{PEOPLE}invite/", f"{PEOPLE}people/{cast.manager.membership.pk}/",
             f"{PEOPLE}people/{cast.manager.membership.pk}/end/", f"/en/invitations/{token}/"]  # fmt: skip
    with CaptureQueriesContext(connection) as caught:
        for path in paths:
            assert mine.get(path).status_code == 200
            assert mine.head(path).status_code == 200
        assert theirs.get(paths[-1]).status_code == 200
        for act in ("again", "revoke"):
            assert mine.get(f"{PEOPLE}invitations/{invitation.pk}/{act}/").status_code == 405
    assert [each["sql"] for each in caught if not in_full(each["sql"]).startswith("SELECT")] == []
