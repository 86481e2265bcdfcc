"""From rows to `conditions.Facts`: what the rules need to know of one issue at one instant."""

from datetime import datetime

from backend.organisations.models import Organisation
from issues import clock, councils
from issues.conditions import AnswerFact, AskFact, CommitmentFact, DisputeFact, DutyFact, Facts
from issues.lifecycle import Move, Status
from issues.merging import GONE, asks_that_return, ruling_in_force
from issues.models import Dispute, DutyKind, Issue, RedirectProposal, Responsibility, Verdict
from issues.moderation import RulingFact
from issues.redirection import ProposalFact


def gather(issue: Issue, at: datetime, organisation: Organisation | None = None) -> Facts:
    """The facts, as seen by one organisation (whose used openings count). On an issue from `for_page()`: 2 queries, one
    more while it is disputed, or merged; on a bare one up to 13.
    """
    if issue.status == Status.DRAFT:
        return Facts(at=at, status=Status.DRAFT)
    tenure, revs = current(issue), _revs(issue)
    duties = [duty for duty in issue.duties.all() if duty.is_open]
    disputes = list(issue.disputes.all())
    dispute = next((each for each in disputes if each.closed_at is None), None)
    body = body_in_force(issue, at)
    return Facts(
        at=at,
        status=Status(issue.status),
        hop=tenure.hop if tenure else 0,
        clarified=bool(tenure and tenure.clarification_at),
        extended=bool(tenure and tenure.extended_at),
        original_due_on=tenure.original_due_on if tenure else None,
        redirect_by=next((duty.due_at for duty in duties if duty.kind == "redirect"), None),
        asks=_asks(issue, dispute),
        commitments=_commitments(issue),
        duties=tuple(DutyFact(duty.pk, duty.kind, duty.due_on, duty.due_at, bool(duty.lapsed_at)) for duty in duties),
        answers=_answers(issue),
        dispute=_dispute(dispute, at) if dispute else None,
        reported_rev=revs.get(Status.REPORTED_DONE, 0),
        lapsed_rev=revs.get(Status.UNCONFIRMED, 0),
        closed_at=issue.closed_at,
        concluded_until=max((each.until for each in disputes if each.until), default=None),
        used=frozenset(
            (each.opening, each.opening_ref) for each in disputes
            if organisation is None or disputer(each, issue) == organisation.pk
        ),
        cosigned=bool(issue.supporters),
        proposal=_proposal(issue),
        body_ended=bool(issue.body_addressed and issue.body_addressed.has_ended(clock.local_day(at))),
        has_successor=body != issue.body_addressed,
        nobody_in_force=bool(body and body.has_ended(clock.local_day(at))),
        ruling=_ruling(issue),
    )  # fmt: skip


def body_in_force(issue: Issue, at: datetime) -> Organisation | None:
    """The responsible body, or whoever has succeeded it by then: what the calendar decides holds before the worker enters
    it. No query on an issue from `with_parts()`.
    """
    return issue.body_addressed.in_force(clock.local_day(at)) if issue.body_addressed else None


def open_proposal(issue: Issue) -> RedirectProposal | None:
    """The redirect that is proposed and not closed. No query on a prefetched issue."""
    return next((each for each in issue.proposals.all() if each.closed_at is None), None)


def current(issue: Issue) -> Responsibility | None:
    """The responsibility that has not ended, else the last one. No query on a prefetched issue."""
    tenures = sorted(issue.responsibilities.all(), key=lambda each: (each.ended_at is None, each.received_at, each.pk))
    return tenures[-1] if tenures else None


def _asks(issue: Issue, dispute: Dispute | None) -> tuple[AskFact, ...]:
    disputed = {each.ask_id for each in dispute.asks.all()} if dispute else set()
    return tuple(
        AskFact(
            ask.n, ask.owner_id, ask.verdict, ask.is_settled,
            any(each.set_aside_at is None for each in ask.evidence.all()), ask.pk in disputed,
        )
        for ask in issue.asks.all() if not ask.moved_to_id
    )  # fmt: skip


def disputer(dispute: Dispute, issue: Issue) -> int:
    """The NGO whose disagreement it is now: whoever holds the issue, for those of the NGOs that held it before."""
    return issue.held_by_id if dispute.organisation_id in issue.holders else dispute.organisation_id


def _commitments(issue: Issue) -> tuple[CommitmentFact, ...]:
    number = {ask.pk: ask.n for ask in issue.asks.all()}
    return tuple(
        CommitmentFact(
            each.pk, number[each.ask_id], each.due, each.moves, each.completed_on, each.dropped_on,
            by_body=each.owner_id == issue.body_addressed_id,
        )
        for each in issue.commitments.all()
    )  # fmt: skip


def _proposal(issue: Issue) -> ProposalFact | None:
    proposal = open_proposal(issue)
    if proposal is None:
        return None
    duty = next(each for each in issue.duties.all() if each.kind == DutyKind.AGREE and each.is_open)
    return ProposalFact(proposal.hop, duty.due_at)


def _ruling(issue: Issue) -> RulingFact | None:
    ruling = ruling_in_force(issue)
    if ruling is None:
        return None
    duties = [each for each in issue.duties.all() if each.kind == DutyKind.APPEAL]
    kept_gone = ruling.into is not None and ruling.into.status in GONE
    return RulingFact(
        appealed=ruling.appealed_at is not None,
        reviewed=ruling.outcome != "",
        appeal_by=max(each.due_at for each in duties),
        kept_gone=kept_gone,
        returns=bool(asks_that_return(issue, ruling)),
    )


def _answers(issue: Issue) -> tuple[AnswerFact, ...]:
    """Answers with the asks they refused or cut and whose verdict from that answer is still in force."""
    cut: dict[int, tuple[datetime, list[int]]] = {}
    for ask in issue.asks.all():
        last = None
        for part in ask.answers.all():
            cut.setdefault(part.answer.n, (part.answer.published_at, []))
            last = part
        if last and not last.set_aside_at and last.verdict in (Verdict.REFUSED, Verdict.PARTLY):
            cut[last.answer.n][1].append(ask.n)
    return tuple(AnswerFact(n, published, tuple(asks)) for n, (published, asks) in sorted(cut.items()))


def _dispute(dispute: Dispute, at: datetime) -> DisputeFact:
    duty = next(
        each for each in dispute.issue.duties.all() if each.dispute_id == dispute.pk and each.kind == "conclude"
    )
    seized = councils.seized_of(dispute, at)
    able = {member.user_id for member in councils.members_able(dispute.issue, seized, at)}
    voters = {each.member_id for each in dispute.opinions.all()} & able
    return DisputeFact(dispute.opening, duty.due_at, bool(dispute.silent_at), len(voters), councils.quorum(len(able)))


def _revs(issue: Issue) -> dict[str, int]:
    """The last event that led to "reported done" and to "unconfirmed" from elsewhere. One query, only where it matters."""
    if issue.status not in (Status.REPORTED_DONE, Status.UNCONFIRMED):
        return {}
    rows = issue.events.filter(
        to_status__in=(Status.REPORTED_DONE, Status.UNCONFIRMED),
        move__in=(Move.REPORT_DONE, Move.ANSWER, Move.CONFIRM_LAPSE),
    ).order_by("seq")
    return dict(rows.values_list("to_status", "seq"))
