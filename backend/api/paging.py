"""Pages by key: `{"next", "previous", "results"}`, and `count` to whoever asks for it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from backend.core.errors import Invalid
from backend.core.keyset import Keyed, Page, Sort, page
from issues import addresses
from issues.addresses import Asked
from issues.filters import COUNT_AT_MOST


def not_understood(request: Request, asked: Asked) -> None:
    """Pages leave out what they do not understand and say so; a program is told by 422. So is one that sends an empty value: it
    would get everything, where it meant something.
    """
    empty = [(name, "") for name, values in request.query_params.lists() if not all(map(_says_something, values))]
    if wrong := [*asked.ignored, *empty]:
        raise Invalid({name: _("This value is not understood: %(value)s.") % {"value": value} for name, value in wrong})


def _says_something(value: str) -> bool:
    return bool(value.replace("\x00", "").strip())


def paged[Row: Keyed](
    request: Request, rows: QuerySet[Any, Row], sort: Sort, asked: Asked
) -> tuple[Page[Row], dict[str, Any]]:
    """The page, and the frame of its answer without `results`."""
    found = page(rows, sort, asked.cursor)
    return found, page_addresses(request, found)


def page_addresses(request: Request, found: Page[Any]) -> dict[str, Any]:
    """`next` and `previous`."""
    return {
        "next": _address(request, "after", found.after),
        "previous": _address(request, "before", found.before),
    }


def _address(request: Request, name: str, cursor: Any) -> str | None:
    if cursor is None:
        return None
    here = request._request
    return here.build_absolute_uri(here.path + addresses.at_cursor(here.GET, name, cursor))


def wants_count(request: Request) -> bool:
    asked = request.query_params.get("count", "0")
    if asked not in ("0", "1"):
        raise Invalid({"count": _("This value is not understood: %(value)s.") % {"value": asked[:100]}})
    return asked == "1"


def count_said(counted: int) -> int | str:
    """Exact to 10,000, then in words that stay the same in every language."""
    return counted if counted <= COUNT_AT_MOST else f"more than {COUNT_AT_MOST}"


def whole(results: Any) -> Mapping[str, Any]:
    """A short list, in one page."""
    return {"next": None, "previous": None, "results": results}
