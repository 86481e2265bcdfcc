"""Checking the fields of a move: collects every error before it refuses (422)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Invalid, Words
from backend.organisations.models import Membership, Organisation

LONG = 20_000  # characters of a text
SHORT = 200


class Checked:
    """`with Checked() as check:` gather values; at the end all errors at once, or none. Dotted paths name nested fields."""

    def __init__(self) -> None:
        self.errors: dict[str, list[Words]] = {}

    def __enter__(self) -> "Checked":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None and self.errors:
            raise Invalid(self.errors)

    def fail(self, path: str, words: Words) -> None:
        self.errors.setdefault(path, []).append(words)

    def text(self, path: str, value: Any, *, limit: int = LONG, needed: bool = True) -> str:
        if value is not None and not isinstance(value, str):
            self.fail(path, _("This must be text."))
            return ""
        text = (value or "").replace("\r\n", "\n").replace("\x00", "").strip()
        if needed and not text:
            self.fail(path, _("Write something here."))
        if len(text) > limit:
            self.fail(path, _("This is too long. At most, in characters: %(limit)s.") % {"limit": limit})
        return text

    def day(self, path: str, value: Any) -> date | None:
        """A date, or its ISO form."""
        try:
            found = value if isinstance(value, date) else parse_date(value or "")
        except (TypeError, ValueError):
            found = None
        if found is None:
            self.fail(path, _("Give a date that exists."))
        return found

    def choice(self, path: str, value: Any, allowed: Sequence[str]) -> str:
        if value not in allowed:
            self.fail(path, _("Choose one of the options."))
            return ""
        return str(value)

    def rows(self, path: str, value: Any) -> list[Mapping[str, Any]]:
        if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
            self.fail(path, _("This must be a list."))
            return []
        return list(value)

    def number(self, path: str, value: Any, allowed: Sequence[int]) -> int | None:
        if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit() or int(value) not in allowed:
            self.fail(path, _("There is no such ask here."))
            return None
        return int(value)

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
    return Organisation.objects.bodies().filter(slug=value).first() if isinstance(value, str) else None


def member_called(value: Any, organisation: Organisation, at: Any) -> User | None:
    """A person of the organisation, given themselves, by UUID or by e-mail address."""
    if isinstance(value, User):
        wanted = Q(user=value)
    elif isinstance(value, UUID) or (isinstance(value, str) and _is_uuid(value)):
        wanted = Q(user__uuid=value)
    elif isinstance(value, str):
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
