"""A person acts for one organisation at a time, shown beside the name: `acting(request)`.

The session keeps the organisation, from signing in on: another role there changes nothing, and whoever has left it is told
on every page until they have seen for whom they act now.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Words
from backend.organisations.models import Membership, Organisation
from backend.organisations.seats import seats_in_force

SESSION_KEY = "acting_for_organisation"


def memberships(request: HttpRequest) -> list[Membership]:
    """The person's active memberships with organisations, read once per request; no query for a visitor."""
    if not request.user.is_authenticated:
        return []
    if not hasattr(request, "_memberships"):
        request._memberships = seats_in_force(request.user, timezone.now())  # type: ignore[attr-defined]
    return request._memberships  # type: ignore[attr-defined,no-any-return]


def acting(request: HttpRequest) -> Membership | None:
    """The membership with the organisation chosen in this session, else the oldest; None for people without one."""
    mine = memberships(request)
    wanted = request.session.get(SESSION_KEY) if mine else None
    return next((each for each in mine if each.organisation_id == wanted), mine[0] if mine else None)


def act_for(request: HttpRequest, membership: Membership) -> None:
    """Choose for whom the person acts from now on in this session."""
    request.session[SESSION_KEY] = membership.organisation_id


def lost(request: HttpRequest) -> Organisation | None:
    """The organisation chosen in this session, where the person no longer belongs to it. One query, only then."""
    if not request.user.is_authenticated:
        return None
    chosen = request.session.get(SESSION_KEY)
    if chosen is None or any(each.organisation_id == chosen for each in memberships(request)):
        return None
    return Organisation.objects.filter(pk=chosen).first()


def begin(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Signing in chooses for whom one acts first, so that it cannot change without being noticed."""
    if seats := seats_in_force(user, timezone.now()):
        act_for(request, seats[0])


user_logged_in.connect(begin, dispatch_uid="acting_for")


SWITCHED = _("You act for another organisation now than when you opened this page. Check it, and try again.")


def check_not_switched(request: HttpRequest, words: Words = SWITCHED) -> None:
    """A form says in `as` for whom it was opened. Raises Conflict where the person acts for another organisation now."""
    seat = acting(request)
    now = seat.organisation.slug if seat else ""
    if request.POST.get("as", now) != now:
        raise Conflict(words)


def seat_of(request: HttpRequest) -> Membership:
    """For whom the person acts, on the page and in what was sent. Raises Forbidden for nobody, Conflict after a switch."""
    seat = acting(request)
    if seat is None:
        raise Forbidden(_("You act for no organisation now."))
    check_not_switched(request)
    return seat


def acts_for(seat: Membership) -> dict[str, Any]:
    """The arguments of an action that say who acts, for whom."""
    return {"actor": seat.user, "organisation": seat.organisation}


def way_back(request: HttpRequest) -> str:
    """Where a switch leads: to this page, or where this is the answer to a form, to the page that held the form."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return inside(request, request.headers.get("Referer", ""))


def inside(request: HttpRequest, url: str) -> str:
    """The address if it lies on this site, else that of one's own page."""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if safe else reverse("me")


def context(request: HttpRequest) -> dict[str, Any]:
    """`acting`, `memberships`, `lost` and `way_back` for templates; callables: a page that shows none pays no query."""
    return {
        "acting": lambda: acting(request),
        "memberships": lambda: memberships(request),
        "lost": lambda: lost(request),
        "way_back": lambda: way_back(request),
    }
