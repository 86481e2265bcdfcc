"""Checking the fields of a move: numbers of asks, bodies and people beside what `core.checked` knows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core import checked
from backend.core.checked import LONG, SHORT, is_no_name
from backend.organisations.models import Membership, Organisation
from issues.models import Issue

__all__ = ["LONG", "SHORT", "Checked", "body_called", "issue_called", "member_called"]


class Checked(checked.Checked):
    """As there; and the numbers of asks."""

    def number(self, path: str, value: Any, allowed: Sequence[int]) -> int | None:
        """The number of an ask, given as a number or as its digits."""
        found = next((n for n in allowed if value == n or value == str(n)), None)
        if found is None or isinstance(value, bool | float):
            self.fail(path, _("There is no such ask here."))
            return None
        return found

    def numbers(self, path: str, value: Any, allowed: Sequence[int]) -> list[int]:
        if not isinstance(value, list | tuple) or not value:
            self.fail(path, _("Name at least one ask."))
            return []
        found = [self.number(path, each, allowed) for each in value]
        return sorted({each for each in found if each is not None})


def body_called(value: Any) -> Organisation | None:
    """A state body, given itself or by its slug."""
    if isinstance(value, Organisation):
        return value if value.kind == "state_body" else None
    if not isinstance(value, str) or is_no_name(value):
        return None
    return Organisation.objects.bodies().filter(slug=value).first()


def issue_called(value: Any) -> Issue | None:
    """A raised issue, given itself or by its number."""
    if isinstance(value, Issue):
        return value if value.number else None
    if not isinstance(value, str) or is_no_name(value):
        return None
    return Issue.objects.public().filter(number=value.strip()).first()


def member_called(value: Any, organisation: Organisation, at: Any) -> User | None:
    """A person of the organisation, given themselves, by UUID or by e-mail address."""
    if isinstance(value, User):
        wanted = Q(user=value)
    elif isinstance(value, UUID) or (isinstance(value, str) and _is_uuid(value)):
        wanted = Q(user__uuid=value)
    elif isinstance(value, str) and not is_no_name(value):
        wanted = Q(user__email__iexact=value)
    else:
        return None
    seat = Membership.objects.active(at).filter(wanted, organisation=organisation, user__is_active=True)
    found = seat.select_related("user").first()
    return found.user if found else None


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
