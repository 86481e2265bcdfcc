"""What templates ask of an issue at an instant: its sentence, its due line, its mark. Load with `{% load issues %}`."""

from datetime import datetime
from functools import cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from backend.core.errors import Words
from backend.core.templatetags.ui import icon
from issues import clock, official, sentences
from issues.answer_language import read_as
from issues.lifecycle import Status
from issues.models import Dispute, Issue
from issues.rows import render_row

register = template.Library()

# One icon of its own shape for each status, so that no status is told by colour alone.
ICONS = {
    Status.DRAFT: "pencil",
    Status.RAISED: "upload",
    Status.UNDER_CONSIDERATION: "stamp",
    Status.CLARIFICATION: "message-circle-question-mark",
    Status.IN_PROGRESS: "contrast",
    Status.REPORTED_DONE: "circle-check",
    Status.DISPUTED: "arrow-left-right",
    Status.RESOLVED: "resolved",
    Status.UNCONFIRMED: "square-minus",
    Status.REFUSED: "ban",
    Status.WITHDRAWN: "undo-2",
    Status.DUPLICATE: "merge",
    Status.OUT_OF_SCOPE: "log-out",
    Status.RECORDED: "archive",
}


@register.simple_tag
def status_tag(issue: Issue) -> SafeString:
    """The status in a box: an icon of its own shape and the word."""
    return _status_tag(Status(issue.status), get_language())


@cache
def _status_tag(status: Status, language: str | None) -> SafeString:
    """Fourteen statuses in three languages: made once."""
    return format_html('<span class="tag tag-{}">{}{}</span>', status.value, icon(ICONS[status]), status.label)


@register.simple_tag
def status_word(issue: Issue) -> SafeString:
    """As `status_tag` without its box: in tables, and where a status is one fact of several."""
    return _status_word(Status(issue.status), get_language())


@cache
def _status_word(status: Status, language: str | None) -> SafeString:
    return format_html('<span class="status">{}{}</span>', icon(ICONS[status]), status.label)


# Kept, late, broken: a shape of its own for each, as for the statuses.
_RESULT_ICONS = {"kept": "check", "late": "clock-alert", "broken": "ban", "pending": "contrast", "offered": "info"}


@register.simple_tag
def result_tag(result: str, label: Words) -> SafeString:
    """What became of a commitment, in a box: an icon of its own shape and the word."""
    return format_html('<span class="tag tag-{}">{}{}</span>', result, icon(_RESULT_ICONS[result]), label)


@register.simple_tag
def row(issue: Issue, at: datetime, *, shows_wait: bool = False, anchor: bool = True) -> SafeString:
    return render_row(issue, at, shows_wait=shows_wait, anchor=anchor)


@register.simple_tag
def due_line(issue: Issue, at: datetime) -> sentences.DueLine | None:
    return sentences.due_line(issue, at)


@register.simple_tag
def official_appeal(issue: Issue) -> SafeString | None:
    """Number and date of the registered official appeal, if one is linked."""
    return official.said(issue)


@register.simple_tag
def waited(issue: Issue, at: datetime) -> int:
    """Calendar days since the first receipt of any of its asks: the NGO's whole wait while there is no answer."""
    since = issue.first_received_at
    return (clock.local_day(at) - clock.local_day(since)).days if since else 0


@register.simple_tag
def ended(issue: Issue) -> SafeString:
    """For a row of a list: on whose word an issue is resolved, never "resolved" alone; '' for the others."""
    return sentences.resolved_words(issue) if issue.status == Status.RESOLVED else SafeString()


@register.filter
def outcome(dispute: Dispute) -> Words:
    """How a disagreement ended; with its asks read."""
    return sentences.outcome_said(dispute)


@register.filter
def read_in(text: str, language: str) -> str:
    """For `lang` of what somebody wrote on an issue of this language, not bound to it: a conclusion, a reason, a message."""
    return read_as(text, language)


@register.filter
def language_called(tag: str) -> str:
    """A language by its own name, or by its tag where it is none of the interface's."""
    return str(dict(settings.LANGUAGES).get(tag, tag))


@register.filter
def percent(share: float | None) -> str:
    """A share from 0 to 1 as whole per cent; "–" where there is none."""
    return "–" if share is None else f"{share * 100:.0f}%"
