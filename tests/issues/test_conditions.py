"""The conditions on plain facts, at their edges. No database, no now()."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from issues import clock
from issues.conditions import (
    AnswerFact,
    AskFact,
    CommitmentFact,
    DisputeFact,
    DutyFact,
    Facts,
    last_measure,
    openings,
    why_not,
)
from issues.lifecycle import Need, Status
from tests.factories.stories import almaty

AT = almaty(2026, 3, 2)
ASK = AskFact(n=1, owner=1, verdict="supported", settled=False, evidence=False, in_dispute=False)
REFUSED = replace(ASK, n=2, verdict="refused")
SET_ASIDE = replace(ASK, n=3, verdict="")
SETTLED = replace(ASK, n=4, settled=True)
PROMISE = CommitmentFact(id=7, ask=1, due=date(2026, 2, 13), moves=0, completed_on=None, dropped_on=None)


def facts(status: str = "in_progress", at: datetime = AT, **more: Any) -> Facts:
    return Facts(at=at, status=Status(status), **{"asks": (ASK,)} | more)


def opened(given: Facts) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(each.kind, each.ref, each.asks) for each in openings(given)]


def duty(kind: str, due_on: date, lapsed: bool = False) -> DutyFact:
    return DutyFact(id=5, kind=kind, due_on=due_on, due_at=clock.end_of_day(due_on), lapsed=lapsed)


class TestOpenings:
    @pytest.mark.parametrize("status", ["raised", "under_consideration", "clarification"])
    def test_no_answer_from_the_first_moment_after_the_due_day(self, status: str) -> None:
        late = duty("answer", date(2026, 2, 23))
        asks = (replace(ASK, verdict=""), REFUSED)
        in_time = facts(status, clock.end_of_day(date(2026, 2, 23)), duties=(late,), asks=asks)
        assert opened(in_time) == []
        assert opened(replace(in_time, at=in_time.at + timedelta(microseconds=1))) == [("no_answer", "5", (1,))]

    def test_a_report_opens_all_that_is_not_settled(self) -> None:
        given = facts("reported_done", asks=(ASK, REFUSED, SETTLED), reported_rev=9)
        assert opened(given) == [("report", "9", (1, 2))]
        assert opened(replace(given, used=frozenset({("report", "9")}))) == []
        assert opened(replace(given, used=frozenset({("report", "8")}))) == [("report", "9", (1, 2))]

    @pytest.mark.parametrize(("days", "stands"), [(0, True), (30, True), (31, False)])
    def test_a_lapse_and_a_refusal_open_it_for_thirty_calendar_days(self, days: int, stands: bool) -> None:
        closed = almaty(2026, 3, 2, 23, 59)
        at = almaty(2026, 3, 2, 0, 0) + timedelta(days)
        lapsed = facts("unconfirmed", at, closed_at=closed, lapsed_rev=4)
        assert opened(lapsed) == ([("lapse", "4", (1,))] if stands else [])
        refused = facts("refused", at, closed_at=closed, asks=(REFUSED,), answers=(AnswerFact(1, closed, (2,)),))
        assert opened(refused) == ([("refusal", "1", (2,))] if stands else [])
        partly = facts("in_progress", at, asks=(ASK, REFUSED), answers=(AnswerFact(1, closed, (2,)),))
        assert opened(partly) == ([("refusal", "1", (2,))] if stands else [])

    def test_a_refusal_that_was_upheld_opens_nothing(self) -> None:
        upheld = replace(REFUSED, settled=True)
        assert opened(facts("refused", closed_at=AT, asks=(upheld,), answers=(AnswerFact(1, AT, (2,)),))) == []

    @pytest.mark.parametrize(("day", "late"), [(date(2026, 2, 27), False), (date(2026, 2, 28), True)])
    def test_a_commitment_ten_working_days_late(self, day: date, late: bool) -> None:
        given = facts(at=clock.end_of_day(day), commitments=(PROMISE,))
        assert opened(given) == ([("late", "7:2026-02-13", (1,))] if late else [])

    @pytest.mark.parametrize(
        ("promise", "found"),
        [
            (replace(PROMISE, moves=1, due=date(2026, 6, 1)), []),
            (replace(PROMISE, moves=2, due=date(2026, 6, 1)), ["moved"]),
            (replace(PROMISE, dropped_on=date(2026, 2, 27)), ["dropped"]),
            (replace(PROMISE, moves=2, dropped_on=date(2026, 1, 5)), ["moved", "dropped", "unreported"]),
            (replace(PROMISE, completed_on=date(2026, 2, 16)), []),
            (replace(PROMISE, completed_on=date(2026, 2, 13)), ["unreported"]),
            (replace(PROMISE, by_body=False), []),
        ],
    )
    def test_a_promise_moved_twice_dropped_or_kept_in_silence(self, promise: CommitmentFact, found: list[str]) -> None:
        assert [each.kind for each in openings(facts(commitments=(promise,)))] == found

    def test_the_promise_of_a_settled_ask_opens_nothing(self) -> None:
        assert opened(facts(asks=(SETTLED,), commitments=(replace(PROMISE, ask=4),))) == []

    def test_what_was_set_aside_and_left_unanswered_is_open_ten_working_days_after_the_conclusion(self) -> None:
        given = facts(asks=(SETTLED, SET_ASIDE), concluded_until=date(2026, 2, 16))
        assert opened(given) == []
        assert opened(replace(given, at=almaty(2026, 3, 3))) == [("unreported", "2026-02-16", (3,))]

    @pytest.mark.parametrize(
        "status", ["draft", "disputed", "resolved", "withdrawn", "duplicate", "out_of_scope", "recorded"]
    )
    def test_elsewhere_nothing_opens(self, status: str) -> None:
        given = facts(status, closed_at=AT, commitments=(PROMISE,), answers=(AnswerFact(1, AT, (1,)),), reported_rev=3)
        assert opened(given) == []


def test_the_days_to_report_run_from_the_last_measure_or_the_conclusion() -> None:
    done = replace(PROMISE, completed_on=date(2026, 2, 9))
    dropped = replace(PROMISE, dropped_on=date(2026, 2, 11))
    assert last_measure(facts()) is None
    assert last_measure(facts(commitments=(done, dropped))) == date(2026, 2, 11)
    assert last_measure(facts(commitments=(done, PROMISE))) is None
    assert last_measure(facts(commitments=(done, replace(PROMISE, by_body=False)))) == date(2026, 2, 9)
    assert last_measure(facts(commitments=(done,), concluded_until=date(2026, 3, 1))) == date(2026, 3, 1)


def test_what_can_be_confirmed() -> None:
    in_dispute = replace(ASK, n=5, in_dispute=True)
    assert facts(asks=(ASK, REFUSED, SET_ASIDE, SETTLED, in_dispute)).to_confirm == (1,)
    assert facts(asks=(REFUSED, SETTLED)).to_confirm == (4,), "nothing is left: once more closes the issue"
    assert facts(asks=(SETTLED, SET_ASIDE)).to_confirm == (), "an ask waits for its answer"
    assert facts(asks=(SETTLED, replace(REFUSED, in_dispute=True))).to_confirm == ()


SILENT = DisputeFact(opening="report", due_at=AT - timedelta(1), silent=False, votes=0, quorum=3)


@pytest.mark.parametrize(
    ("need", "holds", "fails"),
    [
        (Need.CLARIFICATION_UNUSED, {}, {"clarified": True}),
        (Need.FIRST_HOP_IN_TIME, {"redirect_by": AT}, {"redirect_by": AT, "hop": 1}),
        (Need.FIRST_HOP_IN_TIME, {"redirect_by": AT}, {"redirect_by": AT - timedelta(microseconds=1)}),
        (Need.FIRST_HOP_IN_TIME, {"redirect_by": AT}, {"redirect_by": None}),
        (Need.EXTENSION_OPEN, {"original_due_on": AT.date()}, {"original_due_on": AT.date() - timedelta(1)}),
        (Need.EXTENSION_OPEN, {"original_due_on": AT.date()}, {"original_due_on": AT.date(), "extended": True}),
        (Need.EXTENSION_OPEN, {"original_due_on": AT.date()},
         {"original_due_on": AT.date(), "answers": (AnswerFact(1, AT, ()),)}),
        (Need.ANSWER_TIME_OVER, {"duties": (duty("answer", date(2026, 3, 1)),)}, {"duties": (duty("answer", AT.date()),)}),
        (Need.ANSWER_TIME_OVER, {"duties": (duty("answer", date(2026, 3, 1)),)},
         {"duties": (duty("answer", date(2026, 3, 1), lapsed=True),)}),
        (Need.CLARIFY_TIME_OVER, {"duties": (duty("clarify", date(2026, 3, 1)),)}, {"duties": ()}),
        (Need.CONFIRM_TIME_OVER, {"duties": (duty("confirm", date(2026, 3, 1)),)}, {"duties": (duty("confirm", AT.date()),)}),
        (Need.ASKS_TO_ANSWER_AGAIN, {"asks": (ASK, REFUSED)}, {"asks": (ASK, replace(REFUSED, settled=True))}),
        (Need.ASKS_TO_REPORT, {"asks": (ASK, REFUSED)}, {"asks": (REFUSED,)}),
        (Need.ASKS_TO_REPORT, {"asks": (SETTLED,)}, {"asks": (ASK, SET_ASIDE)}),
        (Need.DISPUTED_FOR_NO_ANSWER, {"dispute": replace(SILENT, opening="no_answer")}, {"dispute": SILENT}),
        (Need.DISPUTED_ONCE_ANSWERED, {"dispute": SILENT}, {"dispute": replace(SILENT, opening="no_answer")}),
        (Need.COUNCIL_SILENT_ONCE_ANSWERED, {"dispute": SILENT}, {"dispute": replace(SILENT, due_at=AT)}),
        (Need.COUNCIL_SILENT_ONCE_ANSWERED, {"dispute": replace(SILENT, due_at=AT, silent=True)},
         {"dispute": replace(SILENT, opening="no_answer")}),
        (Need.COUNCIL_SILENT_ONCE_ANSWERED, {"dispute": SILENT}, {"dispute": SILENT, "asks": (REFUSED,)}),
        (Need.CONCLUDE_TIME_OVER, {"dispute": SILENT}, {"dispute": replace(SILENT, silent=True)}),
        (Need.QUORUM, {"dispute": replace(SILENT, votes=3)}, {"dispute": replace(SILENT, votes=2)}),
        (Need.QUORUM, {"dispute": replace(SILENT, votes=1, quorum=1)}, {"dispute": None}),
        (Need.NO_COSIGNERS, {}, {"cosigned": True}),
        (Need.NO_COSIGNERS, {}, {"duties": (duty("withdraw", AT.date()),)}),
        (Need.COSIGNERS, {"cosigned": True}, {}),
        (Need.COSIGNERS, {"cosigned": True}, {"cosigned": True, "duties": (duty("withdraw", AT.date()),)}),
        (Need.WINDOW_OPEN, {"duties": (duty("withdraw", AT.date()),)}, {"duties": (duty("withdraw", date(2026, 3, 1)),)}),
        (Need.WINDOW_OPEN, {"duties": (duty("withdraw", AT.date()),)}, {}),
        (Need.WINDOW_OVER, {"duties": (duty("withdraw", date(2026, 3, 1)),)}, {"duties": (duty("withdraw", AT.date()),)}),
        (Need.WINDOW_OVER, {"duties": (duty("withdraw", date(2026, 3, 1)),)}, {}),
    ],
)  # fmt: skip
def test_a_need_holds_on_one_side_of_its_edge_and_says_why_not_on_the_other(
    need: Need, holds: dict[str, Any], fails: dict[str, Any]
) -> None:
    assert why_not(need, facts(**holds)) is None
    assert str(why_not(need, facts(**fails)))
