"""The filters of the issue list: the words of contract.md, read from an address. A bad value is left out and told.

`q status topic region body ngo overdue raised_after raised_before language origin sort`; `status` may be repeated, and
`open` stands for all open statuses. `raised_after` and `raised_before` are days in Almaty, themselves included.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.keyset import Sort
from backend.organisations.models import Organisation
from issues import clock
from issues.addresses import VALUE_LENGTH, Asked, Reader
from issues.lifecycle import OPEN, Status
from issues.models import Origin, Region, Topic
from issues.querysets import IssueQuerySet, is_overdue

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


@dataclass(slots=True)
class Filters(Asked):
    """What an address asks the list of issues for."""

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

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """At most one query for each of body and ngo that is given, and of topic and region one in twenty seconds."""
        return _Reader(query, cls()).read()

    def apply(self, issues: IssueQuerySet, at: datetime) -> IssueQuerySet:
        """Those that match; an overdue date is compared with `at`. No query."""
        return issues.filter(*self.conditions(at).values())

    def conditions(self, at: datetime) -> dict[str, Q]:
        """What each filter in force asks for, by its name. No query."""
        told = {"origin": Q(origin=self.origin)}
        told |= {name: Q(**{column: value}) for name, column in _COLUMNS.items() if (value := getattr(self, name))}
        if self.q:
            told["q"] = _matches(self.q)
        if self.status:
            told["status"] = Q(status__in=_statuses(self.status))
        if self.raised_after:
            told["raised_after"] = Q(raised_at__gt=clock.end_of_day(self.raised_after - timedelta(1)))
        if self.raised_before:
            told["raised_before"] = Q(raised_at__lte=clock.end_of_day(self.raised_before))
        if self.overdue:
            told["overdue"] = is_overdue(at)
        return told


_COLUMNS = {
    "topic": "topic", "region": "region", "language": "language", "body": "body_addressed", "ngo": "raised_by",
}  # fmt: skip


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


def counted(rows: QuerySet[Any]) -> int:
    """How many, exactly up to 10,000; 10,001 is "more than 10,000". One query, bounded."""
    return rows.order_by()[: COUNT_AT_MOST + 1].count()


def counted_together(lists: Iterable[QuerySet[Any]]) -> list[int]:
    """`counted` of each. One query for all."""
    asked = [rows.order_by().values("pk")[: COUNT_AT_MOST + 1].query.sql_with_params() for rows in lists]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS r)" for sql, _ in asked)  # noqa: S608 (the ORM's own statements)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, values in asked for value in values])
        return list(cursor.fetchone() or ())


class _Reader(Reader[Filters]):
    def read(self) -> Filters:
        self._text()
        self._status()
        self.reference("topic", Topic, "slug", LABELS["topic"])
        self.reference("region", Region, "code", LABELS["region"])
        self.thing("body", Organisation, "slug", LABELS["body"], kind="state_body")
        self.thing("ngo", Organisation, "slug", LABELS["ngo"], kind="ngo")
        self.yes("overdue", _("Overdue"))
        self.day("raised_after", LABELS["raised_after"])
        self.day("raised_before", LABELS["raised_before"])
        self._language()
        self._origin()
        self.order(SORTS)
        for name in NOT_YET:
            for value in self.query.getlist(name):
                self.ignore(name, value)
        return self.found

    def _text(self) -> None:
        self.found.q = self.value("q")[:VALUE_LENGTH]
        if self.found.q:
            self.chip("q", self.raw("q"), _("Search"), self.found.q)

    def _status(self) -> None:
        allowed = {value: label for value, label in Status.choices if value != Status.DRAFT} | {"open": _("Open")}
        for value in dict.fromkeys(filter(None, self.query.getlist("status"))):
            if value in allowed:
                self.found.status.append(value)
                self.chip("status", value, _("Status"), allowed[value])
            else:
                self.ignore("status", value)

    def _language(self) -> None:
        value = self.value("language")
        if value and _LANGUAGE_TAG.fullmatch(value):
            self.found.language = value
            self.chip("language", self.raw("language"), _("Written in"), dict(settings.LANGUAGES).get(value, value))
        elif value:
            self.ignore("language", value)

    def _origin(self) -> None:
        value = self.value("origin")
        if value == Origin.LEGACY:
            self.found.origin = value
            self.chip("origin", value, _("Origin"), Origin.LEGACY.label)
        elif value not in ("", Origin.PLATFORM):
            self.ignore("origin", value)


LABELS: dict[str, Words] = {
    "topic": _("Topic"),
    "region": _("Region"),
    "body": _("Body"),
    "ngo": _("NGO"),
    "raised_after": _("Raised from"),
    "raised_before": _("Raised until"),
}
