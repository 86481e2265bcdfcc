"""Checking the fields of a move: collects every error before it refuses (422)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
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

# What no person types: NUL and halves of characters, which the database cannot hold, and the bidirectional overrides,
# which make a title or a name read as what it is not.
_DROPPED = dict.fromkeys([0, *range(0xD800, 0xE000), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


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
        text = (value or "").replace("\r\n", "\n").translate(_DROPPED).strip()
        if needed and not text:
            self.fail(path, _("Write something here."))
        if len(text) > limit:
            self.fail(path, _("This is too long. At most, in characters: %(limit)s.") % {"limit": limit})
        return text

    def line(self, path: str, value: Any, *, limit: int = SHORT, needed: bool = True) -> str:
        """A text on one line: a title, a place, a unit. White space of any kind becomes one space."""
        return " ".join(self.text(path, value, limit=limit, needed=needed).split())

    def day(self, path: str, value: Any) -> date | None:
        """A date, or its ISO form. An instant is not a date: whose day would it be?"""
        try:
            plain = isinstance(value, date) and not isinstance(value, datetime)
            found = value if plain else parse_date(value or "")
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
    if not isinstance(value, str) or _is_no_name(value):
        return None
    return Organisation.objects.bodies().filter(slug=value).first()


def member_called(value: Any, organisation: Organisation, at: Any) -> User | None:
    """A person of the organisation, given themselves, by UUID or by e-mail address."""
    if isinstance(value, User):
        wanted = Q(user=value)
    elif isinstance(value, UUID) or (isinstance(value, str) and _is_uuid(value)):
        wanted = Q(user__uuid=value)
    elif isinstance(value, str) and not _is_no_name(value):
        wanted = Q(user__email__iexact=value)
    else:
        return None
    seat = Membership.objects.active(at).filter(wanted, organisation=organisation, user__is_active=True)
    found = seat.select_related("user").first()
    return found.user if found else None


def _is_no_name(value: str) -> bool:
    """It holds what names never hold; the database would not even take the question."""
    return value != value.translate(_DROPPED)


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
