"""Redis as the bus: two servers, and Redis gone for a while. Skipped, and said, where there is no redis-server."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.processes import wait_until
from tests.factories.stories import Story
from tests.trials.live import Follower, caught_up, following, needs, redis, serving
from tests.trials.test_live import number, post

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.long, pytest.mark.thorough,
    needs("redis-server"),
]  # fmt: skip


def _swift(post_one: Callable[[], None], followers: list[Follower], rev: int) -> float:
    begun = time.monotonic()
    post_one()
    caught_up(followers, rev)
    return time.monotonic() - begun


def test_two_servers_hear_through_redis_and_miss_nothing_while_it_is_away(
    told: Story, at_redis: int, settings: Any
) -> None:
    followers = [Follower(number(told), tries=n) for n in range(10)]
    environment = {"REDIS_URL": settings.REDIS_URL}
    with serving("daphne", **environment) as one, serving("uvicorn", **environment) as other:

        def during() -> None:
            with redis(at_redis):
                caught_up(followers, 1)
                wait_until(
                    lambda: _swift(lambda: post(told, "Words."), followers, told.issue.rev + 1) < 0.5
                )  # hints arrive
            away = time.monotonic()
            for n in range(20):
                post(told, f"While Redis is away, {n}.")
            assert time.monotonic() - away < 30, "writers wait for nobody"
            caught_up(followers, told.issue.rev)
            with redis(at_redis):
                post(told, "It is back.")
                caught_up(followers, told.issue.rev)

        asyncio.run(following(followers, [one.address, other.address], during))
    assert [each.wrong for each in followers if each.wrong] == []
    assert {tuple(each.revs) for each in followers} == {tuple(range(1, told.issue.rev + 1))}
