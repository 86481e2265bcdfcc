"""Feeds: the issues of a list, newest first, and the record of one issue, in words.

An entry's id is its address without a language: the same in all three. Its `updated` is the record's time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.core.feeds.atom import ENTRIES_AT_MOST, Entry
from backend.core.languages import plain
from issues import clock, history
from issues.addresses import Chip, pairs
from issues.filters import SORTS
from issues.metrics.asked import MetricFilters
from issues.metrics.units import UnitsAsked
from issues.metrics.weeks import Week, counted
from issues.metrics.words import days_said, week_said
from issues.models import Issue, IssueEvent
from issues.querysets import IssueQuerySet
from issues.record.removed import MESSAGE_HIDDEN, MESSAGE_SHOWN

type Absolute = Callable[[str], str]


def newest_issues(issues: IssueQuerySet, sort: str) -> list[Issue]:
    """Of a list, at most fifty: by last activity where it is sorted so, else those raised last. One query."""
    order = SORTS["activity" if sort == "activity" else "newest"].column
    return list(issues.for_list().order_by(f"-{order}", "-pk")[:ENTRIES_AT_MOST])


def issue_entry(issue: Issue, absolute: Absolute) -> Entry:
    """No query on an issue from `for_list()`."""
    address = issue.get_absolute_url()
    assert issue.raised_at
    return Entry(
        id=absolute(plain(address)),
        url=absolute(address),
        title=f"{issue.number} · {issue.title}",
        html=render_to_string("issues/feed_issue.html", {"issue": issue}),
        author=issue.raised_by,
        published=issue.raised_at,
        updated=issue.active_at,
        categories=[issue.get_status_display()],
    )


def event_entries(issue: Issue, absolute: Absolute) -> Iterator[Entry]:
    """The last fifty events, newest first. Queries as `history.entries`."""
    told = history.entries(issue, ENTRIES_AT_MOST)
    page = reverse("issue_history", args=[issue.number])
    removals = {each.event.facts["message"]: each.event.at for each in told if each.event.move in _OF_A_MESSAGE}
    for each in reversed(told):
        address = f"{page}#event-{each.event.seq}"
        yield Entry(
            id=absolute(plain(address)),
            url=absolute(address),
            title=each.what,
            html=render_to_string("issues/feed_event.html", {"issue": issue, "entry": each}),
            author=_author(each.event),
            published=each.event.at,
            updated=_changed(each, removals),
        )


def week_entries(at: datetime, how_many: int, absolute: Absolute) -> Iterator[Entry]:
    """The last complete weeks, the newest first; each is new once, at the midnight after its Sunday. Two to four queries each."""
    week = Week.of(clock.local_day(at))
    for _each in range(how_many):
        over, week = datetime.combine(week.monday, time(), tzinfo=clock.ALMATY), week.before
        address = f"{reverse('metrics_changed')}?week={week}"
        told = {"counts": counted(MetricFilters(), at, week), "days": days_said(week)}
        changed = _("What changed")
        yield Entry(
            id=absolute(plain(address)), url=absolute(address), title=f"{changed}: {week_said(week)}",
            html=render_to_string("issues/feed_week.html", told), author=settings.SITE_NAME, published=over, updated=over,
        )  # fmt: skip


_OF_A_MESSAGE = (MESSAGE_HIDDEN, MESSAGE_SHOWN)


def _author(event: IssueEvent) -> str:
    return " · ".join(str(each) for each in (event.actor, event.organisation) if each) or _("By the clock")


def _changed(entry: history.Entry, removals: dict[int, datetime]) -> datetime:
    """A reader that kept words which were removed since is told that the entry is new."""
    blanked = [text.blanked_at for text in entry.texts if text.blanked_at]
    hidden = removals.get(entry.event.facts.get("message", 0))
    return max([entry.event.at, *blanked, *([hidden] if hidden else [])])


def feed_query(query: QueryDict, language: str = "", ignored: Iterable[tuple[str, str]] = ()) -> str:
    """What a feed takes of its list's address, and the language if one is given: '' or "?...". What the list ignored, and
    what no feed knows, is left out: it would be refused.
    """
    refused = set(ignored)
    kept = [pair for name in query if name in KNOWN for pair in pairs(query, name) if pair not in refused]
    if "activity" in query.getlist("sort"):
        kept.append(("sort", "activity"))
    if language:
        kept.append(("lang", language))
    return f"?{urlencode(kept)}" if kept else ""


KNOWN = (
    "q", "status", "topic", "region", "body", "ngo", "overdue", "raised_after", "raised_before", "language", "origin",
    "metric", "part", "from", "to", "kind",
)  # fmt: skip
"""Filters of lists, and of the lists behind a number."""

_OF_PAGES = ("sort", "after", "before", "lang")
_OF_NUMBERS = ("metric", "part", "from", "to", "kind", "body", "region", "topic", "language")


@dataclass(frozen=True, slots=True)
class NumbersAsked:
    """The list behind a number, as a feed is asked for it; `ignored` are (name, value) pairs that it does not understand."""

    behind: UnitsAsked
    ignored: list[tuple[str, str]]

    @classmethod
    def read(cls, query: QueryDict) -> "NumbersAsked | None":
        """None where there is no such number, or no such part. Queries as `MetricFilters.read`."""
        behind = UnitsAsked.read(query)
        if behind is None:
            return None
        others = [pair for name in KNOWN if name not in _OF_NUMBERS for pair in pairs(query, name)]
        return cls(behind, [*behind.filters.ignored, *others])

    def issues(self, at: datetime) -> IssueQuerySet:
        """Each issue once, however many of its units are counted. No query."""
        return Issue.objects.public().filter(pk__in=self.behind.cells(at).order_by().values("issue_id"))


def not_understood(query: QueryDict, ignored: Iterable[tuple[str, str]]) -> list[str]:
    """The filters that a feed refuses, as `name=value`: those that nobody knows, and values that mean nothing."""
    strange = [pair for name in query if name not in (*KNOWN, *_OF_PAGES) for pair in pairs(query, name)]
    return [f"{name}={value}" for name, value in (*strange, *ignored) if name not in _OF_PAGES]


def said_of(chips: Sequence[Chip]) -> str:
    """The filters in force."""
    said = "; ".join(f"{chip.label}: {chip.said}" if chip.said else str(chip.label) for chip in chips)
    return f"{said}." if said else _("All issues, the newest first.")
