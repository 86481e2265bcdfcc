"""What pages of the layers below show of the dialogue."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from dialogue.mentions import unread_mentions
from dialogue.models import Message, Report, Visit
from dialogue.unread import counts_of_new, new_messages

register = template.Library()


@register.simple_tag(takes_context=True)
def new_to_me(context: dict[str, Any]) -> Sequence[Visit]:
    """As `new_messages`, for whoever looks at their own page. One query."""
    seat = context["seat"]
    return new_messages(context["request"].user, seat.organisation if seat else None)


@register.simple_tag(takes_context=True)
def naming_me(context: dict[str, Any]) -> Sequence[Message]:
    """As `unread_mentions`, for whoever looks at their own page. One query."""
    return list(unread_mentions(context["request"].user))


@register.simple_tag(takes_context=True)
def new_in(context: dict[str, Any], rows: Sequence[tuple[Any, Any]]) -> Mapping[int, int]:
    """As `counts_of_new`, for the rows of the desk of whoever looks. One query."""
    return counts_of_new(context["request"].user, [row.issue.pk for row, _ in rows])


@register.simple_tag
def reports_waiting() -> int:
    """How many messages are reported and wait for a moderator. One query."""
    return int(Report.objects.waiting().values("message").distinct().count())


@register.filter
def at(counts: Mapping[int, int], issue: int) -> int:
    return counts.get(issue, 0)
