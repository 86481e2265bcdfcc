"""The admin: standing with a public reason, memberships through the actions, people, and nothing of the public record."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from backend.accounts.models import User
from backend.organisations.models import Kind, Membership, Organisation, Role, Standing
from issues.models import Issue, IssueEvent
from tests.factories.people import PASSWORD, Cast, organisation, person
from tests.issues.visiting import text_of


@pytest.fixture
def registrar(db: None) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_superuser("admin@test.example", PASSWORD, name="Admin", language="en"))
    return client


def change(client: Client, which: Organisation, **fields: str) -> Any:
    """Save the organisation's page with these fields changed; rows of people as `people=[...]`."""
    people: Any = fields.pop("people", [])
    data = {"name_kk": which.name_kk, "name_ru": which.name_ru, "name_en": which.name_en, "slug": which.slug, "bin": "",
            "memberships-TOTAL_FORMS": str(len(people)), "memberships-INITIAL_FORMS": "0"}  # fmt: skip
    for n, row in enumerate(people):
        data |= {f"memberships-{n}-{name}": value for name, value in row.items()}
    return client.post(f"/admin/organisations/organisation/{which.pk}/change/", data | fields)


def test_an_ngo_is_verified_with_a_public_reason(registrar: Client) -> None:
    ngo = organisation("qamqor", standing=Standing.PENDING)
    response = change(registrar, ngo, decision="verified", decision_reason="Charter and BIN checked.")
    assert response.status_code == 302
    ngo.refresh_from_db()
    assert (ngo.standing, ngo.standing_reason) == (Standing.VERIFIED, "Charter and BIN checked.")
    assert ngo.standing_at is not None


def test_without_a_reason_nothing_is_decided(registrar: Client) -> None:
    ngo = organisation("qamqor", standing=Standing.PENDING)
    response = change(registrar, ngo, decision="suspended", decision_reason=" ")
    assert "Give the public reason for this decision." in text_of(response)
    ngo.refresh_from_db()
    assert ngo.standing == Standing.PENDING


def test_saving_without_a_decision_leaves_the_standing_and_its_reason(registrar: Client) -> None:
    ngo = organisation("qamqor", standing_reason="As before.")
    change(registrar, ngo, name_en="Qamqor Foundation")
    ngo.refresh_from_db()
    assert (ngo.name_en, ngo.standing, ngo.standing_reason) == ("Qamqor Foundation", Standing.VERIFIED, "As before.")


def test_a_new_organisation_is_an_ngo_that_waits_for_its_check(registrar: Client) -> None:
    data = {"name_kk": "Жаңа", "name_ru": "Новая", "name_en": "New", "slug": "new", "bin": "061240600008"}
    response = registrar.post("/admin/organisations/organisation/add/", data)
    assert response.status_code == 302
    made = Organisation.objects.get(slug="new")
    assert (made.kind, made.standing, made.bin) == (Kind.NGO, Standing.PENDING, "061240600008")


def test_a_wrong_bin_is_refused(registrar: Client) -> None:
    data = {"name_kk": "Жаңа", "name_ru": "Новая", "name_en": "New", "slug": "new", "bin": "061240600009"}
    assert "This is not a valid BIN" in text_of(registrar.post("/admin/organisations/organisation/add/", data))


def test_two_ngos_may_both_be_without_a_bin(registrar: Client) -> None:
    for slug in ("one", "two"):
        data = {"name_kk": slug, "name_ru": slug, "name_en": slug, "slug": slug, "bin": ""}
        assert registrar.post("/admin/organisations/organisation/add/", data).status_code == 302
    assert Organisation.objects.ngos().filter(bin=None).count() == 2


def test_reference_bodies_are_shown_and_not_edited(registrar: Client) -> None:
    ministry = Organisation.objects.get(slug="labour")
    page = text_of(registrar.get(f"/admin/organisations/organisation/{ministry.pk}/change/"))
    assert 'name="name_en"' not in page
    change(registrar, ministry, name_en="Ministry of Nothing")
    assert Organisation.objects.get(slug="labour").name_en == ministry.name_en


def test_a_person_is_added_with_a_role_and_a_new_role_ends_the_one_before(registrar: Client) -> None:
    ngo, user = organisation("qamqor"), person("aigul")
    for role in (Role.REPRESENTATIVE, Role.MANAGER):
        response = change(registrar, ngo, people=[{"user": str(user.pk), "role": role, "post": "Head"}])  # type: ignore[arg-type]
        assert response.status_code == 302
    seats = Membership.objects.filter(user=user).order_by("since")
    assert [(seat.role, seat.until is None) for seat in seats] == [("representative", False), ("manager", True)]


def test_a_role_of_another_kind_of_organisation_is_not_offered(registrar: Client) -> None:
    ngo, user = organisation("qamqor"), person("aigul")
    change(registrar, ngo, people=[{"user": str(user.pk), "role": "signatory", "post": ""}])  # type: ignore[arg-type]
    assert not Membership.objects.filter(user=user).exists()


def test_a_role_is_ended_in_the_list_and_access_with_it(registrar: Client, cast: Cast) -> None:
    seat = cast.manager.membership
    listed = text_of(registrar.get("/admin/organisations/membership/"))
    assert "End the chosen roles" in listed
    registrar.post("/admin/organisations/membership/", {"action": "end_the_roles", "_selected_action": [seat.pk]})
    seat.refresh_from_db()
    assert seat.until is not None
    visitor = Client()
    visitor.force_login(cast.manager.user)
    assert visitor.get("/en/issues/new/").status_code == 403


def test_staff_without_the_permission_end_nothing(client: Client, cast: Cast) -> None:
    staff = User.objects.create_user("staff@test.example", PASSWORD, name="Staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_membership"))
    client.force_login(staff)
    seat = cast.manager.membership
    client.post("/admin/organisations/membership/", {"action": "end_the_roles", "_selected_action": [seat.pk]})
    seat.refresh_from_db()
    assert seat.until is None


def test_organisations_and_memberships_are_never_deleted(registrar: Client, cast: Cast) -> None:
    assert registrar.get(f"/admin/organisations/organisation/{cast.ngo.pk}/delete/").status_code == 403
    assert registrar.get(f"/admin/organisations/membership/{cast.manager.membership.pk}/delete/").status_code == 403


def test_a_person_is_made_in_the_admin_and_signs_in(registrar: Client) -> None:
    data = {"email": "Aigul@Test.example", "name": "Aigul", "language": "kk", "password1": PASSWORD, "password2": PASSWORD,
            "usable_password": "true"}  # fmt: skip
    assert registrar.post("/admin/accounts/user/add/", data).status_code == 302
    made = User.objects.get(email__iexact="aigul@test.example")
    assert (made.name, made.language, made.is_staff) == ("Aigul", "kk", False)
    response = Client().post("/kk/accounts/login/", {"login": "aigul@test.example", "password": PASSWORD})
    assert response.status_code == 302


def test_the_public_record_has_no_page_in_the_admin(db: None) -> None:
    assert not {Issue, IssueEvent} & set(admin.site._registry)


@pytest.mark.parametrize("page", ["organisations/organisation/", "organisations/membership/", "accounts/user/"])
def test_each_list_opens(registrar: Client, cast: Cast, page: str) -> None:
    assert registrar.get(f"/admin/{page}").status_code == 200
    assert registrar.get(f"/admin/{page}?q=a").status_code == 200
