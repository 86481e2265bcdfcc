"""Quoting a message in another: Markdown that a person may change before it is posted."""

from dialogue.models import Message

QUOTED_AT_MOST = 1_000
"""Characters of the quoted words: a quote is a reminder, the whole stands under its number."""


def quoted(message: Message) -> str:
    """Number, name and organisation, and the words without what they quote themselves; a blank line behind, to go on writing."""
    words = "\n".join(line for line in message.body.splitlines() if not line.startswith(">")).strip()
    if len(words) > QUOTED_AT_MOST:
        words = words[:QUOTED_AT_MOST].rsplit(None, 1)[0] + "…"
    lines = [f"#{message.seq} · {message.signed}", "", *words.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
