"""What a move can change on the page of an issue, for a page that shows it already."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backend.organisations.acting import acting
from dialogue.views.page import issue_or_404, unread_of, visit_of
from issues.freshness import revalidated
from issues.headings import what
from issues.models import Issue
from issues.page import issue_context

LINES_AT_MOST = 50


@require_safe
@revalidated
def head(request: HttpRequest, number: str) -> HttpResponse:
    """Public. Head, state and facts of the issue as this person sees them, and the lines of the moves after `?after=<rev>`.
    Queries as the page's, without its thread's.
    """
    issue = issue_or_404(request, number)
    context = issue_context(issue, acting(request), timezone.now())
    context["unread"] = unread_of(request, issue, visit_of(request, issue))
    after = request.GET.get("after", "")
    moves = _moves_after(issue, int(after)) if re.fullmatch(r"[0-9]{1,9}", after) else []
    return render(request, "dialogue/head.html", context | {"moves": moves})


def _moves_after(issue: Issue, rev: int) -> list[dict[str, Any]]:
    """The last of them, in their order."""
    moves = issue.events.filter(seq__gt=rev).exclude(move__startswith="message_")
    found = moves.select_related("actor", "organisation").order_by("-seq")[:LINES_AT_MOST]
    return [{"event": event, "what": what(event)} for event in reversed(found)]
