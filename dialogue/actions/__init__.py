"""The only writers of messages (habit 2), cut by what people do: posting, hiding; and what a reader has seen."""

from dialogue.actions.hiding import hide_message, show_message
from dialogue.actions.posting import MESSAGE_LENGTH, MESSAGE_POSTED, post_message
from dialogue.actions.visiting import note_visit

__all__ = ["MESSAGE_LENGTH", "MESSAGE_POSTED", "hide_message", "note_visit", "post_message", "show_message"]
