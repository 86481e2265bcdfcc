"""A thread by its counters: what changed after a `rev`, and where message 17 is."""

import re
from functools import cache

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from backend.core.http import is_partial
from backend.core.prepared import Prepared, prepared
from backend.organisations.acting import acting
from dialogue.actions.hiding import hiding_of
from dialogue.fragments import render_message
from dialogue.models import Message, Side
from dialogue.paging import PAGE_SIZE
from dialogue.told import Part, part_asked_for
from issues import policies
from issues.models import Issue

CHANGES_AT_MOST = 200


def _issue(request: HttpRequest, number: str) -> Issue:
    return get_object_or_404(Issue.objects.visible_to(request.user), number=number)


@require_safe
def changes(request: HttpRequest, number: str) -> HttpResponse:
    """Public. The messages that changed after `?after=<rev>` as they are now, in the order of their last change, and whether
    the head did; of these only the part `?show=` asks for. 204 if nothing is new, to a program. At most 200 at once:
    `data-rev` says where to go on, also past what is not shown. Three queries.
    """
    issue = _issue(request, number)
    given = request.GET.get("after", "")
    understood = re.fullmatch(r"[0-9]{1,9}", given)
    after = int(given) if understood else 0
    part = part_asked_for(request.GET.get("show", ""))
    ignored = [("after", given[:50])] if given and not understood else []
    ignored += [("show", request.GET["show"][:50])] if part is None else []
    as_page = not is_partial(request) and "text/html" in request.headers.get("Accept", "")  # a link that was followed
    if after >= issue.rev and not as_page:
        return HttpResponse(status=204)
    changed = issue.messages.for_thread().changed_after(after)
    changed = changed.filter(side=Side.STATE) if part == Part.OFFICIAL else changed
    messages = list(changed[: CHANGES_AT_MOST + 1])
    rest, messages = messages[CHANGES_AT_MOST:], messages[:CHANGES_AT_MOST]
    language = get_language() or "kk"
    context = {
        "issue": issue,
        "html": [render_message(message, language) for message in messages],
        "head_changed": part != Part.MESSAGES and _moved_since(issue, after),
        "part": part or "",
        "rev": str(messages[-1].rev if rest else issue.rev),
        "ignored": ignored,
    }
    return render(request, "dialogue/changes.html" if as_page else "dialogue/_changes.html", context)


def _moved_since(issue: Issue, rev: int) -> bool:
    return bool(issue.events.filter(seq__gt=rev).exclude(move__startswith="message_").exists())


@require_safe
def message(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Public. The page of the thread that holds the message, at the message; 410 with the reason if it is hidden."""
    issue = _issue(request, number)
    if seq > issue.seq:
        raise Http404
    found = get_object_or_404(issue.messages.for_thread(), seq=seq)
    if found.hidden_at is not None:
        return removed(request, issue, found)
    return redirect(address_of(issue, found))


def removed(request: HttpRequest, issue: Issue, found: Message) -> HttpResponse:
    """When, why, with which public note; who did it stands in the history. For a moderator a way back."""
    hiding = hiding_of(found)
    context = {
        "issue": issue,
        "message": found,
        "hiding": hiding,
        "note": next((text.text for text in hiding.texts.all() if text.key == "note"), ""),
        "address": address_of(issue, found),
        "moderates": policies.moderates(policies.Seat.of(acting(request))) is None,
    }
    return render(request, "dialogue/removed.html", context, status=410)


def address_of(issue: Issue, found: Message) -> str:
    """The first page if it holds the message, else a page that begins with it, or with the message it answers. One query,
    bounded.
    """
    top = found.parent or found
    page = reverse("issue", args=[issue.number])
    is_later = top.seq > PAGE_SIZE and list(_so_many_before(PAGE_SIZE)(issue.pk, top.seq))
    query = f"?after_seq={top.seq - 1}" if is_later else ""
    return f"{page}{query}#m{found.seq}"


@cache
def _so_many_before(tops: int) -> Prepared[int]:
    """Of an issue and a message: the last of so many top messages before it, if they are so many."""

    @prepared(int, int)
    def asked(issue: int, seq: int) -> QuerySet[Message, int]:
        before = Message.objects.filter(issue=issue, parent=None, seq__lt=seq).order_by("seq")
        return before.values_list("pk", flat=True)[tops - 1 : tops]

    return asked
