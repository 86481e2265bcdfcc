"""Raising an issue in steps; the draft is saved at each. A draft is its NGO's alone: for all others it is not there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Invalid, Refusal, Words
from backend.core.http import see_other
from backend.core.posting import settles_repeats, shows_again
from backend.core.uploads.intake import takes_files
from backend.core.words import fill
from backend.organisations.acting import acting, check_not_switched
from backend.organisations.models import Membership
from issues import policies
from issues.actions import create_draft, move_issue, save_draft
from issues.actions.filing import fields_of, texts_of
from issues.actions.personal_data import PersonalDataFound
from issues.forms.drafts import (
    STEP_OF_FIELD,
    STEP_TITLES,
    STEPS,
    WIZARD,
    NewForm,
    StepForm,
    after,
    before,
    languages,
)
from issues.forms.files import FilesForm
from issues.forms.personal_data import PersonalDataForm
from issues.lifecycle import Move
from issues.models import Issue, Place
from issues.sentences import status_sentence
from issues.views.autosaving import autosaved
from issues.views.receiving import with_files


@login_required
@shows_again
@settles_repeats
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The first step. Nothing is written on GET; the draft begins with the first POST, once however often it is sent."""
    seat = _seat(request)
    form = NewForm(typed=request.POST if request.method == "POST" else None, checked="change" not in request.POST)
    if "autosave" in request.POST:
        return autosaved(form, lambda: _first_saved(request, seat, form))
    if not form.is_valid():
        return _step_page(request, form, None, status=422 if form.is_bound else 200)
    try:
        check_not_switched(request)
        draft = create_draft(**_acts(seat), uuid=form.uuid_sent(), **form.values())
    except Invalid as refusal:
        form.take(refusal)
        return _step_page(request, form, None, status=422)
    except Conflict as refusal:
        form.add_error(None, str(refusal))
        return _step_page(request, form, None, status=refusal.status)
    if not _is_as_typed(draft, form):
        return _save(request, draft, form, version=1)  # back in the browser, and on with another text
    return _onward(request, form, draft)


@login_required
@shows_again
@settles_repeats
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """One step of a draft: shown, saved, or shown again with one ask more or less."""
    if step not in STEPS:
        raise Http404
    draft = _draft_or_404(request, uuid)
    if _is_published(draft):
        return redirect(draft)
    if request.method != "POST":
        return _step_page(request, STEPS[step](draft), draft)
    if any(button in request.POST for button in ("add", "remove", "change")):
        return _step_page(request, STEPS[step](draft, request.POST, checked=False), draft)
    form = STEPS[step](draft, request.POST)
    if "autosave" in request.POST:
        return autosaved(form, lambda: _saved(request, draft, form, _version(request)))
    if not form.is_valid():
        return _step_page(request, form, draft, status=422)
    return _save(request, draft, form, version=_version(request))


@login_required
@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The files of a draft: added, removed; they are published with it. Each is saved at once."""
    draft = _draft_or_404(request, uuid)
    if _is_published(draft):
        return redirect(draft)
    if request.method != "POST":
        return _files_page(request, draft)
    _seen, refused = with_files(request, draft, _acts(_seat(request)), Place.ISSUE)
    if refused:
        return _files_page(request, draft, refused.get("files", ()), status=422)
    if "later" in request.POST:
        return _saved_for_later(request)
    step = [] if "continue" in request.POST else ["files"]
    return see_other(reverse("draft_step" if step else "draft", args=[draft.uuid, *step]))


def _files_page(request: HttpRequest, draft: Issue, refused: Sequence[Words] = (), status: int = 200) -> HttpResponse:
    context = _place_in_wizard("files") | {"form": FilesForm(draft.attachments.all(), refused), "draft": draft}
    return render(request, "issues/draft_files.html", context, status=status)


@login_required
@require_safe
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The draft as it would be published, with a way to change each part of it."""
    draft = _draft_or_404(request, uuid)
    return redirect(draft) if _is_published(draft) else _check_page(request, draft)


@login_required
@require_POST
def submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Publish: the issue gets its number, and the body its dates."""
    draft = _draft_or_404(request, uuid)
    try:
        _publish(request, draft)
    except Refusal as refusal:
        now = _draft_or_404(request, uuid)
        return redirect(now) if _is_published(now) else _check_page(request, now, refusal)
    issue = Issue.objects.select_related("raised_by").prefetch_related("duties", "disputes").get(pk=draft.pk)
    messages.success(
        request,
        fill(
            "%(published)s %(next)s",
            published=gettext("The issue is published. Number: %(number)s.") % {"number": issue.number},
            next=status_sentence(issue, timezone.now()),
        ),
    )
    return see_other(issue.get_absolute_url())


def _publish(request: HttpRequest, draft: Issue) -> None:
    """What was decided to be masked is masked in the draft, in the same transaction."""
    acts, version, before = _acts(_seat(request)), _version(request), texts_of(draft)
    decisions = PersonalDataForm(before, request.POST)
    with transaction.atomic():
        if (after := decisions.masked()) != before:
            known = draft.version if version is None else version
            version = save_draft(issue=draft, **acts, version=known, **fields_of(after)).version
        move_issue(issue=draft, move=Move.SUBMIT, **acts, version=version, keep=decisions.keep())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Asks once more, then deletes the draft for good."""
    draft = _draft_or_404(request, uuid)
    if _is_published(draft):
        return redirect(draft)
    if request.method != "POST":
        return render(request, "issues/draft_discard.html", {"draft": draft})
    move_issue(issue=draft, move=Move.DISCARD, **_acts(_seat(request)))
    messages.success(request, _("The draft is deleted."))
    return see_other(reverse("me"))


def _seat(request: HttpRequest) -> Membership:
    seat = acting(request)
    if seat is None or not policies.can_draft(seat):
        raise Forbidden(_("Issues are raised by the people of an NGO, acting for it. You act for none now."))
    return seat


def _acts(seat: Membership) -> dict[str, Any]:
    return {"actor": seat.user, "organisation": seat.organisation}


def _draft_or_404(request: HttpRequest, uuid: UUID) -> Issue:
    """404 for whoever does not belong to its NGO; 403 for its people while they act for another organisation."""
    assert isinstance(request.user, User)
    draft = get_object_or_404(Issue.objects.visible_to(request.user).with_parts(), uuid=uuid)
    if not _is_published(draft) and not policies.can_edit_draft(acting(request), draft):
        words = _("This draft belongs to an organisation you do not act for now: %(name)s. Choose it on your page.")
        raise Forbidden(words % {"name": draft.raised_by})
    check_not_switched(request)
    return draft


def _is_published(draft: Issue) -> bool:
    """It has its number: what follows happens on the issue's own pages."""
    return draft.number is not None


def _version(request: HttpRequest) -> int | None:
    """The version of the draft that was on the page; 0, which no draft has, for anything that is no number."""
    sent = request.POST.get("version")
    return None if sent is None else int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _save(request: HttpRequest, draft: Issue, form: StepForm, version: int | None) -> HttpResponse:
    try:
        saved = _saved(request, draft, form, version)
    except Invalid as refusal:
        form.take(refusal)
        return _step_page(request, form, draft, status=422)
    except Conflict as refusal:
        return _conflict_page(request, form, draft, refusal)
    return _onward(request, form, saved)


def _saved(request: HttpRequest, draft: Issue, form: StepForm, version: int | None) -> Issue:
    return save_draft(issue=draft, **_acts(_seat(request)), version=version, **form.values())


def _first_saved(request: HttpRequest, seat: Membership, form: NewForm) -> Issue:
    """The draft that begins with this form; sent again, with the words it has now."""
    check_not_switched(request)
    draft = create_draft(**_acts(seat), uuid=form.uuid_sent(), **form.values())
    return draft if _is_as_typed(draft, form) else _saved(request, draft, form, 1)


def _is_as_typed(draft: Issue, form: StepForm) -> bool:
    return all(getattr(draft, name) == value for name, value in form.values().items())


def _onward(request: HttpRequest, form: StepForm, draft: Issue) -> HttpResponse:
    if form.later:
        return _saved_for_later(request)
    if (following := after(form.step)) and "to_check" not in request.POST:
        return see_other(reverse("draft_step", args=[draft.uuid, following]))
    return see_other(reverse("draft", args=[draft.uuid]))


def _saved_for_later(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("The draft is saved. You find it on your page."))
    return see_other(reverse("me"))


def _place_in_wizard(step: str) -> dict[str, Any]:
    names = [*WIZARD, "check"]
    return {
        "title": STEP_TITLES[step], "back": before(step), "position": names.index(step) + 1, "positions": len(names)
    }  # fmt: skip


def _step_page(request: HttpRequest, form: StepForm, draft: Issue | None, status: int = 200) -> HttpResponse:
    context = _place_in_wizard(form.step) | {"form": form, "draft": draft}
    return render(request, "issues/draft_step.html", context, status=status)


def _check_page(request: HttpRequest, draft: Issue, refusal: Refusal | None = None) -> HttpResponse:
    """`refusal`: why it was not published; what is missing leads to the part where it is mended."""
    decisions = PersonalDataForm(texts_of(draft), request.POST if request.method == "POST" else None)
    summary = [] if refusal is None else [("", refusal.reason)]
    if isinstance(refusal, PersonalDataFound):
        decisions.ask_for(refusal)
        summary = []
    elif isinstance(refusal, Invalid):
        parts = [(STEP_OF_FIELD.get(path.partition(".")[0], "what"), words) for path, words in refusal.errors.items()]
        summary = [(f"check-{part}", each) for part, words in parts for each in words]
    context = {
        "draft": draft, "files": list(draft.attachments.all()), "position": len(WIZARD) + 1, "positions": len(WIZARD) + 1,
        "named": list(draft.draft_relations.select_related("other")), "form": decisions, "summary": summary,
        "titles": STEP_TITLES, "language_name": dict(languages()).get(draft.language),
        "may_publish": Move.SUBMIT in policies.allowed_moves(draft, acting(request), timezone.now()),
    }  # fmt: skip
    return render(request, "issues/draft_check.html", context, status=refusal.status if refusal else 200)


def _conflict_page(request: HttpRequest, form: StepForm, draft: Issue, refusal: Conflict) -> HttpResponse:
    """What the person typed, to be copied, beside what is saved now."""
    now = Issue.objects.with_parts().filter(pk=draft.pk).first()
    theirs = form.__class__(now) if now else None
    names = dict.fromkeys([*form.fields, *(theirs.fields if theirs else ())])
    pairs = [(name, _written(form, name), _written(theirs, name)) for name in names if name != "uuid"]
    labels = {name: field.label for each in (theirs, form) if each for name, field in each.fields.items()}
    context = {"draft": now, "pairs": [(labels[name], *both) for name, *both in pairs], "refusal": refusal}
    return render(request, "issues/draft_conflict.html", context, status=refusal.status)


def _written(form: StepForm | None, name: str) -> str:
    if form is None or name not in form.fields:
        return ""
    bound = form[name]
    choices = getattr(bound.field, "choices", ())
    return next((str(label) for value, label in choices if str(value) == str(bound.value())), bound.value() or "")
