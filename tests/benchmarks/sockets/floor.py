"""The floor: asyncio alone; one frame, made once, is written to every socket. `python -m tests.benchmarks.sockets.floor PORT`.

Whatever a client sends is given to all.
"""

import asyncio
import base64
import hashlib
import sys

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def framed(words: bytes) -> bytes:
    size = len(words)
    return (bytes([0x81, size]) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")) + words


class Socket(asyncio.Protocol):
    everybody: set[asyncio.Transport] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received, self.is_open = transport, b"", False

    def connection_lost(self, exception: Exception | None) -> None:
        self.everybody.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.is_open:
            if b"\r\n\r\n" not in self.received:
                return
            head, self.received = self.received.split(b"\r\n\r\n", 1)
            key = next(
                line.split(b":", 1)[1].strip()
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"sec-websocket-key")
            )
            accept = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
            self.transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept + b"\r\n\r\n"
            )  # fmt: skip
            self.is_open = True
            self.everybody.add(self.transport)
        while (said := self._said()) is not None:
            frame = framed(said)
            for transport in self.everybody:
                transport.write(frame)

    def _said(self) -> bytes | None:
        """The next whole message of the client, unmasked."""
        got = self.received
        if len(got) < 6:
            return None
        size, at = got[1] & 127, 2
        if size == 126:
            size, at = int.from_bytes(got[2:4], "big"), 4
        if len(got) < at + 4 + size:
            return None
        mask, words = got[at : at + 4], got[at + 4 : at + 4 + size]
        self.received = got[at + 4 + size :]
        return bytes(byte ^ mask[n % 4] for n, byte in enumerate(words))


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Socket, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
