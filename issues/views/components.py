"""The sheet of components: everything that pages are made of, in every state, on one page. For people who change the look, for
the accessibility tests and for screenshots. Only where `DEMO` is set.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from issues.lifecycle import TRACKER, Status
from issues.models import Issue
from issues.models.answer import Verdict
from issues.next_words import next_words
from issues.page import Step
from issues.sentences import RESULTS
from issues.views import component_charts

COLOURS = (
    "bg",
    "surface",
    "surface-2",
    "text",
    "text-2",
    "link",
    "visited",
    "danger",
    "success",
    "line-strong",
    "line",
)


class Sample(forms.Form):
    """One field of each kind; bound to nothing it has an error in each."""

    title = forms.CharField(label=_("Title"), help_text=_("One sentence: what is wrong, and for whom."))
    body = forms.CharField(label=_("What is the problem"), widget=forms.Textarea(attrs={"rows": 4}))
    topic = forms.ChoiceField(label=_("Topic"), choices=[("", _("All"))])
    until = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.choices[:3], widget=forms.RadioSelect)
    sure = forms.BooleanField(label=_("I have seen it"))
    file = forms.FileField(label=_("Files"))


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Public, in demo mode; else 404. No query."""
    if not settings.DEMO:
        raise Http404
    return render(request, "issues/components.html", {
        "colours": COLOURS,
        "issues": [Issue(status=status) for status in Status],
        "verdicts": Verdict.choices[:3],
        "results": RESULTS.items(),
        "trackers": [_steps(*each) for each in ((1, Status.RAISED), (5, Status.REPORTED_DONE), (6, Status.RESOLVED))],
        "blank": Sample(prefix="blank"),
        "bound": Sample(data={}, prefix="wrong"),
        "now": timezone.now(),
        "numbers": [0, 1, 2, 5, 11, 21, 101, 1250000],
        "charts": component_charts.charts(),
        "sparklines": component_charts.sparklines(),
    })  # fmt: skip


def _steps(reached: int, status: Status) -> dict[str, Any]:
    """A tracker that stands on step `reached`, as `issues/_head.html` takes it."""
    start = timezone.now() - timedelta(days=40)
    return {
        "steps": [
            Step(key, label, start + timedelta(days=5 * n) if n <= reached else None, n == reached)
            for n, (key, label) in enumerate(TRACKER, 1)
        ],
        "steps_taken": reached,
        "next_words": next_words(Issue(status=status), timezone.now()),
    }
