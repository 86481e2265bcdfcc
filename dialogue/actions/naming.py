"""Who is named in a message while it is written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from backend.core.naming import Matcher, key_of
from dialogue.mentions import Present, people_in
from dialogue.models import Mention, Message
from issues.models import Issue

if TYPE_CHECKING:
    from backend.accounts.models import User


class Room:
    """Of a message while it is written: `backend.core.naming.Names`. Words that fit several people name all of them."""

    def __init__(self, people: list[Present]) -> None:
        self._called: dict[str, list[Present]] = defaultdict(list)
        for each in people:
            for name in (each.name, *each.long_names):
                self._called[key_of(name)].append(each)
        self._matcher = Matcher(self._called)
        self._named: dict[int, Present] = {}

    @classmethod
    def for_words(cls, body: str, issue: Issue, author: User | int | None) -> Room | None:
        """None, and no query, where nobody can be named."""
        return cls(people_in(issue, author)) if "@" in body and author is not None else None

    def length_at(self, text: str, at: int) -> int:
        return self._matcher.length_at(text, at)

    def take(self, words: str) -> str:
        meant: dict[int, Present] = {}
        for each in self._called.get(key_of(words), ()):
            meant.setdefault(each.person, each)
        self._named = meant | self._named
        return " ".join(each.who for each in meant.values())

    def keep(self, message: Message) -> None:
        """One query, where somebody is named."""
        if self._named:
            named = self._named.values()
            Mention.objects.bulk_create(
                Mention(message=message, person_id=each.person, organisation=each.organisation) for each in named
            )
