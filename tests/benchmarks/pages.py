"""P1: the filtered list against a bare Django view with the same query and a 20-row template; and the same list, unchanged.

    uv run python -m tests.benchmarks.pages [ISSUES]

fills a database of its own, which it deletes, and calls the sides in turn through WSGI in one process, one connection kept open.
Ratios count; the figures are of the machine. Takes about a minute and stops by itself.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

import django

ISSUES = 20_000
ROUNDS, CALLS = 9, 40
HOUR = 3_600_000  # in milliseconds
DAY = 24 * HOUR
LIST = "region=KZ-15&status=open"

type Call = Callable[[], int]


@contextmanager
def database() -> Iterator[None]:
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    connection.settings_dict["TEST"]["NAME"] = "birge_benchmark_pages"
    made = setup_databases(verbosity=0, interactive=False)
    connection.settings_dict["CONN_MAX_AGE"] = 600
    try:
        yield
    finally:
        connection.close()
        teardown_databases(made, verbosity=0)


def fill(issues: int) -> None:
    """Issues of the last 500 days in every status, over all bodies, regions and topics; one event, long ago."""
    from django.db import connection

    from backend.organisations.models import Organisation
    from issues.lifecycle import Status
    from issues.models import Issue, IssueEvent, Region, Topic

    now = datetime.now(UTC)
    ngo = Organisation.objects.create(
        kind="ngo",
        slug="one",
        standing="verified",
        name_kk="«Қамқорлық» қоры",
        name_ru="«Қамқорлық»",
        name_en="Qamqorlyq",
    )
    bodies, regions, topics = list(Organisation.objects.bodies()), list(Region.objects.all()), list(Topic.objects.all())
    statuses = [each for each in Status if each not in (Status.DRAFT, Status.RECORDED, Status.RESOLVED)]

    chance = Random(1)

    def issue(n: int) -> Any:
        raised, status = now - timedelta(500 * n / issues + 1), chance.choice(statuses)
        owes = status in ("raised", "under_consideration", "in_progress")
        return Issue(
            number=f"2026-{n:06}", title=f"Әлеуметтік қызметтерге арналған гранттар үш ай кешігіп төленеді, {n}", language="kk",
            status=status, topic=chance.choice(topics), region=chance.choice(regions),
            body_addressed=chance.choice(bodies), raised_by=ngo, held_by=ngo, raised_at=raised, first_received_at=raised,
            created_at=raised, edited_at=raised, active_at=raised, cosigners_count=n % 5, rev=1,
            due_at=raised + timedelta(21) if owes else None, owed_by="body" if owes else "",
        )  # fmt: skip

    made = Issue.objects.bulk_create([issue(n) for n in range(1, issues + 1)], batch_size=2_000)
    IssueEvent.objects.create(
        issue=made[0],
        seq=1,
        at=now - timedelta(1),
        move="submit",
        from_status="draft",
        to_status="raised",
        canonical=b"",
        hash=b"",
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def caller(path: str, query: str, expected: int, middleware: list[str] | None = None, **headers: str) -> Call:
    """A call of the whole stack, from WSGI to the last byte; answers how many bytes came."""
    from django.test import RequestFactory

    handler = handler_with(middleware)
    environ = RequestFactory(headers=headers).get(path).environ | {"QUERY_STRING": query}
    return lambda: answered(handler, dict(environ), expected)


def after_the_last_change(call: Call, timeout: int) -> Call:
    """The same, with so many milliseconds until a change counts as settled: before, no page is kept for other visitors."""
    from django.conf import settings

    def called() -> int:
        settings.STATEMENT_TIMEOUT_MS = timeout
        return call()

    return called


def handler_with(middleware: list[str] | None = None) -> Any:
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    with override_settings(MIDDLEWARE=settings.MIDDLEWARE if middleware is None else middleware):
        return WSGIHandler()


def answered(handler: Any, environ: dict[str, Any], expected: int) -> int:
    said: list[str] = []
    response = handler(environ, lambda status, headers, exc=None: said.append(status))
    size = sum(len(part) for part in response)
    response.close()
    if not said[0].startswith(str(expected)):
        raise SystemExit(f"{environ['PATH_INFO']} answered {said[0]}")
    return size


def queries(call: Call) -> int:
    """On all connections, a COMMIT that takes statements along among them."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(each)) for each in connections.all()]
        call()
    return sum(map(len, captured))


def measured(sides: dict[str, Call]) -> dict[str, tuple[float, float]]:
    """Requests a second, and milliseconds of this process's CPU per request: medians over rounds taken in turn."""
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for call in sides.values():
        for _ in range(CALLS):
            call()
    for _ in range(ROUNDS):
        for name, call in sides.items():
            began, cpu = time.perf_counter(), time.process_time()
            for _ in range(CALLS):
                call()
            rates[name].append((CALLS / (time.perf_counter() - began), (time.process_time() - cpu) * 1000 / CALLS))
    return {name: (median(r for r, _ in each), median(c for _, c in each)) for name, each in rates.items()}


def main() -> None:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.WHITENOISE_AUTOREFRESH = True  # no list of static files is made for a page
    issues = int(sys.argv[1]) if len(sys.argv) > 1 else ISSUES
    with database():
        fill(issues)
        etag = Client().get(f"/kk/issues/?{LIST}").headers["ETag"]
        sides = {
            "bare view, 20 rows": caller("/bare/", "region=KZ-15", 200, ["tests.benchmarks.bare.Here"]),
            "list, 25 rows": after_the_last_change(caller("/kk/issues/", LIST, 200), 2 * DAY),  # made anew each time
            "list, unchanged": after_the_last_change(caller("/kk/issues/", LIST, 304, If_None_Match=etag), HOUR),
            "home": after_the_last_change(caller("/kk/", "", 200), 2 * DAY),
        }
        print(f"{issues:,} issues; the list: ?{LIST}; {ROUNDS} rounds of {CALLS} calls in turn, medians")
        found = measured(sides)
        for name, (rate, cpu) in found.items():
            call = sides[name]
            print(f"{name:20} {rate:8.0f} requests/s {cpu:8.2f} ms CPU {queries(call):4} queries {call():8,} bytes")
        bare, listed, same = (found[name][0] for name in list(sides)[:3])
        print(f"P1 list / bare: {listed / bare:.2f} (goal 0.7);  unchanged / list: {same / listed:.1f} (goal 5)")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
