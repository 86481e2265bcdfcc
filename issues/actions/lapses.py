"""What the clock does by itself: the system's moves, and the worker's round that makes them."""

import logging
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from backend.core.errors import Conflict
from issues import official
from issues.actions import duties
from issues.actions.engine import Act, Done, handles, move_issue
from issues.clock import local_day
from issues.lifecycle import Move, Status, rows_for
from issues.merging import GONE
from issues.models import Ask, Concluded, Duty, DutyKind, Issue, Ruling, RulingEnd

log = logging.getLogger(__name__)

AT_ONCE = 500  # of each kind, in one round

MOVE_OF_DUTY = {
    DutyKind.CLARIFY: Move.CLARIFY_LAPSE,
    DutyKind.ANSWER: Move.ANSWER_DUE,
    DutyKind.CONFIRM: Move.CONFIRM_LAPSE,
    DutyKind.CONCLUDE: Move.COUNCIL_LAPSE,
    DutyKind.WITHDRAW: Move.WITHDRAW_LAPSE,
    DutyKind.AGREE: Move.REDIRECT_LAPSE,
}


@handles(Move.CLARIFY_LAPSE)
def clarify_lapse(act: Act) -> Done:
    """The silence is noted; the answer's clock never stopped."""
    duties.lapse(act.issue, DutyKind.CLARIFY, at=act.at, ended=True)
    return Done(Status.UNDER_CONSIDERATION)


@handles(Move.ANSWER_DUE)
def answer_due(act: Act) -> Done:
    """The event "no answer in time" is entered, and whether it is a refusal by law; the duty stays, disputing is open."""
    duties.lapse(act.issue, DutyKind.ANSWER, at=act.at, ended=False)
    duty = act.facts.duty("answer")
    facts = {"due_on": duty.due_on.isoformat()} if duty else {}
    silence = official.is_refusal_by_law(act.issue, act.issue.duties.all(), act.at)
    return Done(facts=facts | ({"by_law": official.BY_LAW} if silence else {}))


@handles(Move.CONFIRM_LAPSE)
def confirm_lapse(act: Act) -> Done:
    duties.lapse(act.issue, DutyKind.CONFIRM, at=act.at, ended=True)
    return Done(Status.UNCONFIRMED)


@handles(Move.COUNCIL_LAPSE)
def council_lapse(act: Act) -> Done:
    """The event "council silent" is published; the default council may vote and conclude too, the body may report again."""
    duties.lapse(act.issue, DutyKind.CONCLUDE, at=act.at, ended=False)
    act.issue.disputes.filter(closed_at=None).update(silent_at=act.at)
    return Done()


def enter_what_is_due(at: datetime | None = None, batch: int = AT_ONCE) -> int:
    """Make every system move that waits to be made; returns how many. Safe to run twice and in parallel: each move is made
    under the issue's lock only if the table still allows it. Three queries for the lists, then as `move_issue`.
    Raises OperationalError when the database cannot be used.
    """
    at = at or timezone.now()
    waiting = chain(_bodies_that_ended(at), _dates_that_passed(at), _merged_into_nothing())
    return sum(_enter(issue_id, move, at) for issue_id, move in [*waiting][:batch])


def _dates_that_passed(at: datetime) -> Iterator[tuple[int, Move]]:
    """In the order of their dates."""
    waiting = Q()
    for kind, move in MOVE_OF_DUTY.items():
        waiting |= Q(kind=kind, issue__status__in=[status for row in rows_for(move) for status in row.sources])
    passed = Duty.objects.passed(at).filter(waiting).order_by("due_at", "id")
    for issue_id, passed_kind in passed.values_list("issue_id", "kind")[:AT_ONCE]:
        yield issue_id, MOVE_OF_DUTY[DutyKind(passed_kind)]


def _bodies_that_ended(at: datetime) -> Iterator[tuple[int, Move]]:
    """Open issues of a body that ended and has a successor: from the day after its last."""
    ended = Issue.objects.open().filter(
        body_addressed__valid_to__lt=local_day(at), body_addressed__successor__isnull=False
    )
    for issue_id in ended.order_by("id").values_list("id", flat=True)[:AT_ONCE]:
        yield issue_id, Move.SUCCEED


def _merged_into_nothing() -> Iterator[tuple[int, Move]]:
    """Issues whose kept issue was withdrawn or found out of scope, where an ask is left that comes back."""
    merged = Ruling.objects.filter(
        issue__status=Status.DUPLICATE, into__status__in=GONE, outcome__in=RulingEnd.in_force()
    )
    settled = Q(confirmed_at__isnull=False) | Q(concluded__in=[Concluded.DONE, Concluded.UPHELD])
    copies = Ask.objects.filter(issue=OuterRef("into"), carried_from__issue=OuterRef("issue"), moved_to=None)
    left = Q(Exists(copies.exclude(settled))) | Q(
        Exists(Ask.objects.filter(issue=OuterRef("issue"), merged_onto__isnull=False))
    )
    for issue_id in merged.filter(left).order_by("id").values_list("issue_id", flat=True)[:AT_ONCE]:
        yield issue_id, Move.RESTORE


def _enter(issue_id: int, move: Move, at: datetime) -> bool:
    try:
        with transaction.atomic():
            move_issue(issue=Issue(pk=issue_id), move=move, actor=None, organisation=None, at=at)
    except Conflict:
        return False  # somebody acted first, or the status no longer waits for it
    except OperationalError:
        raise  # no connection, a full disk: not this issue's fault, and the next one would fare no better
    except Exception:
        log.exception("The move %s of issue %s failed; the next round tries again.", move, issue_id)
        return False
    return True
