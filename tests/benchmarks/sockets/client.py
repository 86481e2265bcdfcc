"""Many sockets in one process that only count: a change is found by `@@<n>;<time>@` in its words, and pings are answered."""

import asyncio
import os
import struct
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

AT_ONCE = 50
WARM = 4  # messages before it counts: a server's first one reads templates and words
PATIENCE = 30  # seconds for those, where the machine is crowded
TICKS = os.sysconf("SC_CLK_TCK")


def masked(words: bytes) -> bytes:
    """A frame of a client; a mask of noughts."""
    size = len(words)
    return (bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + struct.pack(">H", size)) + b"\0\0\0\0" + words


@dataclass
class Counted:
    """What came to all: seconds on the way, and how many came out of their turn."""

    waits: list[float] = field(default_factory=list)
    out_of_turn: int = 0


class Watcher(asyncio.Protocol):
    def __init__(self, request: bytes, counted: Counted, up: "asyncio.Future[Watcher]") -> None:
        self.request, self.counted, self.up = request, counted, up
        self.received = bytearray()
        self.is_open, self.last = False, -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def connection_lost(self, exception: Exception | None) -> None:
        if not self.up.done():
            self.up.set_exception(ConnectionError("refused"))

    def data_received(self, data: bytes) -> None:
        got = self.received
        got += data
        if not self.is_open:
            if (end := got.find(b"\r\n\r\n")) < 0:
                return
            del got[: end + 4]
            self.is_open = True
            self.up.set_result(self)
        now = time.perf_counter()
        while len(got) >= 2:
            size, at = got[1] & 127, 2
            if size == 126:
                size, at = int.from_bytes(got[2:4], "big"), 4
            if len(got) < at + size:
                return
            self._read(bytes(got[at : at + size]), now)
            del got[: at + size]

    def _read(self, words: bytes, now: float) -> None:
        if (start := words.find(b"@@")) >= 0:
            n, sent = words[start + 2 : start + 40].split(b"@")[0].split(b";")
            self.counted.out_of_turn += int(n) != self.last + 1
            self.last = int(n)
            self.counted.waits.append(now - float(sent))
        elif b'"ping"' in words:
            self.transport.write(masked(b'{"t":"pong","rev":0}'))


@dataclass
class Result:
    """`cpu`: microseconds of the server for each frame; times in ms; `memory`: kB for each socket at rest."""

    cpu: float
    p50: float
    p99: float
    memory: float
    missing: int
    out_of_turn: int


async def run(
    port: int, path: str, pid: int, watchers: int, messages: int, rate: float, publish: Callable[[bytes, Watcher], Awaitable[None]]
) -> Result:  # fmt: skip
    """Watch with so many, publish at that rate, and count until all have come or four seconds bring nothing new."""
    counted, sockets = Counted(), []
    before = memory(pid)
    for begun in range(0, watchers, AT_ONCE):
        sockets += await asyncio.gather(
            *(_connected(port, path, counted) for _ in range(begun, min(watchers, begun + AT_ONCE)))
        )
    await asyncio.sleep(1.5)
    kilobytes = (memory(pid) - before) / watchers
    for n in range(WARM):
        await publish(f"@@{n};{time.perf_counter():.6f}@".encode() + b"x" * 1000, sockets[0])
        await asyncio.sleep(0.5)
    warm = WARM * watchers
    for _ in range(PATIENCE * 10):
        if len(counted.waits) == warm:
            break
        await asyncio.sleep(0.1)
    seen = len(counted.waits)
    assert seen == warm, f"{warm - seen} are missing already"
    counted.waits.clear()
    cpu, start = cpu_of(pid), time.perf_counter()
    for n in range(WARM, WARM + messages):
        await asyncio.sleep(max(0.0, start + (n - WARM) / rate - time.perf_counter()))
        await publish(f"@@{n};{time.perf_counter():.6f}@".encode() + b"x" * 1000, sockets[0])
    wanted, seen, quiet = watchers * messages, -1, time.perf_counter()
    while len(counted.waits) < wanted and time.perf_counter() - quiet < 4:
        if seen != len(counted.waits):
            seen, quiet = len(counted.waits), time.perf_counter()
        await asyncio.sleep(0.01)
    used = cpu_of(pid) - cpu
    for each in sockets:
        each.transport.abort()
    cuts = quantiles(counted.waits, n=100) if len(counted.waits) > 1 else [0.0] * 99
    return Result(
        used * 1e6 / max(1, len(counted.waits)), cuts[49] * 1e3, cuts[98] * 1e3, kilobytes, wanted - len(counted.waits),
        counted.out_of_turn,
    )  # fmt: skip


async def _connected(port: int, path: str, counted: Counted) -> Watcher:
    key = b64encode(os.urandom(16)).decode()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Origin: http://127.0.0.1:{port}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    up: asyncio.Future[Watcher] = loop.create_future()
    await loop.create_connection(lambda: Watcher(request, counted, up), "127.0.0.1", port)
    return await asyncio.wait_for(up, 30)


def cpu_of(pid: int) -> float:
    """Seconds of CPU of the process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int) -> float:
    """kB that the process holds."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmRSS"))
