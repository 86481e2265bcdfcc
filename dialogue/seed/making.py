"""Making a stencil of the rows that a rehearsed life left."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models

from backend.accounts.models import User
from backend.core.markdown import render
from backend.organisations.models import Organisation
from dialogue.models import Message
from dialogue.seed.cast import Party
from dialogue.seed.days import Days
from dialogue.seed.rehearsing import LANGUAGE, REGION, TABLES, TOPIC, Taken
from dialogue.seed.special import SPECIAL
from dialogue.seed.stencils import GROUPS, NULL, EventForm, Form, IssueForm, Key, Stencil, Window
from dialogue.seed.words import escaped
from issues.models import Commitment, EventText, Issue, IssueEvent, Region, Topic

_IDS = {"commitment", "id", "completed", "measures"}
_NUMBERS = {"message", "parent"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TOKEN = re.compile(r"seed-([a-z]+)-(\d+)")
_OPEN, _SHUT, _BARE = "\ue000", "\ue001", "\ue002"
_BLANK = re.compile(f'"{_BARE}(\\d+){_SHUT}"|{_OPEN}(\\d+){_SHUT}')


class Maker:
    """Makes one stencil: `parts` are the parties of the rehearsal by their parts in it."""

    def __init__(self, taken: Taken, parts: Mapping[str, Party], days: Days, begins: int) -> None:
        self.taken, self.days, self.begins = taken, days, begins
        self.slots: dict[Key, int] = {}
        self.rows = taken.rows
        self.places: dict[str, dict[int, int]] = {
            table: {row["id"]: n for n, row in enumerate(rows)} for table, rows in taken.rows.items()
        }  # fmt: skip
        self.parties: dict[int, str] = {}
        self.people: dict[int, str] = {}
        self.strings: dict[str, Key] = {TOPIC: ("given", "topic", "slug"), REGION: ("given", "region", "code")}
        for part, party in parts.items():
            self.parties.setdefault(party.id, part)
            self.strings.setdefault(party.slug, ("given", self.parties[party.id], "slug"))
            for seat, person in party.people.items():
                self.people.setdefault(person.id, f"{part} {seat}")
                self.strings.setdefault(person.uuid, self.person(person.id, "uuid"))
        for n, row in enumerate(self._of(Issue)):
            self.strings[row["uuid"]] = ("uuid", "issue", n)
            if row["number"]:
                self.strings[row["number"]] = ("number", n)
        self.numbers: dict[int, dict[int, int]] = {
            row["id"]: {one["seq"]: k for k, one in enumerate(_of_issue(self._of(Message), row["id"]))}
            for row in self._of(Issue)
        }  # fmt: skip
        for table, rows in taken.rows.items():
            for n in range(len(rows)):
                self.slot(("pk", table, n))

    def _of(self, model: type[models.Model]) -> list[dict[str, Any]]:
        return self.rows[model._meta.db_table]

    def slot(self, key: Key) -> int:
        return self.slots.setdefault(key, len(self.slots))

    def make(self) -> Stencil:
        self.texts = {row["id"]: row for row in self._of(EventText)}
        blocks = {
            model._meta.db_table: self._block(model) for model in TABLES if model not in (Issue, IssueEvent)
        }  # fmt: skip
        issues = [self._issue(n, row) for n, row in enumerate(self._of(Issue))]
        order, keys = self._order()
        for form in (*blocks.values(), *(form for issue in issues for form in _forms(issue))):
            form.settle(order)
        for n, issue in enumerate(issues):
            self._settle(n, issue, order)
        counts = {table: len(rows) for table, rows in self.rows.items()}
        return Stencil(keys, blocks, issues, counts)

    def _settle(self, n: int, issue: IssueForm, order: Mapping[int, int]) -> None:
        for event in issue.events:
            event.at = order[event.at]
        issue.active, issue.pk, issue.uuid = order[issue.active], order[issue.pk], order[issue.uuid]
        for key, slot in self.slots.items():
            if key[0] == "seq" and key[1] == n:
                issue.seqs.append((order[slot], key[2]))
            elif key[0] == "nth" and key[1] == n:
                issue.nths.append((order[slot], key[2]))
            elif key[0] == "late" and key[2] == n:
                issue.late[key[1]] = order[slot]

    def _order(self) -> tuple[dict[int, int], dict[str, list[Key]]]:
        by_group: dict[str, list[Key]] = {group: [] for group in GROUPS}
        for key in self.slots:
            by_group[key[0]].append(key)
        final = [key for group in GROUPS for key in by_group[group]]
        return {self.slots[key]: n for n, key in enumerate(final)}, by_group

    # Rows

    def _block(self, model: type[models.Model]) -> Form:
        """All rows of a table."""
        return self._form("".join(self._row(model, row) for row in self._of(model)))

    def _form(self, text: str) -> Form:
        """Of a text in which blanks are marked."""
        blanks = []

        def blank(found: re.Match[str]) -> str:
            blanks.append(int(found[1] or found[2]))
            return "%s"

        return Form(_BLANK.sub(blank, text.replace("%", "%%")), blanks)

    def _row(self, model: type[models.Model], row: dict[str, Any], without: Iterable[str] = ()) -> str:
        fields = [each for each in model._meta.concrete_fields if each.name not in without]
        return "\t".join(self._value(model, each, row) for each in fields) + ("" if without else "\n")

    def mark(self, key: Key) -> str:
        return f"{_OPEN}{self.slot(key)}{_SHUT}"

    def _value(self, model: type[models.Model], column: "models.Field[Any, Any]", row: dict[str, Any]) -> str:
        value = row[column.get_attname()]
        special = SPECIAL.get((model, column.name))
        if special is not None:
            return special(self, row)
        if value is None:
            return NULL
        if column.primary_key:
            return self.mark(("pk", model._meta.db_table, self.places[model._meta.db_table][value]))
        if isinstance(column, models.ForeignKey):
            return self._other(column.related_model, value)
        return self._plain(column, value)

    def _other(self, model: Any, pk: int) -> str:
        if model is Organisation:
            return self.mark(("given", self.parties[pk], "id"))
        if model is User:
            return self.mark(self.person(pk, "id"))
        if model in (Topic, Region):
            return self.mark(("given", str(model._meta.model_name), "id"))
        return self.mark(("pk", model._meta.db_table, self.places[model._meta.db_table][pk]))

    def person(self, pk: int, what: str) -> Key:
        part, seat = self.people[pk].split()
        return ("given", part, f"{seat}.{what}")

    def _plain(self, column: "models.Field[Any, Any]", value: Any) -> str:
        match column:
            case models.DateTimeField():
                said = self.mark(self._moment(value))
            case models.DateField():
                said = self.mark(self.day(value))
            case models.BooleanField():
                said = "t" if value else "f"
            case models.JSONField():
                said = escaped(json.dumps(value))
            case models.TextField() | models.CharField():
                said = self._text(column.name, value)
            case _:
                said = str(value)
        return said

    def _text(self, name: str, value: str) -> str:
        if value in self.strings:
            return self.mark(self.strings[value])
        if _TOKEN.fullmatch(value):
            return self.mark(("text", value, "text"))
        if name.endswith("_html") and (found := _TOKEN.search(value)) and render(found[0]) == value:
            return self.mark(("text", found[0], "html"))
        if "seed-" in value:
            raise ValueError(f"{name}: no form for {value!r}")
        return escaped(value)

    def _moment(self, value: str) -> Key:
        moment = self.days.moment(datetime.fromisoformat(value))
        return ("at", moment.day - self.begins, moment.seconds, moment.micro, moment.night)

    def day(self, value: str) -> Key:
        return ("day", self.days.date_number(date.fromisoformat(value)) - self.begins)

    # Events

    def _issue(self, n: int, row: dict[str, Any]) -> IssueForm:
        rows = _of_issue(self._of(IssueEvent), row["id"])
        raised = None if row["raised_at"] is None else self._moment(row["raised_at"])
        events = [self._event(n, event) for event in rows]
        return IssueForm(
            self._form(self._row(Issue, row)), events, [*self._windows(row, events)],
            [event["seq"] for event in rows if event["move"] == "message_posted"],
            self.slot(self._moment(row["active_at"])), self.slot(("pk", Issue._meta.db_table, n)),
            self.slot(("uuid", "issue", n)), raised and (raised[1], raised[2]),
        )  # fmt: skip

    def _windows(self, row: dict[str, Any], events: list[EventForm]) -> Iterable[Window]:
        stood = {state.events: state for state in self.taken.states.get(row["id"], ())}
        for number, event in enumerate(events, start=1):
            state = stood.get(number)
            if state is not None and state.open and state.body and state.ngo:
                end = events[number].day if number < len(events) else None
                yield Window(number, event.day, end, state.body, state.ngo)

    def _event(self, issue: int, row: dict[str, Any]) -> EventForm:
        said = json.loads(bytes.fromhex(row["canonical"][2:]))
        at = self._moment(row["at"])
        said |= {
            "issue": self.mark(("uuid", "issue", issue)), "seq": self.bare(("seq", issue, row["seq"])),
            "at": self.mark(at), "facts": self._facts(row["issue_id"], said["facts"]),
            "texts": dict(self._digest(row["id"], key) for key in said["texts"]),
        }  # fmt: skip
        for name in ("actor", "organisation"):
            said[name] = said[name] and self.mark(self.strings[said[name]])
        columns = self._row(IssueEvent, row, without=("canonical", "hash"))
        return EventForm(self._form(_json(said)), self._form(columns), self.slot(at), at[1], row["to_status"])

    def _digest(self, event: int, key: str) -> tuple[str, str]:
        text = next(row["text"] for row in self._of(EventText) if row["event_id"] == event and row["key"] == key)
        return self.text_key(key), self.mark(("text", text, "digest"))

    def text_key(self, key: str) -> str:
        """A commitment's texts are named by its id."""
        first, *rest = key.split(".")
        if first != "commitment":
            return key
        place = self.places[Commitment._meta.db_table][int(rest[0])]
        slot = self.slot(("pk", Commitment._meta.db_table, place))
        return f"commitment.{_OPEN}{slot:06d}{_SHUT}.{rest[1]}"

    def bare(self, key: Key) -> str:
        """A number, which stands without quotes."""
        return f"{_BARE}{self.slot(key)}{_SHUT}"

    def facts(self, row: dict[str, Any]) -> str:
        return _json(self._facts(row["issue_id"], row["facts"]))

    def _facts(self, issue: int, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._facts(issue, each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._facts(issue, each, name) for each in value]
        if isinstance(value, int) and name in _IDS:
            return self.bare(("pk", Commitment._meta.db_table, self.places[Commitment._meta.db_table][value]))
        if isinstance(value, int) and name in _NUMBERS:
            return self.bare(("nth", self.places[Issue._meta.db_table][issue], self.numbers[issue][value]))
        return self._fact(name, value) if isinstance(value, str) else value

    def _fact(self, name: str, value: str) -> str:
        if name == "language" and value == LANGUAGE:
            return self.mark(("given", "language", "code"))
        if name == "source":
            return self.mark(("source", "digest"))
        if _DATE.fullmatch(value):
            return self.mark(self.day(value))
        return self.mark(self.strings[value]) if value in self.strings else value

    def issue_of(self, row: dict[str, Any]) -> int:
        return self.places[Issue._meta.db_table][row["issue_id"]]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _of_issue(rows: list[dict[str, Any]], issue: int) -> list[dict[str, Any]]:
    return sorted((row for row in rows if row["issue_id"] == issue), key=lambda row: row["seq"])


def _forms(issue: IssueForm) -> Iterable[Form]:
    yield issue.row
    for event in issue.events:
        yield event.canonical
        yield event.row
