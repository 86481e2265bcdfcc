"""What must hold for a row of the table besides status and person, on plain facts: no models, no database, no now().

`Facts` is what `facts.gather` reads of one issue at one instant. What a date opens is open from that instant, whether or
not the worker has entered the event.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues import clock, moderation, redirection, withdrawal
from issues.lifecycle import BEFORE_ANSWER, Need, Status
from issues.moderation import RulingFact
from issues.redirection import ProposalFact


@dataclass(frozen=True, slots=True)
class AskFact:
    n: int
    owner: int  # the owning organisation's id
    verdict: str
    settled: bool  # confirmed, or concluded done or upheld
    evidence: bool  # the body's word that it is done stands
    in_dispute: bool

    @property
    def supported(self) -> bool:
        return self.verdict in ("supported", "partly")


@dataclass(frozen=True, slots=True)
class CommitmentFact:
    id: int
    ask: int
    due: date
    moves: int
    completed_on: date | None
    dropped_on: date | None
    by_body: bool = True


@dataclass(frozen=True, slots=True)
class DisputeFact:
    opening: str
    due_at: datetime
    silent: bool
    votes: int
    quorum: int  # votes needed: three, or all who are not recused


@dataclass(frozen=True, slots=True)
class DutyFact:
    id: int
    kind: str
    due_on: date
    due_at: datetime
    lapsed: bool


@dataclass(frozen=True, slots=True)
class AnswerFact:
    n: int
    published_at: datetime
    refused_or_cut: tuple[int, ...]  # asks it refused or only partly supported, still so


@dataclass(frozen=True, slots=True)
class Facts:
    at: datetime
    status: Status
    hop: int = 0
    clarified: bool = False
    extended: bool = False
    original_due_on: date | None = None
    redirect_by: datetime | None = None
    asks: tuple[AskFact, ...] = ()
    commitments: tuple[CommitmentFact, ...] = ()
    duties: tuple[DutyFact, ...] = ()  # the open ones
    answers: tuple[AnswerFact, ...] = ()
    dispute: DisputeFact | None = None
    reported_rev: int = 0  # the event that last reported done
    lapsed_rev: int = 0  # ... that closed it for the NGO's silence
    closed_at: datetime | None = None
    concluded_until: date | None = None
    used: frozenset[tuple[str, str]] = frozenset()  # (opening, ref) already disputed
    cosigned: bool = False  # by an NGO whose co-signature stands
    proposal: ProposalFact | None = None  # the open one
    body_ended: bool = False
    has_successor: bool = False
    nobody_in_force: bool = False  # neither the body nor, if others succeeded it, the last of them
    ruling: RulingFact | None = None  # in force: a merge, or out of scope

    @property
    def today(self) -> date:
        return clock.local_day(self.at)

    def duty(self, *kinds: str) -> DutyFact | None:
        return next((duty for duty in self.duties if duty.kind in kinds), None)

    def passed(self, *kinds: str) -> bool:
        duty = self.duty(*kinds)
        return duty is not None and self.at > duty.due_at

    @property
    def window(self) -> DutyFact | None:
        """The window after a withdrawal with co-signers, also when its date has passed and that is not entered yet."""
        return self.duty("withdraw")

    @property
    def within_30_days(self) -> bool:
        """Since the issue was closed by refusal or silence; the thirtieth calendar day counts."""
        return self.closed_at is not None and self.today <= clock.local_day(self.closed_at) + timedelta(
            clock.REOPEN_DAYS.length
        )

    @property
    def to_confirm(self) -> tuple[int, ...]:
        """Supported asks neither settled nor in dispute. Where every one is settled and the issue goes on all the same (a
        refusal was repeated, a disagreement taken back), naming them once more closes it: no issue is without a way out.
        """
        left = tuple(ask.n for ask in self.asks if ask.supported and not ask.settled and not ask.in_dispute)
        if left or self.unanswered or any(ask.in_dispute for ask in self.asks):
            return left
        return tuple(ask.n for ask in self.asks if ask.supported)

    @property
    def unanswered(self) -> tuple[int, ...]:
        return tuple(ask.n for ask in self.asks if not ask.verdict)

    @property
    def answerable_again(self) -> tuple[int, ...]:
        """In progress: asks set aside by a conclusion, and refusals that may be turned into support."""
        return tuple(ask.n for ask in self.asks if ask.verdict in ("", "refused") and not ask.settled)


@dataclass(frozen=True, slots=True)
class Opening:
    """An event that opens disputing, once: its kind, what it refers to, and the asks that may be named."""

    kind: str
    ref: str
    asks: tuple[int, ...]


def openings(facts: Facts) -> Iterator[Opening]:
    """The openings that stand at `facts.at` and were not used, the most pressing first (domain.md, row `dispute`)."""
    return (opening for opening in _standing(facts) if opening.asks and (opening.kind, opening.ref) not in facts.used)


def _standing(facts: Facts) -> Iterator[Opening]:
    unsettled = tuple(ask.n for ask in facts.asks if not ask.settled)
    if facts.status in BEFORE_ANSWER and (duty := facts.duty("answer")) and facts.at > duty.due_at:
        yield Opening("no_answer", str(duty.id), facts.unanswered)
    if facts.status == Status.REPORTED_DONE:
        yield Opening("report", str(facts.reported_rev), unsettled)
    if facts.status == Status.UNCONFIRMED and facts.within_30_days:
        yield Opening("lapse", str(facts.lapsed_rev), unsettled)
    if facts.status == Status.REFUSED and facts.within_30_days:
        yield Opening("refusal", str(facts.answers[-1].n), unsettled)
    if facts.status == Status.IN_PROGRESS:
        yield from _refusals(facts)
        yield from _broken_promises(facts)


def _refusals(facts: Facts) -> Iterator[Opening]:
    for answer in reversed(facts.answers):
        if facts.today <= clock.local_day(answer.published_at) + timedelta(clock.REOPEN_DAYS.length):
            open_asks = {ask.n for ask in facts.asks if not ask.settled}
            yield Opening("refusal", str(answer.n), tuple(n for n in answer.refused_or_cut if n in open_asks))


def _broken_promises(facts: Facts) -> Iterator[Opening]:
    unsettled = {ask.n for ask in facts.asks if not ask.settled}
    mine = [each for each in facts.commitments if each.by_body]
    for each in mine:
        asks = (each.ask,) if each.ask in unsettled else ()
        pending = each.completed_on is None and each.dropped_on is None
        if pending and facts.today > clock.current_calendar().add_working_days(each.due, clock.COMMITMENT_LATE.length):
            yield Opening("late", f"{each.id}:{each.due}", asks)  # late by another date is another event
        if each.moves >= 2 and each.completed_on is None:
            yield Opening("moved", str(each.id), asks)
        if each.dropped_on:
            yield Opening("dropped", str(each.id), asks)
    last = last_measure(facts)
    if last and facts.today > clock.current_calendar().add_working_days(last, clock.UNREPORTED.length):
        owing = tuple(ask.n for ask in facts.asks if ask.verdict != "refused" and not ask.settled)
        yield Opening("unreported", last.isoformat(), owing)


def last_measure(facts: Facts) -> date | None:
    """With none of the body's commitments pending: the day from which its ten working days to report run, that is of the
    last of them or of a conclusion. `duties` publishes the due date that follows from it.
    """
    mine = [each for each in facts.commitments if each.by_body]
    if any(each.completed_on is None and each.dropped_on is None for each in mine):
        return None
    days = [each.completed_on or each.dropped_on for each in mine]
    return max((day for day in (*days, facts.concluded_until) if day), default=None)


def _nothing(facts: Facts) -> Words | None:
    return None


def _unless(test: Callable[[Facts], bool], words: Words) -> Callable[[Facts], Words | None]:
    return lambda facts: None if test(facts) else words


def _opening(facts: Facts) -> Words | None:
    if next(openings(facts), None):
        return None
    return _("Nothing opens a disagreement now, or it was used already; each event opens it once.")


def _answered(facts: Facts) -> bool:
    return facts.dispute is not None and facts.dispute.opening != "no_answer"


def _to_report(facts: Facts) -> Words | None:
    if facts.unanswered:
        return _("An ask waits for its answer. Answer it first.")
    return None if any(ask.supported for ask in facts.asks) else _("There is no supported ask to report on.")


def _to_report_in_silence(facts: Facts) -> Words | None:
    if _answered(facts) and facts.dispute and (facts.dispute.silent or facts.at > facts.dispute.due_at):
        return _to_report(facts)
    return _("The NGO disagrees: the public council concludes first.")


TOO_FEW_VOTES: Words = _("Too few members have voted: at least three, or all who are not recused.")

# None: it holds; else why not, for a person.
HOLDS: dict[Need, Callable[[Facts], Words | None]] = {
    Need.NOTHING: _nothing,
    Need.CLARIFICATION_UNUSED: _unless(
        lambda facts: not facts.clarified, _("The body may ask one question only, and it has been asked.")
    ),
    Need.CLARIFY_TIME_OVER: _unless(lambda facts: facts.passed("clarify"), _("The NGO still has time to answer.")),
    Need.EXTENSION_OPEN: _unless(
        lambda facts: (
            not facts.extended
            and not facts.answers  # a conclusion's date is not the body's to move
            and facts.original_due_on is not None
            and facts.at <= clock.end_of_day(facts.original_due_on)
        ),
        _("The time to answer is extended once, before the first answer and before the original due date has passed."),
    ),
    Need.ANSWER_TIME_OVER: _unless(
        lambda facts: bool((duty := facts.duty("answer")) and facts.at > duty.due_at and not duty.lapsed),
        _("The time to answer has not passed, or that is entered already."),
    ),
    Need.DISPUTED_FOR_NO_ANSWER: _unless(
        lambda facts: facts.dispute is not None and facts.dispute.opening == "no_answer",
        _("The council is looking at this dispute; the answer stands until it concludes."),
    ),
    Need.ASKS_TO_ANSWER_AGAIN: _unless(
        lambda facts: bool(facts.answerable_again), _("Every ask has an answer that cannot be improved on.")
    ),
    Need.DISPUTED_ONCE_ANSWERED: _unless(_answered, _("The asks in dispute have no answer yet.")),
    Need.COUNCIL_SILENT_ONCE_ANSWERED: _to_report_in_silence,
    Need.ASKS_TO_REPORT: _to_report,
    Need.ASKS_TO_CONFIRM: _unless(
        lambda facts: bool(facts.to_confirm),
        _("No ask is left to confirm: it needs the body's support, and no open disagreement over it."),
    ),
    Need.ASKS_TO_CONFIRM_IN_30_DAYS: _unless(
        lambda facts: bool(facts.to_confirm) and facts.within_30_days,
        _("The thirty days after the issue was closed have passed."),
    ),
    Need.CONFIRM_TIME_OVER: _unless(lambda facts: facts.passed("confirm"), _("The NGO still has time to reply.")),
    Need.OPENING: _opening,
    Need.QUORUM: _unless(
        lambda facts: facts.dispute is not None and facts.dispute.votes >= facts.dispute.quorum,
        TOO_FEW_VOTES,
    ),
    Need.CONCLUDE_TIME_OVER: _unless(
        lambda facts: facts.dispute is not None and not facts.dispute.silent and facts.at > facts.dispute.due_at,
        _("The council still has time to conclude."),
    ),
    **withdrawal.HOLDS,
    **redirection.HOLDS,
    **moderation.HOLDS,
}


def why_not(need: Need, facts: Facts) -> Words | None:
    """None where the need holds; else the reason in words."""
    return HOLDS[need](facts)
