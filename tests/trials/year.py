"""Show 6: a year of the worker over 300 issues.

    uv run python -m tests.trials.year [ISSUES]

walks 2026 day by day in a database of its own, which it deletes. People act at their hours; after each midnight two workers,
processes of their own, enter at once what has run out, and every tenth day one of them is killed -9 in the middle and starts
anew. What should have been entered, and on which day, is counted apart from the clock's code: from the calendar's working days
alone, one at a time.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from time import sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.factories.people import Player
    from tests.factories.stories import Story

ISSUES = 300
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
ENDS_ON = date(2026, 9, 30)  # the last day of the body that another succeeds
KILLED_EVERY = 10  # days
PER_NGO = 6

type Expected = Counter[tuple[int, str, date]]  # issue, move, the day whose first minute enters it


def almaty(day: date, at: time) -> datetime:
    from issues.clock import ALMATY

    return datetime.combine(day, at, tzinfo=ALMATY)


def after_working_days(start: date, days: int) -> date:
    """The day after so many working days from `start`, which itself does not count: when the worker enters what ran out."""
    from issues.calendar import current_calendar

    calendar, day = current_calendar(), start
    while days:
        day += timedelta(1)
        days -= calendar.is_working(day)
    return day + timedelta(1)


def registered(at: datetime) -> date:
    from issues.calendar import current_calendar

    calendar, day = current_calendar(), at.date()
    if not calendar.is_working(day) or at.time() > time(18, 30):
        day += timedelta(1)
        while not calendar.is_working(day):
            day += timedelta(1)
    return day


@dataclass
class Year:
    """What people will do, by time, and what the clock should enter."""

    random: Random
    plan: list[tuple[datetime, int, Callable[[], Any]]] = field(default_factory=list)
    expected: Expected = field(default_factory=Counter)
    order: Iterator[int] = field(default_factory=count)

    def at(self, moment: datetime, act: Callable[[], Any]) -> None:
        heappush(self.plan, (moment, next(self.order), act))

    def expect(self, pk: int, move: str, day: date) -> None:
        if day <= LAST:
            self.expected[pk, move, day] += 1

    def day_after(self, day: date, low: int, high: int) -> datetime:
        """Some hour of some later day."""
        later = day + timedelta(self.random.randint(low, high))
        return almaty(later, time(self.random.randint(0, 23), self.random.randint(2, 59)))


@dataclass(frozen=True)
class Body:
    """The people of a ministry, and since when another's stand in their place."""

    officer: "Player"
    signatory: "Player"
    successor: "Body | None" = None

    def on(self, day: date) -> "Body":
        return self.successor if self.successor and day > ENDS_ON else self

    @property
    def council_has_a_chair(self) -> bool:
        """Of the cast: the council of Labour has one, and the default council, which is that of Energy."""
        return self.signatory.organisation.slug in ("labour", "energy")


@dataclass
class Life:
    """One issue: whoever acts in it, and the acts that make it a case of its kind."""

    year: Year
    story: "Story"
    ngo: "Player"
    cosigner: "Player"
    body: Body

    def raise_it(self, at: datetime) -> None:
        self.story.now = at
        body = self.body.on(at.date()).signatory.organisation
        self.story.draft(by=self.ngo, body_addressed=body).move("submit", self.ngo)
        self.raised_on = registered(at)

    def then(self, at: datetime, move: str, who: "Player", **fields: Any) -> None:
        self.year.at(at, lambda: self.story.on(at).move(move, who, **fields))

    def signed(self, at: datetime, move: str, **fields: Any) -> None:
        self.then(at, move, self.body.on(at.date()).signatory, **fields)

    def accept(self, at: datetime) -> datetime:
        officer = self.body.on(at.date()).officer
        self.then(at, "accept", officer, unit="Unit", person=officer.user)
        return at

    def no_answer(self, limit: int = 15) -> None:
        self.year.expect(self.story.pk, "answer_due", after_working_days(self.raised_on, limit))


def silent_body(life: Life, at: datetime) -> None:
    life.raise_it(at)
    life.no_answer()


def silent_ngo_asked(life: Life, at: datetime) -> None:
    life.raise_it(at)
    asked = life.accept(life.year.day_after(life.raised_on, 1, 3)) + timedelta(hours=1)
    life.then(asked, "clarify_request", life.body.on(asked.date()).officer, question="Which?")
    life.year.expect(life.story.pk, "clarify_lapse", after_working_days(asked.date(), 10))
    life.no_answer()


def done_at_once(life: Life, at: datetime) -> datetime:
    """Answered with evidence that it is done already: the NGO has ten working days."""
    life.raise_it(at)
    answered = life.accept(life.year.day_after(life.raised_on, 1, 4)) + timedelta(hours=2)
    row = {"n": 1, "verdict": "supported", "ground": "already_done", "text": "It is done.", "evidence": "The register."}
    life.signed(answered, "answer", asks=[row])
    return answered


def silent_ngo(life: Life, at: datetime) -> None:
    answered = done_at_once(life, at)
    life.year.expect(life.story.pk, "confirm_lapse", after_working_days(answered.date(), 10))


def silent_council(life: Life, at: datetime) -> None:
    disputed = done_at_once(life, at) + timedelta(life.year.random.randint(1, 6))
    life.then(disputed, "dispute", life.ngo, asks=[1], reason="It is not.")
    days = 20 if life.body.on(disputed.date()).council_has_a_chair else 10
    life.year.expect(life.story.pk, "council_lapse", after_working_days(disputed.date(), days))


def given_up(life: Life, at: datetime) -> None:
    from issues.actions import cosign

    life.raise_it(at)
    cosign(issue=life.story.issue, at=at + timedelta(minutes=5), **life.cosigner.acts)
    withdrawn = life.year.day_after(life.raised_on, 1, 5)
    life.then(withdrawn, "withdraw", life.ngo, reason="We cannot go on.")
    life.year.expect(life.story.pk, "withdraw_lapse", after_working_days(withdrawn.date(), 5))


def nobody_replies_to_a_redirect(life: Life, at: datetime) -> None:
    life.raise_it(at)
    late = almaty(after_working_days(life.raised_on, 3), time(10))
    life.signed(late, "redirect", body="finance", reason="It is theirs.")
    life.year.expect(life.story.pk, "redirect_lapse", after_working_days(late.date(), 3))
    life.no_answer()


def extended(life: Life, at: datetime) -> None:
    life.raise_it(at)
    until = after_working_days(life.raised_on, 24) - timedelta(1)
    life.signed(life.year.day_after(life.raised_on, 1, 8), "extend", until=until, reason="We ask the regions.")
    life.no_answer(24)


def merged_into_one_that_is_withdrawn(life: Life, at: datetime) -> None:
    """The same NGO raised it twice; the older is withdrawn, and the newer comes back with a receipt of that midnight."""
    older = Life(life.year, type(life.story)(life.story.cast), life.ngo, life.cosigner, life.body)
    older.raise_it(at - timedelta(hours=1))
    life.raise_it(at)
    merged = life.year.day_after(life.raised_on, 1, 3)
    life.then(merged, "merge", life.story.cast.moderator, into=older.story.issue.number)
    gone = merged + timedelta(life.year.random.randint(1, 4))
    older.then(gone, "withdraw", life.ngo, reason="Once is enough.")
    back = gone.date() + timedelta(1)
    life.year.expect(life.story.pk, "restore", back)
    life.year.expect(life.story.pk, "answer_due", after_working_days(registered(almaty(back, time(0, 1))), 15))


def all_is_well(life: Life, at: datetime) -> None:
    confirmed = done_at_once(life, at) + timedelta(days=2)
    life.then(confirmed, "confirm", life.ngo)


KINDS = (
    silent_body, silent_ngo_asked, silent_ngo, silent_council, given_up, nobody_replies_to_a_redirect, extended,
    merged_into_one_that_is_withdrawn, all_is_well,
)  # fmt: skip


def begin(issues: int) -> Year:
    """Plan the year: raising is planned too, since the plan of an issue depends on its day alone."""
    from backend.organisations.models import Kind, Organisation, Role
    from tests.factories.people import make_cast, organisation, player
    from tests.factories.stories import Story

    cast, year = make_cast(), Year(Random(2026))
    by_slug = Organisation.objects.in_bulk(
        ["labour", "healthcare", "energy", "transport", "ecology"], field_name="slug"
    )
    bodies = {
        slug: Body(player(f"officer_{slug}", body, Role.OFFICER), player(f"signatory_{slug}", body, Role.SIGNATORY))
        for slug, body in by_slug.items()
    }
    bodies["energy"] = replace(bodies["energy"], successor=bodies.pop("ecology"))
    ngos = [player(f"ngo_{n}", organisation(f"ngo-{n}", Kind.NGO), Role.MANAGER) for n in range(issues // PER_NGO + 2)]
    for n in range(issues):
        life = Life(year, Story(cast), ngos[n // PER_NGO], ngos[n // PER_NGO + 1], [*bodies.values()][n % len(bodies)])
        at = year.day_after(FIRST, 0, 330)
        year.at(at, partial(KINDS[n % len(KINDS)], life, at))
    year.at(almaty(ENDS_ON, time(23, 59, 30)), partial(_end, year, by_slug["energy"], by_slug["ecology"]))
    return year


def _end(year: Year, body: Any, successor: Any) -> None:
    """Its last day; what is open at that day's end goes to its successor with the next minute."""
    from issues.models import Issue

    type(body).objects.filter(pk=body.pk).update(valid_to=ENDS_ON, successor=successor)
    for pk in Issue.objects.open().filter(body_addressed=body).values_list("pk", flat=True):
        year.expect(pk, "succeed", ENDS_ON + timedelta(1))


class Worker:
    """A process that enters what is due at the moments it is told; answers with how many moves it made."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.trials.year", "work"], env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def tell(self, at: datetime) -> None:
        assert self.process.stdin
        self.process.stdin.write(at.isoformat() + "\n")
        self.process.stdin.flush()

    def heard(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.start()


def walk(year: Year, midnight: Callable[[datetime, int], int]) -> int:
    """People act in the order of time; after each midnight `midnight` has the clock's moves entered. How many those were."""
    made, day = 0, FIRST
    while day <= LAST:
        made += midnight(almaty(day, time(0, 1)), (day - FIRST).days)
        day += timedelta(1)
        while year.plan and year.plan[0][0] < almaty(day, time()):
            heappop(year.plan)[2]()
    return made


def entered() -> Expected:
    """What stands in the record, by the system's hand."""
    from issues.clock import local_day
    from issues.lifecycle import Move
    from issues.models import IssueEvent

    events = IssueEvent.objects.filter(actor=None, organisation=None, move__in=Move.values)
    return Counter((event.issue_id, event.move, local_day(event.at)) for event in events)


def work() -> None:
    """A worker's process: moments come in, counts go out."""
    from issues.actions.lapses import enter_what_is_due

    for line in sys.stdin:
        at, total = datetime.fromisoformat(line.strip()), 0
        while made := enter_what_is_due(at):
            total += made
        print(total, flush=True)


def run(issues: int) -> list[str]:
    """The year with two workers. Prints what came out; returns what is wrong."""
    from issues.models import Issue
    from issues.record.chain import broken_chains
    from tests.factories.processes import database_url

    year = begin(issues)
    workers = [Worker(os.environ | {"DATABASE_URL": database_url()}) for _ in range(2)]
    killed = 0

    def midnight(at: datetime, n: int) -> int:
        nonlocal killed
        for worker in workers:
            worker.tell(at)
        if n % KILLED_EVERY == 0:
            sleep(year.random.random() * 0.05)
            workers[n // KILLED_EVERY % 2].kill()
            workers[n // KILLED_EVERY % 2].tell(at)
            killed += 1
        return sum(worker.heard() for worker in workers)

    try:
        walk(year, midnight)
    finally:
        for worker in workers:
            worker.process.kill()
    found, wanted = entered(), year.expected
    by_move = Counter(move for _, move, _ in found.elements())
    print(f"{Issue.objects.count()} issues, {sum(found.values())} moves by the clock, a worker killed {killed} times")
    print("\n".join(f"{n:6} {move}" for move, n in sorted(by_move.items())))
    wrong = [f"missing: {each}" for each in (wanted - found).elements()]
    wrong += [f"too many, or another day: {each}" for each in (found - wanted).elements()]
    return wrong + [f"chain broken: {number} at {seq}" for number, seq in broken_chains(Issue.objects.public()).items()]


def main() -> int:
    import django

    django.setup()
    if sys.argv[1:] == ["work"]:
        work()
        return 0
    from django.conf import settings
    from django.db import connection

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    connection.settings_dict["TEST"]["NAME"] = "birge_year"
    before = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        wrong = run(int(sys.argv[1]) if len(sys.argv) > 1 else ISSUES)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    print("\n".join(wrong) or "Each on its day, none twice, none missing; every chain verifies.")
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    sys.exit(main())
