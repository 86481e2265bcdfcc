"""The API's list and detail against bare Django JSON views over the same rows: made anew, remembered
for the next visitor, and unchanged (304).

    uv run python -m tests.benchmarks.api [ISSUES]
    uv run python -m tests.benchmarks.api --here    # the database as it is: p50 of lists and of one issue

The first fills a database of its own, which it deletes, and calls the sides in turn through WSGI in one process, one connection
kept open. Ratios count; the figures are of the machine. Takes about a minute and stops by itself.
"""

import argparse
import time
from statistics import median

import django

from tests.benchmarks.pages import (
    CALLS,
    DAY,
    HOUR,
    ISSUES,
    ROUNDS,
    Call,
    after_the_last_change,
    caller,
    database,
    fill,
    measured,
    queries,
)

LIST = "region=KZ-15&status=open"
ASKS = 2
LISTS = ("", "status=open", LIST, "status=open&sort=due", "overdue=1", "status=open&count=1", "q=2026-0001")
EACH = 30
BARE = ["tests.benchmarks.bare_json.JsonHere"]


def ask_each() -> None:
    from issues.models import Ask, Issue

    rows = Issue.objects.values_list("pk", "raised_by").iterator()
    asks = (Ask(issue_id=pk, n=n, text=f"Ask {n}", owner_id=ngo) for pk, ngo in rows for n in range(1, ASKS + 1))
    Ask.objects.bulk_create(asks, batch_size=5_000)


def against_bare(issues: int) -> None:
    from django.test import Client

    from issues.models import Issue

    with database():
        fill(issues)
        ask_each()
        number = Issue.objects.order_by("-raised_at").values_list("number", flat=True)[0]
        listed, detail = "/api/v1/issues/", f"/api/v1/issues/{number}/"
        etag = Client().get(f"{listed}?{LIST}", headers={"Accept-Language": "en"}).headers["ETag"]
        english = {"Accept_Language": "en"}
        sides = {
            "bare list": caller("/bare/json/", "region=KZ-15", 200, BARE),
            # Made anew each time, the issues in it as the last visitor saw them; and all of them seen by nobody yet.
            "list": after_the_last_change(caller(listed, LIST, 200, **english), 2 * DAY),
            "list, unseen": unseen(after_the_last_change(caller(listed, LIST, 200, **english), 2 * DAY)),
            "bare detail": caller("/bare/json/one/", f"number={number}", 200, BARE),
            "detail": after_the_last_change(caller(detail, "", 200, **english), 2 * DAY),
            "detail, unseen": unseen(after_the_last_change(caller(detail, "", 200, **english), 2 * DAY)),
            "list, remembered": after_the_last_change(caller(listed, LIST, 200, **english), HOUR),
            "list, unchanged": after_the_last_change(caller(listed, LIST, 304, If_None_Match=etag, **english), HOUR),
        }
        print(f"{issues:,} issues of {ASKS} asks; the list: ?{LIST}; {ROUNDS} rounds of {CALLS} calls in turn, medians")
        found = measured(sides)
        for name, (rate, cpu) in found.items():
            call = sides[name]
            call()  # what another side threw away is there again
            print(f"{name:16} {rate:8.0f} requests/s {cpu:8.2f} ms CPU {queries(call):4} queries {call():8,} bytes")
        for name in ("list", "list, unseen", "detail", "detail, unseen"):
            (ours, our_cpu), (bare, bare_cpu) = found[name], found[f"bare {name.partition(',')[0]}"]
            print(f"{name} / bare: {ours / bare:.2f} by requests/s, {bare_cpu / our_cpu:.2f} by CPU")
        for name in ("remembered", "unchanged"):
            rate = found[f"list, {name}"][0]
            print(f"list, {name} / bare: {rate / found['bare list'][0]:.2f}; / list: {rate / found['list'][0]:.1f}")


def unseen(call: Call) -> Call:
    """As the first who asks since each issue changed."""
    from backend.api import kept

    def made_anew() -> int:
        kept._made.clear()
        return call()

    return made_anew


def here() -> None:
    from django.db import connection

    from issues.models import Issue

    connection.settings_dict["CONN_MAX_AGE"] = 600
    newest = Issue.objects.public().order_by("-pk").values_list("number", flat=True)[0]
    print(
        f"{Issue.objects.count():,} issues; p50 of {EACH} calls through WSGI, ms: made anew each time, and remembered"
    )
    asked = [(path, query) for path in ("/api/v1/issues/", "/en/issues/") for query in LISTS]
    asked += [(f"/api/v1/issues/{newest}/", ""), (f"/en/issues/{newest}/", "")]
    for path, query in asked:
        call = caller(path, query, 200)
        anew = after_the_last_change(call, 2 * DAY)
        times = f"{p50(anew):8.1f} {queries(anew):4} queries {p50(after_the_last_change(call, HOUR)):8.1f}"
        print(f"{path}{f'?{query}' if query else '':50} {times}")


def p50(call: Call) -> float:
    """Milliseconds."""
    took = []
    for _ in range(EACH + 1):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return median(took[1:])


def main() -> None:
    from django.conf import settings

    parser = argparse.ArgumentParser(description="The API against bare views.")
    parser.add_argument("issues", nargs="?", type=int, default=ISSUES)
    parser.add_argument("--here", action="store_true", help="the database as it is; nothing is written")
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.WHITENOISE_AUTOREFRESH = True  # no list of static files is made for a page
    settings.API_PER_MINUTE_ADDRESS = 0
    here() if options.here else against_bare(options.issues)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
