"""The writers of `test_killed_server.py`, run as processes: `python -m tests.trials.killed_server prepare|write|check`.

`write` logs each acknowledged change as one line of JSON on its standard output, after the commit and never before, and
goes on until its standard input ends.
"""

import json
import os
import sys
import threading
import time
from typing import Any

ISSUES, THREADS = 3, 6


def prepare() -> None:
    """Three issues in progress, with a commitment each, in a migrated database."""
    from tests.factories.people import make_cast
    from tests.factories.stories import Story

    cast = make_cast()
    for _ in range(ISSUES):
        Story(cast).answered("supported")


def write() -> None:
    enough = threading.Event()
    threads = [threading.Thread(target=_write_until, args=(enough, number)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    enough.set()
    for thread in threads:
        thread.join()


def _write_until(enough: threading.Event, thread: int) -> None:
    from django.db import InterfaceError, OperationalError, connection

    n = 0
    while not enough.is_set():
        n += 1
        try:
            _log(_change(thread, n))
        except (OperationalError, InterfaceError):  # the server is gone: whether this one was written nobody knows
            connection.close()
            time.sleep(0.05)


def _change(thread: int, n: int) -> dict[str, Any]:
    """A message, and every fourth time a move, on one of the shared issues."""
    from backend.accounts.models import User
    from backend.organisations.models import Organisation
    from dialogue.actions import post_message
    from issues.actions import move_issue
    from issues.models import Issue

    issue = Issue.objects.order_by("pk")[(thread + n) % ISSUES]
    officer = User.objects.get(email="officer@test.example")
    ministry = Organisation.objects.get(slug="labour")
    if n % 4:
        body = f"{thread}-{n}"
        posted = post_message(issue=issue, actor=officer, organisation=ministry, body=body)
        return {"issue": issue.pk, "seq": posted.seq, "rev": posted.rev, "body": body}
    event = move_issue(
        issue=issue, move="commitment_progress", actor=officer, organisation=ministry,
        commitment=issue.commitments.get().pk, progress=("limited", "substantial")[n % 8 == 0],
    )  # fmt: skip
    assert event is not None
    return {"issue": issue.pk, "rev": event.seq, "move": event.move}


def _log(line: dict[str, Any]) -> None:
    os.write(1, (json.dumps(line) + "\n").encode())


def check(logged: list[dict[str, Any]]) -> list[str]:
    """What is wrong: acknowledged changes that are missing or different, gaps in the numbers, chains that do not verify."""
    from dialogue.models import Message
    from issues.models import Issue, IssueEvent
    from issues.record.chain import broken_chains

    messages = {(each.issue_id, each.seq): (each.rev, each.body) for each in Message.objects.all()}
    moves = {(each.issue_id, each.seq): each.move for each in IssueEvent.objects.all()}
    wrong = [
        f"lost: {line}"
        for line in logged
        if (
            messages.get((line["issue"], line["seq"])) != (line["rev"], line["body"])
            if "body" in line
            else moves.get((line["issue"], line["rev"])) != line["move"]
        )
    ]
    for issue in Issue.objects.all():
        found = sorted(seq for pk, seq in messages if pk == issue.pk)
        if found != list(range(1, issue.seq + 1)):
            wrong.append(f"numbers of messages with a gap: {issue}")
    return wrong + [f"chain broken: {number} at {seq}" for number, seq in broken_chains(Issue.objects.all()).items()]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    match sys.argv[1]:
        case "prepare":
            prepare()
        case "write":
            write()
        case "check":
            wrong = check([json.loads(line) for line in sys.stdin])
            print("\n".join(wrong))
            return 1 if wrong else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
