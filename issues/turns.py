"""Whose turn it is, for one's own page and for the council's: readers behind `/me/` and `/council/`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Subquery, When
from django.urls import reverse

from backend.core.errors import Words
from backend.organisations.models import Kind, Membership, Organisation, Role
from issues.clock import local_day
from issues.conditions import TOO_FEW_VOTES, why_not
from issues.desk import MOVE_OF_DUTY, may
from issues.facts import gather
from issues.forms.registry import MOVE_FORMS, act_url
from issues.lifecycle import Move, Need, rows_for
from issues.models import (
    Commitment,
    CosignEnd,
    Cosigner,
    Dispute,
    DisputedAsk,
    Duty,
    DutyKind,
    Issue,
    Outcome,
    OwedBy,
    Ruling,
)
from issues.sentences import RESULTS

ROWS_AT_MOST = 100
CONCLUSIONS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """An act that is waited for: by when, what, and where this person does it (None: somebody else of the party)."""

    issue: Issue
    due_at: datetime
    step: Move
    url: str | None
    is_right: bool = False  # one may, until then; nothing is late afterwards
    otherwise: tuple[Words, str] | None = None  # the other thing this person may do of it, and where


def turns_of_ngo(seat: Membership, at: datetime) -> list[Turn]:
    """What the NGO owes now: clarifications and confirmations; where it may appeal; and what it co-signed and may take
    over, if it is verified. The most pressing first. One query.
    """
    ours = Q(issue__held_by=seat.organisation_id, owed_by=OwedBy.NGO)
    if seat.organisation.is_verified:
        signed = Cosigner.objects.filter(organisation=seat.organisation_id, ended_at=None)
        ours |= Q(kind=DutyKind.WITHDRAW, issue__in=signed.values("issue"))
    duties = (
        Duty.objects.open()
        .filter(ours, lapsed_at=None)
        .exclude(kind=DutyKind.CONFIRM, issue__owed_by=OwedBy.COUNCIL)  # in dispute: the council's turn
        .exclude(kind__in=RIGHTS, due_at__lt=at)
        .select_related("issue")
        .order_by("due_at", "id")[:ROWS_AT_MOST]
    )
    return [_turn(seat, duty) for duty in duties.fetch_mode(models.FETCH_RAISE)]


@dataclass(frozen=True, slots=True)
class Measure:
    """A joint measure of the NGO. `url`: where this person takes it on, or reports on it; None: somebody else of the NGO."""

    commitment: Commitment
    result: Words
    url: str | None


def measures_of(seat: Membership, at: datetime) -> list[Measure]:
    """The NGO's joint measures that are still to be done, or to be taken on, by their dates. One query."""
    pending = Commitment.objects.pending().filter(owner=seat.organisation_id, issue__status__in=ACTED_ON)
    found = pending.select_related("issue", "owner").order_by("due", "id").fetch_mode(models.FETCH_RAISE)
    today, acts = local_day(at), may(seat, Move.COMMITMENT_TAKE)
    return [
        Measure(each, RESULTS[each.result(today)], act_url(each.issue, Move.COMMITMENT_TAKE) if acts else None)
        for each in found[:ROWS_AT_MOST]
    ]


ACTED_ON = [status for row in rows_for(Move.COMMITMENT_TAKE) for status in row.sources]
RIGHTS = (DutyKind.WITHDRAW, DutyKind.APPEAL)
"""What nobody owes: to take an issue over, to appeal. Gone with its date."""


def _turn(seat: Membership, duty: Duty) -> Turn:
    step = MOVE_OF_DUTY[DutyKind(duty.kind)]
    url = act_url(duty.issue, step) if may(seat, step) else None
    disagrees = act_url(duty.issue, Move.DISPUTE) if url and step is Move.CONFIRM else None
    otherwise = (Move.DISPUTE.label, disagrees) if disagrees else None
    return Turn(duty.issue, duty.due_at, step, url, is_right=duty.kind in RIGHTS, otherwise=otherwise)


def appeals_for(seat: Membership) -> "models.QuerySet[Ruling]":
    """Appeals that wait for this moderator, who did not make the decision; the oldest first. One query."""
    waiting = Ruling.objects.filter(appealed_at__isnull=False, outcome="").exclude(decided_by=seat.user_id)
    parts = waiting.select_related("issue", "into", "decided_by", "issue__held_by")
    return parts.order_by("appealed_at", "id").fetch_mode(models.FETCH_RAISE)[:ROWS_AT_MOST]


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
    missing: Words  # why its chair cannot conclude yet; else ''


def open_disputes(seat: Membership | None, seats: Iterable[Membership], at: datetime) -> list[OpenDispute]:
    """Open disputes by date, those before the council of `seat` first; at most `ROWS_AT_MOST`. Two or three queries; for
    a chair also what the issues voted on are made of, and one for each (who may vote there).

    `seats`: all the person's memberships; who belongs to the NGO, a co-signer or the body takes no part (domain.md
    section 1).
    """
    council = seat.organisation if seat and seat.organisation.kind == Kind.COUNCIL else None
    parties = {each.organisation_id for each in seats}
    found = _dated(Dispute.objects.filter(closed_at=None)).annotate(recused=_recused(parties)).order_by("due", "id")
    if council:
        found = found.order_by(Case(When(_before(council, at), then=0), default=1), "due", "id")
    rows = list(found[:ROWS_AT_MOST])
    mine = [each for each in rows if _is_before(each, council, at) and not each.recused]
    missing = _lacking(mine, at) if seat and council and seat.role == Role.CHAIR else None
    return [_open(each, each in mine, missing, at) for each in rows]


def _lacking(disputes: Iterable[Any], at: datetime) -> dict[int, Words]:
    """By dispute: what a conclusion still needs, '' if nothing. No query before the first vote."""
    voted = [each.issue_id for each in disputes if each.votes]
    found = Issue.objects.with_parts().filter(pk__in=voted) if voted else []
    needs = {issue.pk: why_not(Need.QUORUM, gather(issue, at)) or "" for issue in found}
    return {each.pk: needs[each.issue_id] if each.votes else TOO_FEW_VOTES for each in disputes}


def _recused(parties: set[int]) -> Case:
    """As `councils.members_able`: of the NGOs that hold or held the issue, of a co-signer, of the body."""
    signed = Cosigner.objects.filter(
        Q(ended_at=None) | Q(ended_as=CosignEnd.TOOK_OVER), issue=OuterRef("issue"), organisation__in=parties
    )
    party = Q(issue__raised_by__in=parties) | Q(issue__held_by__in=parties) | Q(issue__body_addressed__in=parties)
    return Case(When(party | Q(Exists(signed)), then=True), default=False, output_field=models.BooleanField())


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


def _is_silent(dispute: Any, at: datetime) -> bool:
    return bool(dispute.silent_at) or (dispute.due is not None and at > dispute.due)


def _is_before(dispute: Any, council: Organisation | None, at: datetime) -> bool:
    """As `_before`, of one."""
    if council is None or dispute.council_id == council.pk:
        return council is not None
    return council.is_default_council and (_is_silent(dispute, at) or not dispute.council_id)


def _open(dispute: Any, mine: bool, missing: dict[int, Words] | None, at: datetime) -> OpenDispute:
    """`missing`: what each of a chair's still needs; None for everybody else."""
    may_conclude = missing is not None and mine and not missing[dispute.pk]
    acts = ["vote"] * mine + ["conclude"] * may_conclude
    return OpenDispute(
        dispute=dispute,
        issue=dispute.issue,
        asks=[each.ask.n for each in dispute.asks.all()],
        due_at=dispute.due,
        silent=_is_silent(dispute, at),
        votes=dispute.votes,
        mine=mine,
        acts=[(MOVE_FORMS[act].title, reverse("move", args=[dispute.issue.number, act])) for act in acts],
        missing=missing[dispute.pk] if missing and mine else "",
    )


def conclusions() -> "models.QuerySet[Dispute]":
    """The conclusions published last. Two queries."""
    concluded = Dispute.objects.filter(outcome__in=[Outcome.DONE, Outcome.NOT_DONE])
    parts = concluded.select_related("issue__body_addressed", "organisation", "concluded_for", "concluded_by")
    newest = parts.prefetch_related(Prefetch("asks", DisputedAsk.objects.select_related("ask")))
    return newest.order_by("-closed_at", "-id").fetch_mode(models.FETCH_RAISE)[:CONCLUSIONS_AT_MOST]
