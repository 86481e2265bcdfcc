"""daphne, the default server (D7), takes in a whole body before it asks the application anything. Here it learns to stop."""

from typing import Any

from daphne import http_protocol
from django.template.loader import get_template

from backend.core.uploads import limits


class LimitedRequest(http_protocol.WebRequest):  # type: ignore[misc]
    """Answered with 413 and cut off as soon as its body is longer than any address takes, or says that it will be. A form is read
    by the application alone: Twisted would read it too, whole, and answer one it cannot read with an empty 400.
    """

    taken = 0
    is_cut = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, parsePOSTFormSubmission=False)

    def gotLength(self, length: int | None) -> None:  # noqa: N802  (Twisted's name)
        super().gotLength(length)
        if length is not None and length > limits.REQUEST:
            self.cut()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        self.taken += len(data)
        if self.taken > limits.REQUEST:
            self.cut()
        if not self.is_cut:
            super().handleContentChunk(data)

    def process(self) -> None:
        if not self.is_cut:
            super().process()

    def cut(self) -> None:
        """The connection goes with it: what else comes in is nobody's."""
        if self.is_cut:
            return
        self.is_cut = True
        page = get_template("413.html").render().encode()
        head = f"HTTP/1.1 413 Content Too Large\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n"
        self.channel.transport.write(f"{head}Connection: close\r\n\r\n".encode() + page)
        self.channel.loseConnection()


def limit_daphne() -> None:
    """Servers that hand a body on piece by piece need none of this: `intake.limited` stops them."""
    http_protocol.WebRequest = LimitedRequest
