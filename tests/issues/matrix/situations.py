"""Taking a story to each situation of `cells.txt`, through the actions where they lead there."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from backend.organisations.models import Organisation
from issues.actions import uncosign
from issues.lifecycle import Status
from issues.models import Issue
from tests.factories.stories import Story, almaty, answer_row

FAR = date(2026, 7, 1)
"""A commitment's date that no situation reaches."""

DUE_DAY = almaty(2026, 2, 23, 23, 59)
"""Raised on Monday 2 February: day 15 is Monday 23 February, to its end."""
LATE = almaty(2026, 2, 24, 0, 0)
EXTENDED_TO = date(2026, 3, 31)


def _accepted(story: Story) -> Story:
    return story.accepted()


def _asked(story: Story) -> Story:
    return story.accepted().move("clarify_request", story.cast.officer, question="Which grants?")


def _late_dispute(story: Story) -> Story:
    return story.accepted().on(LATE).move("dispute", story.cast.manager, asks=[1], reason="No answer.")


def _extended(story: Story) -> Story:
    return story.accepted().move("extend", story.cast.signatory, until=EXTENDED_TO, reason="We ask the regions.")


def _refused_and_supported(story: Story) -> Story:
    """Answered on 5 February: ask 1 supported, ask 2 refused."""
    return story.answered("supported", "refused", due=FAR)


def _refusal_disputed(story: Story) -> Story:
    return _refused_and_supported(story).move("dispute", story.cast.manager, asks=[2], reason="The law allows it.")


def _all_refused_disputed(story: Story) -> Story:
    return story.answered("refused").move("dispute", story.cast.manager, asks=[1], reason="The law allows it.")


def _not_done(story: Story) -> Story:
    """Concluded not done by the three votes, due a week later."""
    until = (story.now + timedelta(7)).date()
    return story.voted(done=False).move("conclude_not_done", story.cast.chair, text="Not done.", until=until)


def _promised(story: Story) -> Story:
    """A commitment due on Friday 13 February; ten working days later it is Friday the 27th."""
    return story.answered("supported", due=date(2026, 2, 13))


def _commitment_move(story: Story, move: str, **fields: Any) -> Story:
    return story.move(move, story.cast.signatory, commitment=story.issue.commitments.get().pk, **fields)


def _moved(story: Story, times: int) -> Story:
    story.answered("supported", due=FAR)
    for n in range(times):
        _commitment_move(story, "commitment_reschedule", due=FAR + timedelta(n + 1), reason="The tender was late.")
    return story


def _completed(story: Story) -> Story:
    """Complete on Monday 9 February; ten working days later it is Monday the 23rd."""
    return _commitment_move(
        story.answered("supported", due=FAR).on(almaty(2026, 2, 9)), "commitment_progress", progress="complete"
    )


def _two_reported_one_disputed(story: Story) -> Story:
    story.reported("supported", "supported").later(days=1)
    return story.move("dispute", story.cast.manager, asks=[1], reason="Nothing arrived.")


def _silent(story: Story) -> Story:
    """Disputed on Monday 16 February: 20 working days, with Monday 9 March off, end on 17 March."""
    return story.disputed().on(almaty(2026, 3, 18, 0, 0))


def _entered(story: Story) -> Story:
    return _silent(story).move("council_lapse", None)


def _two_voted(story: Story) -> Story:
    story.disputed()
    for member in story.cast.members:
        story.move("vote", member, opinions=[{"n": 1, "done": True}])
    return story


def _default_voted(story: Story) -> Story:
    _entered(story).voted(done=True)
    return story.move("vote", story.cast.default_chair, opinions=[{"n": 1, "done": False}])


def _unconfirmed(story: Story) -> Story:
    """Reported on Sunday 15 February: the NGO's ten working days end on Friday the 27th."""
    return story.reported().on(almaty(2026, 2, 28)).move("confirm_lapse", None)


def _nothing_left(story: Story) -> Story:
    _refusal_disputed(story).move("confirm", story.cast.manager, asks=[1])
    return story.move("retract", story.cast.manager, reason="We go to court.")


def _recorded(story: Story) -> Story:
    """The status of an imported issue, to which no move leads."""
    story.raised()
    Issue.objects.filter(pk=story.pk).update(status=Status.RECORDED, origin="legacy", due_at=None, owed_by="")
    return story


# Raised on Monday 2 February: from Friday the 6th a redirect is only proposed, and waits until Wednesday the 11th.
LATER = almaty(2026, 2, 6)
NO_REPLY = almaty(2026, 2, 12, 0, 0)


def _proposed(story: Story) -> Story:
    return story.on(LATER).move("redirect", story.cast.signatory, body="ecology", reason="It is theirs.")


def _redirected(story: Story) -> Story:
    return story.raised().move("redirect", story.cast.signatory, body="ecology", reason="It is theirs.")


def _further(story: Story) -> Story:
    return _redirected(story).move("redirect", story.cast.rival, body="labour", reason="No, theirs.")


def _ended(story: Story, successor: Organisation | None = None) -> Story:
    """The ministry's last day is today; the story goes on tomorrow."""
    Organisation.objects.filter(pk=story.cast.ministry.pk).update(valid_to=story.now.date(), successor=successor)
    return story.later(days=1)


def _succeeded(story: Story) -> Story:
    return _ended(story, story.cast.rival.organisation)


def _joint(story: Story) -> Story:
    """A measure of the NGO's beside the body's own."""
    return story.move(
        "commitment_add", story.cast.signatory, n=1, text="Tell the members", unit="Office", due=FAR, shows="The mail",
        owner=story.cast.ngo,
    )  # fmt: skip


def _taken(story: Story) -> Story:
    measure = story.issue.commitments.get(owner=story.cast.ngo)
    return story.move("commitment_take", story.cast.manager, commitment=measure.pk)


def _merged_onto(story: Story) -> Story:
    """The other NGO's newer issue was merged onto the only ask, before no answer came."""
    story.accepted()
    newer = Story(story.cast, story.now + timedelta(hours=1)).raised(by=story.cast.other_manager)
    newer.move("merge", story.cast.moderator, into=story.issue.number)
    return story.on(LATE)


def _duplicate(story: Story) -> Story:
    return story.accepted().merged()


def _kept_withdrawn(story: Story) -> Story:
    """The NGO whose issue was merged has a window to take the kept one over; it lets it pass."""
    kept = _duplicate(story).older_issue()
    kept.on(story.now).move("withdraw", story.cast.other_manager, reason="We cannot go on.")
    kept.on(NOBODY_TOOK_OVER).move("withdraw_lapse", None)
    return story.on(NOBODY_TOOK_OVER)


def _out_of_scope(story: Story) -> Story:
    return story.raised().move("out_of_scope", story.cast.moderator, code="court")


def _appealed(story: Story) -> Story:
    return story.move("appeal", story.cast.manager, reason="It is no private matter.")


def _reviewed(story: Story, move: str) -> Story:
    return _appealed(story).move(move, story.cast.other_moderator, reason="We looked again.")


def _answered_while_withdrawing(story: Story) -> Story:
    """All refused while the window was open: closed otherwise, the window has ended."""
    story.accepted().withdrawing()
    return story.move("answer", story.cast.signatory, asks=[answer_row(1, "refused", FAR)])


def _taken_over(story: Story) -> Story:
    return story.withdrawing().move("take_over", story.cast.other_manager)


def _support_taken_back(story: Story) -> Story:
    story.accepted().withdrawing()
    uncosign(issue=story.issue, at=story.now, **story.cast.other_manager.acts)
    return story


# Withdrawn on Monday 2 February: the fifth working day is Monday the 9th.
LAST_DAY_TO_TAKE_OVER = almaty(2026, 2, 9, 23, 59)
NOBODY_TOOK_OVER = almaty(2026, 2, 10, 0, 0)

SITUATIONS: Mapping[str, Callable[[Story], Story]] = {
    "draft": lambda story: story.draft(),
    "raised": lambda story: story.raised(),
    "raised, after day 3": lambda story: story.raised().on(almaty(2026, 2, 6, 0, 0)),
    "raised, answer late": lambda story: story.raised().on(LATE),
    "under_consideration": _accepted,
    "under_consideration, question asked before": lambda story: _asked(story).move(
        "clarify", story.cast.representative, text="Those of January."
    ),
    "under_consideration, extended": _extended,
    "under_consideration, answer due today": lambda story: _accepted(story).on(DUE_DAY),
    "under_consideration, answer late": lambda story: _accepted(story).on(LATE),
    "under_consideration, no answer entered": lambda story: _accepted(story).on(LATE).move("answer_due", None),
    "under_consideration, late by extension": lambda story: _extended(story).on(LATE),
    "under_consideration, dispute taken back": lambda story: _late_dispute(story).move(
        "retract", story.cast.manager, reason="They called."
    ),
    "under_consideration, refusal set aside": lambda story: _not_done(_all_refused_disputed(story)),
    "clarification": _asked,
    "clarification, silent": lambda story: _asked(story).on(almaty(2026, 2, 17, 0, 0)),
    "clarification, answer late": lambda story: _asked(story).on(LATE),
    "in_progress": lambda story: story.answered("supported", due=FAR),
    "in_progress, refused 30 days ago": lambda story: _refused_and_supported(story).on(almaty(2026, 3, 7, 23, 59)),
    "in_progress, refused 31 days ago": lambda story: _refused_and_supported(story).on(almaty(2026, 3, 8, 0, 0)),
    "in_progress, refusal disputed before": lambda story: _refusal_disputed(story).move(
        "retract", story.cast.manager, reason="We go to court."
    ),
    "in_progress, just cut": lambda story: story.answered("partly", due=FAR),
    "in_progress, commitment 10 working days late": lambda story: _promised(story).on(almaty(2026, 2, 27, 23, 59)),
    "in_progress, commitment later than that": lambda story: _promised(story).on(almaty(2026, 2, 28, 0, 0)),
    "in_progress, commitment moved once": lambda story: _moved(story, times=1),
    "in_progress, commitment moved twice": lambda story: _moved(story, times=2),
    "in_progress, commitment dropped": lambda story: _commitment_move(
        story.answered("supported", due=FAR), "commitment_drop", reason="No money."
    ),
    "in_progress, complete 10 working days ago": lambda story: _completed(story).on(almaty(2026, 2, 23, 23, 59)),
    "in_progress, complete earlier and not reported": lambda story: _completed(story).on(almaty(2026, 2, 24, 0, 0)),
    "in_progress, found not done": lambda story: _not_done(story.disputed()),
    "in_progress, refusal set aside": lambda story: _not_done(_refusal_disputed(story)),
    "in_progress, nothing left to do": _nothing_left,
    "reported_done": lambda story: story.reported(),
    "reported_done, day 10 over": lambda story: story.reported().on(almaty(2026, 2, 28, 0, 0)),
    "reported_done, dispute taken back": lambda story: story.disputed().move(
        "retract", story.cast.manager, reason="It came."
    ),
    "disputed": _two_reported_one_disputed,
    "disputed, for no answer": _late_dispute,
    "disputed, over a refusal": _refusal_disputed,
    "disputed, two of three voted": _two_voted,
    "disputed, voted done": lambda story: story.disputed().voted(done=True),
    "disputed, voted not done": lambda story: story.disputed().voted(done=False),
    "disputed, council silent": _silent,
    "disputed, council silent and entered": _entered,
    "disputed, default council voted done": _default_voted,
    "disputed, all refused, council silent": lambda story: _all_refused_disputed(story).on(almaty(2026, 3, 18)),
    "disputed, refusal upheld by the votes": lambda story: _all_refused_disputed(story).voted(done=True),
    "disputed, refusal not upheld by the votes": lambda story: _all_refused_disputed(story).voted(done=False),
    "resolved": lambda story: story.reported().move("confirm", story.cast.manager),
    "unconfirmed": _unconfirmed,
    "unconfirmed, 30 days ago": lambda story: _unconfirmed(story).on(almaty(2026, 3, 30, 23, 59)),
    "unconfirmed, 31 days ago": lambda story: _unconfirmed(story).on(almaty(2026, 3, 31, 0, 0)),
    "refused": lambda story: story.answered("refused"),
    "refused, 30 days ago": lambda story: story.answered("refused").on(almaty(2026, 3, 7, 23, 59)),
    "refused, 31 days ago": lambda story: story.answered("refused").on(almaty(2026, 3, 8, 0, 0)),
    "refused, upheld by the council": lambda story: _all_refused_disputed(story).voted(done=True).move(
        "conclude_done", story.cast.chair, text="The refusal stands."
    ),
    "withdrawn": lambda story: story.accepted().move("withdraw", story.cast.manager, reason="Solved otherwise."),
    "raised, withdrawal open": lambda story: story.raised().withdrawing(),
    "clarification, withdrawal open": lambda story: _asked(story).withdrawing(),
    "under_consideration, co-signed": lambda story: story.accepted().cosigned(),
    "under_consideration, withdrawal open": lambda story: story.accepted().withdrawing(),
    "under_consideration, last day to take over": lambda story: story.accepted().withdrawing().on(LAST_DAY_TO_TAKE_OVER),
    "under_consideration, nobody took over": lambda story: story.accepted().withdrawing().on(NOBODY_TOOK_OVER),
    "under_consideration, co-signature taken back": _support_taken_back,
    "under_consideration, taken over": lambda story: _taken_over(story.accepted()),
    "in_progress, withdrawal open": lambda story: story.answered("supported", due=FAR).withdrawing(),
    "reported_done, withdrawal open": lambda story: story.reported().withdrawing(),
    "reported_done, taken over": lambda story: _taken_over(story.reported()),
    "disputed, withdrawal open": lambda story: _two_reported_one_disputed(story).withdrawing(),
    "disputed, taken over": lambda story: _taken_over(_two_reported_one_disputed(story)),
    "refused, while a withdrawal was open": _answered_while_withdrawing,
    "raised, redirect proposed": lambda story: _proposed(story.raised()),
    "raised, redirect proposed and lapsed": lambda story: _proposed(story.raised()).on(NO_REPLY),
    "under_consideration, redirect declined": lambda story: _proposed(story.accepted()).move(
        "redirect_decline", story.cast.rival, reason="It is not."
    ),
    "raised, redirected": _redirected,
    "raised, further redirect proposed": _further,
    "under_consideration, some asks redirected": lambda story: story.accepted(["Pay.", "Explain."]).move(
        "redirect", story.cast.signatory, body="ecology", reason="It is theirs.", asks=[2]
    ),
    "under_consideration, body succeeded": lambda story: _succeeded(story.accepted().on(almaty(2026, 2, 5))),
    "in_progress, body succeeded": lambda story: _succeeded(story.answered("supported", due=FAR)),
    "under_consideration, body ended": lambda story: _ended(story.accepted()),
    "in_progress, body ended": lambda story: _ended(story.answered("supported", due=FAR)),
    "disputed, for no answer and body ended": lambda story: _ended(_late_dispute(story)),
    "in_progress, joint measure offered": lambda story: _joint(story.answered("supported", due=FAR)),
    "in_progress, joint measure taken": lambda story: _taken(_joint(story.answered("supported", due=FAR))),
    "disputed, joint measure offered": lambda story: _joint(_refusal_disputed(story)),
    "under_consideration, merged onto and late": _merged_onto,
    "disputed, by the NGO merged in": lambda story: _merged_onto(story).move(
        "dispute", story.cast.other_manager, asks=[1], reason="No answer."
    ),
    "duplicate": _duplicate,
    "duplicate, day 10 over": lambda story: _duplicate(story).on(almaty(2026, 2, 17, 0, 0)),
    "duplicate, appealed": lambda story: _appealed(_duplicate(story)),
    "duplicate, appeal dismissed": lambda story: _reviewed(_duplicate(story), "appeal_dismiss"),
    "duplicate, kept issue withdrawn": _kept_withdrawn,
    "out_of_scope": _out_of_scope,
    "out_of_scope, appealed": lambda story: _appealed(_out_of_scope(story)),
    "raised, restored": lambda story: _reviewed(_out_of_scope(story), "restore"),
    "recorded": _recorded,
}  # fmt: skip
