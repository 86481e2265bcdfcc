"""The chain of one issue: its events in their order, the messages put in between, and the tail on its row."""

import hashlib
from typing import TYPE_CHECKING, Any

from dialogue.models import Message
from dialogue.seed.chatter import Posted
from dialogue.seed.stencils import NULL, EventForm, IssueForm, uuid_of
from issues.models import EventText, Issue, IssueEvent

if TYPE_CHECKING:
    from dialogue.seed.press import Job, Press

ISSUES, EVENTS, TEXTS, MESSAGES = (each._meta.db_table for each in (Issue, IssueEvent, EventText, Message))


class Chain:
    """Writes the events of an issue, and what only they know: each number of an event or a message among the values."""

    def __init__(
        self, form: IssueForm, values: list[Any], press: "Press", job: "Job", posted: list[Posted]
    ) -> None:  # fmt: skip
        self.form, self.values, self.press, self.job, self.posted = form, values, press, job, posted
        self.hash, self.seq = b"", 0
        self.issue, self.uuid = values[form.pk], values[form.uuid]
        self._count()

    def _count(self) -> None:
        """Events and messages by their numbers once the messages are put in."""
        after = [each.after for each in self.posted]
        for place, number in self.form.seqs:
            self.values[place] = number + sum(1 for each in after if each < number)
        own = self.form.own
        for place, nth in self.form.nths:
            self.values[place] = nth + 1 + sum(1 for each in after if each < own[nth])
        self.numbers = [
            n + 1 + sum(1 for each in own if each <= posted.after) for n, posted in enumerate(self.posted)
        ]  # fmt: skip

    def write(self) -> None:
        lines, waiting = self.press.lines[EVENTS], 0
        self.first_message = self.press.ids[MESSAGES]
        self.tops: list[int] = []
        for number, event in enumerate(self.form.events, start=1):
            lines.append(self._event(event))
            while waiting < len(self.posted) and self.posted[waiting].after == number:
                lines.append(self._post(waiting, event.to))
                waiting += 1
        self._finish()

    def _event(self, event: EventForm) -> str:
        self.seq += 1
        return f"{event.row.fill(self.values)}\t{self._chained(event.canonical.fill(self.values))}"

    def _chained(self, said: str) -> str:
        canonical = said.encode()
        self.hash = hashlib.sha256(self.hash + canonical).digest()
        return f"\\\\x{canonical.hex()}\t\\\\x{self.hash.hex()}\n"

    def _post(self, n: int, status: str) -> str:
        """A message with its event and the event's text; its row goes where the other messages are."""
        press, each, number = self.press, self.posted[n], self.numbers[n]
        self.seq += 1
        text = press.one(press.words.of("message", self.job.choice.language))
        event, message = press.take(EVENTS), press.take(MESSAGES)
        parent = "null" if each.answers < 0 else str(self.numbers[each.answers])
        facts = f'{{"message":{number},"parent":{parent}}}'
        said = (
            f'{{"actor":"{each.author.uuid}","at":"{each.at}","facts":{facts},"from":"{status}","issue":"{self.uuid}",'
            f'"move":"message_posted","organisation":"{each.party.slug}","seq":{self.seq},'
            f'"texts":{{"body":"{text.digest}"}},"to":"{status}","v":1}}'
        )
        press.lines[TEXTS].append(f"{press.take(TEXTS)}\t{event}\tbody\t{text.text}\t\\\\x{text.salt}\t{NULL}\n")
        press.lines[MESSAGES].append(self._message(message, n, text.text, text.html))
        row = f"{event}\t{self.issue}\t{self.seq}\t{each.at}\tmessage_posted\t{status}\t{status}"
        return f"{row}\t{each.author.id}\t{each.party.id}\t{facts}\t{self._chained(said)}"

    def _message(self, pk: int, n: int, body: str, html: str) -> str:
        each = self.posted[n]
        top, answered = self._above(n, each)
        key = uuid_of(self.press.random)
        return (
            f"{pk}\t{self.issue}\t{self.numbers[n]}\t{self.seq}\t{top}\t{answered}\t{each.author.id}\t{each.party.id}"
            f"\t\t\t\t{each.side}\t{each.author.language}\t{body}\t{html}\t{each.at}\t{NULL}\t{NULL}\t\t{key}\n"
        )

    def _above(self, n: int, each: Posted) -> tuple[int | str, int | str]:
        """Replies have one level: the message at its top, and the one really answered if that is another."""
        if each.answers < 0:
            self.tops.append(n)
            return NULL, NULL
        top = self.tops[each.answers]
        self.tops.append(top)
        return self.first_message + top, NULL if top == each.answers else self.first_message + each.answers

    def _finish(self) -> None:
        values, late = self.values, self.form.late
        values[late["rev"]] = self.seq
        values[late["messages"]] = len(self.posted) + len(self.form.own)
        values[late["hash"]] = self.hash.hex()
        values[late["active"]] = max(values[self.form.active], *(each.at for each in self.posted), "")
        self.press.lines[ISSUES].append(self.form.row.fill(values))
