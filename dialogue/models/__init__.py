"""The discussion of an issue."""

from dialogue.models.message import Message, Side

__all__ = ["Message", "Side"]
