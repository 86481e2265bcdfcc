"""The page of an issue: its head, its asks and answers, and its discussion (page 3 of ui.md section 1.2)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.core.errors import Words
from backend.core.http import is_partial
from backend.organisations.acting import acting
from dialogue.actions import note_visit
from dialogue.fragments import render_message
from dialogue.live_words import live_words
from dialogue.models import Message
from dialogue.paging import ThreadPage, thread_page
from dialogue.since import Since, since_looked
from issues import policies
from issues.forms.personal_data import PersonalDataForm
from issues.freshness import revalidated
from issues.headings import what
from issues.models import Issue
from issues.page import issue_context

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
    summary: list[tuple[str, Words]] | None = None, form: PersonalDataForm | None = None, status: int = 200,
    looks: bool = False,
) -> HttpResponse:  # fmt: skip
    """The whole page; after a refused post with the text that was written, why, and the choices that `form` asks for.
    `looks`: somebody opened it to read it.
    """
    at = timezone.now()
    context = issue_context(shown, acting(request), at)
    context |= _thread_context(request, shown) | _writing_context(request, shown, written or {}, at)
    context["live_words"] = live_words(request)
    context["since"] = _since(request, shown, at) if looks else None
    context |= {"summary": summary or [], "form": form}
    if is_partial(request):  # the page is there already: the form is what it asked for
        return render(request, "dialogue/_write.html", context, status=status)
    return render(request, "dialogue/issue.html", context, status=status)


def _since(request: HttpRequest, shown: Issue, at: datetime) -> Since | None:
    """What is new to this person, who has now seen it; a browser that only fetches ahead sees nothing. At most three queries."""
    if not isinstance(request.user, User) or request.method != "GET" or "Sec-Purpose" in request.headers:
        return None
    return since_looked(shown, request.user, note_visit(person=request.user, issue=shown, at=at))


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as everybody sees it, and beside it, of the page, what a moderator may do with it (D4): an address's name."""

    seq: str
    html: str
    moderation: str

    @classmethod
    def of(cls, message: Message, language: str) -> "Shown":
        hidden = "" if message.is_blanked else "show_message"
        moderation = "hide_message" if message.hidden_at is None else hidden
        return cls(str(message.seq), render_message(message, language), moderation)


def _thread_context(request: HttpRequest, shown: Issue) -> dict[str, Any]:
    numbers: dict[str, int | None] = {}
    ignored = []
    for name in ("after_seq", "before"):
        value = request.GET.get(name, "")
        numbers[name] = int(value) if _WHOLE.fullmatch(value) else None
        if value and numbers[name] is None:
            ignored.append((name, value[:50]))
    page = thread_page(shown, after=numbers["after_seq"], before=numbers["before"])
    language = get_language() or "kk"
    return {
        "ignored": ignored,
        "page": page,
        "thread": list(_lines(page, language)),
        "latest": shown.seq + 1 if page.newer is not None else None,
        "moderates": policies.moderates(policies.Seat.of(acting(request))) is None,
    }


def _lines(page: ThreadPage, language: str) -> Any:
    """What the thread shows, in order: events, and messages with their replies, as HTML."""
    for exchange in page.exchanges:
        yield from ({"event": event, "what": what(event)} for event in exchange.events)
        yield {
            "seq": str(exchange.message.seq),
            "shown": Shown.of(exchange.message, language),
            "replies": [Shown.of(reply, language) for reply in exchange.replies],
        }
    yield from ({"event": event, "what": what(event)} for event in page.last_events)


def _writing_context(request: HttpRequest, shown: Issue, written: dict[str, str], at: datetime) -> dict[str, Any]:
    """The form: whom it answers, what was written, or why there is none."""
    seat = policies.Seat.of(acting(request))
    parent = written.get("parent", request.GET.get("reply", ""))
    return {
        "cannot_post": policies.can_post(seat, shown),
        "answered": _answered(shown, parent),
        "written": written.get("body", ""),
        "key": written.get("key") or str(uuid4()),
    }


def _answered(shown: Issue, parent: str) -> Any:
    if not _WHOLE.fullmatch(parent):
        return None
    return shown.messages.for_thread().filter(seq=int(parent), hidden_at=None).first()
