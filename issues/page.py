"""What the page of one issue shows besides its rows: the tracker, whose turn it is, results derived at an instant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.organisations.models import Kind, Membership, Organisation, Role
from issues import clock, policies, sentences
from issues.explained import WhyDue
from issues.facts import current
from issues.forms.registry import act_url
from issues.lifecycle import TRACKER, Move, Status
from issues.models import (
    Answer,
    Ask,
    Attachment,
    Commitment,
    Dispute,
    DutyKind,
    Evidence,
    Issue,
    Opinion,
    OwedBy,
    Place,
)
from issues.next_words import next_words
from issues.proposals import ProposalView
from issues.relations import relations_on
from issues.rulings import GoesOn, merged_in, rulings_on, where_asks_went

BUTTONS = 3

type Button = tuple[Words, str]  # label, address


def issue_context(issue: Issue, membership: Membership | None, at: datetime) -> dict[str, Any]:
    """For `issues/issue.html`. On an issue from `for_page()` one query for a visitor, and one where its problem was raised
    before; for a person, as `allowed_moves` too.
    """
    buttons, more = _buttons(issue, membership, at)
    seat = policies.Seat.of(membership)
    steps, went = tracker(issue), where_asks_went(issue)
    return {
        "issue": issue,
        "source": getattr(issue, "source", None),
        "at": at,
        "sentence": sentences.status_sentence(issue, at),
        "is_overdue": issue.is_overdue(at),
        "limit_line": sentences.limit_line(issue, at),
        "why_due": WhyDue.of(issue),
        "steps": steps,
        "steps_taken": next((n for n, step in enumerate(steps, 1) if step.is_current), 0),
        "next_words": next_words(issue, at),
        "buttons": buttons,
        "more_buttons": more,
        "is_their_turn": bool(buttons) and _is_turn_of(membership, issue),
        "proposals": ProposalView.all_of(issue, at),
        "rulings": rulings_on(issue, at),
        "merged_in": merged_in(issue),
        "asks": [AskView.of(ask, issue, went.get(ask.pk)) for ask in issue.asks.all()],
        "came_from": list(dict.fromkeys(found for ask in issue.asks.all() if (found := _came_from(ask)))),
        "moved_to": list(dict.fromkeys(ask.moved_to for ask in issue.asks.all() if ask.moved_to)),
        "answers": _answers(issue),
        "commitments": [CommitmentView.of(each, at) for each in issue.commitments.all()],
        "disputes": [DisputeView.of(each) for each in issue.disputes.all()],
        "tenures": list(issue.responsibilities.all()),
        "tenure": current(issue),
        "waited": _waited(issue, at),
        "texts_language": issue.language,
    } | _around(issue, seat, at)


def _around(issue: Issue, seat: policies.Seat | None, at: datetime) -> dict[str, Any]:
    """What was added to it, who supports it, which issues it belongs with; and which of that this person may add to."""
    files = issue.attachments.all()
    return {
        "files": [each for each in files if each.place == Place.ISSUE],
        "can_link": policies.can_link(seat, issue) is None,
        "can_attach": policies.can_attach(seat, issue, Place.ISSUE, at) is None,
        "addenda": [(each, [file for file in files if file.addendum_id == each.pk]) for each in issue.addenda.all()],
        "can_add": policies.can_add(seat, issue) is None,
        "supporters": issue.supporters,
        "signed": policies.cosignature(seat, issue),
        "can_cosign": policies.can_cosign(seat, issue) is None,
        "relations": relations_on(issue),
        "can_relate": policies.relates_here(seat, issue) is None,
    }


def _buttons(issue: Issue, membership: Membership | None, at: datetime) -> tuple[list[Button], list[Button]]:
    """The moves open to this person, one button for each page: at most three, the likely one first, and the rest.

    Withdrawing is open at almost any time and never what an NGO is waited for with: it stands with the rest.
    """
    allowed = policies.allowed_moves(issue, membership, at)
    if issue.status == Status.IN_PROGRESS and all(ask.verdict for ask in issue.asks.all()):
        # Every ask is answered: a refusal may still be turned into support, but that is not what is waited for.
        allowed.sort(key=lambda move: move == Move.ANSWER)
    found: dict[str, Words] = {}
    if _prepares(issue, membership, at):  # what the body is waited for with
        found[reverse("prepare_answer", args=[issue.number])] = _("Prepare the official answer")
    for move in sorted(allowed, key=lambda move: move == Move.WITHDRAW):
        if url := act_url(issue, move):
            found.setdefault(url, _LABELS.get(move, move.label))
    buttons = [(label, url) for url, label in found.items()]
    first = min(BUTTONS, len(buttons) - (Move.WITHDRAW in allowed))
    return buttons[:first], buttons[first:]


def _prepares(issue: Issue, membership: Membership | None, at: datetime) -> bool:
    """An officer, who prepares what a signatory publishes. No query for anybody else."""
    if membership is None or membership.role_in_force != Role.OFFICER or not issue.is_before_answer:
        return False
    return policies.can_prepare(policies.Seat.of(membership), issue, at) is None


def _is_turn_of(membership: Membership | None, issue: Issue) -> bool:
    """Whether the duty now owed is this party's; a question waits for the NGO beside the body's own duty."""
    if membership is None:
        return False
    if issue.status == Status.CLARIFICATION and membership.organisation.kind == Kind.NGO:
        return True
    return _OWER.get(membership.organisation.kind) == issue.owed_by


_OWER: dict[str, str] = {Kind.NGO: OwedBy.NGO, Kind.STATE_BODY: OwedBy.BODY, Kind.COUNCIL: OwedBy.COUNCIL}

_CONCLUDE: Words = sentences.CONCLUDE
_LABELS: dict[Move, Words] = {
    Move.CONCLUDE_DONE: _CONCLUDE,
    Move.CONCLUDE_NOT_DONE: _CONCLUDE,
    Move.COMMITMENT_PROGRESS: sentences.COMMITMENTS,
    Move.COMMITMENT_RESCHEDULE: sentences.COMMITMENTS,
    Move.COMMITMENT_DROP: sentences.COMMITMENTS,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One of the six public steps; `at` only where it was reached."""

    key: str
    label: Words
    at: datetime | None
    is_current: bool


# Where a status stands on the tracker; a dispute stands where it came from.
_PLACE: dict[str, str] = {
    Status.RAISED: "raised",
    Status.UNDER_CONSIDERATION: "under_consideration",
    Status.CLARIFICATION: "under_consideration",
    Status.IN_PROGRESS: "in_progress",
    Status.REPORTED_DONE: "reported_done",
    Status.UNCONFIRMED: "reported_done",
    Status.REFUSED: "answered",
    Status.RESOLVED: "resolved",
}


def tracker(issue: Issue) -> list[Step]:
    """The six steps with their dates; at most one is current, none once an issue is withdrawn, merged or out of scope."""
    reached = _reached(issue)
    place = _PLACE.get(_standing(issue), "")
    return [Step(key, label, reached[key], key == place) for key, label in TRACKER]


def _standing(issue: Issue) -> str:
    dispute = policies.open_dispute(issue)
    return dispute.status_before if dispute else issue.status


def _reached(issue: Issue) -> dict[str, datetime | None]:
    tenure = current(issue)
    reports = [duty.set_at for duty in issue.duties.all() if duty.kind == DutyKind.CONFIRM]
    return {
        "raised": issue.raised_at,
        "under_consideration": tenure.accepted_at if tenure else None,
        "answered": issue.answered_at,
        "in_progress": issue.answered_at if any(ask.is_supported for ask in issue.asks.all()) else None,
        "reported_done": max(reports, default=None),
        "resolved": issue.resolved_at,
    }


@dataclass(frozen=True, slots=True)
class AskView:
    """An ask with all that was said of it, oldest first; `in_dispute`: the NGO disagrees, and the council looks at it.
    `came_from`: the issue in which it was first asked, where that is another.
    `goes_on`: in another issue; `also_for`: other NGOs that may disagree, as an issue of theirs was merged onto it.
    `shown`: each evidence with its files; `promised`: what was to show it, of the body's commitments that stand.
    """

    ask: Ask
    in_dispute: bool
    other_owner: bool
    came_from: Issue | None
    promised: list[str]
    shown: list[tuple[Evidence, list[Attachment]]]
    goes_on: GoesOn | None
    also_for: list[Organisation]

    @classmethod
    def of(cls, ask: Ask, issue: Issue, goes_on: GoesOn | None) -> "AskView":
        dispute = policies.open_dispute(issue)
        named = {each.ask_id for each in dispute.asks.all()} if dispute else set()
        promised = [each.shows for each in issue.commitments.all() if each.ask_id == ask.pk and not each.dropped_on]
        files = issue.attachments.all()
        shown = [(each, [file for file in files if file.evidence_id == each.pk]) for each in ask.evidence.all()]
        also = {other.owner_id: other.owner for other in ask.merged.all() if other.owner_id != ask.owner_id}
        other_owner = ask.owner_id != issue.held_by_id
        return cls(
            ask, ask.pk in named, other_owner, _came_from(ask), promised, shown, goes_on, [*also.values()]
        )  # fmt: skip


def _came_from(ask: Ask) -> Issue | None:
    return ask.carried_from.issue if ask.carried_from else None


def _answers(issue: Issue) -> list[tuple[Answer, list[Any]]]:
    """Each published answer with its parts, in their order."""
    found: dict[int, tuple[Answer, list[Any]]] = {}
    for ask in issue.asks.all():
        for part in ask.answers.all():
            found.setdefault(part.answer.n, (part.answer, []))[1].append((ask, part))
    return [found[n] for n in sorted(found)]


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """A commitment and what became of it by its first date, on the day of looking."""

    commitment: Commitment
    result: str
    result_label: Promise
    slippage: int

    @classmethod
    def of(cls, commitment: Commitment, at: datetime) -> "CommitmentView":
        result = commitment.result(clock.local_day(at))
        return cls(commitment, result, sentences.RESULTS[result], commitment.slippage())


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A disagreement with its votes: per named ask, whether the vote is over a refusal, and each member's opinion."""

    dispute: Dispute
    opening: Words
    asks: list[tuple[Any, bool, list[Opinion]]]

    @classmethod
    def of(cls, dispute: Dispute) -> "DisputeView":
        opinions = list(dispute.opinions.all())
        named = [
            (each, sentences.is_about_refusal(dispute, each.ask.verdict),
             [opinion for opinion in opinions if opinion.ask_id == each.ask_id])
            for each in sorted(dispute.asks.all(), key=lambda each: each.ask.n)
        ]  # fmt: skip
        return cls(dispute, sentences.OPENINGS.get(dispute.opening, dispute.opening), named)


def _waited(issue: Issue, at: datetime) -> int | None:
    """Calendar days from the first receipt of any ask to the answer, or to now: no redirect restarts it, nor does an ask's
    going on in a linked issue.
    """
    if issue.first_received_at is None or not issue.responsibilities.all():
        return None
    until = issue.answered_at or issue.closed_at or at
    return max(0, (clock.local_day(until) - clock.local_day(issue.first_received_at)).days)
