"""What the clock does by itself: the system's moves, and the worker's round that makes them."""

import logging
from datetime import datetime

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from backend.core.errors import Conflict
from issues.actions import duties
from issues.actions.engine import Act, Done, handles, move_issue
from issues.lifecycle import Move, Status, rows_for
from issues.models import Duty, DutyKind, Issue

log = logging.getLogger(__name__)

MOVE_OF_DUTY = {
    DutyKind.CLARIFY: Move.CLARIFY_LAPSE,
    DutyKind.ANSWER: Move.ANSWER_DUE,
    DutyKind.CONFIRM: Move.CONFIRM_LAPSE,
    DutyKind.CONCLUDE: Move.COUNCIL_LAPSE,
    DutyKind.WITHDRAW: Move.WITHDRAW_LAPSE,
}


@handles(Move.CLARIFY_LAPSE)
def clarify_lapse(act: Act) -> Done:
    """The silence is noted; the answer's clock never stopped."""
    duties.lapse(act.issue, DutyKind.CLARIFY, at=act.at, ended=True)
    return Done(Status.UNDER_CONSIDERATION)


@handles(Move.ANSWER_DUE)
def answer_due(act: Act) -> Done:
    """The event "no answer in time" is entered; the duty stays, and disputing is open."""
    duties.lapse(act.issue, DutyKind.ANSWER, at=act.at, ended=False)
    duty = act.facts.duty("answer")
    return Done(facts={"due_on": duty.due_on.isoformat()} if duty else {})


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


def enter_what_is_due(at: datetime | None = None, batch: int = 500) -> int:
    """Make every system move whose date has passed; returns how many. Safe to run twice and in parallel: each move is
    made under the issue's lock only if the table still allows it. One query for the list, then as `move_issue`.
    Raises OperationalError when the database cannot be used.
    """
    at = at or timezone.now()
    waiting = Q()
    for kind, move in MOVE_OF_DUTY.items():
        waiting |= Q(kind=kind, issue__status__in=[status for row in rows_for(move) for status in row.sources])
    passed = Duty.objects.passed(at).filter(waiting).order_by("due_at", "id")
    made = 0
    for issue_id, passed_kind in passed.values_list("issue_id", "kind")[:batch]:
        made += _enter(issue_id, MOVE_OF_DUTY[DutyKind(passed_kind)], at)
    return made


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
