"""A socket that only counts on being read: what libraries do besides takes as long for each frame as the server does."""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def frame(kind: int, words: bytes) -> bytes:
    """Of a client; its mask is of noughts."""
    size = len(words)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
    return bytes([0x80 | kind]) + length + b"\0\0\0\0" + words


class Line(asyncio.Protocol):
    """`opened` when the server has accepted; `took` gets the words of each frame; `ended` is set in any case."""

    def __init__(self, address: str, path: str, opened: Callable[[], None], took: Callable[[bytes], None]) -> None:
        key = b64encode(os.urandom(16)).decode()
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        ).encode()
        self._opened, self._took, self._is_open, self._got = opened, took, False, bytearray()
        self.ended = asyncio.Event()

    async def run(self, host: str, port: int) -> None:
        """Until the other side ends it."""
        await asyncio.get_running_loop().create_connection(lambda: self, host, port)
        try:
            await self.ended.wait()
        finally:
            self.transport.abort()

    def say(self, words: str) -> None:
        self.transport.write(frame(TEXT, words.encode()))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def connection_lost(self, exception: Exception | None) -> None:
        self.ended.set()

    def data_received(self, data: bytes) -> None:
        got = self._got
        got += data
        if not self._is_open:
            head, found, _ = got.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head[:20]:
                self.transport.abort()
                return
            del got[: len(head) + 4]
            self._is_open = True
            self._opened()
        while len(got) >= 2:
            size, at = got[1], 2
            if size >= 126:
                at = 4 if size == 126 else 10
                size = int.from_bytes(got[2:at])
            if len(got) < at + size:
                return
            words = bytes(got[at : at + size])
            kind = got[0] & 15
            del got[: at + size]
            self._understand(kind, words)

    def _understand(self, kind: int, words: bytes) -> None:
        if kind == TEXT:
            self._took(words)
        elif kind == PING:
            self.transport.write(frame(PONG, words))
        elif kind == CLOSE:
            self.transport.close()
