"""The counts after any story are what a recount finds, summed up or not."""

from importlib import import_module

from django.db import connection

from issues.metrics.counting import differences, recount, sum_up
from issues.metrics.measures import Measure
from issues.models import MetricCell, MetricChange, MetricSum
from tests.factories.stories import Story


def cells(story: Story) -> dict[Measure, int]:
    """Measure -> x of the story's issue; a measure is there once in these stories."""
    rows = MetricCell.objects.filter(issue_id=story.issue.pk).values_list("measure", "x")
    return {Measure(measure): x for measure, x in rows}


def test_an_issue_that_waits_is_counted_as_waiting(story: Story) -> None:
    story.raised()
    found = cells(story)
    assert {
        Measure.WAIT_OPEN,
        Measure.DUE_NONE,
        Measure.DUE_MISSED,
        Measure.ASK_WAITING,
        Measure.OPEN,
        Measure.OPEN_IN,
        Measure.RAISED,
    } == set(found)
    assert found[Measure.RAISED] == story.issue.raised_by_id


def test_an_answer_ends_the_wait_and_brings_promises(story: Story) -> None:
    story.answered("supported")
    found = cells(story)
    tenure = story.issue.responsibilities.get()
    assert found[Measure.WAIT_ANSWERED] == tenure.wait_days
    assert {Measure.DUE_ON_TIME, Measure.VERDICT_SUPPORTED, Measure.PROMISE_OPEN} < set(found)
    assert Measure.WAIT_OPEN not in found


def test_what_was_counted_step_by_step_is_what_a_recount_finds(story: Story) -> None:
    story.reported().move("confirm", story.cast.manager, asks=[1])
    Story(story.cast).raised()
    assert differences() == {}
    assert sum_up() > 0
    assert differences() == {}
    before = sorted(MetricSum.objects.values_list("dimension", "value", "is_month", "measure", "day", "x", "n"))
    recount()
    assert differences() == {}
    assert sorted(MetricSum.objects.values_list("dimension", "value", "is_month", "measure", "day", "x", "n")) == before


def test_a_count_that_was_changed_by_hand_is_found(story: Story) -> None:
    story.raised()
    sum_up()
    MetricCell.objects.filter(measure=Measure.OPEN).update(x=7)
    MetricSum.objects.filter(measure=Measure.RAISED, is_month=True).update(n=3)
    found = differences()
    assert found["cells"] == 2
    assert found["sums"] >= 2


def test_a_database_from_before_the_sums_of_pairs_gets_them_while_changes_wait(story: Story) -> None:
    pairs = import_module("issues.migrations.0026_sums_of_pairs")
    story.reported()
    sum_up()
    story.move("confirm", story.cast.manager, asks=[1])
    Story(story.cast).raised()
    assert MetricChange.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute(pairs.FORGET)
        assert differences()["sums"] > 0
        cursor.execute(pairs.SUM_UP)
    assert differences() == {}
    sum_up()
    assert differences() == {}
