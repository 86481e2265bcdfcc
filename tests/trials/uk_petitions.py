"""Show 3, real input: the UK petitions that the government answered, replayed through the actions at their own dates.

    uv run python -m tests.trials.uk_petitions

prints one row per petition and a summary; it works in a database of its own, which it deletes.

What stands for what, and why:
- An invented NGO files each petition to its (first) department, with its one demand as the one ask, **when it passed 10,000
  signatures**: only from then on does the government owe an answer, so that is when our clock should start. (From the day
  of its opening nearly all would be late: nobody had been asked yet.)
- The department accepts on the morning after its registration; nothing in the data says when it really did.
- Before the answer the NGO posts the petition's details, and the department its own summary of the response.
- The answer is the response's text, at the moment the response was put on the site. (`responded_on` is a date without an
  hour, which was changed afterwards for some petitions.)
- Its verdict is "refused, other ground". The responses state no verdict; any support would need a commitment with a date,
  or evidence, that we would have to make up.
- The worker comes by before each of these acts, so that "no answer in time" is entered where it was so.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from issues.models import Issue
    from tests.factories.people import Player

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "uk_petitions" / "petitions_published.jsonl"
WIDTHS = (9, 22, 16, 16, 16, 6, 33, 0)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Petition:
    id: int
    title: str
    background: str
    details: str
    department: str
    asked_at: datetime
    responded_at: datetime
    summary: str
    response: str


@dataclass(frozen=True)
class Outcome:
    """What our clock says of one petition; `cap`: the latest date that an extension could have given it."""

    petition: Petition
    issue: "Issue"
    registered_on: date
    due_on: date
    answered_on: date
    cap: date
    wait_days: int
    rules: str
    late_entered: bool

    @property
    def verdict(self) -> str:
        if self.answered_on <= self.due_on:
            return "on time"
        return "late; in time with an extension" if self.answered_on <= self.cap else "late for any extension"


def petitions(path: Path = DATA) -> list[Petition]:
    """Those with a written response, in the file's order."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [_petition(row) for row in rows if row["government_response"]]


def _petition(row: dict[str, Any]) -> Petition:
    response = row["government_response"]
    return Petition(
        id=row["id"], title=row["action"], background=row["background"], details=row["additional_details"] or "",
        department=row["departments"][0]["name"].strip(),
        asked_at=datetime.fromisoformat(row["response_threshold_reached_at"]),
        responded_at=datetime.fromisoformat(row["government_response_at"]),
        summary=response["summary"], response=response["details"],
    )  # fmt: skip


@dataclass
class Replay:
    """A queue of acts in the order of their times, over all petitions at once."""

    queue: list[tuple[datetime, int, Any]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    departments: dict[str, "tuple[Player, Player]"] = field(default_factory=dict)
    issues: dict[int, int] = field(default_factory=dict)

    def run(self, all_of: list[Petition]) -> list[Outcome]:
        from issues.actions.lapses import enter_what_is_due

        for petition in all_of:
            self._at(petition.asked_at, partial(self._file, petition))
        while self.queue:
            at, _, act = heappop(self.queue)
            enter_what_is_due(at)
            act(at)
        return [outcome_of(petition, self.issues[petition.id]) for petition in all_of]

    def _at(self, at: datetime, act: Any) -> None:
        heappush(self.queue, (at, next(self.order), act))

    def _people_of(self, department: str) -> "tuple[Player, Player]":
        from django.utils.text import slugify

        from tests.factories.people import organisation, player

        if department not in self.departments:
            body = organisation(slugify(department)[:80], "state_body", name_en=department)
            people = (
                player(f"officer-{body.slug}", body, "officer"),
                player(f"signatory-{body.slug}", body, "signatory"),
            )
            self.departments[department] = people
        return self.departments[department]

    def _file(self, petition: Petition, at: datetime) -> None:
        from issues.actions import create_draft, move_issue
        from issues.models import Issue, Region, Topic
        from tests.factories.people import organisation, player

        ngo = player(f"petitioner-{petition.id}", organisation(f"invented-ngo-{petition.id}"), "manager")
        officer, signatory = self._people_of(petition.department)
        draft = create_draft(
            **ngo.acts, at=at, title=petition.title, body=petition.background, language="en",
            topic=Topic.objects.get(slug="ecology"), region=Region.objects.get(code="KZ"),
            body_addressed=officer.organisation, asks=[petition.title],
        )  # fmt: skip
        move_issue(issue=draft, move="submit", **ngo.acts, at=at)
        self.issues[petition.id] = draft.pk
        issue = Issue.objects.get(pk=draft.pk)
        self._at(_morning_after(issue), partial(self._discuss, issue, officer, ngo, petition))
        self._at(petition.responded_at, partial(self._answer, issue, officer, signatory, petition))

    def _discuss(self, issue: "Issue", officer: "Player", ngo: "Player", petition: Petition, at: datetime) -> None:
        from dialogue.actions import post_message
        from issues.actions import move_issue

        move_issue(issue=issue, move="accept", **officer.acts, at=at, unit="Petitions", person=officer.user)
        if petition.details:
            post_message(issue=issue, **ngo.acts, body=petition.details, at=at + timedelta(hours=1))

    def _answer(self, issue: "Issue", officer: "Player", signatory: "Player", petition: Petition, at: datetime) -> None:
        from dialogue.actions import post_message
        from issues.actions import move_issue

        post_message(issue=issue, **officer.acts, body=petition.summary, at=at)
        row = {"n": 1, "verdict": "refused", "ground": "other", "text": petition.response}
        move_issue(issue=issue, move="answer", **signatory.acts, at=at, asks=[row])


def _morning_after(issue: "Issue") -> datetime:
    from issues import clock

    day = clock.current_calendar().add_working_days(issue.responsibilities.get().registered_on, 1)
    return clock.end_of_day(day) - timedelta(hours=14)


def outcome_of(petition: Petition, pk: int) -> Outcome:
    from issues import clock
    from issues.models import Issue

    issue = Issue.objects.get(pk=pk)
    tenure = issue.responsibilities.get()
    assert tenure.answered_at is not None
    assert tenure.wait_days is not None
    explained = issue.duties.get(kind="answer").explanation["days"]
    return Outcome(
        petition, issue, tenure.registered_on, tenure.original_due_on, clock.local_day(tenure.answered_at),
        clock.extension_cap(tenure.registered_on, clock.current_calendar()), tenure.wait_days,
        rules=rules_of([entry["why"] for entry in explained]),
        late_entered=issue.events.filter(move="answer_due").exists(),
    )  # fmt: skip


def rules_of(days: list[str]) -> str:
    """What besides weekends decided the due date, from its stored explanation (whose keys `clock` knows)."""
    before, after = days[: days.index("registered")], days[days.index("registered") :]
    found = ["filed after 18:30" if "after_hours" in before else "filed on a free day"] if before else []
    for words, kinds in (("free", ("holiday", "moved_holiday", "day_off")), ("worked on a weekend", ("working_day",))):
        if number := sum(why in kinds for why in after):
            found.append(f"{words}: {number}")
    return "; ".join(found)


def table(outcomes: list[Outcome]) -> Iterator[str]:
    from issues.clock import local_time

    yield _row(
        "petition", "10,000 (in Almaty)", "registered", "due", "answered", "days", "by our clock", "what counted"
    )
    for each in outcomes:
        asked = local_time(each.petition.asked_at)
        yield _row(
            each.petition.id, f"{_said(asked.date())} {asked:%H:%M}", _said(each.registered_on), _said(each.due_on),
            _said(each.answered_on), each.wait_days, each.verdict, each.rules,
        )  # fmt: skip
    yield ""
    yield from summary(outcomes)


def _row(*cells: object) -> str:
    return "".join(f"{cell!s:{width}}" for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _said(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.isoformat()}"


def summary(outcomes: list[Outcome]) -> Iterator[str]:
    waits = sorted(each.wait_days for each in outcomes)
    yield f"{len(outcomes)} petitions with a response, {len({each.petition.department for each in outcomes})} departments"
    for verdict, number in Counter(each.verdict for each in outcomes).most_common():
        yield f"{number:>5}  {verdict}"
    yield f"working days to the answer: least {waits[0]}, median {median(waits):g}, most {waits[-1]}"
    for first in range(0, waits[-1] + 1, 5):
        number = sum(first < wait <= first + 5 for wait in waits)
        yield f"{first + 1:>5} to {first + 5:<3}{number:>4}  {'#' * number}".rstrip()


def main() -> int:
    import django

    if not DATA.exists():
        print(f"The petitions are not there: {DATA}", file=sys.stderr)
        return 1
    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    connection.settings_dict["TEST"]["NAME"] = "birge_trial"
    before = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print(*table(Replay().run(petitions())), sep="\n")
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    sys.exit(main())
