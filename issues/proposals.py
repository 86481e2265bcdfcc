"""Redirects that are proposed, as people read them: on the issue's page, on the desk of the proposed body, and on `/me/` of a
moderator, who also finds there the issues of bodies that ended without a successor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import OuterRef

from backend.core.errors import Words
from backend.organisations.models import Membership, Organisation
from issues import clock
from issues.desk import may
from issues.forms.registry import MOVE_FORMS, act_url
from issues.lifecycle import BEFORE_ANSWER, Move
from issues.models import Duty, DutyKind, Issue, ProposalEnd, RedirectProposal

ROWS_AT_MOST = 100
REPLIES = ("redirect-agree", "redirect-decline")


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with the body that made it. `until`: the day by which its reply is waited for, None once it is not any
    more; `outcome`: how it ended, '' where it waits.
    """

    proposal: RedirectProposal
    body: Organisation
    until: date | None
    outcome: Words

    @classmethod
    def all_of(cls, issue: Issue, at: datetime) -> list["ProposalView"]:
        """Oldest first; what waits is the last. No query on an issue from `with_parts()`."""
        return [cls._of(each, issue, at) for each in issue.proposals.all()]

    @classmethod
    def _of(cls, proposal: RedirectProposal, issue: Issue, at: datetime) -> "ProposalView":
        duty = None if proposal.closed_at else _reply_duty(issue)
        until = duty.due_on if duty and not duty.is_past(at) else None
        # Past its date it has lapsed, whether or not that is entered.
        outcome = "" if until else proposal.get_outcome_display() or ProposalEnd.LAPSED.label
        body = next(each.body for each in issue.responsibilities.all() if each.pk == proposal.responsibility_id)
        return cls(proposal, body, until, outcome)


def _reply_duty(issue: Issue) -> Duty | None:
    return next((each for each in issue.duties.all() if each.kind == DutyKind.AGREE and each.is_open), None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that waits for a reply: until when, and where this person gives it (empty: somebody else of the party)."""

    issue: Issue
    proposal: RedirectProposal
    due_at: datetime
    acts: list[tuple[Words, str]]  # what it is called, where it is done


def waiting_for_body(seat: Membership, bodies: Iterable[int], at: datetime) -> list[Waiting]:
    """First hops proposed to the bodies that the seat acts for (`desk.acted_for`), by their date. One query."""
    return _waiting(seat, RedirectProposal.objects.filter(hop=1, to_body__in=bodies), at)


def waiting_for_moderator(seat: Membership, at: datetime) -> list[Waiting]:
    """Further hops, by their date. One query."""
    return _waiting(seat, RedirectProposal.objects.filter(hop__gt=1), at)


def _waiting(seat: Membership, proposals: "models.QuerySet[Any]", at: datetime) -> list[Waiting]:
    open_duty = (
        Duty.objects.open().filter(issue=OuterRef("issue"), kind=DutyKind.AGREE, due_at__gte=at).values("due_at")
    )
    found = proposals.filter(closed_at=None, issue__status__in=BEFORE_ANSWER).annotate(due=open_duty[:1])
    parts = found.filter(due__isnull=False).select_related("issue", "to_body", "responsibility__body")
    shown = parts.order_by("due", "id").fetch_mode(models.FETCH_RAISE)[:ROWS_AT_MOST]
    return [Waiting(each.issue, each, each.due, _replies(seat, each.issue)) for each in shown]


def _replies(seat: Membership, issue: Issue) -> list[tuple[Words, str]]:
    found = [(MOVE_FORMS[act], act_url(issue, MOVE_FORMS[act].moves[0])) for act in REPLIES]
    return [(page.title, url) for page, url in found if url and may(seat, page.moves[0])]


@dataclass(frozen=True, slots=True)
class Orphan:
    """An open issue whose body has ended, and nobody succeeds it; `url`: where a moderator assigns it."""

    issue: Issue
    url: str | None


def without_a_body(at: datetime) -> list[Orphan]:
    """The oldest first. One query: only of the body itself; one whose successor has ended too is first entered as that one's."""
    ended = Issue.objects.open().filter(
        body_addressed__valid_to__lt=clock.local_day(at), body_addressed__successor=None
    )
    found = ended.for_list().order_by("raised_at", "id")[:ROWS_AT_MOST]
    return [Orphan(issue, act_url(issue, Move.REASSIGN)) for issue in found]
