"""Filling stencils and copying what comes out into the tables."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import connection

from dialogue.seed.chains import Chain
from dialogue.seed.chatter import posted_in
from dialogue.seed.days import Days
from dialogue.seed.parties import Choice
from dialogue.seed.reasons import Reasons
from dialogue.seed.rehearsing import REGISTER, TABLES
from dialogue.seed.stencils import Key, Stencil, uuid_of
from dialogue.seed.words import Subject, Text, Words
from issues.actions.recording.batch import source_digest

EARLIEST, LATEST = -50 * 60, 3 * 3600  # how much earlier or later in the day everything happens


@dataclass(slots=True)
class Job:
    """One story to be printed: its stencil, day, parties, numbers, and how many messages are put into each issue."""

    stencil: Stencil
    begins: int
    choice: Choice
    numbers: list[str]
    messages: list[int]
    last: int


@dataclass(slots=True)
class Press:
    """`ids`: the next free id of each table; they go up with what is printed."""

    words: Words
    days: Days
    reasons: Reasons
    ids: dict[str, int]
    random: Random
    lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def print(self, job: Job) -> None:
        values = self._values(job)
        for form, many in zip(job.stencil.issues, job.messages, strict=True):
            chain = Chain(form, values, self, job, posted_in(form, many, job, values, self) if many else [])
            chain.write()
        for table, block in job.stencil.blocks.items():
            if block.text:
                self.lines[table].append(block.fill(values))

    def take(self, table: str) -> int:
        """The next free id."""
        pk = self.ids[table]
        self.ids[table] = pk + 1
        return pk

    def copy(self) -> None:
        """Everything printed goes into the tables."""
        with connection.cursor() as cursor:
            for model in TABLES:
                if lines := self.lines.pop(model._meta.db_table, None):
                    with cursor.copy(COPY[model]) as copy:
                        copy.write("".join(lines))

    def _values(self, job: Job) -> list[Any]:
        """Of all blanks but the late ones, whose places are kept free; the numbers of events and messages come later."""
        stencil, begins, days, random = job.stencil, job.begins, self.days, self.random
        keys, given = stencil.keys, job.choice.given
        values: list[Any] = [given[key[1]][key[2]] for key in keys["given"]]
        shift = random.randrange(EARLIEST, LATEST)
        values += [
            days.night(begins + day) if night
            else days.stamp(begins + day, seconds + shift if 32400 <= seconds < 54000 else seconds, micro)
            for _, day, seconds, micro, night in keys["at"]
        ]  # fmt: skip
        values += [days.iso[begins + day] for _, day in keys["day"]]
        for table, count in stencil.counts.items():
            values += range(self.ids[table], self.ids[table] + count)
            self.ids[table] += count
        values += [uuid_of(random) for _ in keys["uuid"]]
        values += [job.numbers[key[1]] for key in keys["number"]]
        values += self._texts(stencil, job.choice)
        values += [self.reasons.of(begins, key) for key in keys["why"]]
        if keys["source"]:
            values += self._source(job, keys["source"])
        values += [0] * (len(keys["seq"]) + len(keys["nth"]) + len(keys["late"]))
        return values

    def _texts(self, stencil: Stencil, choice: Choice) -> list[str]:
        subject = self._subject(choice)
        chosen: dict[str, Text] = {}
        said: list[str] = []
        for _, token, what in stencil.keys["text"]:
            text = chosen.get(token)
            if text is None:
                text = chosen[token] = self._text(token, subject, choice)
            said.append(getattr(text, what))
        return said

    def _subject(self, choice: Choice) -> Subject:
        able = self.words.subjects.get((choice.language, choice.topic))
        if not able:
            able = [
                each for (spoken, _), few in self.words.subjects.items() if spoken == choice.language for each in few
            ]
        return self.one(able)

    def _text(self, token: str, subject: Subject, choice: Choice) -> Text:
        _, kind, number = token.split("-")
        if kind == "title":
            return self.one(subject.titles)
        if kind == "body":
            return self.one(subject.bodies)
        if kind == "ask":
            return self.one(subject.asks[int(number) % len(subject.asks)])
        return self.one(self.words.of(kind, choice.language))

    def one[T](self, things: list[T]) -> T:
        return things[int(self.random.random() * len(things))]

    def _source(self, job: Job, keys: Iterable[Key]) -> list[str]:
        own = f"S-{job.numbers[0]}"
        digest = source_digest(REGISTER, own)
        row = hashlib.sha256(digest.encode()).hexdigest()
        return [{"id": own, "digest": digest, "row": row}[key[1]] for key in keys]


COPY = {
    model: "COPY {} ({}) FROM STDIN".format(
        model._meta.db_table, ", ".join(f'"{each.column}"' for each in model._meta.concrete_fields)
    )
    for model in TABLES
}
