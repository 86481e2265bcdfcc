"""Lives with a disagreement: over a report, a silence, a refusal, a promise; and every way in which the council ends it."""

from collections.abc import Callable

from dialogue.seed.steps import Life


def _reported(life: Life, asks: int = 1) -> Life:
    life.submit(asks).accept(0, 3).later(4, 9).answer(*["supported"] * asks, promises=44)
    return life.later(8, 40).report()


def council_done(life: Life) -> None:
    _reported(life).later(1, 8).dispute(1).later(1, 4).concluded(done=True)


def council_not_done(life: Life) -> None:
    _reported(life, 2).later(1, 8).dispute(1, 2).later(1, 4).concluded(done=False)
    life.later(2, 6).report().later(1, 9).confirm()


def not_done_and_silent(life: Life) -> None:
    """Found wanting, and never made good."""
    _reported(life).later(1, 8).dispute(1).later(1, 4).concluded(done=False)


def council_silent(life: Life) -> None:
    """Nobody concludes: the body reports once more."""
    _reported(life).later(1, 8).dispute(1).lapse("council_lapse", life.day + 20)
    life.later(3, 15).report().later(1, 9).confirm()


def default_council(life: Life) -> None:
    _reported(life).later(1, 8).dispute(1).lapse("council_lapse", life.day + 20)
    life.later(2, 9).concluded(done=True, council="default")


def nobody_concludes(life: Life) -> None:
    _reported(life).later(1, 8).dispute(1).lapse("council_lapse", life.day + 20)


def retracted(life: Life) -> None:
    _reported(life).later(1, 8).dispute(1).later(0, 1).move(
        "retract", "N.manager1", reason=life.word("objection")
    ).confirm()


def after_silence(life: Life) -> None:
    _reported(life).silence()
    life.later(2, 12).dispute(1).later(1, 4).concluded(done=True)


def refusal_upheld(life: Life) -> None:
    life.submit(1).accept(0, 3).later(5, 11).answer("refused").later(2, 12).dispute(1).later(1, 4).concluded(done=True)


def refusal_not_upheld(life: Life) -> None:
    life.submit(1).accept(0, 3).later(5, 11).answer("refused").later(2, 12).dispute(1).later(1, 4).concluded(done=False)
    life.later(2, 7).answer("supported", promises=30).later(5, 25).report().later(1, 8).confirm()


def cut_disputed(life: Life) -> None:
    """The promised part is still to be done, whatever the council says of the cut."""
    life.submit(2).accept(0, 3).later(5, 11).answer("supported", "partly", promises=66)
    life.later(2, 10).dispute(2).later(1, 4).concluded(done=True)
    life.later(5, 20).report().later(1, 8).confirm()


def refusal_withdrawn(life: Life) -> None:
    """One of two asks refused; the NGO disagrees, and later gives up."""
    life.submit(2).accept(0, 3).later(5, 11).answer("supported", "refused", promises=66)
    life.later(2, 10).dispute(2).later(2, 9).move("withdraw", "N.manager1", reason=life.word("objection"))


def no_answer_then_answered(life: Life) -> None:
    life.submit(1).accept(0, 4).unanswered().later(1, 9).dispute(1).later(2, 12).answer("supported", promises=30)
    life.later(5, 25).report().later(1, 8).confirm()


def no_answer_concluded(life: Life) -> None:
    life.submit(1).unanswered().later(1, 9).dispute(1).later(1, 4).concluded(done=False)
    life.later(2, 7).answer("refused")


def late_promise(life: Life) -> None:
    life.submit(1).accept(0, 3).later(4, 9).answer("supported", promises=22)
    life.later(33, 50).dispute(1).later(1, 4).concluded(done=False)


def moved_twice(life: Life) -> None:
    life.submit(1).accept(0, 3).later(4, 9).answer("supported", promises=30).later(10, 20).reschedule(60)
    life.later(10, 30).reschedule(80).later(1, 9).dispute(1).lapse("council_lapse", life.day + 20)
    life.later(4, 20).progress("substantial")


def dropped_and_disputed(life: Life) -> None:
    life.submit(1).accept(0, 3).later(4, 9).answer("supported", promises=60).later(10, 30)
    life.commitment("drop", reason=life.word("reason")).later(1, 9).dispute(1).later(1, 4).concluded(done=False)


def never_reported(life: Life) -> None:
    life.submit(1).accept(0, 3).later(4, 9).answer("supported", promises=30).later(10, 25).progress("complete")
    life.later(12, 25).dispute(1).later(1, 4).concluded(done=True)


DISPUTED: tuple[tuple[str, int, Callable[[Life], object]], ...] = (
    ("council_done", 12, council_done), ("council_not_done", 10, council_not_done),
    ("not_done_and_silent", 3, not_done_and_silent), ("council_silent", 6, council_silent),
    ("default_council", 3, default_council), ("nobody_concludes", 3, nobody_concludes), ("retracted", 6, retracted),
    ("after_silence", 4, after_silence), ("refusal_upheld", 9, refusal_upheld),
    ("refusal_not_upheld", 7, refusal_not_upheld), ("cut_disputed", 4, cut_disputed),
    ("refusal_withdrawn", 2, refusal_withdrawn), ("no_answer_then_answered", 8, no_answer_then_answered),
    ("no_answer_concluded", 4, no_answer_concluded), ("late_promise", 4, late_promise), ("moved_twice", 3, moved_twice),
    ("dropped_and_disputed", 3, dropped_and_disputed), ("never_reported", 3, never_reported),
)  # fmt: skip
