"""Each way of making the numbers look better than the work, tried through the actions; and what the rule leaves of it.

The rows of the table that ends section 4 of domain.md which the moves decide; rulings, withdrawals and suspensions are in
`test_gaming_rulings.py`.
"""

from collections import Counter
from datetime import date

from backend.core.errors import Conflict, Forbidden, Invalid
from dialogue.actions import post_message
from issues.actions.lapses import enter_what_is_due
from issues.clock import end_of_day
from issues.models import AskAnswer, Commitment, Issue, Outcome, Responsibility
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty, answer_row

DUE = end_of_day(date(2026, 2, 23))
"""Raised on Monday 2 February: day 15."""
LATE = almaty(2026, 2, 24, 0, 0)
DONE_ALREADY = {"n": 1, "verdict": "supported", "ground": "already_done", "text": "It is paid.", "evidence": "See."}


def disagreed(story: Story, *asks: int) -> Story:
    """Disputed, voted and concluded not done, due a week later."""
    story.move("dispute", story.cast.manager, asks=list(asks), reason="We disagree.").voted(done=False)
    until = date.fromordinal(story.now.toordinal() + 7)
    return story.move("conclude_not_done", story.cast.chair, text="It is not so.", until=until)


def first_clock(story: Story) -> tuple[date, str, int | None]:
    """What metrics read of a responsibility: its original due date, the day it was first answered, the wait."""
    tenure = story.issue.responsibilities.first()
    assert tenure
    answered = f"{tenure.answered_at:%d.%m}" if tenure.answered_at else ""
    return tenure.original_due_on, answered, tenure.wait_days


def test_close_before_doing(story: Story) -> None:
    """A body can only report done; what it reports is the NGO's to confirm, and nobody's silence confirms it."""
    cast = story.accepted().cast
    ways = {
        "withdraw": {"reason": "Solved."}, "discard": {}, "merge": {"into": story.issue.number},
        "out_of_scope": {"code": "court"}, "confirm": {"asks": [1]}, "conclude_done": {"text": "Done."}, "take_over": {},
        "confirm_lapse": {}, "withdraw_lapse": {},
    }  # fmt: skip
    for who in (cast.officer, cast.signatory, cast.coordinator):
        for move, fields in ways.items():
            refused(story, Forbidden, move, who, **fields)
    story.move("answer", cast.signatory, asks=[DONE_ALREADY])
    issue = story.issue
    assert (issue.status, issue.owed_by, issue.due_at) == ("reported_done", "ngo", end_of_day(date(2026, 2, 16)))
    refused(story, Forbidden, "confirm", cast.signatory, asks=[1])
    assert enter_what_is_due(almaty(2026, 2, 17)) == 1
    issue, ask = story.issue, story.issue.asks.get()
    assert (issue.status, issue.resolved_at, issue.basis) == ("unconfirmed", None, "")
    assert (ask.verdict, ask.confirmed_at, ask.concluded) == ("supported", None, "")


def test_accept_the_trivial_ask_and_refuse_nine(story: Story) -> None:
    """Asks are counted: each gets a verdict, each can be disputed, and one that is confirmed is one of ten."""
    numbers = list(range(1, 11))
    cast = story.accepted([f"Ask {n}" for n in numbers]).later(days=3).cast
    error = refused(story, Invalid, "answer", cast.signatory, asks=[DONE_ALREADY])
    assert error.errors.keys() == {f"asks.{n}.verdict" for n in numbers[1:]}
    rows = [DONE_ALREADY, *(answer_row(n, "refused", DUE.date()) for n in numbers[1:])]
    story.move("answer", cast.signatory, asks=rows)
    assert Counter(ask.verdict for ask in story.issue.asks.all()) == {"refused": 9, "supported": 1}
    story.move("dispute", cast.manager, asks=numbers[1:], reason="Nine were put aside.")
    story.move("confirm", cast.manager, asks=[1])
    assert (story.issue.status, story.issue.resolved_at) == ("disputed", None)
    story.voted(done=False).move("conclude_not_done", cast.chair, text="Answer them.", until=date(2026, 2, 13))
    issue = story.issue
    assert (issue.status, issue.owed_by, issue.due_at) == ("in_progress", "body", end_of_day(date(2026, 2, 13)))
    assert [ask.n for ask in issue.asks.all() if ask.confirmed_at] == [1]
    assert Counter(ask.verdict for ask in issue.asks.all()) == {"": 9, "supported": 1}
    assert AskAnswer.objects.filter(verdict="refused", set_aside_at=story.now).count() == 9
    refused(story, Conflict, "report_done", cast.signatory, evidence=[{"n": 1, "text": "All is done."}])


def test_never_answer(story: Story) -> None:
    """Late from the first moment after the date, whatever the body does then; disputing opens without it."""
    cast = story.raised().cast
    assert [story.issue.is_overdue(at) for at in (DUE, LATE)] == [False, True]
    story.on(LATE).move("accept", cast.officer, unit="Unit", person=cast.officer.user)
    story.move("clarify_request", cast.officer, question="Which grants?")
    story.move("redirect", cast.signatory, body="ecology", reason="Theirs.")
    refused(story, Conflict, "extend", cast.signatory, until=date(2026, 3, 31), reason="We ask the regions.")
    assert (story.issue.status, story.issue.due_at) == ("clarification", DUE)
    assert story.issue.is_overdue(LATE)
    assert enter_what_is_due(LATE) == 1
    assert story.issue.events.latest("seq").facts == {"due_on": "2026-02-23"}
    story.move("dispute", cast.manager, asks=[1], reason="No answer came.")
    assert (story.issue.status, story.issue.disputes.get().opening) == ("disputed", "no_answer")
    assert first_clock(story) == (date(2026, 2, 23), "", None)
    story.on(almaty(2026, 3, 2)).move("answer", cast.signatory, asks=[answer_row(1, "refused", DUE.date())])
    assert story.issue.disputes.get().outcome == Outcome.ANSWERED
    assert first_clock(story) == (date(2026, 2, 23), "02.03", 20)


def test_promise_far_and_vaguely(story: Story) -> None:
    """Within twelve months, with what will show it; kept is against the first date however often it moves."""
    cast = story.accepted().on(almaty(2026, 2, 5)).cast
    row = answer_row(1, "supported", date(2027, 2, 5))
    promise = row["commitments"][0]
    for name, vague in (
        ("due", date(2027, 2, 6)),
        ("due", None),
        ("due", "soon"),
        ("shows", " "),
        ("unit", ""),
        ("text", ""),
    ):
        error = refused(
            story, Invalid, "answer", cast.signatory, asks=[row | {"commitments": [promise | {name: vague}]}]
        )
        assert error.errors.keys() == {f"asks.1.commitments.1.{name}"}
    refused(story, Invalid, "answer", cast.signatory, asks=[row | {"commitments": []}])
    promise["due"] = date(2026, 3, 2)
    story.move("answer", cast.signatory, asks=[row])
    pk = Commitment.objects.get().pk
    for due in (date(2026, 6, 1), date(2027, 2, 5)):
        story.move("commitment_reschedule", cast.signatory, commitment=pk, due=due, reason="Not yet.")
    refused(
        story, Invalid, "commitment_reschedule", cast.signatory, commitment=pk, due=date(2027, 2, 6), reason="Later."
    )
    story.on(almaty(2027, 2, 4)).move("commitment_progress", cast.officer, commitment=pk, progress="complete")
    made = Commitment.objects.get()
    assert (made.first_due, made.due, made.moves) == (date(2026, 3, 2), date(2027, 2, 5), 2)
    assert (made.result(date(2027, 2, 4)), made.slippage()) == ("late", 339)
    assert [made in found for found in (Commitment.objects.kept(), Commitment.objects.broken(DUE.date()))] == [
        False
    ] * 2


def test_promise_that_is_moved_twice_may_be_disputed(story: Story) -> None:
    cast = story.answered("supported").cast
    pk = Commitment.objects.get().pk
    for n, due in enumerate((date(2026, 6, 1), date(2026, 9, 1))):
        story.move("commitment_reschedule", cast.signatory, commitment=pk, due=due, reason="Not yet.")
        if n == 0:
            refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="Again?")
    story.move("dispute", cast.manager, asks=[1], reason="Twice.")
    assert story.issue.disputes.get().opening == "moved"


def test_call_it_kept(story: Story) -> None:
    """Complete is the body's word: a dispute that ends not done turns it into broken, and no second report turns it back."""
    cast = story.reported().later(days=1).cast
    made = Commitment.objects.get()
    assert (made.first_due, made.completed_on) == (date(2026, 3, 7), date(2026, 2, 15))
    assert (made.result(story.now.date()), list(Commitment.objects.kept())) == ("kept", [made])
    disagreed(story, 1)
    refused(story, Conflict, "commitment_progress", cast.officer, commitment=made.pk, progress="complete")
    story.later(days=1).move("report_done", cast.signatory, evidence=[{"n": 1, "text": "It is really paid."}])
    story.move("confirm", cast.manager)
    made.refresh_from_db()
    assert story.issue.status == "resolved"
    assert (made.result(date(2026, 3, 7)), made.broken_at) == ("broken", almaty(2026, 2, 16))
    assert (list(Commitment.objects.kept()), list(Commitment.objects.broken(date(2026, 3, 7)))) == ([], [made])


def test_a_quick_holding_reply(story: Story) -> None:
    """A message, taking it up, a question, "sent for consideration": none is an answer, and none stops the clock."""
    cast = story.raised(["Pay.", "Explain."]).cast
    post_message(
        issue=Issue(pk=story.pk), body="Your appeal was sent for consideration.", at=story.now, **cast.signatory.acts
    )
    story.move("accept", cast.officer, unit="Unit", person=cast.officer.user)
    story.move("clarify_request", cast.officer, question="Could you wait?")
    holding = {"ground": "other", "text": "Sent for consideration."}
    for verdict in ("", "received", "not_stated", None):
        rows = [holding | {"n": n, "verdict": verdict} for n in (1, 2)]
        error = refused(story, Invalid, "answer", cast.signatory, asks=rows)
        assert error.errors.keys() == {"asks.1.verdict", "asks.2.verdict"}
    refused(story, Forbidden, "answer", cast.officer, asks=[answer_row(n, "refused", DUE.date()) for n in (1, 2)])
    issue = story.issue
    assert (issue.status, issue.answered_at, issue.due_at, issue.seq) == ("clarification", None, DUE, 1)
    assert first_clock(story) == (date(2026, 2, 23), "", None)
    assert issue.answers.count() == 0
    assert enter_what_is_due(LATE) == 2, "the question lapsed, and no answer came in time"


def test_pausing(story: Story) -> None:
    """A question, a withdrawal taken up by nobody yet, a dispute taken back: the clock runs through all of them."""
    cast = story.accepted().cosigned().cast
    story.move("clarify_request", cast.officer, question="Which grants?").move(
        "withdraw", cast.manager, reason="We tire."
    )
    story.later(days=4).move("clarify", cast.representative, text="Those of January.")
    refused(story, Conflict, "clarify_request", cast.officer, question="And of February?")
    story.move("take_over", cast.other_manager)
    assert (story.issue.due_at, first_clock(story)) == (DUE, (date(2026, 2, 23), "", None))
    story.move("extend", cast.signatory, until=date(2026, 4, 2), reason="We ask the regions.")
    refused(story, Conflict, "extend", cast.signatory, until=date(2026, 4, 3), reason="And again.")
    tenure = story.issue.responsibilities.get()
    assert (tenure.original_due_on, tenure.due_on) == (date(2026, 2, 23), date(2026, 4, 2))


def test_reopening_resets_nothing(story: Story) -> None:
    """Concluded not done and answered anew: the first answer's day and wait stay, so does the day the ask was received."""
    cast = story.answered("refused").cast
    first = date(2026, 2, 23), "05.02", 3
    assert first_clock(story) == first
    disagreed(story, 1)
    issue = story.issue
    assert (issue.status, issue.owed_by, issue.due_at) == ("under_consideration", "body", end_of_day(date(2026, 2, 12)))
    refused(story, Conflict, "extend", cast.signatory, until=date(2026, 4, 2), reason="More time.")
    story.on(almaty(2026, 2, 12)).move("answer", cast.signatory, asks=[answer_row(1, "supported", date(2026, 3, 2))])
    assert first_clock(story) == first
    assert [answer.wait_days for answer in story.issue.answers.all()] == [3, 8]
    assert (story.issue.answered_at, story.issue.asks.get().first_received_at) == (
        almaty(2026, 2, 5),
        almaty(2026, 2, 2),
    )
    ruled = Story(cast, almaty(2026, 2, 3)).raised().move("out_of_scope", cast.moderator, code="court")
    ruled.later(days=1).move("appeal", cast.manager, reason="No court looks at it.")
    ruled.later(days=1).move("restore", cast.other_moderator, reason="They are right.")
    tenures = list(ruled.issue.responsibilities.values_list("original_due_on", "ended_by"))
    assert tenures == [(date(2026, 2, 24), "out_of_scope"), (date(2026, 2, 26), "")], "a new unit; the first one stays"
    assert ruled.issue.asks.get().first_received_at == almaty(2026, 2, 3)


def test_redirect_ping_pong(story: Story) -> None:
    """One free bounce, then neither body decides; each hop is counted to the body that sent it."""
    cast = story.raised().later(days=1).cast
    story.move("redirect", cast.signatory, body="ecology", reason="Theirs.")
    new_due = end_of_day(date(2026, 2, 24))
    assert (story.issue.status, story.issue.due_at) == ("raised", new_due)
    story.later(hours=1).move("redirect", cast.rival, body="labour", reason="No, theirs.")
    refused(story, Conflict, "redirect", cast.rival, body="justice", reason="Or theirs.")
    for who in (cast.rival, cast.signatory):
        for reply in ("redirect_agree", "redirect_decline"):
            refused(story, Conflict if who is cast.signatory else Forbidden, reply, who, reason="We say so.")
    assert (story.issue.body_addressed, story.issue.due_at) == (cast.rival.organisation, new_due)
    story.later(hours=1).move("redirect_agree", cast.moderator, reason="Grants are theirs.")
    sent = Responsibility.objects.exclude(ended_at=None).values_list("body__slug", "hop", "ended_by")
    assert list(sent) == [("labour", 0, "redirect"), ("ecology", 1, "redirect_agree")]
    last = story.issue.responsibilities.get(ended_at=None)
    assert (last.body, last.hop, last.original_due_on) == (cast.ministry, 2, date(2026, 2, 24))
    facts = [
        event.facts["from"]
        for event in story.issue.events.filter(move__in=["redirect", "redirect_agree"])
        if "from" in event.facts
    ]
    assert facts == ["labour", "ecology"]
    assert story.issue.asks.get().first_received_at == almaty(2026, 2, 2)
    refused(story, Conflict, "redirect_agree", cast.moderator, reason="Again.")


def test_refuse_on_day_1(story: Story) -> None:
    """The verdict stands beside the speed, in the record; it is disputable, and once more if it is repeated."""
    cast = story.raised().on(almaty(2026, 2, 3, 9, 0)).cast
    story.move("answer", cast.signatory, asks=[answer_row(1, "refused", DUE.date())])
    event = story.issue.events.latest("seq")
    assert event.facts == {
        "answer": 1, "wait_days": 1, "asks": [{"n": 1, "verdict": "refused", "ground": "law"}], "commitments": [],
    }  # fmt: skip
    assert {text.key: text.text for text in event.texts.all()} == {"ask.1": "Our reasons for ask 1."}
    assert (story.issue.status, story.issue.closed_at, story.issue.basis) == ("refused", story.now, "")
    refused(story, Forbidden, "dispute", cast.signatory, asks=[1], reason="Ours.")
    story.on(almaty(2026, 3, 5, 23, 59))
    disagreed(story, 1)
    assert (story.issue.status, story.issue.closed_at) == ("under_consideration", None)
    assert first_clock(story) == (date(2026, 2, 23), "03.02", 1)
    story.move("answer", cast.signatory, asks=[answer_row(1, "refused", DUE.date())])
    story.move("dispute", cast.manager, asks=[1], reason="The same again.")
    assert list(story.issue.disputes.values_list("opening", "opening_ref")) == [("refusal", "1"), ("refusal", "2")]
