"""The filters of the issue list: the words of contract.md, read from an address. A bad value is left out and told.

`q status topic region body ngo overdue raised_after raised_before language origin sort`; `status` may be repeated, and
`open` stands for all open statuses. `raised_after` and `raised_before` are days in Almaty, themselves included.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Model, Q
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.keyset import Cursor, Sort
from backend.organisations.models import Organisation
from issues import clock
from issues.lifecycle import OPEN, Status
from issues.models import Origin, Region, Topic
from issues.querysets import IssueQuerySet

QUERY_LENGTH = 200
WORDS_AT_MOST = 10
COUNT_AT_MOST = 10_000

SORTS = {
    "newest": Sort("raised_at", descending=True),
    "due": Sort("due_at", nullable=True),
    "cosigners": Sort("cosigners_count", descending=True, whole=True),
    "activity": Sort("active_at", descending=True),
}
SORT_LABELS: dict[str, Words] = {
    "newest": _("Newest"),
    "due": _("Due date"),
    "cosigners": _("Most supported"),
    "activity": _("Last activity"),
}
NOT_YET = ("metric", "part")

_NUMBER = re.compile(r"[0-9]{4}-[0-9]{0,10}")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_YES, _NO = ("1", "true", "yes"), ("", "0", "false", "no")
_YEARS = range(2000, 2101)  # dates beyond are typing mistakes, and some lie outside what a database can compare


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: what it says, and the address's pair that makes it."""

    name: str
    value: str
    label: Words
    said: Words


@dataclass(slots=True)
class Filters:
    """What an address asks for. `chips` are the filters in force, `ignored` the (name, value) pairs that were left out."""

    q: str = ""
    status: list[str] = field(default_factory=list)
    topic: Topic | None = None
    region: Region | None = None
    body: Organisation | None = None
    ngo: Organisation | None = None
    overdue: bool = False
    raised_after: date | None = None
    raised_before: date | None = None
    language: str = ""
    origin: str = Origin.PLATFORM
    sort: str = "newest"
    cursor: Cursor | None = None
    chips: list[Chip] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """At most one query for each of topic, region, body and ngo that is given."""
        return _Reader(query).read()

    def apply(self, issues: IssueQuerySet, at: datetime) -> IssueQuerySet:
        """Those that match; an overdue date is compared with `at`. No query."""
        found = issues.filter(origin=self.origin)
        for name in ("topic", "region", "language"):
            if value := getattr(self, name):
                found = found.filter(**{name: value})
        if self.body:
            found = found.filter(body_addressed=self.body)
        if self.ngo:
            found = found.filter(raised_by=self.ngo)
        if self.status:
            found = found.filter(status__in=_statuses(self.status))
        if self.overdue:
            found = found.overdue(at)
        if self.raised_after:
            found = found.filter(raised_at__gt=clock.end_of_day(self.raised_after - timedelta(1)))
        if self.raised_before:
            found = found.filter(raised_at__lte=clock.end_of_day(self.raised_before))
        return found.filter(_matches(self.q))


def _statuses(words: list[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        found |= OPEN if word == "open" else {word}
    return found


def _matches(q: str) -> Q:
    """The number or its beginning; else every word somewhere in the title."""
    if _NUMBER.fullmatch(q):
        return Q(number__startswith=q)
    words = Q()
    for word in q.split()[:WORDS_AT_MOST]:
        words &= Q(title__icontains=word)
    return words


def counted(issues: IssueQuerySet) -> int:
    """How many, exactly up to 10,000; 10,001 is "more than 10,000". One query, bounded."""
    return issues.order_by()[: COUNT_AT_MOST + 1].count()


class _Reader:
    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.found = Filters()

    def read(self) -> Filters:
        self._text()
        self._status()
        for name, model, key in (("topic", Topic, "slug"), ("region", Region, "code")):
            self._thing(name, model, key)
        self._thing("body", Organisation, "slug", kind="state_body")
        self._thing("ngo", Organisation, "slug", kind="ngo")
        self._overdue()
        self._days()
        self._language()
        self._origin()
        self._sort()
        for name in NOT_YET:
            for value in self.query.getlist(name):
                self._ignore(name, value)
        return self.found

    def _raw(self, name: str) -> str:
        return str(self.query.get(name, ""))

    def _value(self, name: str) -> str:
        return self._raw(name).replace("\x00", "").strip()

    def _ignore(self, name: str, value: str) -> None:
        self.found.ignored.append((name, value[:QUERY_LENGTH]))

    def _chip(self, name: str, value: str, label: Words, said: Words) -> None:
        self.found.chips.append(Chip(name, value, label, said))

    def _text(self) -> None:
        self.found.q = self._value("q")[:QUERY_LENGTH]
        if self.found.q:
            self._chip("q", self._raw("q"), _("Search"), self.found.q)

    def _status(self) -> None:
        allowed = {value: label for value, label in Status.choices if value != Status.DRAFT} | {"open": _("Open")}
        for value in dict.fromkeys(filter(None, self.query.getlist("status"))):
            if value in allowed:
                self.found.status.append(value)
                self._chip("status", value, _("Status"), allowed[value])
            else:
                self._ignore("status", value)

    def _thing(self, name: str, model: type[Model], key: str, **narrowed: str) -> None:
        if not (value := self._value(name)):
            return
        thing = model._default_manager.filter(**{key: value}, **narrowed).first() if len(value) <= 80 else None
        if thing is None:
            self._ignore(name, value)
            return
        setattr(self.found, name, thing)
        self._chip(name, self._raw(name), LABELS[name], str(thing))

    def _overdue(self) -> None:
        value = self._value("overdue").lower()
        if value in _YES:
            self.found.overdue = True
            self._chip("overdue", self._raw("overdue"), _("Overdue"), "")
        elif value not in _NO:
            self._ignore("overdue", value)

    def _days(self) -> None:
        for name in ("raised_after", "raised_before"):
            if not (value := self._value(name)):
                continue
            if (found := _day(value)) is None:
                self._ignore(name, value)
                continue
            setattr(self.found, name, found)
            self._chip(name, self._raw(name), LABELS[name], date_format(found, "DATE_FORMAT"))

    def _language(self) -> None:
        value = self._value("language")
        if value and _LANGUAGE_TAG.fullmatch(value):
            self.found.language = value
            self._chip("language", self._raw("language"), _("Written in"), dict(settings.LANGUAGES).get(value, value))
        elif value:
            self._ignore("language", value)

    def _origin(self) -> None:
        value = self._value("origin")
        if value == Origin.LEGACY:
            self.found.origin = value
            self._chip("origin", value, _("Origin"), Origin.LEGACY.label)
        elif value not in ("", Origin.PLATFORM):
            self._ignore("origin", value)

    def _sort(self) -> None:
        value = self._value("sort")
        if value in SORTS:
            self.found.sort = value
        elif value:
            self._ignore("sort", value)
        for name in ("after", "before"):
            if not (text := self._value(name)):
                continue
            cursor = Cursor.parse(text, backwards=name == "before")
            if cursor is not None and cursor.fits(SORTS[self.found.sort]):
                self.found.cursor = cursor
            else:
                self._ignore(name, text)


def _day(value: str) -> date | None:
    try:
        found = parse_date(value)
    except ValueError:
        return None
    return found if found and found.year in _YEARS else None


LABELS: dict[str, Words] = {
    "topic": _("Topic"),
    "region": _("Region"),
    "body": _("Body"),
    "ngo": _("NGO"),
    "raised_after": _("Raised from"),
    "raised_before": _("Raised until"),
}


def without(query: QueryDict, name: str, value: str) -> str:
    """The address's query without one filter, from the first page: "" or "?..."."""
    left = query.copy()
    left.setlist(name, [each for each in left.getlist(name) if each != value])
    return _first_page(left)


def sorted_by(query: QueryDict, sort: str) -> str:
    changed = query.copy()
    changed["sort"] = sort
    return _first_page(changed)


def at_cursor(query: QueryDict, name: str, cursor: Cursor) -> str:
    """The same list at another page."""
    changed = query.copy()
    for each in ("after", "before"):
        changed.pop(each, None)
    changed[name] = str(cursor)
    return f"?{changed.urlencode()}"


def _first_page(query: QueryDict) -> str:
    for name in ("after", "before"):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else "?"


def pairs(query: QueryDict, *names: str) -> Iterator[tuple[str, str]]:
    """The pairs that a form has no control for and carries along hidden."""
    return ((name, value) for name in names for value in query.getlist(name) if value)
