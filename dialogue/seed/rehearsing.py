"""Making a life happen once, through the actions, in a transaction that is taken back; the rows are read before that."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from backend.accounts.models import User
from backend.core.errors import Refusal
from backend.organisations.models import Organisation
from dialogue.actions import hide_message, post_message, show_message
from dialogue.models import Message
from dialogue.seed.cast import Cast, Party
from dialogue.seed.days import Days, Moment
from dialogue.seed.steps import MORNING, Step
from issues.actions import cosign, create_draft, move_issue
from issues.actions.lapses import MOVE_OF_DUTY
from issues.actions.recording import record
from issues.actions.recording.bodies import BodyNames
from issues.actions.recording.records import Record
from issues.lifecycle import Status, rows_for
from issues.models import (
    Answer,
    Ask,
    AskAnswer,
    Commitment,
    Cosigner,
    Dispute,
    DisputedAsk,
    Duty,
    DutyKind,
    EventText,
    Evidence,
    Issue,
    IssueEvent,
    LegacySource,
    Opinion,
    RedirectProposal,
    Region,
    Relation,
    Responsibility,
    Ruling,
    Topic,
)  # fmt: skip

# Of whose rows a life leaves copies, in the order in which they are written, and the parent through which an issue is reached.
TABLES: Mapping[type[models.Model], tuple[str, type[models.Model] | None]] = {
    Issue: ("id", None), Ask: ("issue_id", None), Responsibility: ("issue_id", None), Dispute: ("issue_id", None),
    DisputedAsk: ("dispute_id", Dispute), Opinion: ("dispute_id", Dispute), Duty: ("issue_id", None),
    Answer: ("issue_id", None), AskAnswer: ("answer_id", Answer), Evidence: ("issue_id", None),
    Commitment: ("issue_id", None), Cosigner: ("issue_id", None), RedirectProposal: ("issue_id", None),
    Ruling: ("issue_id", None), Relation: ("issue_id", None), LegacySource: ("issue_id", None),
    IssueEvent: ("issue_id", None), EventText: ("event_id", IssueEvent), Message: ("issue_id", None),
}  # fmt: skip

TOPIC, REGION, LANGUAGE = "health", "KZ-15", "en"  # of every rehearsal; others take their places
REGISTER, SOURCE = "Seed", "seed-source"


class RehearsalError(Exception):
    """A step that the rules refuse, or one that was forgotten: a fault of the life, told with its place."""


@dataclass(frozen=True, slots=True)
class State:
    """How an issue stood after so many events: where a message can be put in."""

    events: int
    open: bool
    body: str
    ngo: str


@dataclass(slots=True)
class Taken:
    """What a life left behind after its first `steps`: rows by table, and for each issue how it stood in between."""

    steps: int
    rows: dict[str, list[dict[str, Any]]]
    states: dict[int, list[State]]


@dataclass(slots=True)
class Stage:
    """Where a life happens: the parties by their parts, and the day on which it begins."""

    cast: Cast
    parts: Mapping[str, Party]
    days: Days
    begins: int
    issues: list[Issue] = field(default_factory=list)
    now: datetime = field(init=False)
    states: dict[int, list[State]] = field(default_factory=dict)
    first: int = 0

    def play(self, steps: Sequence[Step], wanted: Iterable[int]) -> list[Taken]:
        """Its rows after each of the wanted numbers of steps. Writes nothing that stays."""
        left = set(wanted)
        taken = []
        with transaction.atomic():
            self.first = Issue.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            for number, step in enumerate(steps, start=1):
                self._perform(step, number)
                if number in left:
                    connection.check_constraints()
                    taken.append(Taken(number, _rows(self._ids()), {pk: [*each] for pk, each in self.states.items()}))
            self._check_nothing_waits(self.now + timedelta(1000), "its end")
            transaction.set_rollback(True)
        return taken

    def _perform(self, step: Step, number: int) -> None:
        self.now = self.days.at(Moment(self.begins + step.day, 60 if step.night else step.seconds, night=step.night))
        self._check_nothing_waits(self.now - timedelta(minutes=2), f"step {number}")
        try:
            step.do(self)
        except Refusal as refusal:
            raise RehearsalError(f"step {number}: {refusal} {getattr(refusal, 'errors', '')}") from refusal
        for issue in Issue.objects.filter(pk__in=self._ids()).select_related("body_addressed", "held_by"):
            body = self._part_of(issue.body_addressed_id)
            state = State(issue.rev, issue.is_open and issue.rev > 0, body, self._part_of(issue.held_by_id))
            self.states.setdefault(issue.pk, []).append(state)

    def _ids(self) -> list[int]:
        return list(Issue.objects.filter(pk__gt=self.first).order_by("pk").values_list("pk", flat=True))

    def _part_of(self, pk: int | None) -> str:
        return next((part for part, party in self.parts.items() if party.id == pk), "")

    def _check_nothing_waits(self, at: datetime, where: str) -> None:
        waiting = Duty.objects.passed(at).filter(kind__in=MOVE_OF_DUTY, issue__in=self._ids())
        for kind, status in waiting.values_list("kind", "issue__status"):
            if any(rows_for(MOVE_OF_DUTY[DutyKind(kind)], Status(status))):
                raise RehearsalError(f"before {where}: the worker would have entered {kind}")

    def who(self, name: str | None) -> dict[str, Any]:
        if name is None:
            return {"actor": None, "organisation": None}
        part, seat = name.split(".")
        party = self.parts[part]
        return {
            "actor": User.objects.get(pk=party.people[seat].id),
            "organisation": Organisation.objects.select_related("successor").get(pk=party.id),
        }

    def date(self, day: int) -> date:
        return self.days.dates[self.begins + day]

    # What steps do

    def draft(
        self, issue: int, who: str, body: str, asks: list[str], texts: dict[str, Any], *, official: bool
    ) -> None:  # fmt: skip
        assert issue == len(self.issues)
        appeal: dict[str, Any] = {"official_number": "1-1", "official_date": self.date(0)} if official else {}
        self.issues.append(
            create_draft(
                **self.who(who), at=self.now, language=LANGUAGE, topic=Topic.objects.get(slug=TOPIC), asks=asks,
                region=Region.objects.get(code=REGION), **texts, **appeal,
                body_addressed=Organisation.objects.get(pk=self.parts[body].id),
            )
        )  # fmt: skip

    def move(self, issue: int, move: str, who: str | None, **fields: Any) -> None:
        for name in ("body", "person", "into"):
            if name in fields:
                fields[name] = self._thing(name, fields[name])
        move_issue(issue=self.issues[issue], move=move, at=self.now, **self.who(who), **fields)

    def _thing(self, name: str, value: Any) -> Any:
        if name == "into":
            return Issue.objects.get(pk=self.issues[value].pk).number
        return self.who(value)["actor"] if name == "person" else self.parts[value].slug

    def answer(self, issue: int, who: str, rows: list[dict[str, Any]]) -> None:
        self.move(issue, "answer", who, asks=[self._dated(row) for row in rows])

    def _dated(self, row: dict[str, Any]) -> dict[str, Any]:
        promises = [
            each
            | {"due": self.date(each["due"])}
            | ({"owner": self.parts[each["owner"]].slug} if "owner" in each else {})
            for each in row.get("commitments", ())
        ]
        return row | ({"commitments": promises} if promises else {})

    def commitment(self, issue: int, move: str, who: str, nth: int, **fields: Any) -> None:
        if "due" in fields:
            fields["due"] = self.date(fields["due"])
        ids = Commitment.objects.filter(issue=self.issues[issue]).order_by("pk").values_list("pk", flat=True)
        self.move(issue, f"commitment_{move}", who, commitment=ids[nth - 1], **fields)

    def added(self, issue: int, who: str, n: int, row: dict[str, Any]) -> None:
        [dated] = self._dated({"commitments": [row]})["commitments"]
        self.move(issue, "commitment_add", who, n=n, **dated)

    def adopt(self) -> None:
        """The issue that a redirect has just split off is the next one of the story."""
        self.issues.append(Issue.objects.latest("pk"))

    def legacy(self, texts: dict[str, str], answered: int) -> None:
        """Taken over now from another register, where it was written when the story began."""
        begun = self.days.at(Moment(self.begins, MORNING))
        reply = self.days.at(Moment(self.begins + answered, MORNING)) if answered else None
        said = Record(
            row=1, source_id=SOURCE, title=texts["title"], body=texts["body"], language=LANGUAGE, raised_at=begun,
            body_addressed="", topic=Topic.objects.get(slug=TOPIC), region=Region.objects.get(code=REGION),
            source_status=texts["state"], answer=texts["answer"] if answered else "", answered_at=reply,
        )  # fmt: skip
        outcome = record(records=[said], register=REGISTER, bodies=BodyNames(self.parts["A"].slug), at=self.now)
        if outcome.rejected:
            raise RehearsalError(str(outcome.rejected))

    def report(self, issue: int, who: str, texts: list[str]) -> None:
        asks = Ask.objects.filter(issue=self.issues[issue], moved_to=None, verdict__in=["supported", "partly"])
        owing = [ask.n for ask in asks.order_by("n") if not ask.is_settled]
        rows = [{"n": n, "text": text} for n, text in zip(owing, texts, strict=False)]
        self.move(issue, "report_done", who, evidence=rows)

    def vote(self, issue: int, who: str, *, done: bool) -> None:
        asks = DisputedAsk.objects.filter(dispute__issue=self.issues[issue], dispute__closed_at=None)
        opinions = [{"n": n, "done": done} for n in asks.order_by("ask__n").values_list("ask__n", flat=True)]
        self.move(issue, "vote", who, opinions=opinions)

    def cosign(self, issue: int, who: str) -> None:
        cosign(issue=self.issues[issue], at=self.now, **self.who(who))

    def say(self, issue: int, who: str, text: str, parent: int | None) -> None:
        post_message(issue=self.issues[issue], body=text, parent=parent, at=self.now, **self.who(who))

    def hide(self, issue: int, seq: int, code: str, note: str) -> None:
        moderator = self.who("platform.moderator1")
        hide_message(issue=self.issues[issue], seq=seq, code=code, note=note, at=self.now, **moderator)

    def show(self, issue: int, seq: int, reason: str) -> None:
        show_message(issue=self.issues[issue], seq=seq, reason=reason, at=self.now, **self.who("platform.moderator2"))


def _rows(issues: list[int]) -> dict[str, list[dict[str, Any]]]:
    """Every row of these issues, as JSON has them. One query."""
    parts = []
    for model, (column, parent) in TABLES.items():
        table = model._meta.db_table
        inner = f"(SELECT id FROM {parent._meta.db_table} WHERE {TABLES[parent][0]} = ANY(%s))" if parent else "%s"  # noqa: S608
        condition = f"{column} IN {inner}" if parent else f"{column} = ANY(%s)"
        parts.append(
            f"SELECT '{table}', coalesce(json_agg(to_jsonb(t) ORDER BY id), '[]')::text FROM {table} t WHERE {condition}"  # noqa: S608
        )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [issues] * len(parts))
        return {table: json.loads(rows) for table, rows in cursor.fetchall()}
