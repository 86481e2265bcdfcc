"""The public pages behind an issue: its record, and its explained clock."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.core.words import fill
from backend.organisations.acting import acting
from issues import official, policies
from issues.clock import explain_lines
from issues.clock.limits import Source, length_label
from issues.due_dates import whose
from issues.history import entries
from issues.history_facts import signatories
from issues.models import Duty, Issue


@require_safe
def history(request: HttpRequest, number: str) -> HttpResponse:
    """The whole record of an issue. Public; five queries, however long it is; for a moderator with a way to blank a text."""
    issue = _issue(request, number)
    moderates = policies.moderates(policies.Seat.of(acting(request))) is None
    return render(request, "issues/history.html", {"issue": issue, "entries": entries(issue), "moderates": moderates})


@require_safe
def clock_explained(request: HttpRequest, number: str) -> HttpResponse:
    """Each duty of an issue with its due date, day by day, as it was published. Public; four queries, one more where a deputy
    extended it.
    """
    issue, at = _issue(request, number), timezone.now()
    duties = issue.duties.select_related("responsibility__body").order_by("set_at", "id")
    extensions = {
        event.facts.get("until"): event
        for event in issue.events.filter(move="extend").select_related("actor", "organisation").order_by("seq")
    }
    signed_for = signatories(extensions.values())
    context = {
        "issue": issue,
        "at": at,
        "duties": [
            _explained(duty, extensions, signed_for) | {"whose": whose(duty, issue), "follows": follows(duty, issue)}
            for duty in duties
        ],
        "silence": official.is_refusal_by_law(issue, duties, at),
        "tenures": list(issue.responsibilities.select_related("body")),
    }
    return render(request, "issues/clock.html", context)


def follows(duty: Duty, issue: Issue) -> SafeString:
    """Whose limit it is: the platform's own, or by the linked appeal the law's."""
    source = Source(duty.explanation["meta"]["source"]).label
    if not official.is_of_code(duty):
        return fill("%(source)s", source=source)
    words = _("the law's limit: %(source)s") if official.is_the_laws(issue, duty) else _OWN_RULE
    return fill(words, source=source)


_OWN_RULE = _("the platform's own rule, which follows: %(source)s")


def _explained(duty: Duty, extensions: dict[str, Any], signed_for: dict[str, User]) -> dict[str, Any]:
    meta = duty.explanation["meta"]
    extension = extensions.get(duty.due_on.isoformat()) if meta["kind"] == "extension" else None
    return {
        "duty": duty,
        "lines": explain_lines(duty.explanation, (get_language() or "kk")[:2]),
        "length": length_label(meta["unit"], meta["limit"]),
        "provisional": meta["provisional"],
        "extension": extension,
        "extended_for": signed_for.get(extension.facts.get("for")) if extension else None,
    }


def _issue(request: HttpRequest, number: str) -> Issue:
    issues = Issue.objects.visible_to(request.user).select_related("body_addressed", "raised_by", "held_by")
    return get_object_or_404(issues, number=number)
