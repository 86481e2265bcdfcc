"""What templates ask of an issue at an instant: its sentence, its due line, its mark. Load with `{% load issues %}`."""

from datetime import datetime

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from issues import clock, official, sentences
from issues.lifecycle import Status
from issues.models import Issue

register = template.Library()

# One shape for each status, so that no status is told by colour alone: paths in a 16 by 16 box.
_MARKS = {
    Status.RAISED: "M8 14V3M3.5 7.5 8 3l4.5 4.5",
    Status.UNDER_CONSIDERATION: "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M8 4.5V8l2.5 2",
    Status.CLARIFICATION: "M5 6a3 3 0 1 1 4.5 2.6C8.5 9.2 8 9.6 8 10.5M8 13.5v.1",
    Status.IN_PROGRESS: "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M8 2v12M8 5h4M8 8h6M8 11h4",
    Status.REPORTED_DONE: "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M5 8l2 2 4-4",
    Status.DISPUTED: "M2 5h9M8 2l3 3-3 3M14 11H5M8 8l-3 3 3 3",
    Status.RESOLVED: "M2 8.5 6.5 13 14 4",
    Status.UNCONFIRMED: "M3 3h10v10H3zM5.5 8h5",
    Status.REFUSED: "M4 4l8 8M12 4l-8 8",
    Status.WITHDRAWN: "M13 8H3M7 4 3 8l4 4",
    Status.DUPLICATE: "M3 3h7v7H3zM6 13h7V6",
    Status.OUT_OF_SCOPE: "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M4 12l8-8",
    Status.RECORDED: "M4 2h8v12H4zM6 5h4M6 8h4",
}


@register.simple_tag
def status_tag(issue: Issue) -> SafeString:
    """The status in a box: a mark of its own shape and the word."""
    mark = format_html(
        '<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="{}" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>',
        _MARKS.get(Status(issue.status), ""),
    )
    return format_html('<span class="tag tag-{}">{}{}</span>', issue.status, mark, issue.get_status_display())


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
def language_called(tag: str) -> str:
    """A language by its own name, or by its tag where it is none of the interface's."""
    return str(dict(settings.LANGUAGES).get(tag, tag))
