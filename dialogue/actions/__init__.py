"""The only writers of messages (habit 2), cut by what people do: posting, hiding."""

from dialogue.actions.hiding import hide_message, show_message
from dialogue.actions.posting import MESSAGE_LENGTH, MESSAGE_POSTED, post_message

__all__ = ["MESSAGE_LENGTH", "MESSAGE_POSTED", "hide_message", "post_message", "show_message"]
