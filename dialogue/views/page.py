"""The page of an issue: its head, its asks and answers, and its discussion (page 3 of ui.md section 1.2)."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.core.errors import Words
from backend.core.http import is_partial
from backend.organisations.acting import acting
from dialogue.actions import note_visit
from dialogue.actions.editing import EDITED_WITHIN
from dialogue.live_words import live_words
from dialogue.mentions import MARK, mentioned_in
from dialogue.models import PrivateNote, Visit
from dialogue.policies import can_note
from dialogue.quoting import quoted
from dialogue.showing import Showing, Unread
from dialogue.since import since_looked
from dialogue.told import Part, part_asked_for, told
from issues import policies
from issues.forms.files import FilesForm
from issues.forms.personal_data import PersonalDataForm
from issues.freshness import revalidated
from issues.models import Attachment, Issue, Place
from issues.page import issue_context
from issues.views.following import is_followed

NOTES_SHOWN = 3
_WHOLE = re.compile(r"[0-9]{1,9}")


@require_safe
@revalidated
def issue(request: HttpRequest, number: str) -> HttpResponse:
    """Public. Literal query counts stand in tests/dialogue/test_page.py; for a person, as `policies.allowed_moves` too.

    A page that is there already (`HX-Request`) gets the form for a message alone.
    """
    return render_page(request, issue_or_404(request, number), looks=not is_partial(request))


def issue_or_404(request: HttpRequest, number: str) -> Issue:
    issues = Issue.objects.visible_to(request.user).for_page()
    return get_object_or_404(issues, number=number)


def render_page(
    request: HttpRequest, shown: Issue, *, written: dict[str, str] | None = None,
    summary: list[tuple[str, Words]] | None = None, form: PersonalDataForm | None = None, refused: Sequence[Words] = (),
    status: int = 200, looks: bool = False,
) -> HttpResponse:  # fmt: skip
    """The whole page; after a refused post with the text that was written, why, and the choices that `form` asks for.
    `refused`: why some of the files just sent were not taken. `looks`: somebody opened it to read it.
    """
    at = timezone.now()
    context = issue_context(shown, acting(request), at)
    before = _looked(request, shown, at) if looks else None
    unread = unread_of(request, shown, before if looks else visit_of(request, shown))
    context |= _thread_context(request, shown, unread, at) | _writing_context(request, shown, written or {}, refused)
    context["follows"] = partial(is_followed, request.user, shown)
    context["live_words"] = live_words(request, shown)
    context |= _notes(request, shown)
    context["since"] = since_looked(shown, before.person, before) if before else None
    context |= {"summary": summary or [], "form": form}
    if is_partial(request):  # the page is there already: the form is what it asked for
        return render(request, "dialogue/_write.html", context, status=status)
    return render(request, "dialogue/issue.html", context, status=status)


def _looked(request: HttpRequest, shown: Issue, at: datetime) -> Visit | None:
    """The visit before this one, of a person who now looks; a browser that only fetches ahead sees nothing. Two queries."""
    if not isinstance(request.user, User) or request.method != "GET" or "Sec-Purpose" in request.headers:
        return None
    before = note_visit(person=request.user, issue=shown, at=at)
    if before:
        before.person = request.user
    return before


def _notes(request: HttpRequest, shown: Issue) -> dict[str, Any]:
    """The last private notes, for the body's own people: one query. Nothing, and no query, for anybody else."""
    seat = acting(request)
    if seat is None or can_note(policies.Seat.of(seat), shown):
        return {}
    notes = list(PrivateNote.objects.of(shown, seat.organisation).order_by("-n")[:NOTES_SHOWN])
    return {
        "notes": notes[::-1],
        "notes_count": notes[0].n if notes else 0,
        "has_notes": True,
    }  # none is ever taken away


def visit_of(request: HttpRequest, shown: Issue) -> Visit | None:
    """The last time this person looked. One query; none for a visitor."""
    if not isinstance(request.user, User):
        return None
    return Visit.objects.filter(person=request.user, issue=shown).first()


def unread_of(request: HttpRequest, shown: Issue, before: Visit | None) -> Unread | None:
    """None for a visitor. One query, only where something may be new."""
    if not isinstance(request.user, User):
        return None
    if before is None or before.seen >= shown.seq:
        return Unread(shown.seq)
    new = shown.messages.new_to(request.user, before.seen).order_by("seq")
    numbers = list(new.values_list("seq", flat=True))
    return Unread(before.seen, numbers[0] if numbers else None, len(numbers))


def _thread_context(request: HttpRequest, shown: Issue, unread: Unread | None, at: datetime) -> dict[str, Any]:
    numbers: dict[str, int | None] = {}
    ignored = []
    for name in ("after_seq", "before"):
        value = request.GET.get(name, "")
        numbers[name] = int(value) if _WHOLE.fullmatch(value) else None
        if value and numbers[name] is None:
            ignored.append((name, value[:50]))
    part = part_asked_for(request.GET.get("show", ""))
    if part is None:
        ignored.append(("show", request.GET["show"][:50]))
        part = Part.ALL
    page = told(shown, get_language() or "kk", part, after=numbers["after_seq"], before=numbers["before"])
    mentioned = frozenset[int]()
    if request.user.pk and page.holds(MARK):
        mentioned = mentioned_in(shown, request.user.pk)
    showing = Showing(request.user.pk, policies.Seat.of(acting(request)), shown, unread, at, mentioned)
    return {
        "ignored": ignored,
        "page": page,
        "unread": unread,
        "part": part.value,
        "parts": Part.choices,
        "thread": list(showing.lines(page)),
        "latest": shown.seq + 1 if page.newer is not None else None,
        "is_empty": not any(line.said for line in page.lines),
        "moderates": showing.moderates,
        "edited_within": str(int(EDITED_WITHIN.total_seconds())),
    }


def _writing_context(
    request: HttpRequest, shown: Issue, written: dict[str, str], refused: Sequence[Words]
) -> dict[str, Any]:
    """The form: whom it answers, what was written or is quoted (`?quote=17`), which files wait, or why there is none. One
    query for somebody who may write.
    """
    seat = policies.Seat.of(acting(request))
    parent = written.get("parent", request.GET.get("reply", ""))
    quote = None if "body" in written else _answered(shown, request.GET.get("quote", ""))
    cannot_post = policies.can_post(seat, shown)
    attaching = None
    if seat and not cannot_post:
        pending = Attachment.objects.pending_of(seat.person, seat.organisation, shown).filter(place=Place.MESSAGE)
        attaching = FilesForm(pending.select_related("issue"), refused, _("Files of the message"))
    return {
        "cannot_post": cannot_post,
        "attaching": attaching,
        "kept": bool(written.get("body")),
        "answered": _answered(shown, parent),
        "written": quoted(quote) if quote else written.get("body", ""),
        "key": written.get("key") or str(uuid4()),
    }


def _answered(shown: Issue, parent: str) -> Any:
    if not _WHOLE.fullmatch(parent):
        return None
    return shown.messages.for_thread().filter(seq=int(parent), hidden_at=None).first()
