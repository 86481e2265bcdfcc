"""Reading what a list is asked for in its address, value by value; and writing the addresses beside it.

A value that means nothing is left out and told, never an error (contract.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from backend.core.errors import Words
from backend.core.keyset import Cursor, Sort
from backend.core.remembered import remembered

VALUE_LENGTH = 200
YES, NO = ("1", "true", "yes"), ("", "0", "false", "no")
REMEMBERED = 20  # seconds: less than until a page that changed is kept for other visitors (`STATEMENT_TIMEOUT_MS`)
_YEARS = range(2000, 2101)  # dates beyond are typing mistakes, and some lie outside what a database can compare


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: what it says, and the address's pair that makes it."""

    name: str
    value: str
    label: Words
    said: Words


@dataclass(slots=True)
class Asked:
    """What any list is asked for. `chips` are the filters in force, `ignored` the (name, value) pairs that were left out."""

    sort: str = ""
    cursor: Cursor | None = None
    chips: list[Chip] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)


class Reader[Filters: Asked]:
    """Fills `found` from a query, one named value at a time: each with a chip, or among the ignored."""

    def __init__(self, query: QueryDict, found: Filters) -> None:
        self.query, self.found = query, found

    def raw(self, name: str) -> str:
        return str(self.query.get(name, ""))

    def value(self, name: str) -> str:
        return self.raw(name).replace("\x00", "").strip()

    def ignore(self, name: str, value: str) -> None:
        self.found.ignored.append((name, value[:VALUE_LENGTH]))

    def chip(self, name: str, value: str, label: Words, said: Words) -> None:
        self.found.chips.append(Chip(name, value, label, said))

    def one_of(self, name: str, allowed: dict[str, Words], label: Words) -> None:
        value = self.value(name)
        if value in allowed:
            setattr(self.found, name, value)
            self.chip(name, self.raw(name), label, allowed[value])
        elif value:
            self.ignore(name, value)

    def thing(self, name: str, model: type[Model], key: str, label: Words, **narrowed: Any) -> None:
        """One query, if the value is given."""
        if not (value := self.value(name)):
            return
        thing = model._default_manager.filter(**{key: value}, **narrowed).first() if len(value) <= 80 else None
        if thing is None:
            self.ignore(name, value)
            return
        setattr(self.found, name, thing)
        self.chip(name, self.raw(name), label, str(thing))

    def reference(self, name: str, model: type[Model], key: str, label: Words) -> None:
        """Of a table with few rows that hardly ever change. One query in `REMEMBERED` seconds."""
        if not (value := self.value(name)):
            return
        if (thing := _all_by(model, key).get(value)) is None:
            self.ignore(name, value)
            return
        setattr(self.found, name, thing)
        self.chip(name, self.raw(name), label, str(thing))

    def yes(self, name: str, label: Words) -> None:
        value = self.value(name).lower()
        if value in YES:
            setattr(self.found, name, True)
            self.chip(name, self.raw(name), label, "")
        elif value not in NO:
            self.ignore(name, value)

    def day(self, name: str, label: Words, attribute: str = "") -> None:
        if not (value := self.value(name)):
            return
        if (found := _day(value)) is None:
            self.ignore(name, value)
            return
        setattr(self.found, attribute or name, found)
        self.chip(name, self.raw(name), label, date_format(found, "DATE_FORMAT"))

    def order(self, sorts: dict[str, Sort]) -> None:
        """The sort, and the place in it."""
        value = self.value("sort")
        if value in sorts:
            self.found.sort = value
        elif value:
            self.ignore("sort", value)
        for name in ("after", "before"):
            if not (text := self.value(name)):
                continue
            cursor = Cursor.parse(text, backwards=name == "before")
            if cursor is not None and cursor.fits(sorts[self.found.sort]):
                self.found.cursor = cursor
            else:
                self.ignore(name, text)


@remembered(REMEMBERED)
def _all_by(model: type[Model], key: str) -> dict[str, Model]:
    return {getattr(each, key): each for each in model._default_manager.all()}


def _day(value: str) -> date | None:
    try:
        found = parse_date(value)
    except ValueError:
        return None
    return found if found and found.year in _YEARS else None


def without(query: QueryDict, name: str, value: str) -> str:
    """The address's query without one filter, from the first page: "?" or "?..."."""
    left = query.copy()
    left.setlist(name, [each for each in left.getlist(name) if each != value])
    return _first_page(left)


def changed(query: QueryDict, name: str, value: str) -> str:
    """The address's query with another value, from the first page; '' takes the name out."""
    other = query.copy()
    other[name] = value
    if not value:
        del other[name]
    return _first_page(other)


def at_cursor(query: QueryDict, name: str, cursor: Cursor) -> str:
    """The same list at another page."""
    other = query.copy()
    for each in ("after", "before"):
        other.pop(each, None)
    other[name] = str(cursor)
    return f"?{other.urlencode()}"


def _first_page(query: QueryDict) -> str:
    for name in ("after", "before"):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else "?"


def filled(query: QueryDict) -> str:
    """The query without names that have no value: '' or "?..."."""
    left = query.copy()
    for name, values in query.lists():
        left.setlist(name, [value for value in values if value])
    return f"?{left.urlencode()}" if left.urlencode() else ""


def pairs(query: QueryDict, *names: str) -> Iterator[tuple[str, str]]:
    """The pairs that a form has no control for and carries along hidden."""
    return ((name, value) for name in names for value in query.getlist(name) if value)


def carried(query: QueryDict) -> list[tuple[str, str]]:
    """What another order of the same list keeps of the address: the filters, from the first page."""
    return list(pairs(query, *(name for name in query if name not in ("sort", "after", "before"))))


def around(query: QueryDict, before: Cursor | None, after: Cursor | None) -> dict[str, str]:
    """The addresses of the pages before and after this one, '' where there is none."""
    return {
        "newer": at_cursor(query, "before", before) if before else "",
        "older": at_cursor(query, "after", after) if after else "",
    }
