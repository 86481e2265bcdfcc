"""What happens to issues, and how often: every way through the table of moves (domain.md section 2)."""

from collections.abc import Callable
from dataclasses import dataclass

from dialogue.seed.lives_disputed import DISPUTED
from dialogue.seed.lives_moved import MOVED
from dialogue.seed.steps import Life

type Telling = Callable[[Life], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """`weight` in thousandths of all stories; `pinned`: the step that comes on the day after the body's last one."""

    name: str
    weight: int
    tell: Telling
    pinned: bool = False


def _taken_up(life: Life, asks: int = 0) -> int:
    asks = asks or life.random.choices((1, 2, 3, 4, 6), (50, 26, 14, 7, 3))[0]
    evening = life.random.random() < 0.08
    life.submit(asks, evening=evening).later(1 if evening else 0)
    life.accept(0, 4)
    return asks


def _before_due(life: Life) -> Life:
    """A day for the answer, mostly near the last."""
    left = life.due - life.day
    return life.later(max(0, left - life.random.choice((0, 0, 0, 1, 1, 2, 3, 5, 8))), left)


def _supported(life: Life, asks: int, promises: int) -> Life:
    first = life.random.choice(("supported", "supported", "partly"))
    others = life.random.choices(("supported", "partly", "refused"), (60, 20, 20), k=asks - 1)
    return life.answer(first, *others, promises=promises)


def confirmed(life: Life) -> None:
    asks, promises = _taken_up(life), life.random.choice((15, 22, 44, 66, 110))
    if life.random.random() < 0.4:
        life.say("A.officer1").say("N.representative1", 1)
    if life.random.random() < 0.3:
        life.cosign("P").cosign("Q")
    _supported(_before_due(life), asks, promises)
    life.later(2, promises - 4).progress("limited").later(0, 4).report()
    life.later(0, 9).confirm()


def confirmed_late(life: Life) -> None:
    asks, promises = _taken_up(life), life.random.choice((15, 22, 44))
    _supported(_before_due(life), asks, promises)
    life.later(promises // 2).progress("substantial").later(promises).report()
    life.later(1, 9).confirm()


def answered_late(life: Life) -> None:
    asks = _taken_up(life)
    life.unanswered().lately(8, 180)
    _supported(life, asks, 30)
    life.later(5, 28).report().later(0, 8).confirm()


def done_already(life: Life) -> None:
    asks = _taken_up(life)
    _before_due(life).answer(*["supported"] * asks, done=True).later(1, 9).confirm()


def extended(life: Life) -> None:
    asks = _taken_up(life)
    life.later(1, 8).extend()
    _supported(_before_due(life), asks, 44)
    life.later(10, 40).report().later(0, 9).confirm()


def refused_at_once(life: Life) -> None:
    life.submit(1).later(0, 2).answer("refused")


def refused_all(life: Life) -> None:
    asks = _taken_up(life)
    _before_due(life).answer(*["refused"] * asks)


def promised(life: Life) -> None:
    """Long in progress: progress now and then, the date moved once, the report long in coming."""
    asks = _taken_up(life)
    _supported(_before_due(life), asks, 200)
    life.later(20, 60).progress("not_started").later(40, 60).progress("limited")
    life.later(20, 40).reschedule(life.random.randint(130, 200)).later(60, 90).progress("substantial")


def broken(life: Life) -> None:
    """The date passes, nobody reports."""
    asks = _taken_up(life)
    _supported(_before_due(life), asks, life.random.choice((22, 44, 110)))
    life.later(5, 20).say("N.manager1")


def dropped(life: Life) -> None:
    _taken_up(life, 2)
    _before_due(life).answer("supported", "partly", promises=60)
    life.later(10, 30).commitment("drop", 2, reason=life.word("reason")).later(5, 25).progress("complete")


def added(life: Life) -> None:
    """One more measure, and a joint one that the NGO takes on."""
    _taken_up(life, 1)
    _before_due(life).answer("supported", promises=44).later(2, 9)
    joint, own = life.promise(40, "N"), life.promise(30)
    life.add(lambda stage: stage.added(0, "A.signatory1", 1, joint))
    life.add(lambda stage: stage.added(0, "A.signatory1", 1, own))
    life.later(1, 5).commitment("take", 2, "N.manager1")
    life.later(3, 9).commitment("progress", 2, "N.manager1", progress="complete")
    life.later(4, 12).report().later(0, 9).confirm()


def unconfirmed(life: Life) -> None:
    asks = _taken_up(life)
    _supported(_before_due(life), asks, 44)
    life.later(10, 40).report().silence()


def confirmed_after_silence(life: Life) -> None:
    unconfirmed(life)
    life.later(2, 14).confirm()


def unanswered_for_ever(life: Life) -> None:
    life.submit(life.random.choice((1, 1, 2))).later(6, 12)
    if life.random.random() < 0.5:
        life.say("N.manager1")
    life.unanswered()


def taken_up_and_forgotten(life: Life) -> None:
    _taken_up(life)
    life.unanswered()
    if life.random.random() < 0.5:
        life.lately(10, 60).say("N.manager1")


def clarified(life: Life) -> None:
    asks = _taken_up(life)
    life.later(0, 2).question().later(1, 5).move("clarify", "N.representative1", text=life.word("clarification"))
    _supported(_before_due(life), asks, 30)
    life.later(5, 28).report().later(0, 9).confirm()


def never_clarified(life: Life) -> None:
    life.submit(1).later(0, 1).question()
    life.lapse("clarify_lapse", life.day + 10)
    life.later(1, 2).answer("refused")


def out_of_scope(life: Life) -> None:
    codes = ("not_the_state", "private_case", "court", "other_procedure", "no_ask", "advertising")
    life.submit(1).later(0, 4)
    life.move("out_of_scope", "platform.moderator1", code=life.random.choice(codes), reason=life.word("reason"))


def scope_dismissed(life: Life) -> None:
    out_of_scope(life)
    life.later(1, 8).move("appeal", "N.manager1", reason=life.word("objection"))
    life.later(1, 6).move("appeal_dismiss", "platform.moderator2", reason=life.word("reason"))


def scope_restored(life: Life) -> None:
    out_of_scope(life)
    life.later(1, 8).move("appeal", "N.manager1", reason=life.word("objection"))
    life.later(1, 6).move("restore", "platform.moderator2", reason=life.word("reason")).received(life.day)
    life.accept(0, 2)
    _before_due(life).answer("supported", promises=30).later(5, 28).report().later(0, 9).confirm()


def withdrawn(life: Life) -> None:
    _taken_up(life)
    life.later(0, 6).move("withdraw", "N.manager1", reason=life.word("objection"))


def withdrawn_after_window(life: Life) -> None:
    life.submit(2).cosign("P").later(0, 2)
    life.move("withdraw", "N.manager1", reason=life.word("objection")).lapse("withdraw_lapse", life.day + 5)


def taken_over(life: Life) -> None:
    asks = _taken_up(life)
    life.cosign("P").cosign("Q").move("withdraw", "N.manager1", reason=life.word("objection"))
    life.later(1, 4).move("take_over", "P.manager1")
    life.ngo = "P"
    _supported(_before_due(life), asks, 30)
    life.later(5, 28).report().later(0, 9).confirm()


def moderated(life: Life) -> None:
    """A message is removed, another shown again."""
    asks = _taken_up(life)
    life.say("N.representative1").say("A.officer1", 1).say("N.manager1", 2).later(0, 1)
    life.hide(1, "insult").hide(3, "off_topic").later(0, 1).show(3)
    _before_due(life).answer(*["refused"] * asks)


def draft(life: Life) -> None:
    life.draft(life.random.choice((1, 2, 3)))


def legacy(life: Life) -> None:
    texts = {kind: life.word(kind) for kind in ("title", "body", "state", "answer")}
    answered = life.random.choice((0, life.random.randint(3, 40)))
    life.later(45, 60)
    life.add(lambda stage: stage.legacy(texts, answered), makes=1)


ORDINARY = (
    Kind("confirmed", 210, confirmed), Kind("confirmed_late", 60, confirmed_late), Kind("answered_late", 70, answered_late),
    Kind("done_already", 50, done_already), Kind("extended", 65, extended), Kind("refused_all", 90, refused_all),
    Kind("refused_at_once", 20, refused_at_once), Kind("promised", 45, promised), Kind("broken", 25, broken),
    Kind("dropped", 12, dropped), Kind("added", 12, added), Kind("unconfirmed", 45, unconfirmed),
    Kind("confirmed_after_silence", 8, confirmed_after_silence), Kind("unanswered", 22, unanswered_for_ever),
    Kind("forgotten", 22, taken_up_and_forgotten), Kind("clarified", 45, clarified),
    Kind("never_clarified", 12, never_clarified), Kind("out_of_scope", 16, out_of_scope),
    Kind("scope_dismissed", 3, scope_dismissed), Kind("scope_restored", 3, scope_restored),
    Kind("withdrawn", 14, withdrawn), Kind("withdrawn_after_window", 4, withdrawn_after_window),
    Kind("taken_over", 4, taken_over), Kind("moderated", 4, moderated), Kind("draft", 4, draft),
    Kind("legacy", 20, legacy),
)  # fmt: skip

LIVES: tuple[Kind, ...] = (
    *ORDINARY,
    *(Kind(name, weight, tell) for name, weight, tell in DISPUTED),
    *(Kind(name, weight, tell, pinned) for name, weight, tell, pinned in MOVED),
)
