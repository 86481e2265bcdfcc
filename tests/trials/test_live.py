"""Nobody loses or doubles a change: the server of sockets is killed, floods come from elsewhere, readers do not read, the database
goes away, hints are lost, and there are several servers.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.db import connection

from dialogue.actions import post_message
from dialogue.models import Message
from issues.models import Issue
from tests.factories.at_once import at_once
from tests.factories.live import PATIENCE
from tests.factories.people import Player
from tests.factories.processes import wait_until
from tests.factories.stories import Story
from tests.trials.live import Follower, Server, answers, caught_up, following, serving

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("live"),
    pytest.mark.long,
    pytest.mark.thorough,
]

MESSAGES = 250  # of 8 kB: twice what may be sent to one who confirms nothing


def on(kind: str) -> pytest.MarkDecorator:
    """On this server; on the other one with `--exhaustive`. Each server has its share of the tests."""
    exhaustive = pytest.mark.exhaustive
    kinds = [pytest.param(each, marks=() if each == kind else exhaustive) for each in ("daphne", "uvicorn")]
    return pytest.mark.parametrize("kind", kinds)


def post(story: Story, body: str, who: Player | None = None) -> Message:
    return post_message(issue=Issue(pk=story.pk), **(who or story.cast.manager).acts, body=body, at=story.now)


def posting(
    story: Story, authors: int, each: int, log: list[int], pause: float = 0.0, enough: threading.Event | None = None
) -> Callable[[], None]:
    """Authors who post at once, and write down the `rev` of what was acknowledged; so many each, or until it is enough."""

    def author(n: int) -> None:
        for m in range(each):
            who = story.cast.manager if n % 2 else story.cast.officer
            log.append(post(story, f"Words {n}.{m}.", who).rev)
            if enough is None:
                time.sleep(pause)
            elif enough.wait(pause):
                return

    def all_of_them() -> None:
        at_once([lambda n=n: author(n) for n in range(authors)])  # type: ignore[misc]

    return all_of_them


@pytest.mark.parametrize(
    ("authors", "watchers", "kills", "pause"),
    [(4, 30, 2, 0.1), pytest.param(20, 500, 5, 1.0, marks=pytest.mark.exhaustive)],
)
@on("uvicorn")
def test_a_killed_server_loses_and_doubles_nothing(
    told: Story, kind: str, authors: int, watchers: int, kills: int, pause: float
) -> None:  # fmt: skip
    """They write all the while, each after a pause: there is something to catch up with after the last kill, too."""
    log: list[int] = []
    enough = threading.Event()
    followers = [Follower(number(told)) for _ in range(watchers)]
    with serving(kind) as server:

        def during() -> list[Back]:
            caught_up(followers, 1)
            writing = threading.Thread(target=posting(told, authors, 10_000, log, pause, enough))
            writing.start()
            try:
                back = [_killed(server, followers, log) for _ in range(kills)]
            finally:
                enough.set()
                writing.join()
            caught_up(followers, max(log))
            return back

        back = asyncio.run(following(followers, [server.address], during))
    print(f"\n{kind}: {len(log)} changes, {watchers} watchers; after each restart complete within")
    for one in back:
        print(f"  {one.seconds:.1f} s: CPU {one.server:.1f} s of the server, {one.ours:.1f} s of writers and watchers")
    assert sorted(log) == list(range(2, len(log) + 2))
    assert [each.wrong for each in followers if each.wrong] == []
    assert {tuple(each.revs) for each in followers} == {tuple(range(1, max(log) + 1))}
    assert {tuple(each.seqs) for each in followers} == {tuple(range(1, len(log) + 1))}
    assert max(one.seconds for one in back) < 30  # 5 seconds are the goal, on a machine that does nothing else


class Back(NamedTuple):
    """Seconds until all were there and had everything, and the CPU that was used for it."""

    seconds: float
    server: float
    ours: float


def _killed(server: Server, followers: list[Follower], log: list[int]) -> Back:
    """From when the new server answers until all have what was acknowledged by then."""
    time.sleep(0.7)
    before = len(log)
    server.kill()
    time.sleep(0.3)
    server.start()
    wait_until(lambda: answers(server.port))
    assert len(log) > before  # said while it was down
    served, used = server.cpu, time.process_time()
    seconds = caught_up(followers, max(log, default=1))
    return Back(seconds, server.cpu - served, time.process_time() - used)


def number(story: Story) -> str:
    return str(story.issue.number)


@on("daphne")
def test_three_hundred_at_once_from_another_process_reach_fifty(told: Story, kind: str) -> None:
    followers = [Follower(number(told), language=("kk", "ru", "en")[n % 3]) for n in range(50)]
    with serving(kind) as server:

        def during() -> None:
            caught_up(followers, 1)
            for n in range(300):
                post(told, f"Words {n}.")
            caught_up(followers, 301)

        asyncio.run(following(followers, [server.address], during))
    assert [each.wrong for each in followers if each.wrong] == []
    assert {tuple(each.revs) for each in followers} == {tuple(range(1, 302))}
    assert {each.came for each in followers} == {1}


@on("daphne")
def test_one_who_reads_nothing_is_cut_and_gets_everything_when_it_comes_back(told: Story, kind: str) -> None:
    """A reader in the same room tells when everything was sent."""
    body = "A long message. " * 500
    reader = Follower(number(told))
    with serving(kind) as server:

        def during() -> float:
            caught_up([reader], 1)
            with _deaf(server.port, number(told)) as deaf:
                before = server.megabytes
                for _ in range(MESSAGES):
                    post(told, body)
                caught_up([reader], MESSAGES + 1)
                grown = server.megabytes - before
                assert _is_cut(deaf)
            return grown

        grown = asyncio.run(following([reader], [server.address], during))
        back = Follower(number(told))
        asyncio.run(following([back], [server.address], lambda: caught_up([back], MESSAGES + 1)))
    print(f"\n{kind}: {grown:.1f} MB more for {MESSAGES} messages of 8 kB that were not read")
    assert [(each.wrong, each.revs) for each in (reader, back)] == [([], list(range(1, MESSAGES + 2)))] * 2
    assert reader.came == 1
    assert grown < 40  # 512 frames in one language are kept for the room; for the deaf one at most 1 MB


class _deaf:  # noqa: N801  (a context manager)
    """A socket that shakes hands and never reads again."""

    def __init__(self, port: int, number: str) -> None:
        self._ask = (
            f"GET /ws/issues/{number}/?after=0 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        self.line = socket.socket()
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.line.connect(("127.0.0.1", port))

    def __enter__(self) -> socket.socket:
        self.line.sendall(self._ask.encode())
        assert b" 101 " in self.line.recv(200)
        return self.line

    def __exit__(self, *exception: object) -> None:
        self.line.close()


def _is_cut(line: socket.socket) -> bool:
    """Whether, after what was under way, the line is at its end: also one who reads, and confirms nothing, is cut."""
    line.settimeout(PATIENCE)
    try:
        while line.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@on("uvicorn")
def test_two_servers_and_a_cut_listener_and_a_database_that_drops_everybody(told: Story, kind: str) -> None:
    followers = [Follower(number(told)) for _ in range(12)]
    ours = _connected()
    with serving(kind) as one, serving("uvicorn") as other:

        def during() -> None:
            caught_up(followers, 1)
            rev = 1
            for n in range(60):
                rev = post(told, f"Words {n}.").rev
                if n in (20, 40):
                    _cut_off(ours, only_listeners=n == 20)
            caught_up(followers, rev)

        for n, follower in enumerate(followers):
            follower.tries = n  # half of them begin at the other server
        asyncio.run(following(followers, [one.address, other.address], during))
    assert [each.wrong for each in followers if each.wrong] == []
    assert {tuple(each.revs) for each in followers} == {tuple(range(1, 62))}


def _connected() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall()]


def _cut_off(ours: list[int], *, only_listeners: bool) -> None:
    """The servers' connections, as an administrator, or a network that goes away, would do it."""
    listening = "AND query LIKE 'LISTEN%%'" if only_listeners else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            f" AND pid <> pg_backend_pid() AND NOT pid = ANY(%s) {listening}",
            [ours],
        )
        assert cursor.fetchone()[0] >= 1


def test_two_hundred_posts_by_twenty_people_are_numbered_without_a_gap(told: Story) -> None:
    log: list[int] = []
    posting(told, 20, 10, log)()
    assert sorted(log) == list(range(2, 202))
    assert list(told.issue.messages.order_by("seq").values_list("seq", "rev")) == [(n, n + 1) for n in range(1, 201)]
