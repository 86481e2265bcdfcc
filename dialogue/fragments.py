"""The one renderer of a message: for the page, the catch-up, the API and the socket (habit 12).

What it makes depends on the message and the language alone, never on who looks (D4): it may be made once and sent to all.
"""

from django.template.loader import get_template
from django.utils import translation

from dialogue.models import Message


def render_message(message: Message, language: str) -> str:
    """Safe HTML, `<li id="m17" …>`, of a message read through `issue.messages.for_thread()`, hidden ones as a stub. No query.

    Replies are no part of it: they stand in a list of their own behind it, so that an edit does not touch them.
    """
    with translation.override(language):
        return get_template("dialogue/_message.html").render({"message": message, "issue": message.issue})
