"""Whether a page is still what a visitor has: an ETag before anything is rendered (D15).

All that a public page says comes from the record, from the standing of organisations, from organisations and people, which
only the admin changes besides (and people their own name, which is noted in the admin's log), from the day in Almaty, and from
the code. The newest row of each tells whether any of it changed. People who are signed in get no ETag.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from backend.core.http import is_partial
from backend.core.remembered import Shelf
from issues import clock

type View = Callable[..., HttpResponse]

KEPT_BYTES = 32 * 1024 * 1024
_pages: Shelf[bytes] = Shelf(KEPT_BYTES)


def revalidated(view: View) -> View:
    """A visitor who has the page as it is now gets 304, and one who has not what was rendered for the last one: one query."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tag = etag(request)
        response = get_conditional_response(request, etag=tag) if tag else None
        if response is None:
            response = _made(tag, request, lambda: view(request, *args, **kwargs))
        if tag:
            response.headers.setdefault("ETag", tag)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        response.headers.setdefault("Cache-Control", "no-cache")  # kept, and asked about each time
        return response

    return answered


def _made(tag: str | None, request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The tag tells all that a visitor's page is made of; one with a cookie or a token of its own is nobody else's."""
    page = _pages.get(tag) if tag else None
    if page is not None:
        kind, _, content = page.partition(b"\n")
        return HttpResponse(content, content_type=kind.decode())
    response = make()
    is_anybodys = not response.cookies and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
    is_plain = not response.streaming and set(response.headers) <= {"Content-Type", "Vary"}
    if (
        tag
        and response.status_code == 200
        and is_anybodys
        and is_plain
        and response.get("Vary", "") in ("", "HX-Request")
    ):
        _pages.put(tag, response["Content-Type"].encode() + b"\n" + response.content)
    return response


def etag(request: HttpRequest) -> str | None:
    """None for people who are signed in, and while the newest change is younger than the longest statement: a slower one may
    still be committed with an older number. One query.
    """
    if settings.DEBUG or any(name in request.COOKIES for name in (settings.SESSION_COOKIE_NAME, "messages")):
        return None
    now, newest = timezone.now(), _newest()
    request.names_as_of = tuple(each for each in newest if each[0].startswith("name"))  # type: ignore[attr-defined]
    settled = now - timedelta(milliseconds=settings.STATEMENT_TIMEOUT_MS)
    if any(at > settled for _what, _id, at in newest):
        return None
    parts = [get_language(), clock.local_day(now), request.build_absolute_uri(), is_partial(request), newest, _code()]
    return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


# One string, not composed anew by the ORM for each request: that would be the half of what a 304 costs.
_NAMES = (
    "(SELECT 'names by hand', id, action_time FROM django_admin_log ORDER BY id DESC LIMIT 1) UNION ALL "
    "(SELECT 'names by the registrar', id, standing_at FROM organisations_organisation WHERE standing_at IS NOT NULL "
    "ORDER BY standing_at DESC, id DESC LIMIT 1)"
)
_EVENTS = (
    "(SELECT 'event', id, at FROM issues_issueevent ORDER BY at DESC, id DESC LIMIT 1) UNION ALL "
    "(SELECT 'event', id, at FROM issues_issueevent ORDER BY id DESC LIMIT 1)"
)
_NEWEST = " UNION ALL ".join((_EVENTS, _NAMES))


type Newest = tuple[tuple[str, int, datetime], ...]


def names_as_of() -> Newest:
    """What differs once a person or an organisation has another name or standing: (what, id, at) of the last change made in
    the admin or of one's own name, and of the registrar's last decision. One query.
    """
    return _asked(_NAMES)


def names_of(request: HttpRequest) -> Newest:
    """`names_as_of()` for a page: no query where its ETag was asked for."""
    known: Newest | None = getattr(request, "names_as_of", None)
    return names_as_of() if known is None else known


def _newest() -> Newest:
    """(what, id, at) of the event with the latest time, of the one entered last, and as `names_as_of`."""
    return _asked(_NEWEST)


def _asked(statement: str) -> Newest:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return tuple(cursor.fetchall())


@cache
def _code() -> int:
    """When the newest file of the code, its templates or its words was changed: the same for all processes of a server."""
    files = (
        path
        for folder in ("backend", "dialogue", "issues", "locale", "templates", "static")
        for path in (settings.BASE_DIR / folder).rglob("*")
        if path.suffix in (".py", ".html", ".mo", ".json", ".css", ".js", ".toml")
    )
    return max(path.stat().st_mtime_ns for path in files)
