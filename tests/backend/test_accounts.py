"""Signing in and out, a new password by mail in the person's language, and where one lands."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from backend.accounts.actions import save_person
from backend.accounts.models import User
from backend.core.errors import Invalid
from tests.factories.people import PASSWORD, Cast, person


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> Iterator[None]:
    """The limits of attempts are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/en/accounts/login/", {"login": user.email, "password": password} | more)


@pytest.mark.parametrize(
    ("who", "page"),
    [("officer", "/en/desk/"), ("signatory", "/en/desk/"), ("manager", "/en/me/"), ("chair", "/en/me/")],
)
def test_officials_land_on_their_desk_and_others_on_their_page(client: Client, cast: Cast, who: str, page: str) -> None:
    response = sign_in(client, getattr(cast, who).user)
    assert (response.status_code, response["Location"]) == (302, page)
    assert client.get(page).status_code == 200


def test_whoever_was_on_the_way_somewhere_goes_there(client: Client, cast: Cast) -> None:
    assert sign_in(client, cast.officer.user, next="/en/council/")["Location"] == "/en/council/"
    assert 'name="next"' in Client().get("/en/accounts/login/?next=/en/council/").content.decode()


def test_the_way_after_signing_in_never_leads_to_another_site(client: Client, cast: Cast) -> None:
    assert sign_in(client, cast.officer.user, next="https://evil.example/")["Location"] == "/en/desk/"


def test_an_address_is_known_whatever_its_case(client: Client, cast: Cast) -> None:
    cast.officer.user.email = cast.officer.user.email.upper()
    assert sign_in(client, cast.officer.user).status_code == 302


def test_a_wrong_password_is_told_without_telling_whether_the_address_is_known(client: Client, cast: Cast) -> None:
    said = [sign_in(client, cast.officer.user, "wrong"), sign_in(client, User(email="nobody@test.example"), "wrong")]
    pages = [response.content.decode() for response in said]
    words = "The email address and/or password you specified are not correct."
    assert [words in page for page in pages] == [True, True]
    assert "<title>Error:" in pages[0]


def test_whoever_is_switched_off_cannot_sign_in(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.officer.user.pk).update(is_active=False)
    assert "_auth_user_id" not in (sign_in(client, cast.officer.user), client.session)[1]


def test_signing_out_asks_first_and_needs_a_post(client: Client, cast: Cast) -> None:
    sign_in(client, cast.officer.user)
    assert "Do you want to sign out?" in client.get("/en/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session
    assert client.post("/en/accounts/logout/")["Location"] == "/en/"
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_alone(client: Client, db: None) -> None:
    assert client.get("/en/accounts/signup/", follow=True).status_code == 200
    client.post("/en/accounts/signup/", {"email": "new@test.example", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("language", "subject"), [("kk", "Birge: "), ("ru", "Birge: "), ("en", "Birge: A new password")]
)
def test_a_new_password_is_set_by_a_link_in_the_persons_language(
    client: Client, db: None, language: str, subject: str
) -> None:
    user = person("aigul")
    save_person(person=user, name="Aigul", language=language)
    response = client.post("/en/accounts/password/reset/", {"email": user.email})
    assert response["Location"] == "/en/accounts/password/reset/done/"
    assert "Look into your mail" in client.get(response["Location"]).content.decode()
    (letter,) = mail.outbox
    assert letter.to == [user.email]
    assert letter.subject.startswith(subject)
    link = re.search(r"http://testserver(/\S+)", letter.body)
    assert link
    assert link[1].startswith(f"/{language}/accounts/password/reset/key/")
    form = client.get(link[1], follow=True)
    assert form.status_code == 200
    new = "another-long-enough-password"
    assert client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}).status_code == 302
    assert sign_in(Client(), user, new).status_code == 302
    again = Client().get(link[1], follow=True)
    assert f'href="/{language}/accounts/password/reset/"' in again.content.decode()  # it works once


def test_the_mails_words_are_those_of_the_language(client: Client, db: None) -> None:
    for language in ("kk", "ru", "en"):
        user = person(f"aigul_{language}")
        save_person(person=user, name="Aigul", language=language)
        client.post("/en/accounts/password/reset/", {"email": user.email})
    bodies = [letter.body for letter in mail.outbox]
    assert len({body.split("http")[0] for body in bodies}) == 3
    assert [bool(re.search("[А-Яа-я]", body)) for body in bodies] == [True, True, False]


def test_an_unknown_address_gets_no_mail_and_the_page_says_the_same(client: Client, db: None) -> None:
    response = client.post("/en/accounts/password/reset/", {"email": "nobody@test.example"})
    assert response["Location"] == "/en/accounts/password/reset/done/"
    assert mail.outbox == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("page", ["login/", "logout/", "inactive/", "password/reset/", "password/reset/done/",
                                  "password/reset/key/1-wrong/", "password/reset/key/done/"])  # fmt: skip
def test_every_page_of_the_account_is_in_our_look_and_language(
    client: Client, cast: Cast, language: str, page: str
) -> None:
    if page == "logout/":
        client.force_login(cast.officer.user)
    response = client.get(f"/{language}/accounts/{page}")
    content = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in content
    assert '<main id="main"' in content
    assert content.count("<h1>") == 1


@pytest.mark.parametrize(
    ("fields", "field"), [({"name": " "}, "name"), ({"name": "x" * 151}, "name"), ({"language": "de"}, "language")]
)
def test_a_person_has_a_name_and_one_of_our_languages(db: None, fields: dict[str, str], field: str) -> None:
    user = person("aigul")
    with pytest.raises(Invalid) as refusal:
        save_person(person=user, **{"name": "Aigul", "language": "kk"} | fields)
    assert list(refusal.value.errors) == [field]


def test_whoever_tries_too_often_is_told_to_wait(client: Client, db: None) -> None:
    answers = [client.post("/en/accounts/password/reset/", {"email": "a@test.example"}) for _ in range(30)]
    assert answers[-1].status_code == 429
    assert "Wait a few minutes" in answers[-1].content.decode()


@pytest.mark.parametrize("cookie", ['"abcdefgh\\000ijklmnop"', "short", "x" * 500, '"a b c d e f g h"'])
def test_a_cookie_that_is_no_key_is_no_session(db: None, cookie: str) -> None:
    client = Client(headers={"cookie": f"sessionid={cookie}"})
    assert client.get("/en/me/").status_code == 302
    assert client.get("/en/").status_code == 200
