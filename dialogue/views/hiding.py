"""Hiding a message, and showing it again, as pages of the moderators."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backend.core.markdown import render
from backend.core.posting import shows_again
from dialogue.actions import hide_message, show_message
from dialogue.actions.hiding import texts_of, why_not_hide, why_not_show
from dialogue.fragments import render_message
from dialogue.models import Message
from dialogue.quoting import opening
from dialogue.views.page import issue_or_404
from dialogue.views.thread import address_of
from issues.forms.moderating import HideForm, ShowForm
from issues.models import Issue
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
    """Where its words are read all the same: a quote is another person's message, and removed with that one. One query."""
    quoting = issue.messages.filter(seq__gt=message.seq, hidden_at=None, body__contains=f"> {opening(message)}")
    links = [
        (reverse("message", args=[issue.number, seq]), seq)
        for seq in quoting.order_by("seq").values_list("seq", flat=True)
    ]
    if not links:
        return SafeString()
    said = _("These messages quote it, and the quote stays in them:")
    return format_html("<p>{} {}</p>", said, format_html_join(" ", '<a href="{}">#{}</a>', links))


def _fragment(issue: Issue, seq: int) -> SafeString:
    """The message as everybody sees it then."""
    html = render_message(issue.messages.for_thread().get(seq=seq), get_language() or "kk")
    return format_html('<ol class="thread">{}</ol>', html)
