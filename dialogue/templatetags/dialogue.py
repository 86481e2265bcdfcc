"""What pages of the layers below show of the dialogue."""

from collections.abc import Sequence
from typing import Any

from django import template

from dialogue.models import Visit
from dialogue.unread import new_messages

register = template.Library()


@register.simple_tag(takes_context=True)
def new_to_me(context: dict[str, Any]) -> Sequence[Visit]:
    """As `new_messages`, for whoever looks at their own page. One query."""
    seat = context["seat"]
    return new_messages(context["request"].user, seat.organisation if seat else None)
