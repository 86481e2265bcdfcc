"""The issue that a page is about, and the last words of its thread beside a form."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from issues.models import Issue

MESSAGES_BESIDE = 3


def issue_or_404(request: HttpRequest, number: str) -> Issue:
    """With all its parts; a draft is there for its NGO alone."""
    return get_object_or_404(Issue.objects.visible_to(request.user).with_parts(), number=number)


def last_messages(issue: Issue) -> list[Any]:
    """The last of its thread that are not hidden, in their order. One query."""
    last = issue.messages.for_thread().filter(hidden_at=None).order_by("-seq")[:MESSAGES_BESIDE]
    return list(last)[::-1]
