"""The manifest, the service worker and the offline page: in three languages, and with nothing of a person in them."""

import pytest
from django.test import Client

from backend.core.installing import SHELL
from tests.factories.people import Cast


@pytest.mark.parametrize(("asked", "language"), [("kk", "kk"), ("ru", "ru"), ("en", "en"), ("xx", "kk"), ("", "kk")])
def test_the_manifest_speaks_the_language_of_the_page(asked: str, language: str) -> None:
    response = Client().get(f"/manifest.webmanifest?lang={asked}")
    said = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (said["lang"], said["start_url"], said["scope"]) == (language, f"/{language}/", "/")
    assert [icon["sizes"] for icon in said["icons"]] == ["192x192", "512x512"]
    for icon in said["icons"]:
        picture = Client().get(icon["src"])
        assert picture["Content-Type"] == "image/png"
        assert b"".join(picture).startswith(b"\x89PNG")  # type: ignore[arg-type]


def test_each_page_names_the_manifest_in_its_language(db: None) -> None:
    for language in ("kk", "ru", "en"):
        page = Client().get(f"/{language}/about/").content.decode()
        assert f'<link rel="manifest" href="/manifest.webmanifest?lang={language}">' in page


def test_the_worker_is_served_from_the_root_and_keeps_only_the_shell_and_the_offline_pages() -> None:
    response = Client().get("/sw.js")
    script = response.content.decode()
    assert response["Content-Type"] == "text/javascript"
    assert "no-cache" in response["Cache-Control"]
    assert "default-src 'self'" in response["Content-Security-Policy"]
    for path in (*(f"/static/{name}" for name in SHELL), "/kk/offline/", "/ru/offline/", "/en/offline/"):
        assert f'"{path}"' in script
        found = Client().get(path)
        assert found.status_code == 200, path
        assert b"".join(found) != b""  # type: ignore[arg-type]
    assert 'credentials: "omit"' in script


def test_the_offline_page_is_the_same_for_everybody(cast: Cast) -> None:
    signed_in = Client()
    signed_in.force_login(cast.manager.user)
    assert signed_in.get("/en/offline/").content == Client().get("/en/offline/").content
