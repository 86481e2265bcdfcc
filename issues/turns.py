"""Whose turn it is, for one's own page and for the council's: readers behind `/me/` and `/council/`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Count, OuterRef, Prefetch, Q, Subquery, When
from django.urls import reverse

from backend.core.errors import Words
from backend.organisations.models import Kind, Membership, Organisation, Role
from issues.desk import MOVE_OF_DUTY, may
from issues.forms.registry import MOVE_FORMS, act_url
from issues.lifecycle import Move
from issues.models import Dispute, DisputedAsk, Duty, DutyKind, Issue, Outcome, OwedBy

ROWS_AT_MOST = 100
CONCLUSIONS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """An act that is waited for: by when, what, and where this person does it (None: somebody else of the party)."""

    issue: Issue
    due_at: datetime
    step: Move
    url: str | None


def turns_of_ngo(seat: Membership) -> list[Turn]:
    """What the NGO owes now: clarifications and confirmations, the most pressing first. One query."""
    duties = (
        Duty.objects.open()
        .filter(issue__raised_by=seat.organisation_id, owed_by=OwedBy.NGO, lapsed_at=None)
        .exclude(kind=DutyKind.CONFIRM, issue__owed_by=OwedBy.COUNCIL)  # in dispute: the council's turn
        .select_related("issue")
        .order_by("due_at", "id")[:ROWS_AT_MOST]
    )
    return [_turn(seat, duty) for duty in duties.fetch_mode(models.FETCH_RAISE)]


def _turn(seat: Membership, duty: Duty) -> Turn:
    step = MOVE_OF_DUTY[DutyKind(duty.kind)]
    return Turn(duty.issue, duty.due_at, step, act_url(duty.issue, step) if may(seat, step) else None)


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """A dispute before a council, as the public sees it; and what this person may do about it."""

    dispute: Dispute
    issue: Issue
    asks: list[int]
    due_at: datetime | None
    silent: bool
    votes: int
    mine: bool
    acts: list[tuple[Words, str]]  # what it is called, where it is done


def open_disputes(seat: Membership | None, seats: Iterable[Membership], at: datetime) -> list[OpenDispute]:
    """Open disputes by date, those before the council of `seat` first; at most `ROWS_AT_MOST`. Two or three queries.

    `seats`: all the person's memberships; who belongs to the NGO or to the body takes no part (domain.md section 1).
    """
    council = seat.organisation if seat and seat.organisation.kind == Kind.COUNCIL else None
    found = _dated(Dispute.objects.filter(closed_at=None)).order_by("due", "id")
    if council:
        found = found.order_by(Case(When(_before(council, at), then=0), default=1), "due", "id")
    parties = {each.organisation_id for each in seats}
    return [_open(each, seat if council else None, parties, at) for each in found[:ROWS_AT_MOST]]


def _dated(disputes: "models.QuerySet[Dispute]") -> models.QuerySet[Any]:
    due = Duty.objects.open().filter(dispute=OuterRef("pk"), kind=DutyKind.CONCLUDE).values("due_at")[:1]
    named = DisputedAsk.objects.select_related("ask")
    parts = disputes.select_related("issue__body_addressed", "organisation", "council")
    return (
        parts.prefetch_related(Prefetch("asks", named))
        .annotate(due=Subquery(due), votes=Count("opinions__member", distinct=True))
        .fetch_mode(models.FETCH_RAISE)
    )


def _before(council: Organisation, at: datetime) -> Q:
    """The disputes this council may conclude: its own, and for the default council those another was silent on."""
    own = Q(council=council)
    return own | Q(council=None) | Q(silent_at__isnull=False) | Q(due__lt=at) if council.is_default_council else own


def _open(dispute: Any, seat: Membership | None, parties: set[int], at: datetime) -> OpenDispute:
    due: datetime | None = dispute.due
    silent = bool(dispute.silent_at) or (due is not None and at > due)
    council = seat.organisation if seat else None
    seized = council is not None and (
        dispute.council_id == council.pk or (council.is_default_council and (silent or not dispute.council_id))
    )
    recused = bool(parties & {dispute.issue.raised_by_id, dispute.issue.body_addressed_id})
    acts = ["vote", "conclude"] if seat and seat.role == Role.CHAIR else ["vote"]
    return OpenDispute(
        dispute=dispute,
        issue=dispute.issue,
        asks=[each.ask.n for each in dispute.asks.all()],
        due_at=due,
        silent=silent,
        votes=dispute.votes,
        mine=seized and not recused,
        acts=[
            (MOVE_FORMS[act].title, reverse("move", args=[dispute.issue.number, act]))
            for act in (acts if seized and not recused else [])
        ],
    )


def conclusions() -> "models.QuerySet[Dispute]":
    """The conclusions published last. Two queries."""
    concluded = Dispute.objects.filter(outcome__in=[Outcome.DONE, Outcome.NOT_DONE])
    parts = concluded.select_related("issue__body_addressed", "organisation", "concluded_for", "concluded_by")
    newest = parts.prefetch_related(Prefetch("asks", DisputedAsk.objects.select_related("ask")))
    return newest.order_by("-closed_at", "-id").fetch_mode(models.FETCH_RAISE)[:CONCLUSIONS_AT_MOST]
