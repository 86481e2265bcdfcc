"""daphne's sockets without the colours of a log that nobody reads: autobahn puts three words of each frame into them, whether
they are logged or not, and that was a fifth of what a frame costs.
"""

from typing import Any

from autobahn.websocket import protocol


def _plain(value: Any, *_colours: Any, **_more: Any) -> Any:
    return value


def send_frames_quickly() -> None:
    """Should autobahn come to do without these names, there is nothing to replace."""
    for name in ("hltype", "hlval"):
        if hasattr(protocol, name):
            setattr(protocol, name, _plain)
