"""The rules of domain.md section 4 for asks and responsibilities, one by one, each with its edge and its values."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.organisations.models import Kind, Organisation
from issues import clock
from issues.actions.lapses import enter_what_is_due
from issues.calendar import Calendar, Day, current_calendar
from issues.calendar import Kind as DayKind
from issues.metrics.counting import differences
from issues.metrics.definitions import METRICS
from issues.metrics.survival import Outcome
from issues.models import Issue
from tests.factories.people import Cast, organisation
from tests.factories.registers import ANSWERED, jsonl, row, take
from tests.factories.stories import MONDAY, Story, almaty, answer_row
from tests.issues.metrics.asking import Pair, beside, figure, pair

PAST_DUE = almaty(2026, 2, 24, 0, 0)
LATER = almaty(2027, 6, 1)
FAR = date(2026, 6, 1)
SATURDAY = almaty(2026, 2, 7)


def refuse(story: Story, at: datetime) -> Story:
    """The one ask refused, at that moment."""
    return story.on(at).move("answer", story.cast.signatory, asks=[answer_row(1, "refused", FAR)])


def sent(story: Story, **fields: Any) -> Story:
    return story.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.", **fields)


def in_months(key: str, query: str = "") -> dict[str, int]:
    """The denominator by the month of the cohort, where there is any."""
    months = {"jan": "from=2026-01-01&to=2026-01-31", "feb": "from=2026-02-01&to=2026-02-28"}
    found = {name: pair(key, LATER, f"{months[name]}&{query}")[1] for name in months}
    return {name: n for name, n in found.items() if n}


class TestAsks:
    def test_by_the_first_receipt_wherever_it_went_since(self, cast: Cast) -> None:
        sent(Story(cast, almaty(2026, 1, 30)).raised().on(MONDAY))
        assert in_months("confirmed_done") == in_months("confirmed_done", "body=ecology") == {"jan": 1}
        assert in_months("confirmed_done", "body=labour") == {}
        assert in_months("answered_on_time", "body=ecology") == {"feb": 1}, "a responsibility by its own receipt"

    def test_a_moved_ask_counts_once_for_the_body_that_has_it(self, cast: Cast) -> None:
        sent(Story(cast, almaty(2026, 1, 30)).raised(["Pay.", "Plant.", "Clean."]).on(MONDAY), asks=[2, 3])
        assert in_months("confirmed_done", "body=labour") == {"jan": 1}
        assert in_months("confirmed_done", "body=ecology") == {"jan": 2}
        assert in_months("confirmed_done") == {"jan": 3}

    def test_a_carried_ask_counts_once_where_it_is_and_a_matched_one_not(self, story: Story) -> None:
        story.raised(["Pay the grants.", "Explain the delay."])
        kept = story.older_issue()
        assert pair("confirmed_done", LATER) == (0, 3)
        story.merged()
        assert pair("confirmed_done", LATER) == (0, 2)
        assert in_months("confirmed_done") == {"jan": 1, "feb": 1}, "the carried one keeps its own first receipt"
        sent(kept.on(story.now)).move("redirect_agree", story.cast.rival, reason="Ours.")
        assert in_months("confirmed_done", "body=labour") == {}
        assert in_months("confirmed_done", "body=ecology") == {"jan": 1, "feb": 1}

    def test_a_restored_issue_has_its_asks_again_and_is_a_new_unit_of_waiting(self, story: Story) -> None:
        story.raised(["Pay the grants.", "Explain the delay."]).merged()
        assert pair("time_to_first_answer", LATER) == (0, 2)
        story.later(days=1).move("appeal", story.cast.manager, reason="It is another matter.")
        story.later(days=1).move("restore", story.cast.other_moderator, reason="It is.")
        assert pair("confirmed_done", LATER) == (0, 3)
        assert in_months("confirmed_done") == {"jan": 1, "feb": 2}
        assert pair("time_to_first_answer", LATER) == (0, 3)
        assert beside("time_to_first_answer", LATER) == {"open": 2, "merge": 1}
        assert beside("answered_on_time", LATER) == {"none": 2, "left": 1}

    @pytest.mark.parametrize(("after", "expected"), [(365, (1, 1)), (366, (0, 1))])
    def test_confirmed_within_365_days(self, story: Story, after: int, expected: Pair) -> None:
        story.reported().move("dispute", story.cast.manager, asks=[1], reason="Not yet.")
        story.on(MONDAY + timedelta(after)).move("retract", story.cast.manager, reason="Now.")
        story.move("confirm", story.cast.manager)
        assert pair("confirmed_done", LATER) == expected
        assert pair("confirmed_180", LATER) == (0, 1)

    @pytest.mark.parametrize(("days", "expected", "early"), [(364, (0, 0), 1), (365, (1, 1), 0)])
    def test_at_least_365_days_old_or_too_early(self, story: Story, days: int, expected: Pair, early: int) -> None:
        story.reported().move("confirm", story.cast.manager)
        midnight = almaty(2026, 2, 2, 0, 0) + timedelta(days)
        assert pair("confirmed_done", midnight) == expected
        assert beside("confirmed_done", midnight) == ({"too_early": 1} if early else {})
        assert pair("confirmed_done", midnight - timedelta(minutes=1))[1] == 0
        assert pair("confirmed_180", midnight) == (1, 1)

    def test_whatever_became_of_it_it_stays_in_the_denominator(self, story: Story) -> None:
        cast = story.reported().on(almaty(2026, 3, 10)).move("confirm_lapse", None).cast
        refuse(Story(cast).raised(), SATURDAY)
        Story(cast).raised().move("withdraw", cast.manager, reason="Settled.")
        Story(cast).raised().move("out_of_scope", cast.moderator, code="court")
        Story(cast).raised()
        Story(cast).draft()
        assert pair("confirmed_done", LATER) == (0, 5)

    def test_done_by_the_council_stands_beside(self, story: Story) -> None:
        story.disputed().voted(done=True).move("conclude_done", story.cast.chair, text="It is done.")
        assert pair("confirmed_done", LATER) == (0, 1)
        assert beside("confirmed_done", LATER) == {"council": 1}


class TestOnTime:
    @pytest.mark.parametrize("how", ["redirect", "withdraw", "merge", "out_of_scope"])
    @pytest.mark.parametrize(("at", "parts"), [(PAST_DUE - timedelta(minutes=1), {"left": 1}), (PAST_DUE, {"none": 1})])
    def test_ended_by_the_due_day_it_leaves_both_parts_and_later_it_is_late(
        self, story: Story, how: str, at: datetime, parts: dict[str, int]
    ) -> None:
        cast = story.cast
        if how == "redirect":
            sent(story.raised().on(at)).move("redirect_agree", cast.rival, reason="Ours.")
        elif how == "merge":
            older = Story(cast, story.now - timedelta(1)).raised(by=cast.other_manager)
            story.raised().on(at).move("merge", cast.moderator, into=older.issue.number)
        elif how == "withdraw":
            story.raised().on(at).move("withdraw", cast.manager, reason="Settled.")
        else:
            story.raised().on(at).move("out_of_scope", cast.moderator, code="court")
        query = "from=2026-02-02&to=2026-02-02"
        assert pair("answered_on_time", LATER, query) == (0, parts.get("none", 0))
        assert beside("answered_on_time", LATER, query) == parts

    def test_late_is_read_from_the_date_without_an_event(self, story: Story) -> None:
        story.raised()
        last = PAST_DUE - timedelta(minutes=1)
        assert [pair("answered_on_time", at) for at in (last, PAST_DUE)] == [(0, 0), (0, 1)]
        assert [pair("waiting_now", at) for at in (last, PAST_DUE)] == [(0, 1), (1, 1)]
        assert story.issue.events.count() == 1
        assert enter_what_is_due(PAST_DUE) == 1
        assert (pair("answered_on_time", PAST_DUE), pair("waiting_now", PAST_DUE)) == ((0, 1), (1, 1))

    @pytest.mark.parametrize(
        ("at", "met"), [(PAST_DUE - timedelta(minutes=1), 1), (PAST_DUE + timedelta(minutes=1), 0)]
    )
    def test_an_answer_of_the_due_days_last_minute_is_in_time(self, story: Story, at: datetime, met: int) -> None:
        refuse(story.raised(), at)
        assert pair("answered_on_time", LATER) == (met, 1)
        assert pair("response_rate", LATER) == (1, 1)

    @pytest.mark.parametrize(("day", "extended"), [(31, (1, 1)), (32, (0, 1))])
    def test_an_extension_stands_beside(self, story: Story, day: int, extended: Pair) -> None:
        story.accepted().move("extend", story.cast.signatory, until=date(2026, 3, 31), reason="We ask the regions.")
        refuse(story, almaty(2026, 3, 1) + timedelta(day - 1))
        assert pair("answered_on_time", LATER) == (0, 1)
        assert pair("on_time_with_extension", LATER) == extended
        assert pair("extension_rate", LATER) == (1, 1)

    def test_succession_is_no_event(self, story: Story) -> None:
        after = organisation("people", Kind.STATE_BODY)
        ministry = story.raised().cast.ministry
        Organisation.objects.filter(pk=ministry.pk).update(valid_to=date(2026, 2, 5), successor=after)
        assert enter_what_is_due(almaty(2026, 2, 6)) == 1
        for query in ("", "body=people", "body=labour"):
            assert pair("answered_on_time", PAST_DUE, query) == (0, 1), "to the old one belongs who came after it"
            assert beside("time_to_first_answer", PAST_DUE, query) == {"open": 1}
            assert pair("redirected_share", LATER, query) == (0, 1)
            assert pair("confirmed_done", LATER, query) == (0, 1)


class TestWaits:
    @pytest.mark.parametrize(
        ("raised", "answered", "days"),
        [
            (MONDAY, almaty(2026, 2, 2, 18), 0),
            (MONDAY, almaty(2026, 2, 6, 23, 59), 4),
            (MONDAY, SATURDAY, 4),
            (MONDAY, almaty(2026, 2, 9, 0, 1), 5),
            (almaty(2026, 2, 2, 18, 31), almaty(2026, 2, 2, 20), 0),
            (almaty(2026, 2, 2, 18, 31), almaty(2026, 2, 3, 9), 0),
            (SATURDAY, almaty(2026, 2, 8), 0),
            (almaty(2026, 3, 6), almaty(2026, 3, 10), 1),
        ],
    )
    def test_working_days_from_registration_never_less_than_none(
        self, story: Story, raised: datetime, answered: datetime, days: int
    ) -> None:
        refuse(story.on(raised).raised(), answered)
        assert figure("time_to_first_answer", LATER).value == days

    @pytest.mark.parametrize(("at", "day"), [(almaty(2026, 2, 6), 4), (SATURDAY, 4), (almaty(2026, 2, 9, 0, 1), 5)])
    def test_what_ends_a_wait_otherwise_ends_it_on_its_day(self, story: Story, at: datetime, day: int) -> None:
        """The database counts these days."""
        story.raised().on(at).move("withdraw", story.cast.manager, reason="Settled.")
        found = figure("time_to_first_answer", LATER)
        assert (found.numerator, found.denominator, found.value) == (0, 1, None)
        assert found.incidence is not None
        assert [(step.day, step.incidence[Outcome.WITHDRAWAL]) for step in found.incidence.steps] == [(day, 1)]

    def test_who_still_waits_is_counted_by_the_newest_calendar_and_an_answer_as_it_was(
        self, story: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse(story.raised(), almaty(2026, 2, 6))
        Story(story.cast).raised()

        def steps() -> list[int]:
            found = figure("time_to_first_answer", almaty(2026, 2, 12)).survival
            assert found is not None
            return [step.day for step in found.steps]

        assert steps() == [4, 8]
        data = current_calendar().data
        free = [Day(date(2026, 2, day), DayKind.DAY_OFF) for day in (4, 5)]
        newer = Calendar(replace(data, days=tuple(sorted([*data.days, *free], key=lambda day: day.on))))
        monkeypatch.setattr(clock, "current_calendar", lambda: newer)
        assert steps() == [4, 6]


def test_legacy_issues_are_outside_of_everything(db: None, tmp_path: Path) -> None:
    assert take(jsonl(tmp_path, [row(**ANSWERED), row("8")])).counts == (2, 0, 0, 0)
    assert Issue.objects.filter(origin="legacy").count() == 2
    for query in ("", "body=labour"):
        assert {key: pair(key, LATER, query) for key in METRICS} == dict.fromkeys(METRICS, (0, 0))
    assert differences() == {}
