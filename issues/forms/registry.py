"""Which page makes which move: the acts under an issue's address (contract.md, Pages), with their forms and words."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.forms import answering, filing, redirecting, resolving, ruling, withdrawing
from issues.forms.base import MoveForm
from issues.lifecycle import Move
from issues.models import Issue


@dataclass(frozen=True, slots=True)
class MovePage:
    """A page that makes a move, or one of several. `form=None`: an act of contract.md whose page is not built yet."""

    moves: tuple[Move, ...]
    form: type[MoveForm] | None = None
    lead: Words = ""
    name: Words = ""

    @property
    def title(self) -> Words:
        return self.name or self.moves[0].label

    def called(self, move: Move) -> Words:
        """What is made here: `move`, or by the page's own name where it makes no other."""
        return self.name if self.name and len(self.moves) == 1 else move.label


M = Move
MOVE_FORMS: dict[str, MovePage] = {
    "accept": MovePage((M.ACCEPT,), filing.AcceptForm),
    "clarify-request": MovePage((M.CLARIFY_REQUEST,), filing.ClarifyRequestForm),
    "clarify": MovePage((M.CLARIFY,), filing.ClarifyForm),
    "redirect": MovePage((M.REDIRECT,), redirecting.RedirectForm),
    "extend": MovePage((M.EXTEND,), filing.ExtendForm),
    "answer": MovePage(
        (M.ANSWER,),
        answering.AnswerForm,
        _("A verdict, a ground and reasons for each ask. A supported ask needs a commitment with a date, or evidence."),
    ),
    "commitments/add": MovePage((M.COMMITMENT_ADD,), answering.CommitmentAddForm),
    "progress": MovePage((M.COMMITMENT_PROGRESS,), answering.ProgressForm),
    "reschedule": MovePage((M.COMMITMENT_RESCHEDULE,), answering.RescheduleForm),
    "drop": MovePage((M.COMMITMENT_DROP,), answering.DropForm),
    "take": MovePage(
        (M.COMMITMENT_TAKE,),
        answering.TakeForm,
        _("From then on it is your organisation's own promise, with its date: everybody sees whether it is kept."),
    ),
    "report-done": MovePage(
        (M.REPORT_DONE,),
        resolving.ReportDoneForm,
        _("The NGO then confirms or disagrees. Your commitments for these asks become complete."),
    ),
    "confirm": MovePage((M.CONFIRM,), resolving.ConfirmForm),
    "dispute": MovePage((M.DISPUTE,), resolving.DisputeForm),
    "retract": MovePage((M.RETRACT,), resolving.RetractForm),
    "vote": MovePage(
        (M.VOTE,),
        resolving.VoteForm,
        _("Your vote is public, with your name, and can be changed until the conclusion."),
    ),
    "conclude": MovePage(
        (M.CONCLUDE_DONE, M.CONCLUDE_NOT_DONE), resolving.ConcludeForm, name=_("Publish the conclusion")
    ),
    "withdraw": MovePage((M.WITHDRAW,), withdrawing.WithdrawForm),
    "redirect-agree": MovePage((M.REDIRECT_AGREE,), redirecting.RedirectAgreeForm),
    "redirect-decline": MovePage((M.REDIRECT_DECLINE,), redirecting.RedirectDeclineForm),
    "reassign": MovePage((M.REASSIGN,), redirecting.ReassignForm),
    "take-over": MovePage(
        (M.TAKE_OVER,),
        withdrawing.TakeOverForm,
        _("Your organisation holds the issue from then on: it clarifies, confirms, disagrees, and may withdraw."),
    ),
    "merge": MovePage((M.MERGE,), ruling.MergeForm),
    "out-of-scope": MovePage((M.OUT_OF_SCOPE,), ruling.OutOfScopeForm),
    "appeal": MovePage((M.APPEAL,), ruling.AppealForm),
    "appeal-dismiss": MovePage((M.APPEAL_DISMISS,), ruling.AppealDismissForm),
    "restore": MovePage((M.RESTORE,), ruling.RestoreForm),
}
"""Acts by their part of the address."""

ON_A_COMMITMENT = ("take", "progress", "reschedule", "drop")
"""Acts on one commitment: under `commitments/<id>/`."""

ON_A_DRAFT = (Move.SUBMIT, Move.DISCARD)
"""Moves made on the draft's own page."""

_ACT_OF = {move: act for act, page in MOVE_FORMS.items() for move in page.moves}


def act_url(issue: Issue, move: str) -> str | None:
    """Where a person makes this move on this issue; None for the system's moves. No query."""
    act = _ACT_OF.get(Move(move))
    if move in ON_A_DRAFT:
        return reverse("draft", args=[issue.uuid])
    if act in ON_A_COMMITMENT:
        return reverse("commitments", args=[issue.number])
    return reverse("move", args=[issue.number, act]) if act else None
