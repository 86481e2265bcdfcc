"""The only writers of messages (habit 2), cut by what people do: posting, editing, hiding; and what a reader has seen."""

from dialogue.actions.editing import edit_message
from dialogue.actions.hiding import hide_message, show_message
from dialogue.actions.noting import write_note
from dialogue.actions.posting import MESSAGE_LENGTH, post_message
from dialogue.actions.visiting import note_seen, note_visit
from issues.record.removed import MESSAGE_POSTED

__all__ = [
    "MESSAGE_LENGTH", "MESSAGE_POSTED", "edit_message", "hide_message", "note_seen", "note_visit", "post_message", "show_message",
    "write_note",
]  # fmt: skip
