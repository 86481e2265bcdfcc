"""Pages by key, never by offset (D19): Previous and Next from `(value, id)`, also where the value may be NULL.

A cursor is the key of a row: `2026-03-05T09:00:00.123456Z~417`, `2026-03-05~417` where the value is a day, `12~417` where it
is a number, or `~417` for a row without a value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Protocol

from django.db.models import Q, QuerySet

PAGE_SIZE = 25
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by one column, then by id in the same direction: of date-times, with `whole` of numbers that are not
    negative, with `days` of dates. With `nullable`, rows without a value come last.
    """

    column: str
    descending: bool = False
    nullable: bool = False
    whole: bool = False
    days: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the order: right after that row, or right before it when `backwards`."""

    value: datetime | date | int | None
    id: int
    backwards: bool = False

    @classmethod
    def parse(cls, text: str, *, backwards: bool = False) -> "Cursor | None":
        """None for anything that is not a cursor."""
        value, joint, row_id = text.partition("~")
        if not joint or not _is_number(row_id, 18):
            return None
        if _is_number(value, 9):
            return cls(int(value), int(row_id), backwards)
        try:
            if _DAY.fullmatch(value):
                return cls(date.fromisoformat(value), int(row_id), backwards)
            moment = datetime.fromisoformat(value) if value else None
            if moment is not None and moment.utcoffset() is None:
                return None
            return cls(moment and moment.astimezone(UTC), int(row_id), backwards)
        except (ValueError, OverflowError):
            return None

    def fits(self, sort: Sort) -> bool:
        """Whether a row of this order can have such a key."""
        if self.value is None:
            return sort.nullable
        return type(self.value) is (int if sort.whole else date if sort.days else datetime)

    def __str__(self) -> str:
        match self.value:
            case datetime() as moment:
                return f"{moment.astimezone(UTC).isoformat().replace('+00:00', 'Z')}~{self.id}"
            case None:
                return f"~{self.id}"
            case day_or_number:
                return f"{day_or_number}~{self.id}"


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


class Keyed(Protocol):
    """A row with the column of its order: a model, or a tuple with names."""

    @property
    def pk(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Page[Row: Keyed]:
    """The rows in order, and the cursors of `?before=` and `?after=`; None where there is nothing that way."""

    rows: list[Row]
    before: Cursor | None
    after: Cursor | None


def page[Row: Keyed](rows: QuerySet[Any, Row], sort: Sort, cursor: Cursor | None, size: int = PAGE_SIZE) -> Page[Row]:
    """One page at the cursor: one query; two with a nullable sort. Nothing is counted or skipped."""
    backwards = cursor is not None and cursor.backwards
    found: list[Row] = []
    for part in _parts(rows, sort, cursor):
        found += part[: size + 1 - len(found)]
        if len(found) > size:
            break
    more, found = len(found) > size, found[:size]
    if cursor is not None and backwards:
        if not more and len(found) < size:
            return page(rows, sort, None, size)  # fewer than a page stand before: the first page, whole
        found.reverse()
    first, last = (_key(found[0], sort), _key(found[-1], sort)) if found else (None, None)
    return Page(
        found,
        before=first if (more if backwards else cursor is not None) else None,
        after=last if (backwards or more) else None,
    )


def _key(row: Keyed, sort: Sort) -> Cursor:
    return Cursor(getattr(row, sort.column), row.pk)


def _parts[Row: Keyed](rows: QuerySet[Any, Row], sort: Sort, cursor: Cursor | None) -> Iterator[QuerySet[Any, Row]]:
    """The rows from the cursor on, as one range of the index each: those with a value, and those without."""
    if cursor is not None and cursor.backwards:
        sort = replace(sort, descending=not sort.descending)
    forwards = cursor is None or not cursor.backwards
    for without_value in (False, True) if forwards else (True, False):
        if without_value and not sort.nullable:
            continue
        part = rows.filter(**{f"{sort.column}__isnull": without_value}) if sort.nullable else rows
        is_here = cursor is not None and (cursor.value is None) == without_value
        if cursor is not None and not is_here and without_value != forwards:
            continue  # this part lies behind the cursor
        part = part.filter(_beyond(sort, cursor)) if cursor is not None and is_here else part
        sign = "-" if sort.descending else ""
        yield part.order_by(*([] if without_value else [f"{sign}{sort.column}"]), f"{sign}pk")


def _beyond(sort: Sort, cursor: Cursor) -> Q:
    """Right of the cursor. The first condition is implied by the second; the planner starts the index at it."""
    than = "lt" if sort.descending else "gt"
    further = Q(**{f"pk__{than}": cursor.id})
    if cursor.value is None:
        return further
    column = sort.column
    return Q(**{f"{column}__{than}e": cursor.value}) & (Q(**{f"{column}__{than}": cursor.value}) | further)
