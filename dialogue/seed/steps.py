"""What can happen in a life, as steps on numbered working days: who does what, and what the worker enters at night."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from issues.clock import limits

if TYPE_CHECKING:
    from dialogue.seed.rehearsing import Stage

type Doing = Callable[["Stage"], None]

MORNING = 10 * 3600
APART = 11 * 60  # steps of one day follow each other by so much
EVENING = 19 * 3600  # after the offices have closed
COMMITMENT = 230  # working days that surely lie within twelve months
EXTENDED = 35  # working days that surely lie within two months


@dataclass(frozen=True, slots=True)
class Step:
    """`day` counts from the day the story begins; `night`: what the worker enters after it; `makes`: issues that begin."""

    day: int
    seconds: int
    night: bool
    do: Doing
    makes: int = 0


@dataclass(slots=True)
class Life:
    """A story while it is being told: `day` is where it stands. Names of people are a party and a seat: `A.officer1`.

    Issues are numbered from 0 in the order in which they are drafted; `on` says of which one the next steps are. `registered`
    and `due` are those of the body that has the issue; `pinned`: the step that comes on the day after its last.
    """

    random: Random
    day: int = 0
    on: int = 0
    body: str = "A"
    ngo: str = "N"
    registered: int = 0
    due: int = 0
    pinned: int = 0
    steps: list[Step] = field(default_factory=list)
    texts: int = 0

    def later(self, low: int, high: int = 0) -> "Life":
        self.day += self.random.randint(low, max(low, high))
        return self

    def lately(self, usual: int, longest: int) -> "Life":
        """Some days later, mostly about the usual, now and then very much."""
        self.day += max(1, min(longest, round(self.random.lognormvariate(0, 0.7) * usual)))
        return self

    def add(self, do: Doing, *, night: bool = False, evening: bool = False, makes: int = 0) -> "Life":
        same = sum(1 for step in self.steps if step.day == self.day and not step.night)
        self.steps.append(Step(self.day, EVENING if evening else MORNING + APART * same, night, do, makes))
        return self

    def word(self, kind: str) -> str:
        """A stand-in for a text of that kind, of its own."""
        self.texts += 1
        return token(kind, self.texts)

    def move(self, move: str, who: str | None, **fields: Any) -> "Life":
        issue = self.on
        return self.add(lambda stage: stage.move(issue, move, who, **fields))

    def lapse(self, move: str, day: int) -> "Life":
        """The worker enters what ran out with that day."""
        issue, self.day = self.on, day
        return self.add(lambda stage: stage.move(issue, move, None), night=True)

    # From draft to a body that considers it

    def draft(self, asks: int | list[str], ngo: str = "N", official: bool = False) -> "Life":
        self.ngo = ngo
        words = asks if isinstance(asks, list) else [self.word("ask") for _ in range(asks)]
        issue, body = self.on, self.body
        texts = {"title": self.word("title"), "body": self.word("body"), "place": self.word("place")}
        return self.add(
            lambda stage: stage.draft(issue, f"{ngo}.manager1", body, words, texts, official=official), makes=1
        )

    def submit(self, asks: int | list[str] = 1, ngo: str = "N", *, evening: bool = False) -> "Life":
        self.draft(asks, ngo)
        issue = self.on
        self.add(lambda stage: stage.move(issue, "submit", f"{ngo}.manager1"), evening=evening)
        return self.received(self.day + (1 if evening else 0))

    def received(self, day: int) -> "Life":
        self.registered, self.due = day, day + limits.ANSWER.length
        return self

    def accept(self, low: int = 0, high: int = 3) -> "Life":
        person = f"{self.body}.{self.random.choice(('officer1', 'officer2'))}"
        self.later(low, high)
        return self.move("accept", person, unit=self.word("unit"), person=person)

    def question(self) -> "Life":
        return self.move("clarify_request", f"{self.body}.officer1", question=self.word("question"))

    def extend(self) -> "Life":
        until = self.registered + self.random.randint(limits.ANSWER.length + 3, EXTENDED)
        self.due, issue, body, reason = until, self.on, self.body, self.word("reason")
        return self.add(
            lambda stage: stage.move(issue, "extend", f"{body}.signatory1", until=stage.date(until), reason=reason)
        )

    def unanswered(self) -> "Life":
        return self.lapse("answer_due", self.due)

    # The answer, and what was promised

    def answer(self, *verdicts: str, promises: int = 40, asks: list[int] | None = None, done: bool = False) -> "Life":
        """One verdict for each ask; promises fall due so many days from now; `done`: evidence in their place."""
        numbers = asks or list(range(1, len(verdicts) + 1))
        rows = [self._row(n, verdict, promises, done=done) for n, verdict in zip(numbers, verdicts, strict=True)]
        issue, body = self.on, self.body
        return self.add(lambda stage: stage.answer(issue, f"{body}.signatory1", rows))

    def _row(self, n: int, verdict: str, promises: int, *, done: bool) -> dict[str, Any]:
        grounds = ("law", "money", "competence", "rules", "other")
        ground = "already_done" if done else self.random.choice(grounds)
        row: dict[str, Any] = {"n": n, "verdict": verdict, "ground": ground, "text": self.word("answer")}
        if verdict != "refused":
            row |= {"evidence": self.word("evidence")} if done else {"commitments": [self.promise(promises)]}
        return row

    def promise(self, days: int, owner: str = "") -> dict[str, Any]:
        row = {"text": self.word("promise"), "unit": self.word("unit"), "shows": self.word("shows")}
        return {**row, "due": self.day + min(days, COMMITMENT)} | ({"owner": owner} if owner else {})

    def commitment(self, move: str, nth: int = 1, who: str = "", **fields: Any) -> "Life":
        issue, person = self.on, who or f"{self.body}.signatory1"
        return self.add(lambda stage: stage.commitment(issue, move, person, nth, **fields))

    def progress(self, points: str, nth: int = 1) -> "Life":
        return self.commitment("progress", nth, f"{self.body}.officer1", progress=points, reason=self.word("reason"))

    def reschedule(self, days: int, nth: int = 1) -> "Life":
        return self.commitment("reschedule", nth, due=self.day + days, reason=self.word("reason"))

    def report(self) -> "Life":
        issue, body, text = self.on, self.body, [self.word("evidence") for _ in range(10)]
        return self.add(lambda stage: stage.report(issue, f"{body}.signatory1", text))

    # What the NGO and the council say

    def confirm(self, asks: list[int] | None = None) -> "Life":
        return self.move("confirm", f"{self.ngo}.manager1", **({"asks": asks} if asks else {}))

    def silence(self) -> "Life":
        return self.lapse("confirm_lapse", self.day + limits.CONFIRM.length)

    def dispute(self, *asks: int) -> "Life":
        return self.move("dispute", f"{self.ngo}.manager1", asks=list(asks), reason=self.word("objection"))

    def votes(self, *, done: bool, council: str = "") -> "Life":
        issue, council = self.on, council or f"{self.body}-council"
        for seat in ("member1", "member2", "chair1"):
            self.later(0, 2).add(partial(_vote, issue, f"{council}.{seat}", done))
        return self

    def concluded(self, *, done: bool, council: str = "") -> "Life":
        self.votes(done=done, council=council).later(0, 3)
        who, text = f"{council or f'{self.body}-council'}.chair1", self.word("conclusion")
        if done:
            return self.move("conclude_done", who, text=text)
        issue, until = self.on, self.day + self.random.randint(8, limits.AFTER_CONCLUSION.length)
        self.due = until
        return self.add(lambda stage: stage.move(issue, "conclude_not_done", who, text=text, until=stage.date(until)))

    # Beside the moves

    def cosign(self, ngo: str = "P") -> "Life":
        issue = self.on
        return self.add(lambda stage: stage.cosign(issue, f"{ngo}.manager1"))

    def say(self, who: str, nth: int = 0) -> "Life":
        """A message; `nth`: in answer to the message of that number."""
        issue, text = self.on, self.word("message")
        return self.add(lambda stage: stage.say(issue, who, text, nth or None))

    def hide(self, seq: int, code: str) -> "Life":
        issue, note = self.on, self.word("reason")
        return self.add(lambda stage: stage.hide(issue, seq, code, note))

    def show(self, seq: int) -> "Life":
        issue, reason = self.on, self.word("reason")
        return self.add(lambda stage: stage.show(issue, seq, reason))


def _vote(issue: int, who: str, done: bool, stage: "Stage") -> None:
    stage.vote(issue, who, done=done)


def token(kind: str, number: int) -> str:
    return f"seed-{kind}-{number}"
