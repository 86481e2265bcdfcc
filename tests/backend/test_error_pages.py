"""What a person sees when something goes wrong: what happened, what to do, and on a failure the number under which it is logged."""

import logging
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from backend.core.references import AddReference
from issues.views import home
from tests.factories.people import Cast


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Any:
    """The answer of the home page when it ends in this error."""

    def fail(*args: Any) -> None:
        raise error

    monkeypatch.setattr(home, "_numbers", fail)
    return Client(raise_request_exception=False).get("/kk/")


def test_a_failure_is_told_in_three_languages_with_the_number_that_is_in_the_log(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing(monkeypatch, RuntimeError("broken"))
    html = response.content.decode()
    assert response.status_code == 500
    reference = response["X-Request-ID"]
    assert re.fullmatch(r"[0-9A-F]{8}", reference)
    assert f'<strong class="number">{reference}</strong>' in html
    for words in ("Біздің тараптан қате шықты", "Ошибка на нашей стороне", "Something went wrong on our side"):
        assert words in html
    [record] = [each for each in caplog.records if each.name == "django.request"]
    AddReference().filter(record)
    assert record.reference == f"{reference} "  # type: ignore[attr-defined]


def test_a_database_out_of_reach_is_503_and_says_when_to_come_back(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing(monkeypatch, OperationalError("server closed the connection"))
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Сайт қазір жауап бере алмайды" in response.content.decode()


def test_every_answer_has_a_number_of_its_own(client: Client) -> None:
    numbers = {client.get("/healthz", headers={"X-Request-ID": "mine"})["X-Request-ID"] for _ in range(3)}
    assert len(numbers) == 3
    assert "mine" not in numbers


def test_a_line_of_the_log_without_a_request_has_no_number() -> None:
    record = logging.LogRecord("worker", logging.ERROR, __file__, 1, "stopped", None, None)
    AddReference().filter(record)
    line = logging.Formatter(settings.LOGGING["formatters"]["line"]["format"], style="{")
    assert line.format(record).endswith(" ERROR worker stopped")


@pytest.mark.parametrize(
    ("language", "title"), [("kk", "Бет табылмады"), ("ru", "Страница не найдена"), ("en", "Page not found")]
)
def test_a_page_that_is_not_there_says_so_in_the_language_of_its_address(
    client: Client, language: str, title: str
) -> None:
    response = client.get(f"/{language}/nowhere/")
    assert response.status_code == 404
    assert f"<h1>{title}</h1>" in response.content.decode()


def test_a_request_too_broken_is_400_in_three_languages(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    response = client.get("/kk/", headers={"host": "elsewhere.example"})
    html = response.content.decode()
    assert response.status_code == 400
    for words in ("Сұрау түсініксіз", "Непонятный запрос", "The request was not understood"):
        assert words in html


def test_the_sheet_of_components_is_there_in_demo_mode_only(client: Client, settings: Any, db: None) -> None:
    settings.DEMO = False
    assert client.get("/en/about/components/").status_code == 404
    settings.DEMO = True
    html = client.get("/en/about/components/").content.decode()
    assert html.count("<h1>") == 1
    assert "style=" not in html


def test_what_is_only_read_or_only_sent_to_says_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager.user)
    only_read = client.post("/en/issues/")
    assert (only_read.status_code, only_read["Allow"]) == (405, "GET, HEAD")
    assert "Nothing can be sent to this address: it can only be read." in only_read.content.decode()
    only_sent_to = client.get("/kk/me/acting/")
    html = only_sent_to.content.decode()
    assert (only_sent_to.status_code, only_sent_to["Allow"]) == (405, "POST")
    assert "Бұл мекенжай тек форма арқылы жіберілгенді қабылдайды." in html
    assert 'href="/kk/issues/"' in html
