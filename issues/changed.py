"""How many issues of a list changed since its page was made: "5 issues changed. Show". Nothing on the page moves by itself.

Public changes alone count, by `Issue.active_at`; what is private to a body touches no such time.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from issues.models import Issue
from issues.querysets import Head

SHOWN_AT_MOST = 100
COUNTED_AT_MOST = 1_000
_OURS = ("since", "shown")


def address(url: str, query: QueryDict, at: datetime, shown: Iterable[Issue | Head]) -> str:
    """Where a page made at `at` asks: its own query, its time, and the numbers on it, which may have left the filter since."""
    asked = query.copy()
    asked["since"] = at.isoformat()
    asked["shown"] = ",".join(issue.number for issue in shown if issue.number)
    return f"{url}?{asked.urlencode()}"


def answer(request: HttpRequest, url: str, matching: QuerySet[Issue]) -> HttpResponse:
    """A link that opens the list again, with how many of the `matching`, or of those shown, changed; else nothing. One query."""
    since = _moment(request.GET.get("since", ""))
    shown = re.findall(r"\d{4}-\d{6,}", request.GET.get("shown", ""))[:SHOWN_AT_MOST]
    count = _changed(matching, since, shown) if since else 0
    query = request.GET.copy()
    for name in _OURS:
        query.pop(name, None)
    again = f"{url}?{query.urlencode()}" if query else url
    return render(request, "issues/_changed.html", {"count": count, "again": again})


def _changed(matching: QuerySet[Issue], since: datetime, shown: list[str]) -> int:
    changed = Issue.objects.public().filter(active_at__gt=since)
    found = changed.filter(Q(pk__in=matching.order_by().values("pk")) | Q(number__in=shown))
    return int(found.order_by()[:COUNTED_AT_MOST].count())


def _moment(given: str) -> datetime | None:
    try:
        found = parse_datetime(given)
    except ValueError:
        return None
    return found if found and is_aware(found) else None
