"""Background jobs of procrastinate (D8), found by name at start: what the clock enters by itself, and the queue's care.

None carries an execution lock: a killed worker would hold it, and every job here may run twice and side by side.
"""

from typing import cast

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from procrastinate import App, JobContext
from procrastinate.contrib import django

from backend.core.once import forget_answers
from issues.actions.keeping import remove_abandoned, remove_strays
from issues.actions.lapses import enter_what_is_due
from issues.metrics.counting import sum_up

app = cast("App", django.app)
FINISHED_KEPT_HOURS = 72


def enter_all_that_is_due() -> int:
    """Rounds of `enter_what_is_due` until one makes no move; returns how many moves were made."""
    total = 0
    while made := enter_what_is_due():
        total += made
    return total


@app.periodic(cron="* * * * *")
@app.task(name="enter_lapses", queueing_lock="enter_lapses")
def enter_lapses(timestamp: int) -> int:
    """Each minute, deferred once however many workers run; a minute missed is made up by the next."""
    return enter_all_that_is_due()


@app.periodic(cron="* * * * *")
@app.task(name="sum_up_metrics", queueing_lock="sum_up_metrics")
def sum_up_metrics(timestamp: int) -> int:
    """Each minute: what changed goes into the sums of the public numbers."""
    return sum_up()


@app.periodic(cron="41 * * * *")
@app.task(name="remove_abandoned_files", queueing_lock="remove_abandoned_files")
def remove_abandoned_files(timestamp: int) -> int:
    """Each hour: files that people uploaded and did not publish within a day; and what a crash left in the store."""
    now = timezone.now()
    return remove_abandoned(now) + remove_strays(now)


@app.periodic(cron="29 * * * *")
@app.task(name="forget_posted", queueing_lock="forget_posted")
def forget_posted(timestamp: int) -> int:
    """Each hour: what forms were answered more than a day ago; and sessions that have ended, with what they kept."""
    SessionStore.clear_expired()
    return forget_answers(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker was killed run again."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="remove_finished", queueing_lock="remove_finished", pass_context=True)
async def remove_finished(context: JobContext, timestamp: int) -> None:
    """Successful jobs go at once (see the worker); failed ones stay three days for whoever looks into them."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=FINISHED_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
