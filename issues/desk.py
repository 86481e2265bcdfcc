"""What a state body owes next, issue by issue: the reader behind `/desk/`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.keyset import Cursor, Page, Sort, page
from backend.organisations.models import Kind, Membership, Organisation, Role
from issues import clock, official
from issues.forms.registry import act_url
from issues.lifecycle import Capacity, Move, rows_for
from issues.models import (
    Ask,
    Commitment,
    Duty,
    DutyKind,
    Issue,
    OwedBy,
    PreparedAnswer,
    PreparedState,
    Responsibility,
    Substitution,
)
from issues.querysets import IssueQuerySet

# Issues with `bucket` and `next_due`; later also with their open parts.
type Dated = models.QuerySet[Any]

ROWS_AT_MOST = 100
PAGE_SIZE = 40
ROLES = (Role.OFFICER, Role.SIGNATORY, Role.COORDINATOR)


class Bucket(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    WAITING = "waiting"

    @property
    def label(self) -> Promise:
        return _LABELS[self]


_LABELS = {
    Bucket.OVERDUE: _("Overdue"),
    Bucket.TODAY: _("Due today"),
    Bucket.WEEK: _("This week"),
    Bucket.LATER: _("Later"),
    Bucket.WAITING: _("Waiting for the NGO or the council"),
}

MOVE_OF_DUTY = {
    DutyKind.ACCEPT: Move.ACCEPT,
    DutyKind.ANSWER: Move.ANSWER,
    DutyKind.CONCLUSION: Move.REPORT_DONE,
    DutyKind.REPORT: Move.REPORT_DONE,
    DutyKind.CLARIFY: Move.CLARIFY,
    DutyKind.CONFIRM: Move.CONFIRM,
    DutyKind.CONCLUDE: Move.VOTE,
    DutyKind.WITHDRAW: Move.TAKE_OVER,
    DutyKind.AGREE: Move.REDIRECT_AGREE,
    DutyKind.APPEAL: Move.APPEAL,
}
"""The move that meets a duty. (To redirect is a right with a date, no duty.)"""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One issue on the desk: what its body does next, or whom it waits for, and by when. `label`: what this person does of it.

    `whose`: who of the body does it, where this person may not; `stands_in`: who looks after it while the person responsible
    is away.
    """

    issue: Issue
    bucket: Bucket
    due_at: datetime | None
    step: Move | None
    label: Words
    url: str | None
    whose: Words
    waits_for: str
    prepared: PreparedAnswer | None
    stands_in: Substitution | None
    tenure: Responsibility | None
    redirect_by: date | None
    silence: bool  # a refusal by law

    def days(self, today: date) -> int | None:
        """Calendar days from `today` until it is due; negative: late."""
        return (clock.local_day(self.due_at) - today).days if self.due_at else None


def is_desk_of(seat: Membership | None) -> bool:
    """Whether this person has a desk: they work in a state body."""
    return seat is not None and seat.organisation.kind == Kind.STATE_BODY and seat.role in ROLES


def bodies_of(seat: Membership, at: datetime) -> Q:
    """The body acted for; for its signatory also the children that have none of their own (domain.md section 1)."""
    own = Q(pk=seat.organisation_id)
    if seat.role_in_force != Role.SIGNATORY:
        return own
    signing = Membership.objects.signing(at).filter(organisation=OuterRef("pk"))
    return own | Q(Q(parent=seat.organisation_id) & ~Exists(signing))


def acted_for(seat: Membership, at: datetime) -> list[int]:
    """The bodies for which the seat's people act today: those of `bodies_of` that exist, and all that they succeeded, whose
    issues are theirs from the first day, entered or not. Two queries, one more for each step of a succession.
    """
    today = clock.local_day(at)
    bodies = Organisation.objects.bodies()
    newest = list(bodies.filter(bodies_of(seat, at)).exclude(valid_to__lt=today).values_list("pk", flat=True))
    found = newest
    while newest:
        before = bodies.filter(successor__in=newest, valid_to__lt=today).exclude(pk__in=found)
        newest = list(before.values_list("pk", flat=True))
        found = [*found, *newest]
    return found


def queue(bodies: Iterable[int], at: datetime) -> Dated:
    """The open issues of these bodies with `bucket`, `next_due` and `rank`: ours by date, then those that wait for others."""
    found = _dated(Issue.objects.open().filter(body_addressed__in=bodies), at)
    behind = ExpressionWrapper(F("next_due") + _BEHIND, output_field=models.DateTimeField())
    rank = Coalesce(Case(When(bucket=Bucket.WAITING, then=behind), default=F("next_due")), Value(_LAST))
    ordered: Dated = found.annotate(rank=rank).order_by("rank", "pk")
    return ordered


_BEHIND = timedelta(days=365_000)  # one column sorts both parts, so that pages follow one key (D19)
_LAST = datetime(5000, 1, 1, tzinfo=UTC)


def _dated(issues: IssueQuerySet, at: datetime) -> Dated:
    today = clock.local_day(at)
    sunday = today + timedelta(6 - today.weekday())
    duties = Duty.objects.open().filter(issue=OuterRef("pk")).order_by("due_at").values("due_at")
    found = issues.annotate(
        ours=Least(
            Subquery(duties.filter(kind__in=[DutyKind.ACCEPT, DutyKind.ANSWER])[:1]),
            Case(When(owed_by=OwedBy.BODY, then=F("due_at"))),
        ),
        clarify_due=Subquery(duties.filter(kind=DutyKind.CLARIFY)[:1]),
    ).annotate(
        bucket=Case(
            When(ours__lt=at, then=Value(Bucket.OVERDUE)),
            When(
                Q(owed_by__in=[OwedBy.NGO, OwedBy.COUNCIL]) | Q(clarify_due__isnull=False), then=Value(Bucket.WAITING)
            ),
            When(ours__lte=clock.end_of_day(today), then=Value(Bucket.TODAY)),
            When(ours__lte=clock.end_of_day(sunday), then=Value(Bucket.WEEK)),
            default=Value(Bucket.LATER),
            output_field=models.CharField(),
        )
    )
    waited = Case(When(clarify_due__isnull=False, then=F("clarify_due")), default=F("due_at"))
    return found.annotate(next_due=Case(When(bucket=Bucket.WAITING, then=waited), default=F("ours")))


def counts(issues: Dated) -> dict[Bucket, int]:
    """How many issues lie in each bucket. One query."""
    found = dict(issues.order_by().values_list("bucket").annotate(n=Count("pk")))
    return {bucket: found.get(bucket, 0) for bucket in Bucket}


def away_now(bodies: Iterable[int], at: datetime) -> dict[int, Substitution]:
    """Who is away today, by id, and who looks after their rows. One query."""
    found = Substitution.objects.in_force(at).filter(organisation__in=bodies).select_related("away", "by")
    return {each.away_id: each for each in found}


def rows(issues: Dated, seat: Membership, at: datetime) -> list[DeskRow]:
    """At most `ROWS_AT_MOST` rows of a `queue`. Six queries, however many rows."""
    return [_row(issue, seat, at, {}) for issue in _with_parts(issues)[:ROWS_AT_MOST]]


def rows_at(
    issues: Dated, seat: Membership, at: datetime, cursor: Cursor | None, away: Mapping[int, Substitution]
) -> tuple[list[DeskRow], Page[Any]]:  # fmt: skip
    """One page of a `queue`. Six queries, however many rows."""
    found = page(_with_parts(issues), Sort("rank"), cursor, PAGE_SIZE)
    return [_row(issue, seat, at, away) for issue in found.rows], found


def _with_parts(issues: Dated) -> Dated:
    prepared = PreparedAnswer.objects.filter(ended_at=None).select_related("made_by", "edited_by", "returned_by")
    found = issues.select_related("body_addressed", "raised_by", "held_by").prefetch_related(
        Prefetch("duties", Duty.objects.open().order_by("due_at"), to_attr="open_duties"),
        Prefetch("asks", Ask.objects.filter(moved_to=None, verdict=""), to_attr="unanswered"),
        Prefetch("commitments", Commitment.objects.pending().order_by("due"), to_attr="pending"),
        Prefetch(
            "responsibilities",
            Responsibility.objects.filter(ended_at=None)
            .select_related("person")
            .prefetch_related(Prefetch("prepared_answers", prepared, to_attr="prepared")),
            to_attr="tenures",
        ),
    )
    return found.fetch_mode(models.FETCH_RAISE)


def _row(issue: Any, seat: Membership, at: datetime, away: Mapping[int, Substitution]) -> DeskRow:
    bucket = Bucket(issue.bucket)
    tenure = next(iter(issue.tenures), None)
    waits = bucket is Bucket.WAITING
    step = None if waits else _step(issue)
    prepared = next(iter(tenure.prepared), None) if tenure else None
    label, url = _act(issue, step, seat, prepared) if step else ("", None)
    return DeskRow(
        issue=issue,
        bucket=bucket,
        due_at=issue.next_due,
        step=step,
        label=label,
        url=url,
        whose=_whose(step, prepared) if step and not url else "",
        waits_for=_waits_for(issue) if waits else "",
        prepared=prepared,
        stands_in=away.get(tenure.person_id or 0) if tenure else None,
        tenure=tenure,
        redirect_by=_redirect_by(issue, tenure, seat, at),
        silence=official.is_refusal_by_law(issue, issue.open_duties, at),
    )


def _step(issue: Any) -> Move | None:
    """The move that meets the earliest of the body's duties and commitments."""
    duties = [(each.due_at, MOVE_OF_DUTY[DutyKind(each.kind)]) for each in issue.open_duties
              if each.owed_by == OwedBy.BODY and each.kind in MOVE_OF_DUTY]  # fmt: skip
    promised = [(clock.end_of_day(each.due), Move.COMMITMENT_PROGRESS) for each in issue.pending
                if each.owner_id == issue.body_addressed_id]  # fmt: skip
    first = min([*duties, *promised], key=lambda each: each[0], default=(None, None))[1]
    # A conclusion that set a verdict aside asks for a new answer before any report.
    return Move.ANSWER if first is Move.REPORT_DONE and issue.unanswered else first


def _act(issue: Issue, step: Move, seat: Membership, prepared: PreparedAnswer | None) -> tuple[Words, str | None]:
    """What this person does of a step, and where: an answer is prepared by one and published by another."""
    prepares = seat.role_in_force in (Role.OFFICER, Role.SIGNATORY)
    if step is Move.ANSWER and (_is_returned(prepared) or (prepares and not may(seat, step))):
        return _("Prepare the official answer"), reverse("prepare_answer", args=[issue.number]) if prepares else None
    if step is Move.ANSWER and may(seat, step) and prepared and prepared.handed_at:
        return _("Sign the prepared answer"), reverse("signing_one", args=[issue.number])
    return step.label, act_url(issue, step) if may(seat, step) else None


def _is_returned(prepared: PreparedAnswer | None) -> bool:
    """Nobody signs it as it is: what comes next is the writing again."""
    return prepared is not None and prepared.state is PreparedState.RETURNED


def _whose(step: Move, prepared: PreparedAnswer | None) -> Words:
    """Who of the body may do it, for whoever may not."""
    by_officers = _is_returned(prepared) or any(Capacity.OFFICER in row.who for row in rows_for(step))
    return _("an officer or a signatory") if by_officers else _("a signatory")


_CAPACITIES = {
    Role.REPRESENTATIVE: {Capacity.NGO_REPRESENTATIVE},
    Role.MANAGER: {Capacity.NGO_MANAGER, Capacity.ASK_OWNER, Capacity.COSIGNER_MANAGER, Capacity.MERGED_NGO,
                   Capacity.DISPUTER, Capacity.MEASURE_OWNER},
    Role.OFFICER: {Capacity.OFFICER},
    Role.SIGNATORY: {Capacity.SIGNATORY, Capacity.NEW_SIGNATORY},
    Role.MODERATOR: {Capacity.MODERATOR, Capacity.OTHER_MODERATOR},
}  # fmt: skip


def may(seat: Membership, move: Move) -> bool:
    """Whether the table gives this move to the seat's role, in an issue of its own party. No query."""
    mine = _CAPACITIES.get(Role(seat.role_in_force), set())
    return any(row.who & mine for row in rows_for(move))


def _waits_for(issue: Any) -> str:
    asked = any(each.kind == DutyKind.CLARIFY for each in issue.open_duties)
    return str(OwedBy.NGO.label if asked else OwedBy(issue.owed_by).label)


def _redirect_by(issue: Any, tenure: Responsibility | None, seat: Membership, at: datetime) -> date | None:
    """Until when a signatory may still send it to the competent body at once."""
    if tenure is None or tenure.hop or not may(seat, Move.REDIRECT):
        return None
    duties = (each for each in issue.open_duties if each.kind == DutyKind.REDIRECT)
    return next((each.due_on for each in duties if not each.is_past(at)), None)
