"""`recount_metrics [--check]`: the public numbers anew from the record's rows, or only compared with them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues.metrics.counting import differences, recount


class Command(BaseCommand):
    help = "Rebuild the counts of the public numbers from the issues' rows; with --check only compare them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare; exits with 1 on any difference, changes nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if found := differences():
                told = ", ".join(f"{name}: {n}" for name, n in found.items())
                raise CommandError(f"The counts differ from the rows ({told}). Run recount_metrics to mend them.")
            self.stdout.write("The counts are what the rows say.")
            return
        recount()
        self.stdout.write("Counted anew.")
