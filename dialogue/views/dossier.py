"""A disagreement as a council reads it: both sides on one page, and on paper."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.core.errors import Words
from dialogue.models import Side
from dialogue.views.page import issue_or_404
from issues import councils
from issues.models import Answer, Dispute, Duty, DutyKind, Issue
from issues.page import CommitmentView, DisputeView, issue_context

MESSAGES_AT_MOST = 200


@require_safe
def dossier(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Public: the ask, the answer with its evidence, why the NGO disagrees, what both said since, dates, votes, who is
    recused, the conclusion. As the issue page, and five queries.
    """
    issue, at = issue_or_404(request, number), timezone.now()
    dispute = next((each for each in issue.disputes.all() if each.pk == pk), None)
    if dispute is None:
        raise Http404
    named = {each.ask_id for each in dispute.asks.all()}
    whole = issue_context(issue, None, at)
    answer = _answer_before(whole["answers"], dispute)
    context = {
        "issue": issue, "dispute": dispute, "row": DisputeView.of(dispute), "answer": answer, "at": at,
        "texts_language": issue.language, "source": None, "sentence": whole["sentence"],
        "asks": [row for row in whole["asks"] if row.ask.pk in named],
        "commitments": [CommitmentView.of(each, at) for each in issue.commitments.all() if each.ask_id in named],
        "duties": _duties(issue, dispute),
        "thread": _said_since(issue, answer.published_at if answer else issue.raised_at),
        "at_most": MESSAGES_AT_MOST,
    } | _council(issue, dispute, at)  # fmt: skip
    return render(request, "dialogue/dossier.html", context)


def _answer_before(answers: list[tuple[Answer, Any]], dispute: Dispute) -> Answer | None:
    """The one the NGO disagrees with; None where it disagrees with silence."""
    given = [answer for answer, _parts in answers if answer.published_at <= dispute.opened_at]
    return given[-1] if given else None


def _said_since(issue: Issue, since: datetime | None) -> list[Any]:
    """The newest messages of both sides, in their order."""
    sides = issue.messages.for_thread().filter(hidden_at=None, side__in=[Side.NGO, Side.STATE])
    newest = sides.filter(at__gte=since) if since else sides
    return list(newest.order_by("-seq")[:MESSAGES_AT_MOST])[::-1]


def _duties(issue: Issue, dispute: Dispute) -> list[tuple[Words, Duty]]:
    """The dates that matter here, each by what was due: the answer's, and the council's."""
    return [
        (_due_called(each), each) for each in issue.duties.all()
        if each.kind == DutyKind.ANSWER or (each.kind == DutyKind.CONCLUDE and each.dispute_id == dispute.pk)
    ]  # fmt: skip


def _due_called(duty: Duty) -> Words:
    if duty.kind == DutyKind.CONCLUDE:
        return _("The council's conclusion was due")
    if duty.ended_at and not duty.met_at:
        return _("The answer was due at first")
    return _("The answer was due")


def _council(issue: Issue, dispute: Dispute, at: datetime) -> dict[str, Any]:
    """Who votes, who takes no part and why. Of a dispute that is closed only what was voted is told."""
    if dispute.closed_at:
        return {"able": [], "recused": [], "quorum": 0}
    seized = councils.seized_of(dispute, at)
    able = list(councils.members_able(issue, seized, at))
    voted = {each.member_id for each in dispute.opinions.all()}
    return {
        "able": [(each, each.user_id in voted) for each in able],
        "recused": councils.recused(issue, seized, at),
        "quorum": councils.quorum(len(able)),
    }
