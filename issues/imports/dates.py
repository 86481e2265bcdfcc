"""Dates as other registers write them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from issues.actions.checks import Checked
from issues.clock import ALMATY

_HOURS = re.compile(r"%[HIcXpsT]")


@dataclass(frozen=True, slots=True)
class Dates:
    """`formats` as Python's strptime takes them; without any, ISO 8601. An hour without a zone is in `zone`."""

    formats: tuple[str, ...] = ()
    zone: tzinfo = ALMATY

    @classmethod
    def of(cls, formats: list[str], zone: str) -> "Dates":
        """Raises ValueError for a zone or a format that does not exist."""
        for form in formats:
            try:
                datetime.strptime("", form)  # noqa: DTZ007  (only the format is looked at)
            except ValueError as error:
                if "does not match" not in str(error):
                    raise ValueError(f"there is no such format as {form!r}") from error
        try:
            return cls(tuple(formats), ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone called {zone!r}; write it as Asia/Almaty") from error

    def read(self, check: Checked, name: str, value: Any) -> date | datetime | None:
        """A day where no hour is given, else a moment; None for nothing, and for what is no date, which `check` is told."""
        if value in (None, ""):
            return None
        text = value.strip() if isinstance(value, str) else ""
        for form in self.formats or ("",):
            try:
                found = _by_format(text, form) if form else _iso(text)
            except (ValueError, OverflowError):
                continue
            if isinstance(found, datetime) and found.tzinfo is None:
                return found.replace(tzinfo=self.zone)
            return found
        wanted = " or ".join(self.formats) or "2026-02-28, 2026-02-28T14:30 or 2026-02-28T14:30:00Z"
        check.fail(name, f"This is no date: {str(value)[:40]!r}. It should be written as {wanted}.")
        return None


def _iso(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _by_format(text: str, form: str) -> date | datetime:
    found = datetime.strptime(text, form)  # noqa: DTZ007  (its zone is added where it has none)
    return found if _HOURS.search(form) else found.date()
