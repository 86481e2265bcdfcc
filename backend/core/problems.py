"""Problem documents (RFC 9457): how a program is told that something was not done, and what to do."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse

from backend.core.errors import Words
from backend.core.references import reference_of

CONTENT_TYPE = "application/problem+json"
API = "/api/"


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the address belongs to the API, whoever asks for it."""
    return request.path.startswith(API)


def problem(
    request: object, status: int, detail: Words, errors: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """`type title status detail`, with `errors` (a field's dotted path: its messages) where fields are at fault, and the
    number of the request, which whoever runs Birge finds in the log.
    """
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(detail)}
    if errors is not None:
        document["errors"] = {_written(name): [_written(str(each)) for each in words] for name, words in errors.items()}
    return document | more | {"reference": reference_of(request)}


def _written(text: str) -> str:
    """What was sent, as far as UTF-8 has it: JSON can escape halves of letters, also in names."""
    return text.encode(errors="replace").decode()


def problem_response(request: HttpRequest, status: int, detail: Words) -> JsonResponse:
    return JsonResponse(problem(request, status, detail), status=status, content_type=CONTENT_TYPE)
