"""Preparing the official answer: saved unfinished, handed over to the signatory; two editors never lose a text."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.core.errors import Invalid, Refusal
from backend.core.http import see_other
from backend.core.posting import settles_repeats, shows_again
from backend.organisations.acting import acting, check_not_switched
from issues.actions import prepare_answer
from issues.actions.engine import Act
from issues.actions.preparing import Changed, admit_preparing
from issues.forms.base import FieldGroup
from issues.forms.preparing import PrepareForm, typed_as
from issues.forms.registry import MovePage
from issues.models import PreparedAnswer
from issues.views.issue import issue_or_404
from issues.views.moves import beside, refused

PAGE = MovePage((), name=_("Prepare the official answer"))


@login_required
@shows_again
@settles_repeats
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, number: str) -> HttpResponse:
    """Guarded by `policies.can_prepare`: 403 and 409 come before any form. POST saves, or with `hand_over` hands over."""
    issue = issue_or_404(request, number)
    seat = acting(request)
    assert isinstance(request.user, User)  # @login_required
    try:
        act = admit_preparing(issue, request.user, seat.organisation if seat else None, timezone.now())
        check_not_switched(request)
        held = PreparedAnswer.objects.of(issue)
        if request.method != "POST":
            return _page(request, act, held, PrepareForm.opened(act, held))
        return _posted(request, act, held)
    except Refusal as refusal:
        return refused(request, issue, PAGE, refusal)


def _posted(request: HttpRequest, act: Act, held: PreparedAnswer | None) -> HttpResponse:
    is_shown_again = "more" in request.POST or "change" in request.POST
    form = PrepareForm(act, request.POST, checked=not is_shown_again)
    if is_shown_again:
        return _page(request, act, held, form)
    if not form.is_valid():
        return _page(request, act, held, form, status=422)
    hand_over = "hand_over" in request.POST
    try:
        prepare_answer(
            issue=act.issue, actor=act.signer, organisation=act.party, version=version_in(request), hand_over=hand_over,
            **form.values(),
        )  # fmt: skip
    except Invalid as refusal:
        form.take(refusal)
        return _page(request, act, held, form, status=422)
    except Changed as refusal:
        return _conflict_page(request, act, form, refusal)
    if hand_over:
        messages.success(request, gettext("Handed over for signature: %(number)s.") % {"number": act.issue.number})
        return see_other(reverse("desk"))
    messages.success(request, _("Saved. Only the people of your body see it."))
    return see_other(reverse("prepare_answer", args=[act.issue.number]))


def version_in(request: HttpRequest) -> int:
    """The version of what is prepared that was on the page; one that nothing has, for anything that is no number."""
    sent = request.POST.get("prepared_version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 2**31 - 1


def _page(
    request: HttpRequest, act: Act, held: PreparedAnswer | None, form: PrepareForm, status: int = 200
) -> HttpResponse:  # fmt: skip
    sent = request.POST.get("prepared_version") if request.method == "POST" else None
    context = beside(PAGE, act) | {
        "move_form": form, "summary": form.summary(), "prepared": held,
        "prepared_version": version_in(request) if sent is not None else held.version if held else 0,
    }  # fmt: skip
    return render(request, "issues/prepare.html", context, status=status)


def _conflict_page(request: HttpRequest, act: Act, form: PrepareForm, refusal: Changed) -> HttpResponse:
    """Both texts side by side; nothing is lost, and nothing is written over unknowingly."""
    theirs = PrepareForm(act, typed_as(refusal.now.asks, refusal.now.note))
    theirs.is_valid()
    mine, saved = dict(_said(form.groups())), dict(_said(theirs.groups()))
    pairs = [(label, mine.get(label, ""), saved.get(label, "")) for label in dict.fromkeys([*mine, *saved])]
    context = beside(PAGE, act) | {
        "move_form": form, "pairs": pairs, "refusal": refusal, "prepared": refusal.now,
        "hand_over": "hand_over" in request.POST,
    }  # fmt: skip
    return render(request, "issues/prepare_conflict.html", context, status=refusal.status)


def _said(groups: list[FieldGroup], *above: str) -> Iterator[tuple[str, Any]]:
    """Each field's heading and label, and what was said in it."""
    for group in groups:
        titles = [*above, str(group.title)] if group.title else list(above)
        for each in group.said:
            yield ". ".join([*titles, str(each.label)]), each.value
        yield from _said(group.groups, *titles)
