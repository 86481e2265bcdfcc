"""Lives in which an issue goes elsewhere: to another body, in part, into another issue, to a successor."""

from collections.abc import Callable

from dialogue.seed.steps import Life


def _answered(life: Life, *verdicts: str) -> None:
    life.accept(0, 2).later(2, 6).answer(*verdicts or ("supported",), promises=44)
    life.later(8, 40).report().later(0, 9).confirm()


def _redirect(life: Life, to: str, **fields: object) -> Life:
    return life.move("redirect", f"{life.body}.signatory1", body=to, reason=life.word("reason"), **fields)


def _arrived(life: Life, at: str) -> Life:
    life.body = at
    return life.received(life.day)


def redirected(life: Life) -> None:
    _redirect(life.submit(2).later(0, 3), "B")
    _answered(_arrived(life, "B"), "supported", "refused")


def proposal_agreed(life: Life) -> None:
    _redirect(life.submit(1).accept(0, 2).later(4, 6), "B").later(1, 3)
    life.move("redirect_agree", "B.signatory1", reason=life.word("reason"))
    _answered(_arrived(life, "B"))


def proposal_declined(life: Life) -> None:
    _redirect(life.submit(1).accept(0, 2).later(4, 6), "B").later(1, 3)
    life.move("redirect_decline", "B.signatory1", reason=life.word("reason")).later(1, 4).answer("refused")


def proposal_lapsed(life: Life) -> None:
    _redirect(life.submit(1).accept(0, 2).later(4, 5), "B").lapse("redirect_lapse", life.day + 3)
    life.later(1, 3).answer("refused")


def second_hop(life: Life) -> None:
    _redirect(life.submit(1).later(0, 2), "B").later(0, 2)
    _redirect(_arrived(life, "B").later(0, 1), "C").later(0, 2)
    life.move("redirect_agree", "platform.moderator1", reason=life.word("reason"))
    _answered(_arrived(life, "C"))


def second_hop_declined(life: Life) -> None:
    _redirect(life.submit(1).later(0, 2), "B").later(0, 2)
    _redirect(_arrived(life, "B").later(0, 1), "C").later(0, 2)
    life.move("redirect_decline", "platform.moderator1", reason=life.word("reason"))
    _answered(life)


def split(life: Life) -> None:
    """Some of the asks become an issue of their own."""
    life.submit(3).cosign("P").later(0, 3)
    _redirect(life, "B", asks=[3]).add(lambda stage: stage.adopt(), makes=1)
    arrived, due = life.day, life.due
    _answered(life, "supported", "refused")
    life.on, life.day = 1, arrived
    _arrived(life, "B").accept(1, 3).unanswered()
    life.due = due
    life.steps.sort(key=lambda step: (step.day, step.night, step.seconds))


def _two(life: Life, older: list[str], newer: list[str]) -> Life:
    """The older issue by P, the newer by N, both to the same body."""
    life.submit(older, "P").later(1, 3)
    life.on = 1
    return life.submit(newer, "N").later(0, 3)


def merged(life: Life) -> None:
    """Word for word the same ask."""
    ask = life.word("ask")
    _two(life, [ask, life.word("ask")], [ask]).move("merge", "platform.moderator1", into=0)
    life.on, life.ngo = 0, "P"
    _answered(life, "supported", "refused")


def merged_with_more(life: Life) -> None:
    """One ask matches, one is carried over."""
    ask = life.word("ask")
    _two(life, [ask], [ask, life.word("ask")]).move("merge", "platform.moderator1", into=0)
    life.on, life.ngo = 0, "P"
    life.accept(0, 2).later(2, 6).answer("supported", "supported", promises=44).later(8, 40).report()
    life.confirm([1]).later(0, 5)
    life.ngo = "N"
    life.confirm([2])


def merge_dismissed(life: Life) -> None:
    ask = life.word("ask")
    _two(life, [ask], [ask]).move("merge", "platform.moderator1", into=0).later(1, 2)
    life.move("appeal", "N.manager1", reason=life.word("objection")).later(1, 2)
    life.move("appeal_dismiss", "platform.moderator2", reason=life.word("reason"))
    life.on, life.ngo = 0, "P"
    life.accept(0, 1).later(0, 2).answer("refused")


def merge_restored(life: Life) -> None:
    _two(life, [life.word("ask")], [life.word("ask")]).move("merge", "platform.moderator1", into=0).later(1, 2)
    life.move("appeal", "N.manager1", reason=life.word("objection")).later(1, 2)
    life.move("restore", "platform.moderator2", reason=life.word("reason"))
    restored = life.day
    life.on = 0
    life.accept(0, 1).answer("refused")
    life.on, life.ngo, life.day = 1, "N", max(restored, life.day)
    _answered(life.received(restored))


def kept_withdrawn(life: Life) -> None:
    """The older one is given up: the other comes back by the clock."""
    ask = life.word("ask")
    _two(life, [ask], [ask]).move("merge", "platform.moderator1", into=0).later(1, 2)
    life.on, life.ngo = 0, "P"
    life.move("withdraw", "P.manager1", reason=life.word("objection")).lapse("withdraw_lapse", life.day + 5)
    life.later(1)
    life.on, life.ngo = 1, "N"
    life.move("restore", None).received(life.day)
    _answered(life)


def succeeded(life: Life) -> None:
    """The body ends while it considers the issue; its successor answers."""
    life.submit(1).accept(0, 2).later(3, 4)
    _succeed(life).later(0, 4).answer("supported", promises=44).later(8, 40).report().later(0, 9).confirm()


def succeeded_in_progress(life: Life) -> None:
    life.submit(2).accept(0, 2).later(3, 9).answer("supported", "refused", promises=66).later(5, 20)
    _succeed(life).later(2, 20).progress("substantial").later(5, 20).report().silence()


def _succeed(life: Life) -> Life:
    life.pinned = life.day
    life.move("succeed", None)
    life.body = "S"
    return life


MOVED: tuple[tuple[str, int, Callable[[Life], object], bool], ...] = (
    ("redirected", 45, redirected, False), ("proposal_agreed", 8, proposal_agreed, False),
    ("proposal_declined", 5, proposal_declined, False), ("proposal_lapsed", 5, proposal_lapsed, False),
    ("second_hop", 4, second_hop, False), ("second_hop_declined", 2, second_hop_declined, False),
    ("split", 8, split, False), ("merged", 9, merged, False), ("merged_with_more", 5, merged_with_more, False),
    ("merge_dismissed", 2, merge_dismissed, False), ("merge_restored", 2, merge_restored, False),
    ("kept_withdrawn", 2, kept_withdrawn, False), ("succeeded", 3, succeeded, True),
    ("succeeded_in_progress", 3, succeeded_in_progress, True),
)  # fmt: skip
