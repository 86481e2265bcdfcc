"""Servers behind the proxy as it is deployed: one of sockets is killed, Redis goes away, limits count people's own addresses."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
import websockets
from django.conf import settings
from django.contrib.sessions.models import Session

from backend.core.live.hub import TOO_MANY
from tests.factories.api import Program
from tests.factories.live import PATIENCE, cookie_of
from tests.factories.processes import wait_until
from tests.factories.stories import Story
from tests.trials.live import Follower, Server, Writer, answers, caught_up, following, needs, redis, serving
from tests.trials.proxy import Proxy, proxied, sockets_at
from tests.trials.test_live import number, on

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.long, pytest.mark.thorough,
    needs("nginx"),
]  # fmt: skip

WATCHERS = 40


@dataclass
class Site:
    """A server of pages and two of sockets behind one proxy."""

    proxy: Proxy
    live: list[Server]

    def writer(self, story: Story) -> Writer:
        return Writer(self.proxy.address, number(story), Program(story.cast.manager).token, story.cast.ngo.slug)


@contextmanager
def behind_nginx(kind: str, **environment: str) -> Iterator[Site]:
    environment = {"API_PER_MINUTE_TOKEN": "100000"} | environment
    with (
        serving("daphne", **environment) as web,
        serving(kind, **environment) as one,
        serving(kind, **environment) as other,
    ):
        wait_until(lambda: all(answers(each.port) for each in (web, one, other)))
        with proxied(web, [one, other]) as proxy:
            yield Site(proxy, [one, other])


def followed(told: Story, site: Site, during: Any) -> Writer:
    """Forty watch meanwhile; each must have had everything, once and in order."""
    followers = [Follower(number(told), language=("kk", "ru", "en")[n % 3]) for n in range(WATCHERS)]
    writer = site.writer(told)
    asyncio.run(following(followers, [site.proxy.address], lambda: during(writer, followers)))
    assert writer.refused == []
    assert writer.acknowledged == list(range(2, len(writer.acknowledged) + 2))
    assert [each.wrong for each in followers if each.wrong] == []
    assert {tuple(each.revs) for each in followers} == {tuple(range(1, writer.acknowledged[-1] + 1))}
    return writer


@on("daphne")
def test_one_of_two_servers_is_killed_and_comes_back(told: Story, kind: str) -> None:
    with behind_nginx(kind) as site:
        one, other = site.live

        def during(writer: Writer, followers: list[Follower]) -> None:
            caught_up(followers, 1)
            assert min(sockets_at(each) for each in site.live) >= WATCHERS / 4, "both have their share"
            for n in range(30):
                writer.post(f"Words {n}.")
                if n == 10:
                    one.kill()
                if n == 20:
                    one.start()
            caught_up(followers, writer.acknowledged[-1])
            assert sockets_at(other) >= WATCHERS / 2

        followed(told, site, during)


@needs("redis-server")
@pytest.mark.parametrize("seconds", [3, pytest.param(30, marks=pytest.mark.exhaustive)])
@on("uvicorn")
def test_redis_is_gone_for_a_while_and_every_post_is_accepted(
    told: Story, at_redis: int, settings: Any, kind: str, seconds: int
) -> None:
    with behind_nginx(kind, REDIS_URL=settings.REDIS_URL) as site:

        def during(writer: Writer, followers: list[Follower]) -> None:
            with redis(at_redis):
                caught_up(followers, 1)
                slowest["there"] = max(writer.post(f"Words {n}.") for n in range(10))
                caught_up(followers, writer.acknowledged[-1])
            back = time.monotonic() + seconds
            away = []
            while time.monotonic() < back:
                away.append(writer.post("While Redis is away."))
                time.sleep(0.1)
            slowest["away"] = max(away)
            late.append(caught_up(followers, writer.acknowledged[-1]))
            with redis(at_redis):
                for n in range(10):
                    writer.post(f"It is back, {n}.")
                caught_up(followers, writer.acknowledged[-1])

        slowest: dict[str, float] = {}
        late: list[float] = []
        posted = len(followed(told, site, during).acknowledged)
    print(
        f"\n{kind}: {posted} posts, the slowest {slowest} s; the last one of {seconds} s without Redis {late[0]:.2f} s late"
    )
    assert slowest["away"] < 10  # as quick as with it, on a machine that does nothing else


@on("daphne")
def test_limits_count_the_addresses_of_people_not_that_of_the_proxy(told: Story, kind: str) -> None:
    with behind_nginx(kind, LIVE_SOCKETS_PER_ADDRESS="1") as site:
        asyncio.run(_each_may_have_one(f"ws://{site.proxy.address}/ws/issues/{number(told)}/"))


async def _each_may_have_one(url: str) -> None:
    """Each of the two servers counts for itself: the third of one address meets one that has it already."""
    pretended = {"X-Forwarded-For": "203.0.113.7"}
    mine = [await websockets.connect(url, additional_headers=pretended) for _ in range(3)]
    others = [await websockets.connect(url, local_addr=(f"127.0.0.{n}", 0)) for n in range(2, 6)]
    codes = [await _closed_with(each) for each in (*mine, *others)]
    assert sorted(codes[:3]) == [1000, 1000, TOO_MANY]
    assert codes[3:] == [1000] * len(others)


async def _closed_with(line: websockets.ClientConnection) -> int | None:
    """The server's code; 1000 if it says what happened in the issue, and so has let it in."""
    with suppress(websockets.ConnectionClosed):
        assert "rev" in await asyncio.wait_for(line.recv(), PATIENCE)
    await line.close()
    return line.close_code


def test_a_form_is_taken_at_whatever_port_the_proxy_has(told: Story) -> None:
    """It is compared with where it came from, and that has a port."""
    session = f"{settings.SESSION_COOKIE_NAME}={cookie_of(told.cast.manager)}"
    with behind_nginx("daphne") as site, closing(HTTPConnection(site.proxy.address, timeout=PATIENCE)) as line:
        line.request("GET", "/en/me/", headers={"Cookie": session})
        page = line.getresponse()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        cookies = [each.split(";")[0] for each in page.headers.get_all("Set-Cookie") or ()]
        assert token
        headers = {
            "Cookie": "; ".join((session, *cookies)), "Origin": f"http://{site.proxy.address}",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        line.request("POST", "/en/accounts/logout/", urlencode({"csrfmiddlewaretoken": token[1]}), headers)
        answer = line.getresponse()
        assert (answer.status, answer.headers["Location"]) == (302, "/en/")
    assert not Session.objects.exists()
