"""`seed`: very many realistic issues, to measure with."""

import resource
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from backend.core.models import Mark
from backend.core.progress import Bar
from dialogue.demo import database
from dialogue.demo.failure import FRESH
from dialogue.seed.running import Order, Seeding
from issues.clock import local_day

MARK = "seed"
ONE_PROCESS = 5_000  # issues, up to which a second process is not worth its start


class Command(BaseCommand):
    help = (
        "Fill the database with very many invented issues, the same for the same arguments: every way through the rules, "
        "five years back, with valid chains. One transaction for each process: a failure leaves no issue behind."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--issues", type=int, required=True, help="how many")
        parser.add_argument("--messages", type=int, help="how many messages in all (five for each issue)")
        parser.add_argument("--seed", type=int, default=1, help="another number, other content (1)")
        parser.add_argument("--until", type=date.fromisoformat, help="the day before which it all happens (today)")
        parser.add_argument("--processes", type=int, choices=(1, 2), help="1 or 2 (2 for more than 5000 issues)")
        parser.add_argument("--yes", action="store_true", help="also into a database that is neither embedded nor ours")

    def handle(self, *args: Any, issues: int, **options: Any) -> None:
        self._check(issues, options["yes"])
        order = Order(
            issues, issues * 5 if options["messages"] is None else options["messages"], options["seed"],
            options["until"] or local_day(timezone.now()),
            options["processes"] or (1 if issues <= ONE_PROCESS else 2),
        )  # fmt: skip
        self.bar, self.title = Bar(sys.stdout, "Preparing"), "Preparing"
        total = Bar(sys.stdout, "Seeded")
        seeding = Seeding(order, self._tell)
        try:
            Mark.objects.create(key=MARK, value={"issues": issues, "seed": order.seed}, made_at=timezone.now())
            seeding.prepare()
            seeding.write()
        except (DatabaseError, RuntimeError) as error:
            raise CommandError(
                f"Nothing was seeded but people and NGOs; empty the database with {FRESH}. {error}"
            ) from error
        self.bar.end("done")
        self._count(total, order)

    def _check(self, issues: int, yes: bool) -> None:
        if issues < 1:
            raise CommandError("Name how many issues: 1 or more.")
        marks = set(Mark.objects.values_list("key", flat=True))
        if MARK in marks:
            raise CommandError(
                f"Seeding was begun here already, to its end or not. To seed anew, empty the database with {FRESH} first."
            )
        if not (yes or database.is_embedded() or marks):
            raise CommandError(
                "This database is not the embedded one, nor filled by `demo`. If it may be filled: --yes."
            )

    def _tell(self, title: str, done: int, total: int) -> None:
        if title != self.title:
            self.bar.end("done")
            self.bar, self.title = Bar(sys.stdout, title), title
        self.bar(done, total)

    def _count(self, total: Bar, order: Order) -> None:
        peak = (
            max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
        )
        total.end(f"{order.issues} issues, {order.messages} messages; at most {peak} MB a process")
