"""Atom feeds and calendars of due dates, under `/feeds/`: public, without a language in the address (`?lang=`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from backend.core.feeds import atom, calendar
from backend.core.languages import plain, spoken
from backend.organisations.models import Organisation
from issues.addresses import Chip
from issues.due_dates import due_dates
from issues.feeds import (
    NumbersAsked,
    event_entries,
    feed_query,
    issue_entry,
    newest_issues,
    not_understood,
    said_of,
    week_entries,
)
from issues.filters import Filters
from issues.freshness import revalidated
from issues.metrics.units import PARTS
from issues.models import Issue, Origin
from issues.querysets import IssueQuerySet

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed in which there is nothing yet was updated."""


@require_safe
@spoken
@revalidated
def issues_atom(request: HttpRequest) -> HttpResponse:
    """The list under its own filters, or with `metric` and `part` that behind a number, each issue once. One query, and one
    for each slug given.
    """
    listed = _listed(request)
    if isinstance(listed, HttpResponse):
        return listed
    page = reverse("issues") + feed_query(request.GET)
    return _of_issues(request, listed.issues, listed.sort, listed.title, said_of(listed.chips), page)


@dataclass(frozen=True, slots=True)
class _Listed:
    issues: IssueQuerySet
    chips: Sequence[Chip]
    title: str
    sort: str = "newest"


def _listed(request: HttpRequest) -> _Listed | HttpResponse:
    """The list that an address asks for, or that behind a number; 404 where there is no such number, 400 in words for a
    filter that is not understood: who subscribes would never see that it was left out.
    """
    at, query = timezone.now(), request.GET
    if "metric" in query:
        numbers = NumbersAsked.read(query)
        if numbers is None:
            raise Http404
        behind, ignored = numbers.behind, numbers.ignored
        title = f"{behind.metric.label}: {PARTS[behind.part]}"
        found = _Listed(numbers.issues(at), behind.filters.chips, title)
    else:
        asked = Filters.read(query)
        ignored = asked.ignored
        found = _Listed(asked.apply(Issue.objects.public(), at), asked.chips, gettext("Issues"), asked.sort)
    if refused := not_understood(query, ignored):
        words = gettext("This feed does not understand:")
        return HttpResponse(f"{words} {' '.join(refused)}\n", status=400, content_type="text/plain; charset=utf-8")
    return found


@require_safe
@spoken
@revalidated
def body_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """The issues addressed to a body, by last activity. Two queries."""
    body = _body(slug)
    listed = gettext("Issues")
    title = f"{body} · {listed}"
    asked = _asked_of(body)
    issues = asked.apply(Issue.objects.public(), timezone.now())
    return _of_issues(request, issues, asked.sort, title, "", reverse("body", args=[slug]))


@require_safe
@spoken
@revalidated
def issue_atom(request: HttpRequest, number: str) -> HttpResponse:
    """The record of one issue in words. As its history, and one query more."""
    issue = _issue(number)
    return _feed(
        request, list(event_entries(issue, request.build_absolute_uri)), f"{issue.number} · {issue.title}",
        gettext("Full history"), issue.get_absolute_url(),
    )  # fmt: skip


WEEKS = 12


@require_safe
@spoken
@revalidated
def weeks_atom(request: HttpRequest) -> HttpResponse:
    """What changed in each of the last complete weeks. Two to four queries a week."""
    entries = list(week_entries(timezone.now(), WEEKS, request.build_absolute_uri))
    return _feed(request, entries, gettext("What changed"), "", reverse("metrics_changed"))


@require_safe
@spoken
@revalidated
def issues_ics(request: HttpRequest) -> HttpResponse:
    """The due dates of the list's issues, at most 500. Two queries, and one for each slug given."""
    listed = _listed(request)
    return listed if isinstance(listed, HttpResponse) else _calendar(request, listed.issues, gettext("Due dates"))


@require_safe
@spoken
@revalidated
def body_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The due dates of the issues addressed to a body. Three queries."""
    body = _body(slug)
    issues = _asked_of(body).apply(Issue.objects.public(), timezone.now())
    due_dates = gettext("Due dates")
    return _calendar(request, issues, f"{due_dates}: {body}")


@require_safe
@spoken
@revalidated
def issue_ics(request: HttpRequest, number: str) -> HttpResponse:
    """The due dates of one issue. Three queries."""
    issue = _issue(number)
    due_dates = gettext("Due dates")
    return _calendar(request, Issue.objects.filter(pk=issue.pk), f"{due_dates}: {issue.number} {issue.title}")


def _body(slug: str) -> Organisation:
    return get_object_or_404(Organisation.objects.bodies(), slug=slug)


def _issue(number: str) -> Issue:
    return get_object_or_404(Issue.objects.public(), number=number)


def _asked_of(body: Organisation) -> Filters:
    origin = Origin.LEGACY if body.is_legacy_body else Origin.PLATFORM
    return Filters(body=body, origin=origin, sort="activity")


def _of_issues(
    request: HttpRequest, issues: IssueQuerySet, sort: str, title: str, subtitle: str, page: str
) -> HttpResponse:
    rows = newest_issues(issues, sort)
    return _feed(request, [issue_entry(each, request.build_absolute_uri) for each in rows], title, subtitle, page)


def _feed(request: HttpRequest, entries: list[atom.Entry], title: str, subtitle: str, page: str) -> HttpResponse:
    absolute = request.build_absolute_uri
    feed = atom.Feed(
        id=absolute(plain(page)),
        url=absolute(),
        alternate=absolute(page),
        title=f"Birge · {title}",
        subtitle=subtitle,
        language=get_language() or "kk",
        updated=BEGINNING,
    )
    return HttpResponse(atom.written(feed, entries), content_type=atom.CONTENT_TYPE)


def _calendar(request: HttpRequest, issues: IssueQuerySet, name: str) -> HttpResponse:
    events = due_dates(issues, request.build_absolute_uri, request.get_host())
    return HttpResponse(calendar.written(f"Birge · {name}", events), content_type=calendar.CONTENT_TYPE)
