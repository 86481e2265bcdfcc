"""Frames past a server's own framing: the bytes are the same for everybody who watches in a language.

ASGI cannot say "this to all of them", so each server encodes, frames and, where a browser offers it, deflates a text once for each
socket: half of what a frame costs. The servers that we run on are known by what they are; any other gets its texts through `send`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

type Straight = Callable[[bytes], bool]
"""Writes a whole frame, or answers False: then `send` knows what is the matter, and waits or raises."""


def straight_to(send: Any) -> Straight | None:
    """The short way to the line that `send` writes to, if there is one."""
    if isinstance(send, partial) and send.args and type(send.args[0]).__module__ == "daphne.ws_protocol":
        return partial(_past_daphne, send.args[0])
    server = getattr(send, "__self__", None)
    if type(server).__name__ == "WebSocketsSansIOProtocol" and type(server).__module__.startswith("uvicorn."):
        return partial(_past_uvicorn, server)
    return None


def framed(utf8: bytes) -> bytes:
    """A whole text message of a server: one frame, not masked, not deflated (RFC 6455, 5.2; RFC 7692 lets each message choose)."""
    size = len(utf8)
    if size < 126:
        return b"\x81" + size.to_bytes(1) + utf8
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2) + utf8
    return b"\x81\x7f" + size.to_bytes(8) + utf8


def _past_uvicorn(server: Any, frame: bytes) -> bool:
    if server.close_sent or server.disconnected or not server.writable.is_set() or server.transport.is_closing():
        return False
    server.transport.write(frame)
    return True


def _past_daphne(protocol: Any, frame: bytes) -> bool:
    if protocol.state != protocol.STATE_OPEN or protocol.send_queue:
        return False
    protocol.transport.write(frame)
    return True
