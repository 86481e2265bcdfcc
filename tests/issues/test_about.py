"""The pages about Birge: in three languages, joined to each other, and saying what the code does."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from issues.models import HideReason, ScopeCode

PAGES = ["", "rules/", "accessibility/", "privacy/", "help/"]


def read(path: str, language: str = "en") -> str:
    return unescape(Client().get(f"/{language}/about/{path}").content.decode())


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_each_page_names_the_others_and_marks_itself(db: None, language: str, path: str) -> None:
    html = read(path, language)
    nav = html.split('class="about-nav"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', nav) == [f"/{language}/about/{each}" for each in PAGES]
    assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == [f"/{language}/about/{path}"]
    assert html.count("<h1") == 1


def test_every_page_of_the_site_leads_to_them(db: None) -> None:
    footer = Client().get("/ru/issues/").content.decode().split('<footer class="site">')[1]
    for path in [f"about/{each}" for each in PAGES] + ["commitments/"]:
        assert f'href="/ru/{path}"' in footer


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_rules_name_every_reason_a_moderator_can_give(db: None, language: str) -> None:
    html = read("rules/", language)
    with translation.override(language):
        for reason in (*HideReason, *ScopeCode):
            assert f"<li>{reason.label}</li>" in html


def test_the_limit_of_open_issues_is_the_one_that_is_kept(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from issues.views import about

    monkeypatch.setattr(about, "OPEN_WITH_ONE_BODY", 7)
    assert "at most 7 open issues with one body" in read("rules/")


def test_help_shows_the_address_of_the_deployment_or_says_there_is_none(db: None, settings: Any) -> None:
    settings.CONTACT_EMAIL = "help@birge.example"
    assert '<a href="mailto:help@birge.example">' in read("help/")
    settings.CONTACT_EMAIL = ""
    assert "mailto:" not in read("help/")
    assert "has not named an address" in read("help/")


def test_privacy_names_every_cookie_that_is_set(db: None, settings: Any) -> None:
    """Language, session and form protection, as the page says; a visitor who reads gets none."""
    assert not Client().get("/en/issues/").cookies
    names = {settings.LANGUAGE_COOKIE_NAME, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    client = Client(headers={"Referer": "http://testserver/kk/accounts/login/"})
    assert set(client.get("/en/accounts/login/").cookies) <= names
