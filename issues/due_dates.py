"""What is owed by a day: open duties and pending commitments, for calendars; and whose a duty is."""

from collections.abc import Callable
from heapq import merge
from itertools import islice

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.feeds.calendar import AllDay
from issues.lifecycle import OPEN
from issues.models import Commitment, Duty, Issue, OwedBy
from issues.models.responsibility import COSIGNER, MODERATOR, NEW_BODY
from issues.querysets import IssueQuerySet

EVENTS_AT_MOST = 500

_COMMITMENT = _("Commitment")


def due_dates(issues: IssueQuerySet, absolute: Callable[[str], str], host: str) -> list[AllDay]:
    """The nearest 500 of these issues, the first one first. Two queries.

    A date that is set anew replaces the one before: an issue has one open duty of a kind, and that is its event's name.
    """
    duties = (_of_duty(each, absolute, host) for each in _duties(issues)[:EVENTS_AT_MOST])
    promises = (_of_commitment(each, absolute, host) for each in _commitments(issues)[:EVENTS_AT_MOST])
    return list(islice(merge(duties, promises, key=lambda event: event.day), EVENTS_AT_MOST))


def _duties(issues: IssueQuerySet) -> QuerySet[Duty]:
    alike = Duty.objects.filter(issue=OuterRef("issue"), kind=OuterRef("kind"), pk__lt=OuterRef("pk"))
    before = alike.order_by().values("kind").annotate(n=Count("pk")).values("n")
    named = ("issue__body_addressed", "issue__raised_by", "issue__held_by", "responsibility__body")
    owed = Duty.objects.open().filter(issue__in=issues.values("pk")).select_related(*named)
    return owed.annotate(times_before=Coalesce(Subquery(before), 0)).order_by("due_on", "pk")


def _commitments(issues: IssueQuerySet) -> QuerySet[Commitment]:
    """Those that count, of issues that are not closed."""
    owed = Commitment.objects.counting().pending().filter(issue__in=issues.values("pk"), issue__status__in=OPEN)
    return owed.select_related("issue", "owner").order_by("due", "pk")


def _of_duty(duty: Duty, absolute: Callable[[str], str], host: str) -> AllDay:
    issue, url = duty.issue, absolute(duty.issue.get_absolute_url())
    return AllDay(
        uid=f"{issue.number}-{duty.kind}@{host}",
        sequence=duty.times_before,  # type: ignore[attr-defined]
        day=duty.due_on,
        stamp=duty.set_at,
        summary=f"{duty.get_kind_display()}: {issue.number} {issue.title}",
        description=f"{whose(duty, issue)}\n{url}",
        url=url,
    )


def _of_commitment(each: Commitment, absolute: Callable[[str], str], host: str) -> AllDay:
    issue, url = each.issue, absolute(f"{each.issue.get_absolute_url()}#commitment-{each.pk}")
    return AllDay(
        uid=f"{issue.number}-commitment-{each.pk}@{host}",
        sequence=each.moves,
        day=each.due,
        stamp=each.promised_at,
        summary=f"{_COMMITMENT}: {issue.number} {each.text}",
        description=f"{each.owner}\n{url}",
        url=url,
    )


def whose(duty: Duty, issue: Issue) -> Words:
    """Who owes it."""
    match duty.owed_by:
        case OwedBy.BODY:
            return str(duty.responsibility.body if duty.responsibility else issue.body_addressed)
        case OwedBy.NGO:
            return " → ".join(dict.fromkeys([str(issue.raised_by), str(issue.held_by)]))
    return _WHOSE[duty.owed_by]


_WHOSE: dict[str, Words] = {
    OwedBy.COUNCIL: _("Public council"),
    COSIGNER: _("Nobody: it is a right of the co-signing NGOs"),
    NEW_BODY: _("The proposed body"),
    MODERATOR: _("A moderator"),
}
