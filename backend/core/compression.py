"""Pages over a slow line: text goes out compressed, whether or not a proxy stands before us."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSIBLE = (
    "text/", "application/javascript", "application/json", "application/manifest+json", "application/atom+xml",
    "image/svg+xml",
)  # fmt: skip


class CompressText(GZipMiddleware):
    """Django's gzip, with its padding of random length against BREACH, for whole answers of text. What people attached and
    fonts are compressed already; a part of a file (206) is left as it is.
    """

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        if response.status_code == 206 or not response.get("Content-Type", "").startswith(COMPRESSIBLE):
            return response  # type: ignore[no-any-return]
        if "attachment" in response.get("Content-Disposition", ""):
            return response  # type: ignore[no-any-return]
        return super().process_response(request, response)
