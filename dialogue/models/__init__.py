"""The discussion of an issue."""

from dialogue.models.mention import Mention
from dialogue.models.message import Message, Side
from dialogue.models.note import PrivateNote
from dialogue.models.report import Report
from dialogue.models.visit import Visit

__all__ = ["Mention", "Message", "PrivateNote", "Report", "Side", "Visit"]
