"""The signatory's queue: prepared answers, one screen each; published after a check, or returned with a word."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.core.errors import Conflict, Forbidden, Invalid, Refusal
from backend.core.forms import take
from backend.core.http import see_other
from backend.core.words import fill
from backend.organisations.acting import acting, acts_for, check_not_switched
from backend.organisations.models import Membership
from issues import policies, signing
from issues.actions import publish_prepared, return_prepared
from issues.actions.answering import texts_of
from issues.actions.engine import Act, admit
from issues.actions.personal_data import PersonalDataFound
from issues.actions.preparing import NOTHING_PREPARED, admit_preparing
from issues.forms.personal_data import PersonalDataForm
from issues.forms.preparing import PublishForm, ReturnForm, as_decided
from issues.forms.registry import MovePage
from issues.lifecycle import Move
from issues.models import Issue, PreparedAnswer
from issues.views.desk import where_it_went
from issues.views.moves import as_it_became, refused, what_comes_next
from issues.views.preparing import version_in

PAGE = MovePage((Move.ANSWER,))


@login_required
@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """The one whose date comes first, or that nothing waits."""
    seat, at = _seat(request), timezone.now()
    numbers = signing.queue(seat, at)
    if not numbers:
        return render(request, "issues/signing.html", {"seat": seat, "issue": None})
    issue = Issue.objects.with_parts().get(number=numbers[0])
    return _screen(request, seat, issue, at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One prepared answer. POST shows the check, and with `confirmed` publishes: the ordinary move, by the same action."""
    seat, at = _seat(request), timezone.now()
    issue = _issue_or_404(number, seat, at)
    if request.method != "POST":
        return _screen(request, seat, issue, at)
    try:
        check_not_switched(request)
        act = admit(issue, Move.ANSWER, seat.user, seat.organisation, at, policies.Seat.of(seat))
        return _published(request, seat, act)
    except Invalid as refusal:
        return _screen(request, seat, issue, at, refusal=refusal)
    except Refusal as refusal:
        return refused(request, issue, PAGE, refusal)


@login_required
@require_POST
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    """Returned with a word to whoever prepared it; then the next one."""
    seat, at = _seat(request), timezone.now()
    issue = _issue_or_404(number, seat, at)
    form = ReturnForm(request.POST, label_suffix="")
    form.is_valid()
    try:
        check_not_switched(request)
        return_prepared(issue=issue, **acts_for(seat), version=version_in(request), word=request.POST.get("word", ""))
    except Invalid as refusal:
        take(form, refusal)
        return _screen(request, seat, issue, at, form=form)
    except Refusal as refusal:
        return refused(request, issue, PAGE, refusal)
    messages.success(request, gettext("Returned with your word: %(number)s.") % {"number": issue.number})
    return see_other(reverse("signing"))


def _seat(request: HttpRequest) -> Membership:
    seat = acting(request)
    if seat is None or not signing.signs(seat):
        raise Forbidden(_("This is for the signatories of a state body and their deputies, acting for it."))
    return seat


def _issue_or_404(number: str, seat: Membership, at: datetime) -> Issue:
    """Of a body for which this person signs; what another prepares is not there."""
    issue = get_object_or_404(Issue.objects.public().with_parts(), number=number)
    if policies.can_sign(policies.Seat.of(seat), issue, at):
        raise Http404
    return issue


def _published(request: HttpRequest, seat: Membership, act: Act) -> HttpResponse:
    held = PreparedAnswer.objects.of(act.issue)
    asks = held.asks if held else []
    decisions = PersonalDataForm(texts_of(asks), request.POST if "confirmed" in request.POST else None)
    confirmed = "confirmed" in request.POST
    try:
        moved = _made(request, seat, act, held, decisions, rehearsal=not confirmed)
    except PersonalDataFound as refusal:
        moved = None
        if confirmed:
            decisions.ask_for(refusal)
    if confirmed and moved is not None:
        done = gettext("Published: %(number)s.") % {"number": moved.number}
        words, where = what_comes_next(moved, act.at), where_it_went(request, moved, act.at)
        messages.success(request, fill("%(done)s %(next)s %(where)s", done=done, next=words, where=where))
        return see_other(reverse("signing"))
    if held is None:
        raise Conflict(NOTHING_PREPARED)
    context = {
        "seat": seat, "issue": act.issue, "prepared": held, "signs_for": act.signs_for, "form": decisions,
        "move_form": PublishForm.of(act, held), "next": what_comes_next(moved, act.at) if moved else "",
    }  # fmt: skip
    return render(request, "issues/signing_check.html", context, status=422 if decisions.errors and confirmed else 200)


def _made(
    request: HttpRequest, seat: Membership, act: Act, held: PreparedAnswer | None, decisions: PersonalDataForm, *,
    rehearsal: bool,
) -> Issue:  # fmt: skip
    """Publish it, or only try it (D22). Returns the issue as the move leaves it."""
    chosen: dict[str, Any] = {"keep": ()}
    if held and decisions.is_bound:
        chosen = {"asks": as_decided(held.asks, decisions.masked()), "keep": decisions.keep()}
    with transaction.atomic():
        publish_prepared(issue=act.issue, **acts_for(seat), version=version_in(request), **chosen)
        moved = as_it_became(act.issue)
        transaction.set_rollback(rehearsal)
    return moved


def _screen(
    request: HttpRequest, seat: Membership, issue: Issue, at: datetime, *, form: ReturnForm | None = None,
    refusal: Invalid | None = None,
) -> HttpResponse:  # fmt: skip
    """As it stands: also one that is not ready, or no longer possible, with the reason."""
    held = PreparedAnswer.objects.of(issue)
    if held is None:
        raise Http404
    numbers = signing.queue(seat, at)
    place = numbers.index(issue.number) if issue.number in numbers else -1
    context = {
        "seat": seat, "issue": issue, "prepared": held, "cost": signing.cost_of_waiting(issue, at),
        "position": place + 1, "total": len(numbers), "form": form or ReturnForm(label_suffix=""),
        "next_number": numbers[(place + 1) % len(numbers)] if len(numbers) > 1 or (numbers and place < 0) else "",
        "summary": [("", words) for each in refusal.errors.values() for words in each] if refusal else [],
    } | _said(seat, issue, held, at)  # fmt: skip
    status = 422 if refusal or (form and form.errors) else 200
    return render(request, "issues/signing.html", context, status=status)


def _said(seat: Membership, issue: Issue, held: PreparedAnswer, at: datetime) -> dict[str, Any]:
    """`stopped`: why it cannot be published now."""
    try:
        act = admit_preparing(issue, seat.user, seat.organisation, at)
    except Conflict as refusal:
        return {"stopped": refusal.reason, "move_form": None}
    return {"stopped": "", "move_form": PublishForm.of(act, held)}
