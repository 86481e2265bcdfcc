"""What actions do to the clock: extension, redirect, what is owed next and by whom, and what the worker enters."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from issues import clock
from issues.actions import duties, lapses
from issues.actions.lapses import enter_what_is_due
from issues.clock import end_of_day
from issues.lifecycle import Status
from issues.models import Issue
from issues.record.chain import broken_chains
from tests.factories.people import organisation
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty, answer_row

REASON = {"reason": "We ask the regions."}


def owed(story: Story) -> tuple[str, date | None]:
    issue = story.issue
    if issue.due_at is None:
        return issue.owed_by, None
    day = clock.local_day(issue.due_at)
    assert issue.due_at == end_of_day(day)
    return issue.owed_by, day


class TestExtension:
    """Raised on Monday 2 February 2026: due on the 23rd; two months end on Thursday 2 April."""

    @pytest.mark.parametrize("until", [date(2026, 2, 24), date(2026, 4, 2), "2026-03-31"])
    def test_a_date_within_two_months_of_registration_is_taken(self, story: Story, until: date | str) -> None:
        story.accepted().move("extend", story.cast.signatory, until=until, **REASON)
        day = until if isinstance(until, date) else date(2026, 3, 31)
        tenure = story.issue.responsibilities.get()
        assert owed(story) == ("body", day)
        assert (tenure.due_on, tenure.original_due_on, tenure.extended_at) == (day, date(2026, 2, 23), story.now)
        assert story.issue.events.latest("seq").facts == {
            "until": day.isoformat(), "original_due_on": "2026-02-23", "tell_by": "2026-02-05",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("until", "why"),
        [
            (date(2026, 2, 23), "the date it has already"),
            (date(2026, 2, 20), "before that"),
            (date(2026, 4, 3), "a day after the cap"),
            (date(2026, 3, 9), "a moved holiday"),
            (date(2026, 3, 14), "a Saturday"),
            ("soon", "no date"),
            (None, "nothing"),
        ],
    )
    def test_any_other_date_is_refused(self, story: Story, until: object, why: str) -> None:
        story.accepted()
        assert refused(story, Invalid, "extend", story.cast.signatory, until=until, **REASON).errors.keys() == {"until"}

    def test_a_cap_on_a_free_day_gives_way_to_the_next_working_day(self, story: Story) -> None:
        """Registered on 21 January: 21 March is Nauryz and a Saturday; with the moved days it is free until the 25th."""
        story.on(almaty(2026, 1, 21)).accepted()
        refused(story, Invalid, "extend", story.cast.signatory, until=date(2026, 3, 27), **REASON)
        story.move("extend", story.cast.signatory, until=date(2026, 3, 26), **REASON)
        assert owed(story) == ("body", date(2026, 3, 26))

    def test_once_and_before_the_original_date_has_passed(self, story: Story) -> None:
        story.accepted().on(almaty(2026, 2, 23, 23, 59))
        story.move("extend", story.cast.signatory, until=date(2026, 3, 2), **REASON)
        refused(story, Conflict, "extend", story.cast.signatory, until=date(2026, 3, 3), **REASON)

    def test_not_a_second_after_the_original_date(self, story: Story) -> None:
        story.accepted().on(almaty(2026, 2, 24, 0, 0))
        refused(story, Conflict, "extend", story.cast.signatory, until=date(2026, 3, 2), **REASON)

    def test_an_officer_does_not_sign_it(self, story: Story) -> None:
        story.accepted()
        refused(story, Forbidden, "extend", story.cast.officer, until=date(2026, 3, 2), **REASON)

    def test_it_does_not_move_the_date_that_a_council_set(self, story: Story) -> None:
        story.answered("refused").move("dispute", story.cast.manager, asks=[1], reason="No.").voted(done=False)
        story.move("conclude_not_done", story.cast.chair, text="Answer again.", until=date(2026, 2, 10))
        assert story.issue.status == Status.UNDER_CONSIDERATION
        refused(story, Conflict, "extend", story.cast.signatory, until=date(2026, 3, 31), **REASON)
        assert owed(story) == ("body", date(2026, 2, 10))


class TestRedirect:
    def test_the_new_body_has_its_own_receipt_and_the_whole_wait_stays_visible(self, story: Story) -> None:
        cast = story.accepted().cast
        story.on(almaty(2026, 2, 4, 18, 31)).move("redirect", cast.signatory, body="ecology", reason="Theirs.")
        first, second = story.issue.responsibilities.all()
        assert (first.body, first.ended_at, first.ended_by) == (cast.ministry, story.now, "redirect")
        assert (second.body, second.hop, second.registered_on) == (cast.rival.organisation, 1, date(2026, 2, 5))
        assert first.received_at < second.received_at
        assert owed(story) == ("body", date(2026, 2, 26))
        assert (story.issue.status, story.issue.raised_at) == ("raised", first.received_at)
        open_duties = {duty.kind: duty for duty in story.issue.duties.all() if duty.is_open}
        assert {kind: duty.due_on.day for kind, duty in open_duties.items()} == {
            "accept": 10,
            "redirect": 10,
            "answer": 26,
        }
        assert {duty.responsibility_id for duty in open_duties.values()} == {second.pk}

    def test_the_old_body_has_no_say_any_more_and_the_new_one_has(self, story: Story) -> None:
        cast = story.accepted().cast
        story.move("clarify_request", cast.officer, question="Which?").move(
            "redirect", cast.signatory, body="ecology", reason="Theirs."
        )
        refused(story, Forbidden, "extend", cast.signatory, until=date(2026, 3, 2), **REASON)
        story.move("clarify_request", cast.rival_officer, question="One question per responsibility.")
        assert story.issue.status == Status.CLARIFICATION

    def test_asks_that_are_all_named_are_the_whole_issue(self, story: Story) -> None:
        cast = story.raised(["Pay.", "Explain."]).cast
        story.move("redirect", cast.signatory, body="ecology", reason="All of it.", asks=["1", 2])
        assert story.issue.body_addressed == cast.rival.organisation

    @pytest.mark.parametrize(
        "body", ["labour", "no-such-body", "qamqor", "council-labour", "ended", None, 7, {"slug": "ecology"}]
    )
    def test_only_another_body_that_exists_today(self, story: Story, body: object) -> None:
        organisation("ended", "state_body", valid_to=date(2026, 2, 1))
        story.raised()
        assert "body" in refused(story, Invalid, "redirect", story.cast.signatory, body=body, reason="Theirs.").errors


class TestWhatIsOwedNext:
    def test_from_answer_to_answer(self, story: Story) -> None:
        cast = story.raised(["Ask 1", "Ask 2"]).cast
        assert owed(story) == ("body", date(2026, 2, 23))
        rows = [answer_row(1, "supported", date(2026, 3, 20)), answer_row(2, "partly", date(2026, 2, 27))]
        story.move("answer", cast.signatory, asks=rows)
        assert owed(story) == ("body", date(2026, 2, 27))  # the earliest commitment
        first, second = story.issue.commitments.order_by("ask__n")
        story.move(
            "commitment_reschedule", cast.signatory, commitment=second.pk, due=date(2026, 4, 30), reason="Tender."
        )
        assert owed(story) == ("body", date(2026, 3, 20))
        story.on(almaty(2026, 2, 9)).move("commitment_progress", cast.officer, commitment=first.pk, progress="complete")
        assert owed(story) == ("body", date(2026, 4, 30))
        story.on(almaty(2026, 2, 10)).move("commitment_drop", cast.signatory, commitment=second.pk, reason="No money.")
        assert owed(story) == ("body", date(2026, 2, 24))  # none open: ten working days after the last
        story.move("dispute", cast.manager, asks=[2], reason="Dropped.")
        assert owed(story) == ("council", date(2026, 3, 11))  # 20 working days; Monday 9 March is off
        story.on(almaty(2026, 2, 12)).move("retract", cast.manager, reason="We talk.")
        assert owed(story) == ("body", date(2026, 2, 24))  # its term ran on
        story.move("report_done", cast.signatory, evidence=[{"n": n, "text": "Paid."} for n in (1, 2)])
        assert owed(story) == ("ngo", date(2026, 2, 26))
        story.on(almaty(2026, 2, 20)).move("confirm", cast.manager, asks=[1])
        assert owed(story) == ("ngo", date(2026, 2, 26))  # a confirmation never restarts a term
        story.on(almaty(2026, 2, 27)).move("confirm_lapse", None)
        assert owed(story) == ("", None)

    def test_a_conclusions_date_comes_before_commitments_and_then_counts_as_the_last(self, story: Story) -> None:
        cast = story.disputed().voted(done=False).cast  # on Monday 16 February
        story.move("conclude_not_done", cast.chair, text="Not paid.", until=date(2026, 2, 25))
        assert owed(story) == ("body", date(2026, 2, 25))
        story.move(
            "commitment_add", cast.signatory, n=1, text="Pay", unit="Unit", due=date(2026, 2, 20), shows="Register"
        )
        assert owed(story) == ("body", date(2026, 2, 20))
        story.move("commitment_drop", cast.signatory, commitment=story.issue.commitments.latest("pk").pk, reason="No.")
        assert owed(story) == ("body", date(2026, 2, 25))

    def test_what_a_conclusion_found_wanting_and_the_ngo_then_confirmed_is_owed_no_more(self, story: Story) -> None:
        cast = story.reported("supported", "supported").later(days=1).cast
        story.move("dispute", cast.manager, asks=[1], reason="Nothing.").voted(done=False)
        story.move("conclude_not_done", cast.chair, text="Not paid.", until=date(2026, 2, 20))
        story.later(days=1).move("confirm", cast.manager, asks=[1])
        assert story.issue.duties.get(kind="conclusion").met_at == story.now
        # Ask 2 was reported on 15 February; the conclusion's date is the last that counts: ten working days after the 20th.
        assert owed(story) == ("body", date(2026, 3, 6))

    def test_a_later_calendar_does_not_move_a_published_report_date(
        self, story: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cast = story.answered("supported", "supported").on(almaty(2026, 2, 9)).cast
        for commitment in story.issue.commitments.all():
            story.move("commitment_progress", cast.officer, commitment=commitment.pk, progress="complete")
        assert owed(story) == ("body", date(2026, 2, 23))

        def another(last_on: date, calendar: clock.Calendar) -> clock.DueDate:
            return clock.due(clock.UNREPORTED, last_on + timedelta(7), calendar)

        monkeypatch.setattr(clock, "after_last", another)
        story.later(days=1).move("confirm", cast.manager, asks=[1])
        assert owed(story) == ("body", date(2026, 2, 23))


class TestWhatTheWorkerEnters:
    @pytest.mark.parametrize(
        ("steps", "last_moment", "move", "leads_to"),
        [
            ("accepted", almaty(2026, 2, 23, 23, 59), "answer_due", "under_consideration"),
            ("asked", almaty(2026, 2, 16, 23, 59), "clarify_lapse", "under_consideration"),
            ("reported", almaty(2026, 2, 27, 23, 59), "confirm_lapse", "unconfirmed"),
            ("disputed", almaty(2026, 3, 17, 23, 59), "council_lapse", "disputed"),
        ],
    )
    def test_each_on_its_day_and_once(
        self, story: Story, steps: str, last_moment: datetime, move: str, leads_to: str
    ) -> None:
        if steps == "asked":
            story.accepted().move("clarify_request", story.cast.officer, question="Which?")
        else:
            getattr(story, steps)()
        assert enter_what_is_due(last_moment + timedelta(seconds=59)) == 0
        assert enter_what_is_due(last_moment + timedelta(minutes=1)) == 1
        assert enter_what_is_due(last_moment + timedelta(minutes=1)) == 0
        event = story.issue.events.latest("seq")
        assert (event.move, event.to_status, event.actor, event.organisation) == (move, leads_to, None, None)
        assert broken_chains([story.issue]) == {}

    def test_what_a_date_opens_is_open_before_the_worker_came(self, story: Story) -> None:
        story.accepted().on(almaty(2026, 2, 24)).move("dispute", story.cast.manager, asks=[1], reason="No answer.")
        assert story.issue.status == Status.DISPUTED
        assert [event.move for event in story.issue.events.all()] == ["submit", "accept", "dispute"]

    def test_an_extension_moves_the_day(self, story: Story) -> None:
        story.accepted().move("extend", story.cast.signatory, until=date(2026, 3, 31), **REASON)
        assert enter_what_is_due(almaty(2026, 3, 31, 23, 59)) == 0
        assert enter_what_is_due(almaty(2026, 4, 1)) == 1
        assert story.issue.responsibilities.get().due_on == date(2026, 3, 31)

    def test_an_answer_in_the_last_minute_leaves_nothing_to_enter(self, story: Story) -> None:
        story.accepted().on(almaty(2026, 2, 23, 23, 59))
        story.move("answer", story.cast.signatory, asks=[answer_row(1, "refused", date(2026, 3, 1))])
        assert enter_what_is_due(almaty(2026, 2, 24)) == 0

    def test_a_round_takes_many_issues_and_one_that_fails_does_not_stop_the_rest(
        self, story: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(3):
            story.raised()
        bad = story.pk

        def lapse(issue: Issue, *rest: Any, **more: Any) -> None:
            if issue.pk == bad:
                raise RuntimeError("a fault of ours")
            whole(issue, *rest, **more)

        whole = duties.lapse
        monkeypatch.setattr(duties, "lapse", lapse)
        monkeypatch.setattr(lapses.log, "exception", lambda *words: None)
        assert enter_what_is_due(almaty(2026, 2, 24)) == 2
        monkeypatch.setattr(duties, "lapse", whole)
        assert enter_what_is_due(almaty(2026, 2, 24)) == 1
