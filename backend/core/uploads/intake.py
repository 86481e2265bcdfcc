"""How much is read of what people send. What is too long is cut while it streams in, wherever it is sent.

A view takes files only if it says so (`@takes_files`); elsewhere none is kept, however it got into the form.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Refusal, Words
from backend.core.http import refused
from backend.core.uploads import limits
from backend.core.uploads.inspection import too_large

type View = Callable[..., HttpResponse]


class TooLarge(Refusal):
    """The whole request is longer than its address takes (413); it was not read."""

    status = 413


def takes_files[F: View](view: F) -> F:
    """Marks a view whose form has files in it. Decorators around it keep the mark."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def _takes_files(request: HttpRequest) -> bool:
    """Of somebody signed in, at an address that asks for files; of a program, whose token is looked at before its files."""
    match = request.resolver_match
    if not match or not getattr(match.func, "takes_files", False):
        return False
    return request.user.is_authenticated or getattr(match.func, "by_token", False)


def cut(request: HttpRequest) -> list[tuple[str, str, Words]]:
    """The files that were too large and not kept: field, name, why. The rest of the form was read to its end."""
    found: list[tuple[str, str, Words]] = getattr(request, "_files_cut", [])
    return found


class LimitedUploadHandler(FileUploadHandler):
    """The first handler: lets through as much of each file as may be kept, and skips the rest of it."""

    request: HttpRequest

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if not _takes_files(self.request):
            raise SkipFile
        if start + len(raw_data) > limits.FILE:
            self.request._files_cut = [  # type: ignore[attr-defined]
                *cut(self.request), (self.field_name or "", self.file_name or "", too_large()),
            ]  # fmt: skip
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep it."""


class RequestLimit:
    """Refuses a request that says it is longer than its address takes, before any of it is read."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        limit = limits.REQUEST if _takes_files(request) else (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or limits.REQUEST)
        if _said_length(request) <= limit:
            return None
        words = _("What you sent is too large. At most, all together: %(limit)s. Send less at once: go back, your text is "
                  "still in the form.")  # fmt: skip
        return refused(request, TooLarge(words % {"limit": filesizeformat(limit)}))


def _said_length(request: HttpRequest) -> int:
    """0 for no number: then Django reads nothing."""
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(said) if said.isascii() and said.isdigit() else 0


type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def limited(application: Application) -> Application:
    """The ASGI application, cut off from a body that goes on and on whatever length it promised; answers 413 then.

    Django reads a body to its end before anything else, into a temporary file; WSGI servers stop at the length promised.
    """

    async def wrapped(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            return message if read <= limits.REQUEST else {"type": "http.disconnect"}

        await application(scope, counted, send)
        if read > limits.REQUEST:
            await _send_too_large(send)

    return wrapped


async def _send_too_large(send: Send) -> None:
    page = get_template("413.html").render().encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(page)).encode()),
               (b"connection", b"close")]  # fmt: skip
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": page})
