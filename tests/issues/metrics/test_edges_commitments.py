"""The rules of domain.md section 4 for commitments, disputes and what is open, each with its edge and its values."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from issues.metrics.rows import TABLES, rows
from issues.models import Commitment
from tests.factories.stories import Story, almaty
from tests.issues.metrics.asking import Pair, beside, figure, pair

FIRST = date(2026, 3, 2)
"""The first date of the promise of each story, given on 5 February."""
ON_THE_DAY = almaty(2026, 3, 2, 23, 59)
AFTER = almaty(2026, 3, 3, 0, 0)


@pytest.fixture
def promised(story: Story) -> Story:
    return story.answered("supported", due=FIRST)


def act(story: Story, move: str, **fields: Any) -> Story:
    return story.move(f"commitment_{move}", story.cast.signatory, commitment=Commitment.objects.get().pk, **fields)


def slipped(at: datetime, query: str = "") -> tuple[float | None, int]:
    found = figure("mean_slippage", at, query)
    return found.value, found.n


@pytest.mark.parametrize(("at", "expected"), [(ON_THE_DAY, (0, 0)), (AFTER, (0, 1))])
def test_an_open_one_is_broken_once_its_first_date_has_passed(promised: Story, at: datetime, expected: Pair) -> None:
    assert pair("commitments_kept", at) == expected
    assert beside("commitments_kept", at) == ({"broken": 1} if expected[1] else {})


@pytest.mark.parametrize(
    ("done", "expected", "other"), [(ON_THE_DAY, (1, 1), {}), (AFTER, (0, 1), {"late": 1})], ids=["in time", "late"]
)
def test_complete_on_the_first_date_is_kept_and_a_minute_later_late(
    promised: Story, done: datetime, expected: Pair, other: dict[str, int]
) -> None:
    act(promised.on(done), "progress", progress="complete")
    assert pair("commitments_kept", AFTER) == expected
    assert beside("commitments_kept", AFTER) == other


def test_complete_early_counts_only_once_the_first_date_has_passed(promised: Story) -> None:
    act(promised.later(days=2), "progress", progress="complete")
    assert [pair("commitments_kept", at) for at in (promised.now, ON_THE_DAY, AFTER)] == [(0, 0), (0, 0), (1, 1)]
    assert [slipped(at) for at in (ON_THE_DAY, AFTER)] == [(None, 0), (-23.0, 1)]


def test_dropped_counts_at_once(promised: Story) -> None:
    act(promised.later(days=2), "drop", reason="No money.")
    assert pair("commitments_kept", promised.now) == (0, 1)
    assert beside("commitments_kept", promised.now) == {"broken": 1}
    assert pair("commitments_kept", promised.now, "from=2026-03-02&to=2026-03-02") == (0, 1), "by its first date"
    assert pair("commitments_kept", promised.now, "to=2026-03-01") == (0, 0)


def test_a_moved_date_changes_nothing_but_the_slippage(promised: Story) -> None:
    act(promised, "reschedule", due=date(2026, 6, 1), reason="Not yet.")
    assert (pair("commitments_kept", AFTER), slipped(AFTER)) == ((0, 1), (91.0, 1))
    assert pair("commitments_kept", AFTER, "from=2026-03-02&to=2026-03-02") == (0, 1)
    act(promised.on(almaty(2026, 3, 12)), "progress", progress="complete")
    assert (pair("commitments_kept", AFTER + timedelta(30)), slipped(AFTER + timedelta(30))) == ((0, 1), (10.0, 1))


def test_found_not_done_is_broken_once_the_first_date_has_passed(story: Story) -> None:
    """Complete on 15 February by the body's word, first date 7 March; found not done on the 16th."""
    story.disputed().voted(done=False)
    story.move("conclude_not_done", story.cast.chair, text="Not done.", until=date(2026, 2, 27))
    on, after = almaty(2026, 3, 7), almaty(2026, 3, 8)
    assert [pair("commitments_kept", at) for at in (story.now, on, after)] == [(0, 0), (0, 0), (0, 1)]
    assert beside("commitments_kept", after) == {"broken": 1}
    assert pair("concluded_not_done", after) == (1, 1)


@pytest.mark.parametrize(
    ("at", "expected"), [(ON_THE_DAY, (0, 0)), (AFTER, (0, 1))], ids=["by the first date", "after it"]
)
def test_withdrawn_before_the_first_date_has_passed_is_outside(promised: Story, at: datetime, expected: Pair) -> None:
    promised.on(at).move("withdraw", promised.cast.manager, reason="Settled.")
    assert pair("commitments_kept", almaty(2026, 4, 1)) == expected
    assert slipped(almaty(2026, 4, 1))[1] == expected[1]


def test_who_broke_a_promise_gains_nothing_by_a_withdrawal(promised: Story) -> None:
    """Dropped, then the NGO is pressed to withdraw before the first date: it stays broken, in the rows too."""
    act(promised.later(days=2), "drop", reason="No money.")
    promised.later(days=1).move("withdraw", promised.cast.manager, reason="They asked us to.")
    assert pair("commitments_kept", promised.now) == pair("commitments_kept", AFTER) == (0, 1)
    assert beside("commitments_kept", AFTER) == {"broken": 1}
    assert [row[-1] for row in rows(TABLES["commitments"])] == [0]


def test_nor_does_who_was_found_not_to_have_done_it(story: Story) -> None:
    story.disputed().voted(done=False)
    story.move("conclude_not_done", story.cast.chair, text="Not done.", until=date(2026, 2, 27))
    story.later(days=1).move("withdraw", story.cast.manager, reason="They asked us to.")
    assert pair("commitments_kept", almaty(2026, 3, 8)) == (0, 1)


def test_a_measure_of_the_ngo_is_not_the_bodys(promised: Story) -> None:
    promised.move(
        "commitment_add", promised.cast.signatory, n=1, text="Tell the members", unit="Office", due=FIRST,
        shows="Mail", owner=promised.cast.ngo.slug,
    )  # fmt: skip
    joint = Commitment.objects.get(owner=promised.cast.ngo)
    promised.move("commitment_take", promised.cast.manager, commitment=joint.pk)
    assert pair("commitments_kept", AFTER) == (0, 1)
    promised.move("commitment_progress", promised.cast.manager, commitment=joint.pk, progress="complete")
    assert pair("commitments_kept", AFTER) == (0, 1)


def test_overdue_is_what_the_body_owes_alone(promised: Story) -> None:
    """The promise is due on 2 March; what is reported waits for the NGO, what is in dispute for the council."""
    assert [pair("waiting_now", at) for at in (ON_THE_DAY, AFTER)] == [(0, 1), (1, 1)]
    promised.move("report_done", promised.cast.signatory, evidence=[{"n": 1, "text": "Paid."}])
    assert pair("waiting_now", almaty(2026, 6, 1)) == (0, 1)
    promised.move("dispute", promised.cast.manager, asks=[1], reason="Nothing arrived.")
    assert pair("waiting_now", almaty(2026, 6, 1)) == (0, 1)
    assert pair("waiting_now", almaty(2026, 6, 1), "from=2020-01-01&to=2020-01-31") == (0, 1), "whatever the period"
    promised.move("retract", promised.cast.manager, reason="It came.").move("confirm", promised.cast.manager)
    assert pair("waiting_now", almaty(2026, 6, 1)) == (0, 0)


def test_the_age_of_the_open_runs_from_the_first_receipt(story: Story) -> None:
    """Redirected on day 3, it is as old as before."""
    story.raised().later(days=3).move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    Story(story.cast, story.now).raised()
    for query, n, median in (("", 2, 7), ("body=ecology", 1, 10), ("body=labour", 1, 7)):
        ages = figure("open_age", almaty(2026, 2, 12), query)
        assert (ages.n, ages.value) == (n, median), query


def test_a_silent_council_and_how_disputes_ended(story: Story) -> None:
    story.disputed()
    assert (pair("council_silent", story.now), pair("concluded_not_done", story.now)) == ((0, 1), (0, 0))
    story.on(almaty(2026, 4, 15)).move("council_lapse", None)
    assert pair("council_silent", story.now) == (1, 1)
    assert pair("council_silent", story.now, "body=ecology") == (0, 0)
