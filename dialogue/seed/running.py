"""All of it: the cast, the plan, the rehearsals, then chunk after chunk by one or two processes."""

import contextlib
import multiprocessing
import queue
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from random import Random
from typing import Any

from django.db import connection, models, transaction

from dialogue.models import Message
from dialogue.seed.cast import Cast, bring_in
from dialogue.seed.days import Days
from dialogue.seed.indexes import laid_aside
from dialogue.seed.making import Maker
from dialogue.seed.parties import Parties
from dialogue.seed.planning import Plan, Planner, shares
from dialogue.seed.press import Job, Press
from dialogue.seed.reasons import Reasons
from dialogue.seed.rehearsing import TABLES, Stage
from dialogue.seed.stencils import Stencil
from dialogue.seed.words import Words, all_words
from issues.calendar import current_calendar
from issues.metrics.counting import recount
from issues.models import Commitment, MetricCell, MetricSum, NumberCounter

CHUNK = 400  # stories
REHEARSED_ON = date(2022, 9, 5)
NGOS = (30, 4000)

type Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    issues: int
    messages: int
    seed: int
    until: date
    processes: int = 1


@dataclass(slots=True)
class Seeding:
    """`tell` hears what is being done, how far it is, and of how much."""

    order: Order
    tell: Tell
    days: Days = field(init=False)
    cast: Cast = field(init=False)
    parties: Parties = field(init=False)
    words: Words = field(init=False)
    plan: Plan = field(init=False)
    stencils: dict[tuple[int, int], Stencil] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)

    def prepare(self) -> None:
        """Everything up to the first row of an issue; people and NGOs stay in the database."""
        order = self.order
        self.days = Days(current_calendar(), order.until)
        few, many = NGOS
        self.cast = bring_in(max(few, min(many, order.issues // 100)), order.seed)
        self.parties = Parties(self.cast, self.days)
        self.words = all_words(order.seed)
        self.tell("Texts", 1, 1)
        self.plan = Planner(self.days, order.until, self.parties.ends(), order.seed).plan(order.issues)
        self._rehearse()

    def _rehearse(self) -> None:
        needed = self.plan.needed()
        for done, (told, steps) in enumerate(needed.items(), start=1):
            kind, life = self.plan.lives[told]
            begins = self.days.number(REHEARSED_ON)
            ends = self.parties.ends()
            if kind.pinned:
                begins = ends[-1] - life.pinned
            choice = self.parties.for_rehearsal(begins + life.pinned if kind.pinned else 0)
            stage = Stage(self.cast, choice.parts, self.days, begins)
            try:
                for taken in stage.play(life.steps, steps):
                    maker = Maker(taken, choice.parts, self.days, begins)
                    self.stencils[told, taken.steps] = maker.make()
            except Exception as error:
                error.add_note(f"in the life {kind.name}")
                raise
            self.tell("Rehearsals", done, len(needed))

    def write(self) -> None:
        """All rows in one transaction for each process: a failure leaves none of them."""
        shared = _Shared(self, [*self._chunks()], Reasons(self.days))
        many = self.order.processes
        if many == 1:
            with transaction.atomic():
                for done, chunk in enumerate(shared.chunks, start=1):
                    shared.print(chunk)
                    if _is_doubled(done):
                        shared.look_at_sizes()
                    self.tell("Issues", done, len(shared.chunks))
            shared.settle()
        else:
            with laid_aside(TABLES, partial(self.tell, "Indexes")):
                _in_processes(shared, many)
            with laid_aside([MetricCell, MetricSum], partial(self.tell, "Indexes of counts")):
                shared.settle()

    def _chunks(self) -> Iterator["Chunk"]:
        """Numbers, messages and ids are given out here, in one order whoever prints."""
        plan = self.plan
        stencils = [self.stencils[key] for key in zip(plan.told, plan.steps, strict=True)]
        numbers = iter(self._numbers(stencils))
        own = sum(len(form.own) for stencil in stencils for form in stencil.issues)
        random = Random(f"{self.order.seed}:messages")
        weights = [
            min(400, int(random.paretovariate(1.15))) if form.windows else 0
            for stencil in stencils for form in stencil.issues
        ]  # fmt: skip
        put_in = shares(max(0, self.order.messages - own), weights)
        ids = {model._meta.db_table: _next_id(model) for model in TABLES}
        ids[Commitment._meta.db_table] = _of_one_length(
            ids[Commitment._meta.db_table], sum(each.counts[Commitment._meta.db_table] for each in stencils)
        )
        for first in range(0, len(plan), CHUNK):
            some = stencils[first : first + CHUNK]
            messages = [[next(put_in) for _ in each.issues] for each in some]
            given = [[next(numbers) for _ in each.issues] for each in some]
            yield Chunk(first, given, messages, dict(ids))
            for each, count in Counter(map(id, some)).items():
                stencil = next(one for one in some if id(one) == each)
                for table, rows in stencil.counts.items():
                    ids[table] += rows * count
            for table in ("issues_issueevent", "issues_eventtext", Message._meta.db_table):
                ids[table] += sum(map(sum, messages))

    def _numbers(self, stencils: list[Stencil]) -> list[str]:
        """Of each issue, in the order in which they were raised; '' for drafts. The counters go on from where they are."""
        raised: list[tuple[int, int, int]] = []
        place = 0
        for begins, stencil in zip(self.plan.begins, stencils, strict=True):
            for form in stencil.issues:
                if form.raised:
                    raised.append((begins + form.raised[0], form.raised[1], place))
                place += 1
        numbers = [""] * place
        last = dict(NumberCounter.objects.values_list("year", "last"))
        for day, _, issue in sorted(raised):
            year = self.days.dates[day].year
            last[year] = last.get(year, 0) + 1
            numbers[issue] = f"{year}-{last[year]:06d}"
        self.counters = last
        return numbers


@dataclass(frozen=True, slots=True)
class Chunk:
    """`first` story; for each of its stories the issues' numbers and messages to put in; the ids from which it begins."""

    first: int
    numbers: list[list[str]]
    messages: list[list[int]]
    ids: dict[str, int]


@dataclass(slots=True)
class _Shared:
    """What every process knows."""

    seeding: Seeding
    chunks: list[Chunk]
    reasons: Reasons

    def print(self, chunk: Chunk) -> None:
        """Into the tables, in the transaction that is open."""
        seeding = self.seeding
        plan, parties, last = seeding.plan, seeding.parties, seeding.days.last
        random = Random(f"{seeding.order.seed}:chunk {chunk.first}")
        press = Press(seeding.words, seeding.days, self.reasons, dict(chunk.ids), random)
        for n, (numbers, messages) in enumerate(zip(chunk.numbers, chunk.messages, strict=True), start=chunk.first):
            kind, life = plan.lives[plan.told[n]]
            stencil = seeding.stencils[plan.told[n], plan.steps[n]]
            begins = plan.begins[n]
            is_open = any(form.windows and form.windows[-1].end is None for form in stencil.issues)
            until = last if is_open else min(last, begins + life.steps[plan.steps[n] - 1].day)
            pinned = begins + life.pinned if kind.pinned else 0
            choice = parties.choose(random, begins, until, pinned)
            press.print(Job(stencil, begins, choice, numbers, messages, last))
        press.copy()
        with connection.cursor() as cursor:  # checked while the rows are at hand, not all at the end
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def look_at_sizes(self) -> None:
        """The planner, which saw these tables empty, learns how large they have become: else each check of a reference
        reads a whole index. One process does it for all.
        """
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in TABLES)}")

    def settle(self) -> None:
        """Sequences and counters go on after what was written."""
        with transaction.atomic(), connection.cursor() as cursor:
            for model in TABLES:
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) > 0"  # noqa: S608
                )
            for year, last in self.seeding.counters.items():
                NumberCounter.objects.update_or_create(year=year, defaults={"last": last})
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.seeding.tell("Counts", 0, 1)
        recount()


def _next_id(model: type[models.Model]) -> int:
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return (last or 0) + 1


def _of_one_length(first: int, many: int) -> int:
    """Where so many ids have as many digits each: the record sorts the texts of commitments by their ids as words."""
    digits = 10 ** len(str(first))
    return first if first + many < digits else digits if many < digits * 9 else 10 ** len(str(many))


def _is_doubled(done: int) -> bool:
    """At 1, 2, 4, 8 ..."""
    return done & (done - 1) == 0


def _in_processes(shared: _Shared, many: int) -> None:
    """Each its share of the chunks, in one transaction; all commit, or none does: they wait for each other before it."""
    context: Any = multiprocessing.get_context("fork")
    told, together = context.Queue(), context.Barrier(many)
    connection.close()
    workers = [
        context.Process(target=_work, args=(shared, n, many, told, together), name=f"seed {n}") for n in range(many)
    ]
    for worker in workers:
        worker.start()
    done = 0
    while done < len(shared.chunks) and all(worker.exitcode in (None, 0) for worker in workers):
        with contextlib.suppress(queue.Empty):
            told.get(timeout=1)
            done += 1
            shared.seeding.tell("Issues", done, len(shared.chunks))
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A process of the seeding failed: its error stands above.")


def _work(shared: _Shared, n: int, many: int, told: Any, together: Any) -> None:
    try:
        with transaction.atomic():
            for done, chunk in enumerate(shared.chunks[n::many], start=1):
                shared.print(chunk)
                if n == 0 and _is_doubled(done):
                    shared.look_at_sizes()
                told.put(1)
            together.wait()
    except BaseException:
        together.abort()
        raise
