"""Asking the public numbers in a test, as a page asks them."""

from datetime import datetime

from django.http import QueryDict

from issues.metrics.asked import MetricFilters
from issues.metrics.figures import Figure, figures

type Pair = tuple[int, int]
"""Counted, and of how many."""


def figure(key: str, at: datetime, query: str = "") -> Figure:
    asked = MetricFilters.read(QueryDict(query))
    assert not asked.ignored, "a test asks for what there is"
    return figures(asked, at, [key])[key]


def pair(key: str, at: datetime, query: str = "") -> Pair:
    found = figure(key, at, query)
    return found.numerator, found.denominator


def beside(key: str, at: datetime, query: str = "") -> dict[str, int]:
    """What stands beside the number, where it is not nothing."""
    return {part: n for part, n in figure(key, at, query).beside.items() if n}
