"""Atom feeds and calendars of due dates, under `/feeds/`: public, without a language in the address (`?lang=`)."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from backend.core.feeds import atom, calendar
from backend.core.languages import plain, spoken
from backend.organisations.models import Organisation
from issues.due_dates import due_dates
from issues.feeds import event_entries, feed_query, issue_entry, newest_issues, said_of, week_entries
from issues.filters import Filters
from issues.freshness import revalidated
from issues.models import Issue, Origin
from issues.querysets import IssueQuerySet

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed in which there is nothing yet was updated."""


@require_safe
@spoken
@revalidated
def issues_atom(request: HttpRequest) -> HttpResponse:
    """The list under its own filters; what is not understood is left out and told in the subtitle. One query, and one
    for each slug given.
    """
    asked = Filters.read(request.GET)
    page = reverse("issues") + feed_query(request.GET)
    return _of_issues(request, asked, gettext("Issues"), said_of(asked), page)


@require_safe
@spoken
@revalidated
def body_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """The issues addressed to a body, by last activity. Two queries."""
    body = _body(slug)
    title = f"{body} · {gettext('Issues')}"
    return _of_issues(request, _asked_of(body), title, "", reverse("body", args=[slug]))


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
    asked = Filters.read(request.GET)
    return _calendar(request, asked.apply(Issue.objects.public(), timezone.now()), gettext("Due dates"))


@require_safe
@spoken
@revalidated
def body_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The due dates of the issues addressed to a body. Three queries."""
    body = _body(slug)
    issues = _asked_of(body).apply(Issue.objects.public(), timezone.now())
    return _calendar(request, issues, f"{gettext('Due dates')}: {body}")


@require_safe
@spoken
@revalidated
def issue_ics(request: HttpRequest, number: str) -> HttpResponse:
    """The due dates of one issue. Three queries."""
    issue = _issue(number)
    return _calendar(
        request, Issue.objects.filter(pk=issue.pk), f"{gettext('Due dates')}: {issue.number} {issue.title}"
    )


def _body(slug: str) -> Organisation:
    return get_object_or_404(Organisation.objects.bodies(), slug=slug)


def _issue(number: str) -> Issue:
    return get_object_or_404(Issue.objects.public(), number=number)


def _asked_of(body: Organisation) -> Filters:
    origin = Origin.LEGACY if body.is_legacy_body else Origin.PLATFORM
    return Filters(body=body, origin=origin, sort="activity")


def _of_issues(request: HttpRequest, asked: Filters, title: str, subtitle: str, page: str) -> HttpResponse:
    rows = newest_issues(asked.apply(Issue.objects.public(), timezone.now()), asked.sort)
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
