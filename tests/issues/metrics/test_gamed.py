"""Each row of the gaming table of domain.md section 4, tried through the actions: our number stays, or falls; a naive one rises.

Both are read twice at one later moment: with what was there before the attack, and after it. The last row (friendly NGOs)
waits for the register: until it says whom a body funds, only the share of the busiest stands there.
"""

from datetime import date
from fractions import Fraction

from backend.organisations.actions import set_standing
from backend.organisations.models import Standing
from dialogue.actions import post_message
from issues.metrics.asked import MetricFilters
from issues.metrics.definitions import HEADLINES
from issues.metrics.intervals import counts_only
from issues.metrics.rows import TABLES, rows
from issues.metrics.tables import by_body
from issues.models import Commitment, Issue
from tests.factories.people import Cast
from tests.factories.stories import Story, almaty, answer_row
from tests.issues.metrics import naive
from tests.issues.metrics.asking import beside, figure, pair

LATER = almaty(2027, 6, 1)
"""Everything raised on Monday 2 February 2026 is more than 365 days old."""
PAST_DUE = almaty(2026, 2, 24, 0, 0)
"""The first moment after its due day."""
FAR = date(2026, 3, 2)


def answered_on(story: Story, day: int, verdict: str = "refused", month: int = 2) -> Story:
    """Raised on 2 February with one ask, answered on that day."""
    return story.on(almaty(2026, month, day)).move(
        "answer", story.cast.signatory, asks=[answer_row(1, verdict, date(2026, 6, 1))]
    )


def not_done(story: Story, until: date) -> Story:
    story.move("dispute", story.cast.manager, asks=[1], reason="It is not so.").voted(done=False)
    return story.move("conclude_not_done", story.cast.chair, text="It is not so.", until=until)


def test_close_before_doing(story: Story) -> None:
    """The body reports done, and silence closes the issue: nothing is confirmed by that."""
    story.answered("supported")
    assert pair("confirmed_done", LATER) == naive.closed_is_done() == naive.reported_is_resolved() == (0, 1)
    story.later(days=1).move("report_done", story.cast.signatory, evidence=[{"n": 1, "text": "All paid."}])
    story.on(almaty(2026, 3, 10)).move("confirm_lapse", None)
    assert story.issue.status == "unconfirmed"
    assert pair("confirmed_done", LATER) == (0, 1)
    assert pair("unconfirmed_share", LATER) == (1, 1), "it is said instead"
    assert (naive.closed_is_done(), naive.reported_is_resolved()) == ((1, 1), (1, 1))


def test_accept_the_trivial_ask_and_refuse_nine(story: Story) -> None:
    story.accepted([f"Ask {n}" for n in range(1, 11)]).later(days=1)
    rows_given = [answer_row(n, "supported" if n == 1 else "refused", FAR) for n in range(1, 11)]
    story.move("answer", story.cast.signatory, asks=rows_given)
    assert (pair("confirmed_done", LATER), naive.resolved_issues()) == ((0, 10), (0, 1))
    story.later(days=1).move("report_done", story.cast.signatory, evidence=[{"n": 1, "text": "Done."}])
    story.move("confirm", story.cast.manager, asks=[1])
    assert naive.resolved_issues() == (1, 1)
    assert pair("confirmed_done", LATER) == (1, 10)
    assert pair("refused_share", LATER) == (9, 10)


def test_never_answer(story: Story) -> None:
    """As an answer that is late: at once, though nobody has entered that the date passed."""
    cast = answered_on(story.raised(), 5).cast
    other = Story(cast).raised()
    assert [event.move for event in other.issue.events.all()] == ["submit"]
    assert pair("answered_on_time", PAST_DUE) == (1, 2)
    assert naive.late_once_entered() == (1, 1), "never answered, never late"
    answered_on(other, 24)
    assert pair("answered_on_time", PAST_DUE) == (1, 2)
    assert naive.late_once_entered() == (1, 2), "honesty would cost a half"


def test_promise_far_and_move_the_date(story: Story) -> None:
    story.answered("supported", due=FAR)
    assert (pair("commitments_kept", LATER), naive.kept_by_newest_date()) == ((0, 1), (0, 1))
    made = Commitment.objects.get()
    moved = {"commitment": made.pk, "due": date(2026, 6, 1), "reason": "Not yet."}
    story.move("commitment_reschedule", story.cast.signatory, **moved)
    story.on(almaty(2026, 5, 20)).move(
        "commitment_progress", story.cast.officer, commitment=made.pk, progress="complete"
    )
    assert naive.kept_by_newest_date() == (1, 1)
    assert (pair("commitments_kept", LATER), beside("commitments_kept", LATER)) == ((0, 1), {"late": 1})


def test_call_it_kept(story: Story) -> None:
    story.reported().later(days=1)
    assert (pair("commitments_kept", LATER), naive.kept_by_the_bodys_word()) == ((1, 1), (1, 1))
    not_done(story, date(2026, 2, 23))
    assert naive.kept_by_the_bodys_word() == (1, 1), "its word stands"
    assert (pair("commitments_kept", LATER), beside("commitments_kept", LATER)) == ((0, 1), {"broken": 1})
    story.later(days=1).move("report_done", story.cast.signatory, evidence=[{"n": 1, "text": "Really."}])
    story.move("confirm", story.cast.manager)
    assert pair("commitments_kept", LATER) == (0, 1), "no second report turns it back"


def test_a_quick_holding_reply(story: Story) -> None:
    cast = story.raised().cast
    assert (pair("answered_on_time", PAST_DUE), naive.any_sign_of_life()) == ((0, 1), (0, 1))
    post_message(issue=Issue(pk=story.pk), body="Sent for consideration.", at=story.now, **cast.signatory.acts)
    assert naive.any_sign_of_life() == (1, 1)
    story.move("accept", cast.officer, unit="Unit", person=cast.officer.user)
    story.move("clarify_request", cast.officer, question="Which grants?")
    assert pair("answered_on_time", PAST_DUE) == (0, 1)
    waiting = figure("time_to_first_answer", PAST_DUE)
    assert (waiting.numerator, waiting.value, waiting.beside["open"]) == (0, None, 1)


def test_one_fast_case_tops_no_table(cast: Cast) -> None:
    """A body with one fast answer and one with eleven of twelve: no rate of the one, no order by rates."""
    for n in range(12):
        story = Story(cast)
        story.raised(by=cast.manager if n % 2 else cast.other_manager)
        answered_on(story, 5 if n else 24)
    fast = Story(cast).raised(body_addressed=cast.rival.organisation).later(days=1)
    fast.move("answer", cast.rival, asks=[answer_row(1, "refused", FAR)])
    table = by_body(MetricFilters(), LATER)
    by_rate = sorted(table, key=lambda row: row.rate.numerator / row.rate.n, reverse=True)
    assert by_rate[0].thing == cast.rival.organisation, "sorted by the bare rate, it would be the first"
    assert [row.thing for row in table] == sorted((row.thing for row in table), key=str)
    assert {row.thing.pk: (row.rate.numerator, row.rate.n, row.rate.counts_only) for row in table} == {
        cast.rival.organisation.pk: (1, 1, True), cast.ministry.pk: (11, 12, False),
    }  # fmt: skip
    one, many = (figure("answered_on_time", LATER, f"body={slug}").interval for slug in ("ecology", "labour"))
    assert one is not None
    assert many is not None
    assert one.lower < many.lower, "how sure one may be is said beside it"
    assert counts_only(figure("time_to_first_answer", LATER, "body=ecology").n)


def test_only_what_is_closed_is_averaged(story: Story) -> None:
    """Easy ones answered in three days; whether the hard ones are answered late or never, they are in the estimate."""
    cast = answered_on(story.raised(), 5).cast
    hard = [Story(cast).raised() for _ in range(2)]
    never = figure("time_to_first_answer", almaty(2026, 3, 20)).value
    assert (naive.mean_of_the_answered(), never) == (Fraction(3), None), "the median is not reached"
    for other in hard:
        answered_on(other, 2, month=3)
    assert (naive.mean_of_the_answered(), figure("time_to_first_answer", almaty(2026, 3, 20)).value) == (
        Fraction(3 + 20 + 20, 3), 20,
    )  # fmt: skip


def test_a_question_to_the_ngo_pauses_nothing(story: Story) -> None:
    cast = story.accepted().cast
    other = answered_on(Story(cast).accepted(), 25)
    assert (pair("answered_on_time", LATER), naive.paused_while_the_ngo_was_asked()) == ((0, 2), (0, 2))
    story.move("clarify_request", cast.officer, question="Which grants?").later(days=4)
    answered_on(story.move("clarify", cast.representative, text="Those of January."), 25)
    assert naive.paused_while_the_ngo_was_asked() == (1, 2)
    assert pair("answered_on_time", LATER) == (0, 2)
    waits = [each.issue.responsibilities.get().wait_days for each in (story, other)]
    assert waits == [17, 17]
    assert figure("time_to_first_answer", LATER).value == 17


def test_reopening_resets_nothing(story: Story) -> None:
    """Answered late, found wanting, answered anew in time for the conclusion's date."""
    answered_on(story.raised(), 2, month=3)
    before = pair("answered_on_time", LATER), figure("time_to_first_answer", LATER).value
    assert (before, naive.by_the_newest_duty()) == (((0, 1), 20), (0, 1))
    not_done(story, date(2026, 3, 12))
    answered_on(story, 4, "supported", month=3)
    assert naive.by_the_newest_duty() == (1, 1)
    assert (pair("answered_on_time", LATER), figure("time_to_first_answer", LATER).value) == before


def test_redirect_ping_pong(story: Story) -> None:
    """The days of an ask run from its first receipt wherever it went; each hop is counted to who sent it."""
    cast = story.raised().later(days=3).cast
    story.move("redirect", cast.signatory, body="ecology", reason="Theirs.").later(days=1)
    story.move("redirect", cast.rival, body="labour", reason="No, theirs.")
    story.later(days=1).move("redirect_agree", cast.moderator, reason="It is.").later(days=1)
    story.move("answer", cast.signatory, asks=[answer_row(1, "supported", date(2026, 6, 1))])
    assert (pair("confirmed_done", LATER), naive.confirmed_since_the_newest_receipt(365)) == ((0, 1), (0, 1))
    story.move("report_done", cast.signatory, evidence=[{"n": 1, "text": "Paid."}])
    story.on(almaty(2026, 2, 20)).move("dispute", cast.manager, asks=[1], reason="Not yet.")
    story.on(almaty(2027, 2, 4)).move("retract", cast.manager, reason="Now it is.")
    story.move("confirm", cast.manager)
    assert naive.confirmed_since_the_newest_receipt(365) == (1, 1)
    assert pair("confirmed_done", LATER) == (0, 1), "on the 367th day"
    assert pair("redirected_share", LATER) == (2, 3)
    assert pair("redirected_share", LATER, "body=labour") == (1, 2)
    assert pair("redirected_share", LATER, "body=ecology") == (1, 1), "to the body that sent it on"


def test_refuse_on_day_1(story: Story) -> None:
    story.raised()
    assert (pair("confirmed_done", LATER), naive.closed_is_done()) == ((0, 1), (0, 1))
    answered_on(story, 3)
    assert naive.closed_is_done() == (1, 1)
    assert naive.mean_of_the_answered() == 1
    assert pair("confirmed_done", LATER) == (0, 1)
    assert pair("refused_share", LATER) == (1, 1), "the verdict stands beside the speed"


def test_press_the_ngo_to_withdraw(story: Story) -> None:
    """An issue that is late, and one whose ask was confirmed."""
    cast = story.reported().move("confirm", story.cast.manager).cast
    pressed = Story(cast).raised()
    late = (1, 2)
    assert (pair("confirmed_done", LATER), pair("answered_on_time", LATER)) == ((1, 2), late)
    assert naive.without_the_withdrawn() == (1, 2)
    pressed.on(PAST_DUE).move("withdraw", cast.manager, reason="They asked us to.")
    assert naive.without_the_withdrawn() == (1, 1)
    assert (pair("confirmed_done", LATER), pair("answered_on_time", LATER)) == ((1, 2), late)


def test_suspend_the_ngo(story: Story) -> None:
    cast = answered_on(story.raised(), 5, "supported").cast
    Story(cast).raised()
    assert (pair("answered_on_time", LATER), naive.late_unanswered(naive.of_verified_ngos(), LATER)) == ((1, 2), 1)
    set_standing(organisation=cast.ngo, standing=Standing.SUSPENDED, reason="No report.", at=story.now)
    assert naive.late_unanswered(naive.of_verified_ngos(), LATER) == 0
    assert pair("answered_on_time", LATER) == (1, 2)
    story.later(days=1).move("report_done", cast.signatory, evidence=[{"n": 1, "text": "Paid."}])
    story.move("confirm", cast.manager)
    assert pair("confirmed_done", LATER) == (1, 2), "and what it confirms counts as before"


def test_choose_periods(story: Story) -> None:
    """By the day something was settled one can find a period with the good ones alone; cohorts by receipt only part the whole."""
    cast = story.reported().move("confirm", story.cast.manager).cast
    answered_on(Story(cast).raised(), 2, month=3)
    assert naive.settled_in(date(2026, 2, 1), date(2026, 3, 31)) == (1, 2)
    assert naive.settled_in(date(2026, 2, 1), date(2026, 2, 28)) == (1, 1), "the better period"
    for key in ("confirmed_done", "answered_on_time"):
        whole = pair(key, LATER)
        assert pair(key, LATER, "from=2026-02-01&to=2026-02-28") == whole == (1, 2)
        assert pair(key, LATER, "from=2026-03-01&to=2026-03-31") == (0, 0)
    assert all(metric.version and str(metric.definition) for metric in HEADLINES)
    assert len(list(rows(TABLES["asks"]))) == 2


def test_merge_to_shrink(story: Story) -> None:
    """No ask without a match is lost, and what was late when it was merged stays late."""
    cast = story.raised(["Pay the grants.", "Publish the list.", "Explain the delay."]).cast
    kept = story.older_issue()
    assert (pair("confirmed_done", LATER), pair("answered_on_time", LATER)) == ((0, 4), (0, 2))
    assert naive.without_duplicates() == 2
    story.on(PAST_DUE).move("merge", cast.moderator, into=kept.issue.number)
    assert naive.without_duplicates() == 1
    assert pair("answered_on_time", LATER) == (0, 2)
    assert pair("confirmed_done", LATER) == (0, 3), "that which is word for word the older one's is that one"
    kept.on(PAST_DUE).move("out_of_scope", cast.moderator, code="court")
    assert pair("confirmed_done", LATER) == (0, 3)


def test_easy_asks_of_one_friend_are_seen_as_one_ngos(cast: Cast) -> None:
    for _ in range(3):
        Story(cast).reported().move("confirm", cast.manager)
    Story(cast).raised(by=cast.other_manager)
    assert pair("confirmed_done", LATER) == (3, 4)
    assert pair("new_ngos", LATER) == (2, 2)
    assert pair("five_busiest", LATER) == (4, 4), "two NGOs are among the five"
