"""The only writers of messages (habit 2), cut by what people do: posting (hiding follows)."""

from dialogue.actions.posting import MESSAGE_LENGTH, MESSAGE_POSTED, post_message

__all__ = ["MESSAGE_LENGTH", "MESSAGE_POSTED", "post_message"]
