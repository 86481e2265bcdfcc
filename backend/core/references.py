"""A number for every request: in the answer's head, in each line of the log about it, and on the page of a failure.

Whoever reports a failure reads it out, and whoever runs Birge finds the line.
"""

import logging
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class RequestReference:
    """The outermost middleware: `request.reference`, and `X-Request-ID` in the answer. Never taken from the request: a line of
    the log is not for others to choose.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reference = secrets.token_hex(4).upper()  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = reference_of(request)
        return response


def reference_of(request: object) -> str:
    """'' where a request has none: it failed before it came so far."""
    return getattr(request, "reference", "")


class AddReference(logging.Filter):
    """Gives each record of the log `reference`: of the request that it is about, with a blank after it, or ''."""

    def filter(self, record: logging.LogRecord) -> bool:
        reference = reference_of(getattr(record, "request", None))
        record.reference = f"{reference} " if reference else ""
        return True
