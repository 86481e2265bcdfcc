"""Every move as a page: the form, the check of what will be published, and the move itself."""

import itertools
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.models import User
from backend.core.errors import Conflict, Invalid, NotBuilt, Refusal, Words
from backend.core.http import see_other
from backend.core.posting import shows_again
from backend.core.uploads.intake import takes_files
from backend.core.words import fill
from backend.organisations.acting import acting, check_not_switched
from backend.organisations.models import Organisation
from issues import policies
from issues.actions import move_issue
from issues.actions.answering import texts_of
from issues.actions.engine import Act, admit, what_happened
from issues.actions.personal_data import PersonalDataFound
from issues.forms.answering import CommitmentForm
from issues.forms.base import MoveForm
from issues.forms.personal_data import PersonalDataForm
from issues.forms.preparing import as_decided
from issues.forms.registry import MOVE_FORMS, ON_A_COMMITMENT, MovePage, act_url
from issues.lifecycle import Move
from issues.models import Commitment, Issue, Place, PreparedAnswer
from issues.page import CommitmentView
from issues.sentences import status_sentence
from issues.views.desk import after_act, where_it_went
from issues.views.issue import issue_or_404, last_messages
from issues.views.receiving import with_files

DECLINE = _("Decline the offer")
NOT_BUILT = _("Birge cannot do this yet: the rule stands, the page for it comes later.")


@login_required
@takes_files
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, number: str, act: str, commitment: int | None = None) -> HttpResponse:
    """One page of `MOVE_FORMS`. 403 and 409 come before any form; POST checks, and with `confirmed` makes the move."""
    issue = issue_or_404(request, number)
    page = _page_of(issue, act, commitment)
    try:
        admitted = _admitted(request, issue, page, timezone.now())
        sent, untaken = _sent(request, page, admitted)
        form = _form(page, admitted, commitment, sent)
        if form.is_bound:
            return _posted(request, page, admitted, form, untaken)
        for words in itertools.chain(*untaken.values()):
            messages.warning(request, str(words))
        return _form_page(request, page, admitted, form)
    except Refusal as refusal:
        return refused(request, issue, page, refusal)


def _page_of(issue: Issue, act: str, commitment: int | None) -> MovePage:
    """The page of an act; of an offer that nobody took on, one declines it, which the table calls dropping."""
    page = MOVE_FORMS.get(act, MovePage(()))
    about = next((each for each in issue.commitments.all() if each.pk == commitment), None)
    return replace(page, name=DECLINE) if act == "drop" and about and about.is_untaken else page


def _admitted(request: HttpRequest, issue: Issue, page: MovePage, at: datetime) -> Act:
    if not page.moves:
        raise NotBuilt(NOT_BUILT)
    mine = acting(request)
    organisation = mine.organisation if mine else None
    admitted = admit(issue, page.moves[0], _person(request), organisation, at, policies.Seat.of(mine))
    check_not_switched(request)
    if _is_stale(request, issue, page):
        raise Conflict(what_happened(issue))
    return admitted


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # @login_required
    return request.user


def _is_stale(request: HttpRequest, issue: Issue, page: MovePage) -> bool:
    """Whether the form was opened on another version of the issue than there is now. One query for a vote that came after
    others: each member has a vote of their own, and those of others make nobody's old.
    """
    sent = request.POST.get("version", str(issue.version))
    if sent == str(issue.version):
        return False
    if page.moves != (Move.VOTE,) or not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        return True
    since = issue.events.filter(move__in=Move.values).order_by("-seq").values_list("move", "actor")
    came = list(since[: max(0, issue.version - int(sent))])
    return not came or any(move != Move.VOTE or actor == request.user.pk for move, actor in came)


def _is_shown_again(typed: QueryDict) -> bool:
    """Back from the check to the form, "add another" of a group of fields, a file removed: nothing is checked yet."""
    return any(button in typed for button in ("change", "more", "remove_file"))


def _sent(request: HttpRequest, page: MovePage, admitted: Act) -> tuple[QueryDict | None, dict[str, list[Words]]]:
    """What was posted, its files taken in so that they survive errors and the check; and by field, which were not and why."""
    if request.method != "POST":
        return None, {}
    if page.form is None or not page.form.has_files:
        return request.POST, {}
    acts = {"actor": admitted.signer, "organisation": admitted.party}
    return with_files(request, admitted.issue, acts, Place.EVIDENCE)


def _form(page: MovePage, admitted: Act, commitment: int | None, typed: QueryDict | None) -> MoveForm:
    if page.form is None:
        raise NotBuilt(NOT_BUILT)
    form = page.form(admitted, typed, checked=typed is not None and not _is_shown_again(typed))
    if isinstance(form, CommitmentForm):
        found = next((each for each in admitted.issue.commitments.all() if each.pk == commitment), None)
        if found is None:
            raise Http404
        form.about(found)
    return form


def _posted(
    request: HttpRequest, page: MovePage, admitted: Act, form: MoveForm, untaken: dict[str, list[Words]]
) -> HttpResponse:  # fmt: skip
    confirmed = "confirmed" in request.POST
    for path, words in untaken.items():
        form.add_error(form.field_at(path), [str(each) for each in words])
    if not form.is_valid():
        return _form_page(request, page, admitted, form, status=422)
    decisions = PersonalDataForm(_texts(form), request.POST if confirmed else None)
    try:
        moved = _made(admitted, form, decisions, rehearsal=not confirmed)
    except Invalid as refusal:
        if not isinstance(refusal, PersonalDataFound) or form.move != Move.ANSWER:  # other forms ask by themselves
            form.take(refusal)
            return _form_page(request, page, admitted, form, status=422)
        moved = None
        if confirmed:
            decisions.ask_for(refusal)
    next_words = what_comes_next(moved, admitted.at) if moved else ""
    if not confirmed or moved is None:
        context = beside(page, admitted) | {
            "move_form": form,
            "form": decisions,
            "next": next_words,
            "called": page.called(form.move),
        }
        return render(request, "issues/move_check.html", context, status=422 if confirmed else 200)
    done = gettext("Published: %(move)s.") % {"move": page.called(form.move)}
    where = where_it_went(request, moved, admitted.at)
    messages.success(request, fill("%(done)s %(next)s %(where)s", done=done, next=next_words, where=where))
    return see_other(after_act(request, moved))


def _texts(form: MoveForm) -> dict[str, str]:
    """What of a move is searched for personal data: an answer, which names people more than anything else."""
    return texts_of(form.values()["asks"]) if form.move == Move.ANSWER else {}


def _made(admitted: Act, form: MoveForm, decisions: PersonalDataForm, *, rehearsal: bool) -> Issue:
    """Make the move, or only try it: everything runs and is rolled back, so that the check page shows what would come.

    Returns the issue as the move leaves it.
    """
    values = form.values()
    if decisions.decisions.texts:
        values["keep"] = decisions.keep() if decisions.is_bound else ()
        if decisions.is_bound:
            values["asks"] = as_decided(values["asks"], decisions.masked())
    with transaction.atomic():
        move_issue(
            issue=admitted.issue, move=form.move, actor=admitted.signer, organisation=admitted.party,
            version=admitted.issue.version, **values,
        )  # fmt: skip
        moved = as_it_became(admitted.issue)
        transaction.set_rollback(rehearsal)
    return moved


def as_it_became(issue: Issue) -> Issue:
    """The issue after a move, with what `what_comes_next` tells of it."""
    told = Issue.objects.select_related("raised_by").prefetch_related("duties", "disputes", "rulings__into")
    return told.get(pk=issue.pk)


def what_comes_next(issue: Issue, at: datetime) -> SafeString:
    """What the issue is now, who must act and by when. Needs `raised_by`, `duties` and `disputes`; no query then."""
    status = gettext("Status: %(status)s.") % {"status": issue.get_status_display()}
    return fill("%(status)s %(sentence)s", status=status, sentence=status_sentence(issue, at))


def _form_page(request: HttpRequest, page: MovePage, admitted: Act, form: MoveForm, status: int = 200) -> HttpResponse:
    context = beside(page, admitted) | {"move_form": form, "summary": form.summary()}
    return render(request, "issues/move_form.html", context, status=status)


def beside(page: MovePage, admitted: Act) -> dict[str, Any]:
    """What stands beside a form: the issue, the last messages of its thread, and an answer that is prepared. A query each,
    when shown.
    """
    return {
        "page": page,
        "issue": admitted.issue,
        "dispute": policies.open_dispute(admitted.issue),
        "seat": admitted.seat,
        "signs_for": admitted.signs_for,
        "last_messages": partial(last_messages, admitted.issue),
        "prepared": lambda: PreparedAnswer.objects.of(admitted.issue) if Move.ANSWER in page.moves else None,
    }


TYPED = {
    "text": _("Text"),
    "reason": _("Reason"),
    "note": _("Note"),
    "question": _("Question"),
    "unit": _("Unit"),
    "due": _("Date"),
    "until": _("Date"),
    "shows": _("What will show that it is done"),
    "evidence": _("Evidence that it is done"),
}


def refused(request: HttpRequest, issue: Issue, page: MovePage, refusal: Refusal) -> HttpResponse:
    """The reason in words; what was typed stays on the page, to be copied."""
    parts = [(name.rpartition(".")[2], str(value)) for name, value in request.POST.items()]
    typed = [(TYPED[part], value) for part, value in parts if part in TYPED and value.strip()]
    context = {"issue": issue, "page": page, "refusal": refusal, "typed": typed}
    return render(request, "issues/move_refused.html", context, status=refusal.status)


def _acts_on(commitment: Commitment, party: Organisation, allowed: list[Move]) -> list[tuple[str, Any]]:
    """Part of the address, and what the act is called."""
    open_now = policies.moves_on(commitment, party, allowed)
    titles = {"drop": DECLINE} if commitment.is_untaken else {}
    acts = [act for act in ON_A_COMMITMENT if MOVE_FORMS[act].moves[0] in open_now]
    return [(act, titles.get(act, MOVE_FORMS[act].title)) for act in acts]


@require_safe
def commitments(request: HttpRequest, number: str) -> HttpResponse:
    """All commitments of an issue, with the acts that are open to whoever looks."""
    issue = issue_or_404(request, number)
    at = timezone.now()
    seat = acting(request)
    allowed = policies.allowed_moves(issue, seat, at)
    context = {
        "issue": issue,
        "rows": [
            (CommitmentView.of(each, at), _acts_on(each, seat.organisation, allowed) if seat else [])
            for each in issue.commitments.all()
        ],
        "add_url": act_url(issue, Move.COMMITMENT_ADD) if Move.COMMITMENT_ADD in allowed else None,
    }
    return render(request, "issues/move_commitments.html", context)
