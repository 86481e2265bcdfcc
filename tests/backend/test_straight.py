"""Frames that go past the servers' own framing: a client reads them, and where the line is not as it should be, `send` is asked."""

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import pytest
from autobahn.websocket.protocol import WebSocketProtocol
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol as OfDaphne
from twisted.internet.testing import StringTransport
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.uri import parse_uri

from backend.core.live.room import Text
from backend.core.live.straight import framed, straight_to

FRAME = framed("қ".encode())


class Line:
    """What of an asyncio transport is asked for."""

    def __init__(self) -> None:
        self.written, self.closing = b"", False

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closing


@pytest.fixture
def server() -> Iterator[Any]:
    """uvicorn's, after the handshake."""
    loop = asyncio.new_event_loop()
    server = WebSocketsSansIOProtocol(Config(cast("Any", None)), ServerState(), {}, loop)
    server.transport = cast("Any", Line())
    server.handshake_complete = True
    yield server
    loop.close()


def of_daphne() -> Any:
    protocol = OfDaphne()
    protocol.state, protocol.send_queue, protocol.transport = WebSocketProtocol.STATE_OPEN, [], StringTransport()
    return protocol


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_client_reads_it_as_one_text(size: int) -> None:
    client = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN)
    words = "a" * size
    client.receive_data(Text(words).frame)
    (read,) = client.events_received()
    assert (read.opcode.name, read.fin, bytes(read.data).decode()) == ("TEXT", True, words)
    assert client.parser_exc is None


def test_both_servers_that_we_run_on_are_known_and_take_it(server: Any) -> None:
    protocol = of_daphne()
    past_uvicorn = straight_to(server.send)
    past_daphne = straight_to(partial(cast("Any", Server).handle_reply, protocol))
    assert past_uvicorn
    assert past_daphne
    assert past_uvicorn(FRAME)
    assert past_daphne(FRAME)
    assert (server.transport.written, protocol.transport.value()) == (FRAME, FRAME)


@pytest.mark.parametrize("broken", ["close_sent", "disconnected", "paused", "closing"])
def test_a_line_that_takes_nothing_is_left_to_uvicorn(server: Any, broken: str) -> None:
    straight = straight_to(server.send)
    match broken:
        case "paused":
            server.pause_writing()
        case "closing":
            server.transport.closing = True
        case _:
            setattr(server, broken, True)
    assert straight
    assert not straight(FRAME)
    assert server.transport.written == b""


def test_a_line_that_takes_nothing_is_left_to_daphne() -> None:
    protocol = of_daphne()
    straight = straight_to(partial(cast("Any", Server).handle_reply, protocol))
    protocol.state = WebSocketProtocol.STATE_CLOSING
    assert straight
    assert not straight(FRAME)
    protocol.state, protocol.send_queue = WebSocketProtocol.STATE_OPEN, [(b"waits", True)]
    assert not straight(FRAME)
    assert protocol.transport.value() == b""


def test_any_other_server_is_asked_as_asgi_says() -> None:
    async def send(event: Any) -> None: ...

    assert straight_to(send) is None
    assert straight_to(partial(send, {})) is None
    assert straight_to(Line().write) is None
