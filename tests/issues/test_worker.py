"""The worker enters what the clock makes happen, once, however many there are and however they end."""

import signal
import threading
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from issues.actions import lapses
from issues.lifecycle import Move, Status
from issues.models import Issue, IssueEvent
from issues.record.chain import broken_chains
from issues.tasks import app, enter_all_that_is_due
from tests.factories.clock import site_at
from tests.factories.people import Cast, make_cast
from tests.factories.processes import command, database_url, wait_until
from tests.factories.stories import MONDAY, Story, almaty

DUE_DATE_PASSED = almaty(2026, 2, 24, 0, 1)  # 15 working days after MONDAY, its end and a minute


def lapse_events() -> int:
    return IssueEvent.objects.filter(move=Move.ANSWER_DUE).count()


def once(at: Any) -> str:
    out = StringIO()
    with site_at(at):
        call_command("worker", once=True, stdout=out)
    return out.getvalue()


def test_one_round_enters_what_is_due_and_says_how_many(story: Story) -> None:
    story.raised()
    assert "clock: 0" in once(DUE_DATE_PASSED - timedelta(minutes=2))
    assert "clock: 1" in once(DUE_DATE_PASSED)
    assert "clock: 0" in once(DUE_DATE_PASSED)
    assert [event.move for event in story.issue.events.all()] == [Move.SUBMIT, Move.ANSWER_DUE]


def test_a_round_goes_on_until_nothing_is_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        Story(cast).raised()
    rounds = lapses.enter_what_is_due
    monkeypatch.setattr("issues.tasks.enter_what_is_due", lambda: rounds(DUE_DATE_PASSED, batch=1))
    assert enter_all_that_is_due() == 3
    assert lapse_events() == 3


def test_what_was_missed_for_a_month_is_made_up_in_order(story: Story) -> None:
    """The answer first, then, on the same issue, nothing else: a silent NGO closes another."""
    reported = Story(story.cast).reported()
    story.raised()
    assert "clock: 2" in once(MONDAY + timedelta(days=60))
    assert {story.issue.status, reported.issue.status} == {Status.RAISED, Status.UNCONFIRMED}
    assert broken_chains([story.issue, reported.issue]) == {}


def test_a_lost_database_is_not_taken_for_a_fault_of_one_issue(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.raised()

    def lost(**kwargs: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(lapses, "move_issue", lost)
    with pytest.raises(OperationalError):
        lapses.enter_what_is_due(DUE_DATE_PASSED)


def test_one_issue_that_fails_does_not_hold_up_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = Story(cast).raised(), Story(cast).raised()
    make = lapses.move_issue

    def stumbles(**kwargs: Any) -> Any:
        if kwargs["issue"].pk == bad.pk:
            raise ValueError("a row like no other")
        return make(**kwargs)

    monkeypatch.setattr(lapses, "move_issue", stumbles)
    assert lapses.enter_what_is_due(DUE_DATE_PASSED) == 1
    assert [event.move for event in good.issue.events.all()] == [Move.SUBMIT, Move.ANSWER_DUE]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_each_move_once() -> None:
    cast = make_cast()
    stories = [Story(cast).raised() for _ in range(8)]
    made: list[int] = []
    start = threading.Barrier(2)

    def work() -> None:
        try:
            start.wait(10)
            made.append(lapses.enter_what_is_due(DUE_DATE_PASSED))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(90)
    assert sum(made) == lapse_events() == 8
    assert broken_chains(story.issue for story in stories) == {}


@pytest.mark.thorough
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_nothing_and_a_told_one_ends_in_order() -> None:
    cast = make_cast()
    url = database_url()
    with command("worker", DATABASE_URL=url) as first:
        assert first.stdout
        assert "runs" in first.stdout.readline()
        first.kill()
    _leave_a_job_behind()
    Story(cast, timezone.now() - timedelta(days=60)).raised()
    with command("worker", DATABASE_URL=url) as second:
        wait_until(lambda: lapse_events() == 1)
        wait_until(lambda: _jobs_left() == 0)
        second.send_signal(signal.SIGTERM)
        said, _ = second.communicate(timeout=90)
    assert second.returncode == 0
    assert "stopped" in said
    assert "Traceback" not in said
    assert Issue.objects.get().events.count() == 2


def _leave_a_job_behind() -> None:
    """As a worker that was killed in the middle of it would: taken, and nobody's. Nothing else, of no earlier run."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_periodic_defers; DELETE FROM procrastinate_jobs")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            """ VALUES ('default', 'enter_lapses', '{"timestamp": 0}', 'doing', 0)"""
        )


def _jobs_left() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def test_every_job_is_registered_with_its_times() -> None:
    times = {key[0]: task.cron for key, task in app.periodic_registry.periodic_tasks.items()}
    assert times == {
        "enter_lapses": "* * * * *", "sum_up_metrics": "* * * * *", "retry_stalled": "*/5 * * * *", "remove_finished": "17 3 * * *",
        "remove_abandoned_files": "41 * * * *", "forget_posted": "29 * * * *",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_database_without_tables_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(CommandError, match="no tables yet"):
        call_command("worker", once=True)
