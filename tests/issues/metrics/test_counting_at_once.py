"""Sixteen people act at once while the worker sums up and somebody reads: no unit is lost or counted twice."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from issues.metrics.counting import differences, recount, sum_up
from issues.models import Issue, MetricCell, MetricChange, MetricSum
from tests.factories.at_once import at_once
from tests.factories.people import make_cast
from tests.factories.stories import MONDAY, Story, almaty, answer_row
from tests.issues.metrics.asking import beside, pair

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]
WRITERS = 16
LATER = almaty(2027, 6, 1)


class Busy:
    """Until the last writer is done."""

    def __init__(self) -> None:
        self.left, self._lock = WRITERS, threading.Lock()

    def writing(self, act: Callable[[], None]) -> None:
        try:
            act()
        finally:
            with self._lock:
                self.left -= 1

    def meanwhile[Found](self, act: Callable[[], Found]) -> list[Found]:
        found = []
        while self.left:
            found.append(act())
        return found


def to_its_end(story: Story, n: int) -> None:
    """Answered and confirmed, answered and dropped, redirected, or withdrawn."""
    cast = story.cast
    story.move("accept", cast.officer, unit="Unit", person=cast.officer.user).later(days=1)
    if n % 4 == 0:
        story.move("redirect", cast.signatory, body="ecology", reason="Theirs.")
    elif n % 4 == 1:
        story.move("withdraw", cast.manager if n < WRITERS / 2 else cast.other_manager, reason="Settled.")
    else:
        story.move("answer", cast.signatory, asks=[answer_row(1, "supported", date(2026, 3, 2))]).later(days=1)
        if n % 4 == 2:
            story.move("report_done", cast.signatory, evidence=[{"n": 1, "text": "Paid."}])
            story.move("confirm", cast.manager if n < WRITERS / 2 else cast.other_manager)
        else:
            made = story.issue.commitments.get()
            story.move("commitment_drop", cast.signatory, commitment=made.pk, reason="No money.")


@pytest.mark.thorough
def test_sixteen_writers_a_worker_and_a_reader(transactional_db: None) -> None:
    cast, stories = make_cast(), []
    for n in range(WRITERS):
        stories.append(Story(cast, MONDAY + timedelta(minutes=n)))
        stories[n].raised(by=cast.manager if n < WRITERS / 2 else cast.other_manager)
    busy = Busy()
    acts: list[Callable[[], object]] = [
        partial(busy.writing, partial(to_its_end, each, n)) for n, each in enumerate(stories)
    ]
    acts += [partial(busy.meanwhile, sum_up)] * 2
    acts.append(partial(busy.meanwhile, partial(pair, "confirmed_90", LATER)))
    *written, one, other, read = at_once(acts)
    assert written == [None] * WRITERS
    assert len(read) > 1
    assert {whole for _confirmed, whole in read} == {WRITERS}, "at each moment all asks, each once"
    assert sorted(read) == read, "and never fewer confirmed than before"
    assert sum(one) + sum(other) + sum_up() > 2 * WRITERS
    assert not MetricChange.objects.exists()
    assert differences() == {}
    whole = WRITERS // 4
    assert pair("confirmed_done", LATER) == (whole, WRITERS)
    assert pair("commitments_kept", LATER) == (whole, 2 * whole)
    assert pair("redirected_share", LATER) == (whole, WRITERS + whole)
    assert beside("answered_on_time", LATER) == {"none": whole, "left": 2 * whole}
    before = sorted(MetricSum.objects.values_list("dimension", "value", "is_month", "measure", "day", "x", "n"))
    recount()
    assert sorted(MetricSum.objects.values_list("dimension", "value", "is_month", "measure", "day", "x", "n")) == before


def test_two_moves_of_one_issue_at_once_are_counted_after_each_other(transactional_db: None) -> None:
    """The second counts when the first has ended: its own cells never stand beside the first one's."""
    story = Story(make_cast()).accepted()
    cast = story.cast

    def give_up() -> None:
        Story.move(story, "withdraw", cast.manager, reason="Settled.")

    def answer() -> None:
        Story.move(story, "answer", cast.signatory, asks=[answer_row(1, "refused", date(2026, 3, 2))])

    at_once([give_up, answer] * 4)
    assert Issue.objects.get().status in ("withdrawn", "refused")
    assert differences() == {}
    assert pair("time_to_first_answer", LATER)[1] == 1
    assert MetricCell.objects.values("measure", "ref").distinct().count() == MetricCell.objects.count()
