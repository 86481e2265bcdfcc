"""The only moves of an issue: domain.md section 2, as one table. No models here; the tests of it need no database.

`TRANSITIONS` drives buttons, forms, the API's `allowed_moves`, the tests and the diagram in the README. A row says from
where, by whom, to where, and what must hold (`Need`, evaluated in `conditions.py` on plain facts).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    DRAFT = "draft", pgettext_lazy("status", "Draft")
    RAISED = "raised", pgettext_lazy("status", "Raised")
    UNDER_CONSIDERATION = "under_consideration", pgettext_lazy("status", "Under consideration")
    CLARIFICATION = "clarification", pgettext_lazy("status", "Question to the NGO")
    IN_PROGRESS = "in_progress", pgettext_lazy("status", "In progress")
    REPORTED_DONE = "reported_done", pgettext_lazy("status", "Reported done, NGO to confirm")
    DISPUTED = "disputed", pgettext_lazy("status", "NGO disagrees")
    RESOLVED = "resolved", pgettext_lazy("status", "Resolved")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("status", "Closed, NGO did not reply")
    REFUSED = "refused", pgettext_lazy("status", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("status", "Withdrawn by the NGO")
    DUPLICATE = "duplicate", pgettext_lazy("status", "Merged")
    OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("status", "Out of scope")
    RECORDED = "recorded", pgettext_lazy("status", "Recorded elsewhere")


BEFORE_ANSWER = frozenset({Status.RAISED, Status.UNDER_CONSIDERATION, Status.CLARIFICATION})
OPEN = BEFORE_ANSWER | {Status.IN_PROGRESS, Status.REPORTED_DONE, Status.DISPUTED}
CLOSED = frozenset(Status) - OPEN - {Status.DRAFT}


class Capacity(StrEnum):
    """What a person, acting for one organisation, is in one issue. `policies.capacities` computes the set."""

    NGO_REPRESENTATIVE = "ngo_representative"
    NGO_MANAGER = "ngo_manager"
    ASK_OWNER = "ask_owner"  # manager of the NGO that owns at least one ask
    MERGED_NGO = "merged_ngo"  # manager of an NGO whose issue was merged onto a matching ask
    COSIGNER_MANAGER = "cosigner_manager"
    DISPUTER = "disputer"  # manager of the NGO that disputed
    MEASURE_OWNER = "measure_owner"  # manager of the NGO that owns a joint measure
    OFFICER = "officer"
    SIGNATORY = "signatory"
    NEW_SIGNATORY = "new_signatory"  # of the body a redirect is proposed to
    COUNCIL_MEMBER = "council_member"  # of a council seized of the dispute, not recused
    COUNCIL_CHAIR = "council_chair"
    MODERATOR = "moderator"
    OTHER_MODERATOR = "other_moderator"  # not the one who decided first
    SYSTEM = "system"


class Move(TextChoices):
    DISCARD = "discard", pgettext_lazy("move", "Delete the draft")
    SUBMIT = "submit", pgettext_lazy("move", "Publish the issue")
    ACCEPT = "accept", pgettext_lazy("move", "Take up the issue")
    CLARIFY_REQUEST = "clarify_request", pgettext_lazy("move", "Ask the NGO a question")
    CLARIFY = "clarify", pgettext_lazy("move", "Answer the question")
    CLARIFY_LAPSE = "clarify_lapse", pgettext_lazy("move", "No clarification in time")
    REDIRECT = "redirect", pgettext_lazy("move", "Send to the competent body")
    REDIRECT_AGREE = "redirect_agree", pgettext_lazy("move", "Agree to take the issue")
    REDIRECT_DECLINE = "redirect_decline", pgettext_lazy("move", "Decline the issue")
    REDIRECT_LAPSE = "redirect_lapse", pgettext_lazy("move", "No reply to the proposed redirect")
    SUCCEED = "succeed", pgettext_lazy("move", "Successor body takes over")
    REASSIGN = "reassign", pgettext_lazy("move", "Assign to another body")
    EXTEND = "extend", pgettext_lazy("move", "Extend the time to answer")
    ANSWER_DUE = "answer_due", pgettext_lazy("move", "No answer in time")
    ANSWER = "answer", pgettext_lazy("move", "Publish the official answer")
    COMMITMENT_ADD = "commitment_add", pgettext_lazy("move", "Add a commitment")
    COMMITMENT_TAKE = "commitment_take", pgettext_lazy("move", "Take on a joint measure")
    COMMITMENT_PROGRESS = "commitment_progress", pgettext_lazy("move", "Report progress")
    COMMITMENT_RESCHEDULE = "commitment_reschedule", pgettext_lazy("move", "Move the date of a commitment")
    COMMITMENT_DROP = "commitment_drop", pgettext_lazy("move", "Drop a commitment")
    REPORT_DONE = "report_done", pgettext_lazy("move", "Report done")
    CONFIRM = "confirm", pgettext_lazy("move", "Confirm it is done")
    CONFIRM_LAPSE = "confirm_lapse", pgettext_lazy("move", "NGO did not reply in time")
    DISPUTE = "dispute", pgettext_lazy("move", "Disagree")
    RETRACT = "retract", pgettext_lazy("move", "Take back the disagreement")
    VOTE = "vote", pgettext_lazy("move", "Vote on the dispute")
    CONCLUDE_DONE = "conclude_done", pgettext_lazy("move", "Conclude: done, or the refusal stands")
    CONCLUDE_NOT_DONE = "conclude_not_done", pgettext_lazy("move", "Conclude: not done")
    COUNCIL_LAPSE = "council_lapse", pgettext_lazy("move", "Council silent")
    WITHDRAW = "withdraw", pgettext_lazy("move", "Withdraw the issue")
    TAKE_OVER = "take_over", pgettext_lazy("move", "Take over the issue")
    WITHDRAW_LAPSE = "withdraw_lapse", pgettext_lazy("move", "Nobody took over")
    MERGE = "merge", pgettext_lazy("move", "Merge into an older issue")
    OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("move", "Move out of scope")
    APPEAL = "appeal", pgettext_lazy("move", "Appeal against the moderator's decision")
    APPEAL_DISMISS = "appeal_dismiss", pgettext_lazy("move", "Dismiss the appeal")
    RESTORE = "restore", pgettext_lazy("move", "Restore the issue")


class Target(StrEnum):
    """Where a move leads when that is not one named status."""

    UNCHANGED = "unchanged"
    DELETED = "deleted"
    BEFORE = "before"  # the status before the dispute, the merge or the ruling


class Need(StrEnum):
    """What must hold besides status and person; `conditions.HOLDS` has one predicate for each."""

    NOTHING = "nothing"
    CLARIFICATION_UNUSED = "clarification_unused"
    CLARIFY_TIME_OVER = "clarify_time_over"
    FIRST_HOP_IN_TIME = "first_hop_in_time"
    LATER_HOP = "later_hop"  # only proposed, and no proposal is open
    FIRST_HOP_PROPOSED = "first_hop_proposed"
    FURTHER_HOP_PROPOSED = "further_hop_proposed"
    PROPOSAL_TIME_OVER = "proposal_time_over"
    BODY_ENDED_WITH_SUCCESSOR = "body_ended_with_successor"
    BODY_ENDED_WITHOUT_SUCCESSOR = "body_ended_without_successor"
    EXTENSION_OPEN = "extension_open"
    ANSWER_TIME_OVER = "answer_time_over"
    DISPUTED_FOR_NO_ANSWER = "disputed_for_no_answer"
    ASKS_TO_ANSWER_AGAIN = "asks_to_answer_again"
    DISPUTED_ONCE_ANSWERED = "disputed_once_answered"
    COUNCIL_SILENT_ONCE_ANSWERED = "council_silent_once_answered"
    ASKS_TO_REPORT = "asks_to_report"
    ASKS_TO_CONFIRM = "asks_to_confirm"
    ASKS_TO_CONFIRM_IN_30_DAYS = "asks_to_confirm_in_30_days"
    CONFIRM_TIME_OVER = "confirm_time_over"
    OPENING = "opening"  # an event that opens disputing, and was not used yet
    QUORUM = "quorum"
    CONCLUDE_TIME_OVER = "conclude_time_over"
    NO_COSIGNERS = "no_cosigners"  # and, as for the next, no window after an earlier withdrawal
    COSIGNERS = "cosigners"
    WINDOW_OPEN = "window_open"
    WINDOW_OVER = "window_over"
    APPEAL_UNUSED = "appeal_unused"
    APPEAL_OPEN = "appeal_open"
    KEPT_ISSUE_GONE = "kept_issue_gone"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    sources: frozenset[Status]
    move: Move
    who: frozenset[Capacity]
    targets: tuple[Status | Target, ...]
    need: Need = Need.NOTHING
    verified: bool = False  # the organisation must be verified: suspension stops this move at once


def _row(
    sources: Status | Iterable[Status],
    move: Move,
    who: Capacity | Iterable[Capacity],
    *targets: Status | Target,
    need: Need = Need.NOTHING,
    verified: bool = False,
) -> Row:
    return Row(
        frozenset([sources] if isinstance(sources, Status) else sources),
        move,
        frozenset([who] if isinstance(who, Capacity) else who),
        targets,
        need,
        verified,
    )


S, M, C, T = Status, Move, Capacity, Target
_NGO = (C.NGO_REPRESENTATIVE, C.NGO_MANAGER)
_BODY = (C.OFFICER, C.SIGNATORY)

TRANSITIONS: tuple[Row, ...] = (
    _row(S.DRAFT, M.SUBMIT, C.NGO_MANAGER, S.RAISED, verified=True),
    _row(S.DRAFT, M.DISCARD, _NGO, T.DELETED),
    _row(S.RAISED, M.ACCEPT, _BODY, S.UNDER_CONSIDERATION),
    _row(S.CLARIFICATION, M.CLARIFY, _NGO, S.UNDER_CONSIDERATION),
    _row(BEFORE_ANSWER, M.ANSWER, C.SIGNATORY, S.REFUSED, S.REPORTED_DONE, S.IN_PROGRESS),
    _row(S.DISPUTED, M.ANSWER, C.SIGNATORY, S.REFUSED, S.REPORTED_DONE, S.IN_PROGRESS, need=Need.DISPUTED_FOR_NO_ANSWER),
    _row(S.IN_PROGRESS, M.ANSWER, C.SIGNATORY, S.REPORTED_DONE, S.IN_PROGRESS, need=Need.ASKS_TO_ANSWER_AGAIN),
    _row(
        {S.RAISED, S.UNDER_CONSIDERATION}, M.CLARIFY_REQUEST, _BODY, S.CLARIFICATION, need=Need.CLARIFICATION_UNUSED
    ),
    _row(S.CLARIFICATION, M.CLARIFY_LAPSE, C.SYSTEM, S.UNDER_CONSIDERATION, need=Need.CLARIFY_TIME_OVER),
    _row(BEFORE_ANSWER, M.REDIRECT, C.SIGNATORY, S.RAISED, T.UNCHANGED, need=Need.FIRST_HOP_IN_TIME),
    _row(BEFORE_ANSWER, M.REDIRECT, C.SIGNATORY, T.UNCHANGED, need=Need.LATER_HOP),
    _row(BEFORE_ANSWER, M.REDIRECT_AGREE, C.NEW_SIGNATORY, S.RAISED, T.UNCHANGED, need=Need.FIRST_HOP_PROPOSED),
    _row(BEFORE_ANSWER, M.REDIRECT_AGREE, C.MODERATOR, S.RAISED, T.UNCHANGED, need=Need.FURTHER_HOP_PROPOSED),
    _row(BEFORE_ANSWER, M.REDIRECT_DECLINE, C.NEW_SIGNATORY, T.UNCHANGED, need=Need.FIRST_HOP_PROPOSED),
    _row(BEFORE_ANSWER, M.REDIRECT_DECLINE, C.MODERATOR, T.UNCHANGED, need=Need.FURTHER_HOP_PROPOSED),
    _row(BEFORE_ANSWER, M.REDIRECT_LAPSE, C.SYSTEM, T.UNCHANGED, need=Need.PROPOSAL_TIME_OVER),
    _row(OPEN, M.SUCCEED, C.SYSTEM, T.UNCHANGED, need=Need.BODY_ENDED_WITH_SUCCESSOR),
    _row(OPEN, M.REASSIGN, C.MODERATOR, S.RAISED, T.UNCHANGED, need=Need.BODY_ENDED_WITHOUT_SUCCESSOR),
    _row(BEFORE_ANSWER, M.EXTEND, C.SIGNATORY, T.UNCHANGED, need=Need.EXTENSION_OPEN),
    _row(BEFORE_ANSWER, M.ANSWER_DUE, C.SYSTEM, T.UNCHANGED, need=Need.ANSWER_TIME_OVER),
    _row(S.IN_PROGRESS, M.REPORT_DONE, C.SIGNATORY, S.REPORTED_DONE, need=Need.ASKS_TO_REPORT),
    _row(S.DISPUTED, M.REPORT_DONE, C.SIGNATORY, S.REPORTED_DONE, need=Need.COUNCIL_SILENT_ONCE_ANSWERED),
    _row(S.IN_PROGRESS, M.COMMITMENT_PROGRESS, (*_BODY, C.MEASURE_OWNER), T.UNCHANGED),
    _row(S.IN_PROGRESS, M.COMMITMENT_ADD, C.SIGNATORY, T.UNCHANGED),
    _row(S.IN_PROGRESS, M.COMMITMENT_TAKE, C.MEASURE_OWNER, T.UNCHANGED),
    _row(S.IN_PROGRESS, M.COMMITMENT_RESCHEDULE, C.SIGNATORY, T.UNCHANGED),
    _row(S.IN_PROGRESS, M.COMMITMENT_DROP, (C.SIGNATORY, C.MEASURE_OWNER), T.UNCHANGED),
    _row(S.DISPUTED, M.COMMITMENT_PROGRESS, (*_BODY, C.MEASURE_OWNER), T.UNCHANGED, need=Need.DISPUTED_ONCE_ANSWERED),
    _row(S.DISPUTED, M.COMMITMENT_ADD, C.SIGNATORY, T.UNCHANGED, need=Need.DISPUTED_ONCE_ANSWERED),
    _row(S.DISPUTED, M.COMMITMENT_TAKE, C.MEASURE_OWNER, T.UNCHANGED, need=Need.DISPUTED_ONCE_ANSWERED),
    _row(S.DISPUTED, M.COMMITMENT_RESCHEDULE, C.SIGNATORY, T.UNCHANGED, need=Need.DISPUTED_ONCE_ANSWERED),
    _row(
        S.DISPUTED, M.COMMITMENT_DROP, (C.SIGNATORY, C.MEASURE_OWNER), T.UNCHANGED, need=Need.DISPUTED_ONCE_ANSWERED
    ),
    _row(
        {S.IN_PROGRESS, S.REPORTED_DONE, S.DISPUTED}, M.CONFIRM, C.ASK_OWNER, S.RESOLVED, T.UNCHANGED,
        need=Need.ASKS_TO_CONFIRM,
    ),
    _row(
        S.UNCONFIRMED, M.CONFIRM, C.ASK_OWNER, S.RESOLVED, T.UNCHANGED, need=Need.ASKS_TO_CONFIRM_IN_30_DAYS
    ),
    _row(S.REPORTED_DONE, M.CONFIRM_LAPSE, C.SYSTEM, S.UNCONFIRMED, need=Need.CONFIRM_TIME_OVER),
    _row(
        BEFORE_ANSWER | {S.IN_PROGRESS, S.REPORTED_DONE, S.UNCONFIRMED, S.REFUSED}, M.DISPUTE,
        (C.ASK_OWNER, C.MERGED_NGO), S.DISPUTED, need=Need.OPENING,
    ),
    _row(S.DISPUTED, M.RETRACT, C.DISPUTER, T.BEFORE),
    _row(S.DISPUTED, M.VOTE, (C.COUNCIL_MEMBER, C.COUNCIL_CHAIR), T.UNCHANGED),
    _row(S.DISPUTED, M.CONCLUDE_DONE, C.COUNCIL_CHAIR, S.RESOLVED, S.REFUSED, T.BEFORE, need=Need.QUORUM),
    _row(
        S.DISPUTED, M.CONCLUDE_NOT_DONE, C.COUNCIL_CHAIR, S.IN_PROGRESS, S.UNDER_CONSIDERATION, need=Need.QUORUM
    ),
    _row(S.DISPUTED, M.COUNCIL_LAPSE, C.SYSTEM, T.UNCHANGED, need=Need.CONCLUDE_TIME_OVER),
    _row(OPEN, M.WITHDRAW, C.NGO_MANAGER, S.WITHDRAWN, need=Need.NO_COSIGNERS),
    _row(OPEN, M.WITHDRAW, C.NGO_MANAGER, T.UNCHANGED, need=Need.COSIGNERS),
    _row(OPEN, M.TAKE_OVER, C.COSIGNER_MANAGER, T.UNCHANGED, need=Need.WINDOW_OPEN, verified=True),
    _row(OPEN, M.WITHDRAW_LAPSE, C.SYSTEM, S.WITHDRAWN, need=Need.WINDOW_OVER),
    _row(BEFORE_ANSWER, M.MERGE, C.MODERATOR, S.DUPLICATE),
    _row(BEFORE_ANSWER, M.OUT_OF_SCOPE, C.MODERATOR, S.OUT_OF_SCOPE),
    _row({S.DUPLICATE, S.OUT_OF_SCOPE}, M.APPEAL, C.NGO_MANAGER, T.UNCHANGED, need=Need.APPEAL_UNUSED),
    _row({S.DUPLICATE, S.OUT_OF_SCOPE}, M.APPEAL_DISMISS, C.OTHER_MODERATOR, T.UNCHANGED, need=Need.APPEAL_OPEN),
    _row({S.DUPLICATE, S.OUT_OF_SCOPE}, M.RESTORE, C.OTHER_MODERATOR, T.BEFORE, need=Need.APPEAL_OPEN),
    _row(S.DUPLICATE, M.RESTORE, C.SYSTEM, T.BEFORE, need=Need.KEPT_ISSUE_GONE),
)  # fmt: skip


def rows_for(move: Move, status: Status | None = None) -> Iterator[Row]:
    """The rows of a move, in the table's order; only those that start from `status` if it is given."""
    return (row for row in TRANSITIONS if row.move == move and (status is None or status in row.sources))


# The public tracker of six steps; "answered" is a dated milestone, not a status.
TRACKER = (
    ("raised", _("Raised")),
    ("under_consideration", _("Under consideration")),
    ("answered", _("Answered")),
    ("in_progress", _("In progress")),
    ("reported_done", _("Reported done")),
    ("resolved", _("Resolved")),
)
