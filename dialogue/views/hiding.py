"""Hiding a message, and showing it again, as pages of the moderators."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.core.errors import Words
from backend.core.markdown import render
from backend.core.posting import shows_again
from dialogue.actions import hide_message, show_message
from dialogue.actions.hiding import why_not_hide, why_not_show
from dialogue.actions.words import texts_of
from dialogue.fragments import render_message
from dialogue.models import Message
from dialogue.views.page import issue_or_404
from dialogue.views.thread import address_of
from issues.forms.moderating import HideForm, ShowForm
from issues.models import Issue
from issues.quotes import Gone, numbers_quoted, repeats
from issues.views.moderating import Moderation, moderated


@login_required
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Guarded by `policies.moderates`."""
    issue, message = _found(request, number, seq)
    what = Moderation(
        issue,
        _("Remove the message"),
        _("Its number stays, with a stub that names the reason. Replies to it stay. The history tells who removed it."),
        HideForm,
        _written(message) + _quotes(issue, message),
        lambda seat: why_not_hide(seat, message),
        lambda **given: hide_message(issue=issue, seq=seq, **given),
        lambda: _fragment(issue, seq),
        _("The message is removed."),
        address_of(issue, message),
    )
    return moderated(request, what)


@login_required
@shows_again
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Guarded by `policies.moderates`; for another moderator than the one who hid it."""
    issue, message = _found(request, number, seq)
    what = Moderation(
        issue,
        _("Show the message again"),
        _("Everybody reads it again, under its number. That it was removed stays in the history."),
        ShowForm,
        _written(message),
        lambda seat: why_not_show(seat, message),
        lambda **given: show_message(issue=issue, seq=seq, **given),
        lambda: _fragment(issue, seq),
        _("The message is shown again."),
        address_of(issue, message),
    )
    return moderated(request, what)


def _found(request: HttpRequest, number: str, seq: int) -> tuple[Issue, Message]:
    issue = issue_or_404(request, number)
    return issue, get_object_or_404(issue.messages.for_thread(), seq=seq)


def _written(message: Message) -> SafeString:
    """The words a moderator judges, also hidden ones, from the record; with who wrote them, when hidden too. One query."""
    words = "".join(render(text.text) for text in texts_of(message)[-1:])
    return format_html(
        '<p class="meta">#{} · {}</p><div lang="{}">{}</div>',
        message.seq, message.signed, message.language, mark_safe(words),  # noqa: S308  (sanitised)
    )  # fmt: skip


def _quotes(issue: Issue, message: Message) -> SafeString:
    """In which messages its words are read as well: what becomes of a quote, and what of the same words outside of one. Two
    queries.
    """
    others = issue.messages.filter(hidden_at=None).exclude(seq=message.seq).order_by("seq")
    said, gone = list(others.values_list("seq", "body")), Gone.of([text.text for text in texts_of(message)])
    quoting = [seq for seq, body in said if message.seq in numbers_quoted(body)]
    repeating = [seq for seq, body in said if repeats(body, gone)]
    quoted = _(
        "These messages quote it. Personal data leaves their quotes as well; removed for another reason, it stays:"
    )
    repeated = _("These messages say the same in words of their own, and keep them:")
    return _named(issue, quoted, quoting) + _named(issue, repeated, repeating)


def _named(issue: Issue, words: Words, messages: Sequence[int]) -> SafeString:
    if not messages:
        return SafeString()
    links = [(reverse("message", args=[issue.number, seq]), seq) for seq in messages]
    return format_html("<p>{} {}</p>", words, format_html_join(" ", '<a href="{}">#{}</a>', links))


def _fragment(issue: Issue, seq: int) -> SafeString:
    """The message as everybody sees it then, and those that lost a quote of it."""
    message = issue.messages.for_thread().get(seq=seq)
    changed = [message, *issue.messages.for_thread().changed_after(message.rev)]
    html = format_html_join("", "{}", [(render_message(each, get_language() or "kk"),) for each in changed])
    return format_html('<ol class="thread">{}</ol>', html)
