"""The public numbers as one would define them without thinking of those who gain by them: straight from the rows.

Each is what a row of the gaming table of domain.md section 4 would move; `test_gamed.py` shows that ours stays.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import F, Q, QuerySet

from issues import clock
from issues.models import Ask, Commitment, Duty, Issue, Responsibility
from tests.issues.metrics.asking import Pair


def closed_is_done() -> Pair:
    """Closed issues of all raised."""
    return Issue.objects.exclude(closed_at=None).count(), Issue.objects.public().count()


def reported_is_resolved() -> Pair:
    return Issue.objects.filter(events__move="report_done").distinct().count(), Issue.objects.public().count()


def resolved_issues() -> Pair:
    """Issues, however many of their asks were refused."""
    return Issue.objects.filter(status="resolved").count(), Issue.objects.public().count()


def late_once_entered() -> Pair:
    """On time until somebody answers late: what is not answered is not there."""
    answered = Responsibility.objects.exclude(answered_at=None)
    return sum(_day(each.answered_at) <= each.original_due_on for each in answered), len(answered)


def any_sign_of_life() -> Pair:
    """A receipt, a question or a message of the body's people is an answer."""
    found = Responsibility.objects.all()
    signs = found.filter(
        Q(accepted_at__isnull=False) | Q(clarification_at__isnull=False) | Q(issue__messages__side="state")
    )
    return signs.distinct().count(), found.count()


def kept_by_newest_date() -> Pair:
    return Commitment.objects.filter(completed_on__lte=F("due")).count(), Commitment.objects.count()


def kept_by_the_bodys_word() -> Pair:
    return Commitment.objects.filter(completed_on__lte=F("first_due")).count(), Commitment.objects.count()


def mean_of_the_answered() -> Fraction | None:
    waits = [each.wait_days for each in Responsibility.objects.exclude(answered_at=None) if each.wait_days is not None]
    return Fraction(sum(waits), len(waits)) if waits else None


def paused_while_the_ngo_was_asked() -> Pair:
    """The due date moves by as long as a question was open."""
    met = 0
    for each in Responsibility.objects.exclude(answered_at=None):
        asked = Duty.objects.filter(responsibility=each, kind="clarify").first()
        pause = (asked.met_at - asked.set_at) if asked and asked.met_at else timedelta(0)
        assert each.answered_at
        met += _day(each.answered_at) <= each.original_due_on + pause
    return met, Responsibility.objects.count()


def by_the_newest_duty() -> Pair:
    """The answer's date that was published last, and the newest answer."""
    issues = list(Issue.objects.public())
    met = 0
    for issue in issues:
        duty = issue.duties.filter(kind="answer").latest("set_at", "pk")
        newest = issue.answers.order_by("published_at").last()
        met += newest is not None and newest.published_at <= duty.due_at
    return met, len(issues)


def confirmed_since_the_newest_receipt(days: int) -> Pair:
    """The days run from when the present body received it."""
    asks = list(Ask.objects.exclude(confirmed_at=None))
    met = 0
    for ask in asks:
        received = ask.issue.responsibilities.latest("received_at").received_at
        assert ask.confirmed_at
        met += (ask.confirmed_at - received).days <= days
    return met, Ask.objects.count()


def without_the_withdrawn() -> Pair:
    asks = Ask.objects.exclude(issue__status="withdrawn")
    return asks.exclude(confirmed_at=None).count(), asks.count()


def of_verified_ngos() -> QuerySet[Responsibility]:
    return Responsibility.objects.filter(issue__raised_by__standing="verified")


def late_unanswered(found: Iterable[Responsibility], at: datetime) -> int:
    return sum(each.answered_at is None and each.original_due_on < _day(at) for each in found)


def settled_in(since: date, until: date) -> Pair:
    """The cohort of those that were closed in the period: confirmed, of closed."""
    asks = [ask for ask in Ask.objects.select_related("issue") if ask.issue.closed_at]
    closed = [ask for ask in asks if since <= _day(ask.issue.closed_at) <= until]
    return sum(ask.confirmed_at is not None for ask in closed), len(closed)


def without_duplicates() -> int:
    """Issues that are not merged, with one ask each."""
    return Issue.objects.public().exclude(status="duplicate").count()


def _day(at: datetime | None) -> date:
    assert at is not None
    return clock.local_day(at)
