"""Issues as they are told to whoever can move none of them, made once for all while they stay as they are."""

import json
from collections.abc import Iterable
from typing import Any

from rest_framework.renderers import JSONRenderer

from backend.api.shapes.issue import IssueInFull, IssueShape
from backend.core.remembered import Shelf
from issues.freshness import names_of
from issues.heads import kept
from issues.models import Issue
from issues.querysets import Head

KEPT_CHARACTERS = 16 * 1024 * 1024
_made: Shelf[str] = Shelf(KEPT_CHARACTERS)


def in_a_list(heads: Iterable[Head], context: dict[str, Any]) -> list[Any]:
    """`IssueShape` of each. Three queries for those that nobody saw yet as they are, else none; one more with a token."""
    return _told(IssueShape, heads, context)


def as_it_stands(head: Head, context: dict[str, Any]) -> Any:
    """`IssueInFull`. Five queries where nobody saw it yet as it is, else none."""
    return _told(IssueInFull, [head], context)[0]


def _told(shape: type[IssueShape], heads: Iterable[Head], context: dict[str, Any]) -> list[Any]:
    request = context["request"]._request

    def make(missing: list[int]) -> Iterable[tuple[int, str]]:
        public = Issue.objects.public()
        in_words = shape(context=context).to_representation  # its fields are made once for all
        for issue in (public.for_page() if shape is IssueInFull else public.with_asks()).filter(pk__in=missing):
            yield issue.pk, JSONRenderer().render(in_words(issue)).decode()

    told = (shape, request.build_absolute_uri("/"), names_of(request))
    return [json.loads(text) for text in kept(_made, heads, context["at"], told, make)]
