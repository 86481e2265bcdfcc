"""How a moderator takes words away: the form with the words in question, the check of what stands there then, the act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import linebreaks_filter
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.core.errors import Forbidden, Invalid, Refusal, Words
from backend.core.http import see_other
from backend.core.posting import shows_again
from backend.core.words import time_tag
from backend.organisations.acting import acting, check_not_switched
from issues import policies
from issues.actions import blank_text
from issues.actions.blanking import file_called, find_text, why_not_blank
from issues.forms.base import ActForm
from issues.forms.moderating import BlankForm
from issues.forms.registry import MovePage
from issues.history_facts import text_label
from issues.models import EventText, Issue, stub_in
from issues.record.copies import copy_of, elsewhere
from issues.views.moves import refused


@dataclass(frozen=True, slots=True)
class Moderation:
    """One act of a moderator. `words`: the text in question; `why_not`: asked before any form; `make`: the action, which
    also takes who acts for whom and the form's values; `after`: what everybody sees once it is made.
    """

    issue: Issue
    name: Words
    lead: Words
    form: type[ActForm]
    words: SafeString
    why_not: Callable[[policies.Seat | None], Refusal | None]
    make: Callable[..., Any]
    after: Callable[[], SafeString]
    done: Words
    back: str


def moderated(request: HttpRequest, what: Moderation) -> HttpResponse:
    """403 and 409 come before any form; POST checks, and with `confirmed` does it."""
    try:
        if refusal := what.why_not(policies.Seat.of(acting(request))):
            raise refusal
        check_not_switched(request)
        typed = request.POST if request.method == "POST" else None
        form = what.form(typed, checked=typed is not None and "change" not in typed)
        if form.is_bound:
            return _posted(request, what, form)
        return _page(request, what, form)
    except Refusal as refusal:
        return refused(request, what.issue, MovePage((), name=what.name), refusal)


def _posted(request: HttpRequest, what: Moderation, form: ActForm) -> HttpResponse:
    confirmed = "confirmed" in request.POST
    if not form.is_valid():
        return _page(request, what, form, status=422)
    try:
        after = _made(request, what, form, rehearsal=not confirmed)
    except Invalid as refusal:
        form.take(refusal)
        return _page(request, what, form, status=422)
    if not confirmed:
        return _page(request, what, form, after=after)
    messages.success(request, str(what.done))
    return see_other(what.back)


def _made(request: HttpRequest, what: Moderation, form: ActForm, *, rehearsal: bool) -> SafeString:
    """Do it, or only try it: everything runs and is rolled back, so that the check shows what would stand there (D22)."""
    seat = acting(request)
    if seat is None or not isinstance(request.user, User):
        raise Forbidden(policies.moderates(None) or "")
    with transaction.atomic():
        what.make(actor=request.user, organisation=seat.organisation, **form.values())
        after = what.after()
        transaction.set_rollback(rehearsal)
    return after


def _page(
    request: HttpRequest, what: Moderation, form: ActForm, *, after: SafeString | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "issue": what.issue,
        "what": what,
        "act_form": form,
        "after": after,
        "seat": policies.Seat.of(acting(request)),
        "summary": form.summary(),
    }
    template = "issues/moderate_form.html" if after is None else "issues/moderate_check.html"
    return render(request, template, context, status=status)


_BLANKED = _(
    "The whole text is blanked, in the record and wherever it is shown or quoted: nothing else is rewritten, and nobody can "
    "undo it."
)
_WITH_FILE = _(
    "The file is taken down with its name: nobody can download it any more, and nobody can undo it. Its type, size and "
    "digest stay in the record."
)


@login_required
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def blank(request: HttpRequest, number: str, event: int, key: str) -> HttpResponse:
    """Guarded by `policies.moderates`. One text of the record, blanked whole."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user), number=number)
    text = find_text(issue, event, key)
    if text is None:
        raise Http404
    what = Moderation(
        issue,
        _("Remove personal data"),
        _WITH_FILE if file_called(issue, key) else _BLANKED,
        BlankForm,
        _in_the_record(issue, text),
        lambda seat: why_not_blank(seat, text),
        lambda **given: blank_text(issue=issue, event=event, key=key, **given),
        lambda: _in_its_place(issue, text),
        _("The text is blanked. Who did it, and why, stands in the history."),
        reverse("issue_history", args=[issue.number]) + f"#event-{event}",
    )
    return moderated(request, what)


def _in_its_place(issue: Issue, text: EventText) -> SafeString:
    """What stands in the history, and what where the text is shown beside it. One query for a message."""
    gone = gettext("Personal data was removed from the record:")
    copy = copy_of(text)
    stub = stub_in(copy.language or issue.language) if copy else ""
    return format_html("<p>{} {}</p><p>{}</p>", gone, time_tag(timezone.now(), "DATETIME_FORMAT"), stub)


def _in_the_record(issue: Issue, text: EventText) -> SafeString:
    """A text as the history has it, under its place there."""
    place = gettext("Event %(n)s: %(text)s") % {"n": text.event.seq, "text": text_label(text.key)}
    words = linebreaks_filter(text.text, autoescape=True)
    said = format_html('<p class="meta">{}</p><div lang="{}">{}</div>', place, issue.language, words)
    others = [] if text.blanked_at else elsewhere(text)
    if not others:
        return said
    rows = format_html_join("", '<li><a href="{}">{}: {}</a></li>', [_address(issue, each) for each in others])
    told = gettext("The same words stand elsewhere in the record too. Remove them there as well:")
    return format_html("{}<p>{}</p><ul>{}</ul>", said, told, rows)


def _address(issue: Issue, text: EventText) -> tuple[str, str, str]:
    """Where a text is blanked, in which event of this issue or in which other issue it stands, and what it is there."""
    number = text.event.issue.number or ""
    place = gettext("Event %(n)s") % {"n": text.event.seq} if text.event.issue_id == issue.pk else number
    return reverse("blank_text", args=[number, text.event.seq, text.key]), place, text_label(text.key)
