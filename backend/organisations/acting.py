"""A person acts for one organisation at a time, shown beside the name: `acting(request)`."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from backend.organisations.models import Membership

SESSION_KEY = "acting_for"


def memberships(request: HttpRequest) -> list[Membership]:
    """The person's active memberships with organisations: one query per request; none for a visitor."""
    if not request.user.is_authenticated:
        return []
    if not hasattr(request, "_memberships"):
        request._memberships = list(Membership.objects.of(request.user, timezone.now()))  # type: ignore[attr-defined]
    return request._memberships  # type: ignore[attr-defined,no-any-return]


def acting(request: HttpRequest) -> Membership | None:
    """The membership chosen in this session, else the oldest; None for visitors and people without one."""
    mine = memberships(request)
    wanted = request.session.get(SESSION_KEY) if mine else None
    return next((each for each in mine if each.pk == wanted), mine[0] if mine else None)


def act_for(request: HttpRequest, membership: Membership) -> None:
    """Choose for whom the person acts from now on in this session."""
    request.session[SESSION_KEY] = membership.pk


def context(request: HttpRequest) -> dict[str, Any]:
    """`acting` and `memberships` for templates; callables, so that a page that shows neither pays no query."""
    return {"acting": lambda: acting(request), "memberships": lambda: memberships(request)}
