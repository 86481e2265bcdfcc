"""Failed sign-ins and requests are counted in Redis for all, and go on being counted, and served, while it is away."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from backend.core.counting import WAITS, Counts
from tests.factories.live import free_port
from tests.factories.people import PASSWORD, Cast
from tests.trials.live import needs, redis


@pytest.fixture(autouse=True)
def _rested() -> Iterator[None]:
    Counts.rests_until = 0.0
    yield
    Counts.rests_until = 0.0


@pytest.fixture
def counted_nowhere(settings: Any) -> Iterator[None]:
    """A deployment whose Redis is away."""
    address = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {"default": {"BACKEND": "backend.core.counting.Counts", "LOCATION": address}}
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.mark.usefixtures("counted_nowhere")
def test_programs_are_answered_and_their_limit_holds(db: None, settings: Any) -> None:
    settings.API_PER_MINUTE_ADDRESS = 2
    client = Client()
    answers = [client.get("/api/v1/topics/").status_code for _ in range(4)]
    assert answers in ([200, 200, 429, 429], [200, 200, 200, 429])  # a minute that ends meanwhile begins a new count


@pytest.mark.usefixtures("counted_nowhere")
def test_people_sign_in_and_who_guesses_is_stopped(cast: Cast) -> None:
    sent = {"login": cast.manager.user.email, "password": PASSWORD}
    assert Client().post("/en/accounts/login/", sent).status_code == 302
    guesses = [Client().post("/en/accounts/login/", sent | {"password": f"{n}"}) for n in range(6)]
    assert "Too many failed login attempts" in guesses[-1].content.decode()


def test_nobody_waits_again_and_again_for_one_that_does_not_answer() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        counts = Counts(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", {})
        begun = time.monotonic()
        counts.set("n", 0)
        assert [counts.incr("n") for _ in range(50)] == list(range(1, 51))
        assert time.monotonic() - begun < 8 * WAITS
    counts.delete("n")


@needs("redis-server")
def test_when_it_is_back_all_count_together() -> None:
    port = free_port()
    one, other = (Counts(f"redis://127.0.0.1:{port}/0", {}) for _ in range(2))
    one.set("n", 0)
    assert one.incr("n") == 1
    with redis(port):
        deadline = time.monotonic() + 30
        while not one.add("n", 100) or other.get("n") != 100:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert (one.incr("n"), other.incr("n")) == (101, 102)
