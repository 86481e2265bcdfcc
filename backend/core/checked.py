"""Checking the fields of an action: collects every error before it refuses (422)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid, Words

LONG = 20_000  # characters of a text
SHORT = 200

# What no person types: NUL and halves of characters, which the database cannot hold, and the bidirectional overrides,
# which make a title or a name read as what it is not.
_DROPPED = re.compile("[\x00\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)


class Checked:
    """`with Checked() as check:` gather values; at the end all errors at once, or none. Dotted paths name nested fields."""

    def __init__(self) -> None:
        self.errors: dict[str, list[Words]] = {}

    def __enter__(self) -> Self:
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
        text = without_dropped((value or "").replace("\r\n", "\n")).strip()
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

    def language(self, path: str, value: Any) -> str:
        """A BCP 47 tag, as far as its shape goes; '' is left open."""
        tag = self.line(path, value, limit=35, needed=False)
        if tag and not _LANGUAGE_TAG.fullmatch(tag):
            self.fail(path, _("Give the language as a tag, for example kk, ru, en or uz-Cyrl."))
        return tag

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


def is_no_name(value: str) -> bool:
    """It holds what names never hold; the database would not even take the question."""
    return _DROPPED.search(value) is not None


def without_dropped(text: str) -> str:
    return _DROPPED.sub("", text)
