"""Giving a stored file out: always as a download, never as something a browser shows or runs on our site."""

from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header

_CHUNK = 64 * 1024
_PUBLIC_SECONDS = 3600  # the bytes never change, but a file may be taken down

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class FileGone(Exception):  # noqa: N818  (it tells what is, not what was done wrong)
    """The store has no such file."""


def download(
    request: HttpRequest, key: str, *, name: str, mime: str, size: int, sha256: str, is_public: bool
) -> HttpResponseBase:  # fmt: skip
    """The file as an attachment, streamed under WSGI and ASGI alike; of HEAD the headers alone. Raises FileGone.

    `is_public`: shared caches may keep it for an hour; else nobody keeps it.
    """
    etag = f'"{sha256}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse() if request.method == "HEAD" else _streamed(request, key)
        response["Content-Type"] = f"{mime}; charset=utf-8" if mime.startswith("text/") else mime
        response["Content-Length"] = str(size)
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["ETag"] = etag
    for header, value in _HEADERS.items():
        response[header] = value
    if is_public:
        patch_cache_control(response, public=True, max_age=_PUBLIC_SECONDS)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _streamed(request: HttpRequest, key: str) -> HttpResponseBase:
    try:
        file = default_storage.open(key)
    except FileNotFoundError:
        raise FileGone(key) from None
    if isinstance(request, ASGIRequest):
        return StreamingHttpResponse(_Chunks(file))
    return FileResponse(file)


class _Chunks:
    """An open file for an asynchronous server, which would read a synchronous one whole before it sends any of it."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.close = file.close  # Django closes it with the response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = sync_to_async(self.file.read, thread_sensitive=False)
        while chunk := await read(_CHUNK):
            yield chunk
