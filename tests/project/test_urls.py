"""Every address says who may read it: one table, written by hand. A new address without an entry fails here."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from issues.actions import attach
from tests.factories.stories import Story

PUBLIC = "public"  # anyone reads it, without an account
GUARDED = "guarded"  # a visitor is sent to sign in; who may do what is the policies' matter
STAFF = "staff"  # the admin: people with `is_staff`, sent to its own sign-in

ACCESS = {
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "manifest.webmanifest": PUBLIC,
    "sw.js": PUBLIC,
    "<lang>/offline/": PUBLIC,
    "feeds/issues.atom": PUBLIC,
    "feeds/issues.ics": PUBLIC,
    "feeds/issues/<number>.atom": PUBLIC,
    "feeds/issues/<number>.ics": PUBLIC,
    "feeds/bodies/<slug>.atom": PUBLIC,
    "feeds/bodies/<slug>.ics": PUBLIC,
    "admin/": STAFF,
    # Of the API reading; whoever writes has a token (401), which its own tests show.
    "api/v1/schema/": PUBLIC,
    "api/v1/docs/": PUBLIC,
    "api/v1/auth/token/": PUBLIC,
    "api/v1/issues/": PUBLIC,
    "api/v1/issues/<issue>/": PUBLIC,
    "api/v1/issues/<issue>/moves/": PUBLIC,
    "api/v1/issues/<issue>/events/": PUBLIC,
    "api/v1/issues/<issue>/clock/": PUBLIC,
    "api/v1/issues/<issue>/messages/": PUBLIC,
    "api/v1/issues/<issue>/messages/<seq>/": PUBLIC,
    "api/v1/issues/<issue>/messages/<seq>/hide/": PUBLIC,
    "api/v1/issues/<issue>/cosign/": PUBLIC,
    "api/v1/issues/<issue>/follow/": PUBLIC,
    "api/v1/issues/<issue>/attachments/": PUBLIC,
    "api/v1/issues/<issue>/attachments/<file>/": PUBLIC,
    "api/v1/organisations/": PUBLIC,
    "api/v1/organisations/<slug>/": PUBLIC,
    "api/v1/topics/": PUBLIC,
    "api/v1/regions/": PUBLIC,
    "api/v1/commitments/": PUBLIC,
    "api/v1/me/": PUBLIC,
    r"api/v1/[\s\S]*": PUBLIC,
    "<lang>/": PUBLIC,
    "<lang>/about/": PUBLIC,
    "<lang>/about/accessibility/": PUBLIC,
    "<lang>/about/help/": PUBLIC,
    "<lang>/about/privacy/": PUBLIC,
    "<lang>/about/rules/": PUBLIC,
    "<lang>/about/components/": PUBLIC,  # in demo mode; else nothing is there
    "<lang>/accounts/login/": PUBLIC,
    "<lang>/accounts/logout/": PUBLIC,
    "<lang>/accounts/inactive/": PUBLIC,
    "<lang>/accounts/signup/": PUBLIC,
    "<lang>/accounts/password/reset/": PUBLIC,
    "<lang>/accounts/password/reset/done/": PUBLIC,
    "<lang>/accounts/password/reset/key/<uidb36>-<key>/": PUBLIC,
    "<lang>/accounts/password/reset/key/done/": PUBLIC,
    "<lang>/bodies/": PUBLIC,
    "<lang>/bodies/<slug>/": PUBLIC,
    "<lang>/commitments/": PUBLIC,
    "<lang>/council/": PUBLIC,
    "<lang>/council/<number>/<pk>/": PUBLIC,
    "<lang>/me/tokens/": GUARDED,
    "<lang>/me/tokens/<key>/revoke/": GUARDED,
    "<lang>/issues/<number>/follow/": GUARDED,
    "<lang>/issues/<number>/people/": GUARDED,
    "<lang>/desk/": GUARDED,
    "<lang>/desk/assign/": GUARDED,
    "<lang>/desk/assign/undo/": GUARDED,
    "<lang>/desk/changed/": GUARDED,
    "<lang>/desk/done/": GUARDED,
    "<lang>/desk/peek/<number>/": GUARDED,
    "<lang>/desk/signing/": GUARDED,
    "<lang>/desk/signing/<number>/": GUARDED,
    "<lang>/desk/signing/<number>/return/": GUARDED,
    "<lang>/desk/substitutions/": GUARDED,
    "<lang>/desk/substitutions/<pk>/end/": GUARDED,
    "<lang>/issues/": PUBLIC,
    "<lang>/issues/changed/": PUBLIC,
    "<lang>/issues/new/": GUARDED,
    "<lang>/issues/drafts/<uuid>/": GUARDED,
    "<lang>/issues/drafts/<uuid>/attachments/<file>/": GUARDED,
    "<lang>/issues/drafts/<uuid>/files/": GUARDED,
    "<lang>/issues/drafts/<uuid>/submit/": GUARDED,
    "<lang>/issues/drafts/<uuid>/discard/": GUARDED,
    "<lang>/issues/drafts/<uuid>/<step>/": GUARDED,
    "<lang>/issues/<number>/": PUBLIC,
    "<lang>/issues/<number>/<act>/": GUARDED,
    "<lang>/issues/<number>/answer/prepare/": GUARDED,
    "<lang>/issues/<number>/addenda/": GUARDED,
    "<lang>/issues/<number>/attachments/": PUBLIC,
    "<lang>/issues/<number>/attachments/<uuid>/": PUBLIC,
    "<lang>/issues/<number>/clock/": PUBLIC,
    "<lang>/issues/<number>/official-appeal/": GUARDED,
    "<lang>/issues/<number>/cosign/": GUARDED,
    "<lang>/issues/<number>/commitments/": PUBLIC,
    "<lang>/issues/<number>/commitments/<commitment>/<act>/": GUARDED,
    "<lang>/issues/<number>/history/": PUBLIC,
    "<lang>/issues/<number>/history/<event>/<key>/blank/": GUARDED,
    "<lang>/issues/<number>/m/<seq>/": PUBLIC,
    "<lang>/issues/<number>/m/<seq>/hide/": GUARDED,
    "<lang>/issues/<number>/m/<seq>/report/": GUARDED,
    "<lang>/moderation/": GUARDED,
    "<lang>/issues/<number>/m/<seq>/show/": GUARDED,
    "<lang>/issues/<number>/messages/": PUBLIC,  # reading it leads to the form; a visitor's post is refused with 403
    "<lang>/issues/<number>/related/": GUARDED,
    "<lang>/issues/<number>/related/<other>/take-back/": GUARDED,
    "<lang>/issues/<number>/thread/": PUBLIC,
    "<lang>/issues/<number>/head/": PUBLIC,
    "<lang>/issues/<number>/m/<seq>/edit/": GUARDED,
    "<lang>/issues/<number>/m/<seq>/history/": PUBLIC,
    "<lang>/issues/<number>/notes/": GUARDED,
    "<lang>/issues/<number>/seen/": GUARDED,
    "<lang>/invitations/<token>/": PUBLIC,  # the link is the key; one that nobody sent opens nothing
    "<lang>/me/": GUARDED,
    "<lang>/me/acting/": GUARDED,
    "<lang>/me/kept/": GUARDED,
    "<lang>/me/organisation/": GUARDED,
    "<lang>/me/organisation/deputies/<pk>/end/": GUARDED,
    "<lang>/me/organisation/invitations/<pk>/again/": GUARDED,
    "<lang>/me/organisation/invitations/<pk>/revoke/": GUARDED,
    "<lang>/me/organisation/invite/": GUARDED,
    "<lang>/me/organisation/people/<pk>/": GUARDED,
    "<lang>/me/organisation/people/<pk>/deputy/": GUARDED,
    "<lang>/me/organisation/people/<pk>/end/": GUARDED,
    "<lang>/me/settings/": GUARDED,
    "<lang>/ngos/": PUBLIC,
    "<lang>/ngos/<slug>/": PUBLIC,
    "<lang>/metrics/": PUBLIC,
    "<lang>/metrics/<key>/": PUBLIC,
    "<lang>/metrics/<key>/<name>.csv": PUBLIC,
    "<lang>/metrics/changed/": PUBLIC,
    "<lang>/metrics/changed/<name>.csv": PUBLIC,
    "feeds/weeks.atom": PUBLIC,
    "<lang>/metrics/figures.csv": PUBLIC,
    "<lang>/open-data/": PUBLIC,
    "<lang>/open-data/<name>.<form>": PUBLIC,
    "api/v1/metrics/": PUBLIC,
}

# What a visitor gets who reads a public address, where that is not a page (200).
ANSWERS = {
    "api/v1/auth/token/": 405,
    "api/v1/issues/<issue>/moves/": 405,
    "api/v1/issues/<issue>/messages/<seq>/hide/": 405,
    "api/v1/issues/<issue>/cosign/": 405,
    "api/v1/issues/<issue>/follow/": 405,
    "api/v1/issues/<issue>/attachments/<file>/": 405,
    "api/v1/me/": 401,
    r"api/v1/[\s\S]*": 404,
    "<lang>/council/<number>/<pk>/": 404,  # of this issue there is no disagreement
    "<lang>/accounts/logout/": 302,  # nobody to sign out
    "<lang>/accounts/signup/": 302,  # to the page that says how to take part
    "<lang>/invitations/<token>/": 404,
    "<lang>/issues/<number>/messages/": 302,
    "<lang>/issues/<number>/m/<seq>/": 302,
}


def addresses() -> Iterator[str]:
    """Every address of the site as it stands in `ACCESS`; of the admin only its root."""

    def walk(patterns: Any, prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + re.sub(r"^en/$", "<lang>/", str(pattern.pattern))
            if isinstance(pattern, URLPattern):
                yield plain(route)
            elif route == "admin/":
                yield route
            else:
                assert isinstance(pattern, URLResolver)
                yield from walk(pattern.url_patterns, route)

    return walk(get_resolver().url_patterns, "")


def plain(route: str) -> str:
    """Without converters, and the one regular expression as a route."""
    route = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route).replace("^", "").replace("$", "")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", route)


def test_every_address_says_who_may_read_it() -> None:
    assert sorted(addresses()) == sorted(ACCESS)


@pytest.fixture
def example(story: Story, settings: Any) -> dict[str, str]:
    settings.DEMO = True
    from dialogue.actions import post_message

    file = story.answered("supported").uploaded(story.cast.manager)
    attach(issue=story.issue, **story.cast.manager.acts, files=[file.uuid], at=story.now)
    post_message(issue=story.issue, **story.cast.manager.acts, body="When?", at=story.now)
    return {
        "lang": "ru", "number": str(story.issue.number), "issue": str(story.issue.number), "slug": "labour", "seq": "1",
        "uuid": str(file.uuid), "file": str(file.uuid),
        "commitment": str(story.issue.commitments.get().pk), "act": "progress", "step": "text", "uidb36": "1", "key": "x-y",
        "name": "asks", "form": "csv",
        "event": "1", "pk": "1", "token": "guessed", "other": "2026-000001",
    }  # fmt: skip


def filled(address: str, example: dict[str, str]) -> str:
    values = dict(example)
    if address.endswith("<number>/<act>/"):
        values["act"] = "report-done"
    if "/metrics/" in address:
        values |= {"key": "waiting_now", "name": "bodies" if "<key>" in address else "counts"}
    if "/ngos/" in address:
        values["slug"] = "qamqor"
    return "/" + re.sub(r"<(\w+)>", lambda found: values[found[1]], address)


def test_a_visitor_reads_what_is_public(example: dict[str, str]) -> None:
    answered, expected = {}, {}
    for address in (address for address, access in ACCESS.items() if access == PUBLIC):
        with transaction.atomic():
            response = Client().get(filled(address, example))
            assert all(isinstance(part, bytes) for part in response)  # read to its end: a file is closed then
            transaction.set_rollback(True)
        answered[address], expected[address] = response.status_code, ANSWERS.get(address, 200)
    assert answered == expected


def test_a_visitor_is_sent_to_sign_in_before_what_is_guarded(example: dict[str, str]) -> None:
    for address in (address for address, access in ACCESS.items() if access != PUBLIC):
        path = filled(address, example)
        client = Client()
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 302, path
            expected = "/admin/login/" if ACCESS[address] == STAFF else "/ru/accounts/login/"
            assert response["Location"].startswith(f"{expected}?next="), path


@pytest.mark.parametrize(
    ("cookie", "accept", "chosen"),
    [
        ("", "", "kk"), ("", "de-DE,de;q=0.9", "kk"), ("", "ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("", "en", "en"),
        ("en", "ru", "en"), ("fr", "ru", "ru"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/issues/?status=open", "/issues/2026-000001/"])
def test_an_address_without_a_language_leads_to_one(cookie: str, accept: str, chosen: str, path: str) -> None:
    client = Client(headers={"Accept-Language": accept})
    if cookie:
        client.cookies["birge_language"] = cookie
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/{chosen}{path}")
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_the_switcher_is_remembered_and_a_link_from_elsewhere_is_not(db: None) -> None:
    def chosen(path: str, **headers: str) -> str | None:
        cookie = Client(headers=headers).get(path).cookies.get("birge_language")
        return cookie.value if cookie else None

    assert chosen("/ru/about/", Referer="http://testserver/kk/about/") == "ru"
    assert chosen("/ru/about/") is None
    assert chosen("/ru/about/", Referer="http://testserver/ru/issues/") is None
    assert chosen("/ru/about/", Referer="https://elsewhere.example/kk/about/") is None
    assert chosen("/ru/about/", Referer="http://[") is None
    client = Client()
    client.get("/en/about/", headers={"Referer": "http://testserver/kk/about/"})
    assert client.get("/", headers={"Accept-Language": "ru"})["Location"] == "/en/"


@pytest.mark.parametrize(
    ("language", "words"), [("kk", "Бет табылмады"), ("ru", "Страница не найдена"), ("en", "Page not found")]
)
def test_what_is_not_there_is_said_in_the_language_of_the_address(db: None, language: str, words: str) -> None:
    response = Client().get(f"/{language}/nothing/here/")
    assert response.status_code == 404
    html = response.content.decode()
    assert f"<h1>{words}</h1>" in html
    assert f'<html lang="{language}">' in html


def test_a_fault_of_ours_needs_no_database_and_speaks_three_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """No `db` here: a query would fail the test."""
    from issues.views import about

    def broken(*args: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(about, "render", broken)
    response = Client(raise_request_exception=False).get("/en/about/")
    assert response.status_code == 500
    html = response.content.decode()
    for words in ("Біздің тараптан қате шықты", "Ошибка на нашей стороне", "Something went wrong on our side"):
        assert words in html


def test_every_page_forbids_scripts_and_frames_of_others(db: None) -> None:
    response = Client().get("/en/about/")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
