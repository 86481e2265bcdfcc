"""Which texts of a chain nobody shows any more: read from its events alone, so that whoever has the record can tell."""

from collections.abc import Iterable
from typing import Any

from issues.models import EventText, IssueEvent

MESSAGE_HIDDEN = "message_hidden"
MESSAGE_SHOWN = "message_shown"
TEXT_BLANKED = "text_blanked"

MESSAGE_POSTED = "message_posted"
MESSAGE_EDITED = "message_edited"

MESSAGE_UNQUOTED = "message_unquoted"

MESSAGE_TEXTS = (MESSAGE_POSTED, MESSAGE_EDITED, MESSAGE_UNQUOTED)
"""Events whose texts are the words of a message, the number of which stands in their facts. `body` is what it says from then
on; the last one also holds, as `body.7`, what is left of what event 7 said.
"""


def hidden_messages(events: Iterable[IssueEvent]) -> set[int]:
    """The numbers of the messages that are hidden after these events, in their order. No query."""
    hidden: set[int] = set()
    for event in events:
        if event.move == MESSAGE_HIDDEN:
            hidden.add(event.facts["message"])
        elif event.move == MESSAGE_SHOWN:
            hidden.discard(event.facts["message"])
    return hidden


def named(texts: Iterable[EventText]) -> list[dict[str, Any]]:
    """How the event that blanks them names texts, in its facts under `blanked`."""
    return [{"event": text.event.seq, "key": text.key} for text in texts]


def blanked_texts(events: Iterable[IssueEvent]) -> set[tuple[int, str]]:
    """(`seq` of the event, key) of each text that these events say was blanked. No query."""
    return {(each["event"], each["key"]) for event in events for each in event.facts.get("blanked", ())}
