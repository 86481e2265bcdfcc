"""What is made of issues, kept while the end of each one's chain, which every public change moves, stays where it is."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language

from backend.core.remembered import Shelf
from issues import clock
from issues.models import Issue
from issues.querysets import Head

type Make = Callable[[list[int]], Iterable[tuple[int, str]]]
"""Of those keys, (key, what is made of that issue)."""


def kept(shelf: Shelf[str], heads: Iterable[Head], at: datetime, told: Hashable, make: Make) -> list[str]:
    """What is made of each head's issue, in their order, in the language in force. `told`: all else that it depends on, names
    (`freshness.names_of`) among it; the day in Almaty, and whether it is overdue, go without saying. No query but those of
    `make`, which is asked once, for what nobody saw as it is now.
    """
    alike = (get_language(), clock.local_day(at), told)
    is_overdue = Issue.is_overdue  # of a head too: it has what that asks for
    keys = {head.pk: (*alike, is_overdue(head, at), head.pk, head.rev, bytes(head.chain_hash)) for head in heads}  # type: ignore[arg-type]
    made = {pk: None if settings.DEBUG else shelf.get(key) for pk, key in keys.items()}
    if missing := [pk for pk, text in made.items() if text is None]:
        for pk, text in make(missing):
            made[pk] = text
            shelf.put(keys[pk], text)
    return [text for text in made.values() if text is not None]
