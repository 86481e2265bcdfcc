"""A line between a browser and a site that can be cut in the middle of what is sent, and of what is answered."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """`cuts`: "" carries all; "upload" breaks off a POST to `path` in the middle of its body; "answer" lets it through, and
    breaks off what is answered. `cut`: how often that was done.
    """

    def __init__(self, site: str, path: str) -> None:
        host, _, port = site.partition(":")
        self._to, self._path = (host, int(port)), path.encode()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.site = f"127.0.0.1:{self._door.getsockname()[1]}"
        self.cuts, self.cut = "", 0
        threading.Thread(target=self._admit, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _admit(self) -> None:
        with suppress(OSError):
            while True:
                here = self._door.accept()[0]
                _Carried(self, here, socket.create_connection(self._to)).begin()

    def is_about(self, sent: bytes) -> bool:
        first = sent.partition(b"\r\n")[0]
        return bool(self.cuts) and first.startswith(b"POST ") and self._path in first


class _Carried:
    """One connection, both ways."""

    def __init__(self, line: Line, here: socket.socket, there: socket.socket) -> None:
        self._line, self._here, self._there = line, here, there
        self._ends_with_answer = False

    def begin(self) -> None:
        for act in (self._up, self._down):
            threading.Thread(target=act, daemon=True).start()

    def _up(self) -> None:
        with suppress(OSError):
            while sent := self._here.recv(4096):
                if self._line.is_about(sent) and self._line.cuts == "upload":
                    self._there.sendall(sent + self._here.recv(4096)[:2000])
                    self._end(counts=True)
                self._ends_with_answer |= self._line.is_about(sent)
                self._there.sendall(sent)
        self._end()

    def _down(self) -> None:
        with suppress(OSError):
            while answered := self._there.recv(65536):
                if self._ends_with_answer:
                    self._end(counts=True)
                self._here.sendall(answered)
        self._end()

    def _end(self, *, counts: bool = False) -> None:
        self._line.cut += counts
        for each in (self._here, self._there):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def carried(site: str, path: str) -> Iterator[Line]:
    line = Line(site, path)
    yield line
    line.close()
