"""The one renderer of a message: for the page, the catch-up, the API and the socket (habit 12).

What it makes depends on the message and the language alone, never on who looks (D4): it may be made once and sent to all.
"""

from collections.abc import Hashable

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from backend.core.remembered import Shelf
from dialogue.models import Message

_made: Shelf[str] = Shelf(16 * 1024 * 1024)


def render_message(message: Message, language: str) -> str:
    """Safe HTML, `<li id="m17" …>`, of a message read through `issue.messages.for_thread()`, hidden ones as a stub. No query.
    Made once for all that it shows.

    Replies are no part of it: they stand in a list of their own behind it, so that an edit does not touch them.
    """
    with translation.override(language):
        key = (language, *_shown(message))
        html = None if settings.DEBUG else _made.get(key)
        if html is None:
            html = get_template("dialogue/_message.html").render({"message": message, "issue": message.issue})
            _made.put(key, html)
        return html


def _shown(message: Message) -> tuple[Hashable, ...]:
    """All that it shows and that may change. Not `rev` alone: what a check step does and takes back had the next one, too."""
    return (
        message.pk, message.rev, message.signed, message.reply_to_id, message.edited_at, message.hidden_at,
        message.hidden_reason, message.body_html,
        *((each.uuid, each.name) for each in message.files),
    )  # fmt: skip
