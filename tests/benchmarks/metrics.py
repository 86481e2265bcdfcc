"""What keeping the public numbers costs who makes a move, and P6: what it saves who reads them.

    uv run python -m tests.benchmarks.metrics         moves with and without counting: one writer, and sixteen at once
    uv run python -m tests.benchmarks.metrics --moves-here  the same moves on the database of DATABASE_URL, where they stay
    uv run python -m tests.benchmarks.metrics --here  P6 on the database of DATABASE_URL as it is (fill it with `seed`); only reads

The first fills a database of its own, which it deletes, and looks after each round whether all is counted; after the second
`recount_metrics --check` does, which takes minutes where there are very many issues. Ratios count; the figures are of the
machine. A minute, or as long as the direct aggregate takes.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from itertools import product
from statistics import median
from typing import Any

import django

from tests.benchmarks.pages import database

WRITERS, ROUNDS, STORIES = 16, 3, 16
MOVES = 4
"""Of each story: submit, accept, a question to the NGO, withdraw."""
CALLS = 5
FEW = 100_000
"""Issues, beyond which only one figure is made over the rows: all of them would take half an hour for each filter."""
FILTERS = (
    "", "body=labour", "region=KZ-75", "language=kk", "from=2026-01-10&to=2026-06-20", "body=labour&from=2026-01-10&to=2026-06-20",
    "body=labour&region=KZ-75&topic=social-security&language=kk&from=2026-01-10&to=2026-06-20",
)  # fmt: skip


def told(story: Any, by: Any) -> None:
    cast = story.cast
    story.move("submit", by).move("accept", cast.officer, unit="Unit", person=cast.officer.user)
    story.move("clarify_request", cast.officer, question="Which grants?")
    story.move("withdraw", by, reason="Settled.")


@contextmanager
def counting_by(count: Callable[[Any], None]) -> Iterator[None]:
    counting: Any = import_module("issues.metrics.counting")
    kept, counting.count = counting.count, count
    try:
        yield
    finally:
        counting.count = kept


def later(uncounted: set[int]) -> Callable[[Any], None]:
    """No count: until `count(uncounted)` what is kept differs from the rows. Only for measuring."""
    return uncounted.update


def timed_into(taken: list[float]) -> Callable[[Any], None]:
    from issues.metrics.counting import count

    def timed_count(issues: Any) -> None:
        begun = time.perf_counter()
        count(issues)
        taken.append((time.perf_counter() - begun) * 1000)

    return timed_count


def rate_of(cast: Any, writers: int) -> float:
    """Moves a second of so many writers, each at its own drafts."""
    from tests.factories.at_once import at_once
    from tests.factories.stories import Story

    ngos = (cast.manager, cast.other_manager)  # each may have ten open issues
    drafts = [(Story(cast).draft(by=ngos[n % 2]), ngos[n % 2]) for n in range(STORIES)]

    def write(part: int) -> None:
        for draft, by in drafts[part::writers]:
            told(draft, by)

    begun = time.perf_counter()
    found = at_once([partial(write, n) for n in range(writers)])
    assert found == [None] * writers, found
    return STORIES * MOVES / (time.perf_counter() - begun)


def moves(*, proved: bool) -> None:
    from issues.metrics.counting import count, differences, sum_up
    from tests.factories.people import make_cast

    cast = make_cast()
    rate_of(cast, 1)  # warm
    for writers in (1, WRITERS):
        counted, bare, summed, taken = [], [], [], list[float]()
        for _ in range(ROUNDS):
            with counting_by(later(uncounted := set[int]())):
                bare.append(rate_of(cast, writers))
            with counting_by(timed_into(taken)):
                counted.append(rate_of(cast, writers))
            count(uncounted)
            summed.append(beside(sum_up, partial(rate_of, cast, writers)))
            sum_up()
            assert not proved or differences() == {}, "nothing lost"
        rates = [median(each) for each in (counted, bare, summed)]
        print(
            f"{writers:2} writers: {rates[1]:6.1f} moves/s not counted, {rates[0]:6.1f} counted ({rates[0] / rates[1]:.2f}), "
            f"{rates[2]:6.1f} while the worker sums up ({rates[2] / rates[1]:.2f}); the count of a move: {median(taken):.1f} ms "
            f"of {writers * 1000 / rates[0]:.0f}"
        )


def beside[Found](act: Callable[[], Any], measured: Callable[[], Found]) -> Found:
    """What `measured` answers while `act` runs again and again on a connection of its own."""
    from django.db import connection

    done = threading.Event()

    def run() -> None:
        while not done.wait(0.05):
            act()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        return measured()
    finally:
        done.set()
        thread.join()


def over_the_rows(asked: Any, measures: Any, period: Any, **_how: Any) -> list[Any]:
    """As `reading.counts`, over the rows themselves: nothing that is kept is read."""
    from django.db import connection

    from issues.metrics.measures import Measure
    from issues.metrics.reading import Count, _rows

    sql, values = _rows("1", "issues_cells_now", asked.dimensions(), sorted(map(int, measures)), period)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT measure, x, count(*) FROM ({sql}) c GROUP BY measure, x", values)
        return [Count(Measure(measure), x, n) for measure, x, n in cursor.fetchall()]


def timed[Found](act: Callable[[], Found], times: int) -> tuple[float, Found]:
    """Median milliseconds, and what it answered."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        found = act()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken), found


def p6() -> None:
    """All figures, and one alone (one query): from what is kept, and over the rows."""
    from django.http import QueryDict
    from django.utils import timezone

    from issues.metrics.asked import MetricFilters
    from issues.metrics.definitions import METRICS
    from issues.models import Issue

    made: Any = import_module("issues.metrics.figures")
    at, kept = timezone.now(), made.counts
    issues = Issue.objects.count()
    print(f"{issues:,} issues; from what is kept (median of {CALLS}), and over the rows (once)")
    for (keys, name), query in product(((METRICS, "all figures"), (["answered_on_time"], "one figure")), FILTERS):
        read = partial(made.figures, MetricFilters.read(QueryDict(query)), at, keys)
        fast, found = timed(read, CALLS)
        told = f"{name}, {query or 'no filter'}"
        if keys is METRICS and issues > FEW:
            print(f"{fast:8.1f} ms  {told}", flush=True)
            continue
        try:
            made.counts = over_the_rows
            slow, expected = timed(read, 1)
        finally:
            made.counts = kept
        equal = "equal" if found == expected else "NOT EQUAL"
        print(f"{fast:8.1f} ms {slow:9.1f} ms {slow / fast:7.0f}x {equal}  {told}", flush=True)


def main() -> None:
    if "--here" in sys.argv:
        p6()
        return
    if "--moves-here" in sys.argv:
        moves(proved=False)
        return
    with database():
        moves(proved=True)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
