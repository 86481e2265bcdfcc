"""The public pages around an issue: home, how it works, the record of an issue and its explained clock."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.core.errors import Words
from backend.core.words import fill, number
from backend.organisations.acting import acting
from issues import official, policies
from issues.clock import explain_lines
from issues.clock.limits import LIMITS, Source, length_label
from issues.filters import COUNT_AT_MOST, Filters, counted
from issues.history import entries
from issues.history_facts import signatories
from issues.models import Basis, Duty, Issue, OwedBy
from issues.models.responsibility import COSIGNER, MODERATOR, NEW_BODY

ROWS = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is happening. Public; four bounded counts and two lists of five: six queries."""
    at = timezone.now()
    public = Issue.objects.public().filter(origin="platform")
    waiting = public.open().filter(answered_at=None).order_by("first_received_at", "id")
    resolved = public.filter(status="resolved", basis=Basis.CONFIRMED).order_by(F("resolved_at").desc(), "-id")
    context = {
        "numbers": [_number(label, query, at) for label, query in _NUMBERS],
        "waiting": list(waiting.for_list()[:ROWS]),
        "resolved": list(resolved.for_list()[:ROWS]),
        "at": at,
    }
    return render(request, "issues/home.html", context)


# Each headline number is the count of the very list it links to.
_NUMBERS: tuple[tuple[Promise, str], ...] = (
    (_("open"), "status=open"),
    (_("overdue"), "overdue=1"),
    (_("resolved: confirmed by the NGO, or by the council's conclusion"), "status=resolved"),
    (_("NGO disagrees"), "status=disputed"),
)


def _number(label: Promise, query: str, at: datetime) -> tuple[str, Promise, str]:
    """(the number as written, its label, the address of its list)."""
    count = counted(Filters.read(QueryDict(query)).apply(Issue.objects.public(), at))
    shown = f"{number(COUNT_AT_MOST)}+" if count > COUNT_AT_MOST else number(count)
    return shown, label, f"{reverse('issues')}?{query}"


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How it works. Public; no query."""
    limits = [(label, LIMITS[key]) for key, label in _LIMITS_SHOWN]
    return render(request, "issues/about.html", {"limits": limits})


_LIMITS_SHOWN: tuple[tuple[str, Promise], ...] = (
    ("accept", _("The body takes up the issue")),
    ("redirect", _("The body sends it to the competent one")),
    ("answer", _("The body answers every ask")),
    ("extension", _("The answer after an extension, counted from registration")),
    ("tell_ngo", _("The body tells the NGO of an extension")),
    ("clarify", _("The NGO answers the body's question")),
    ("commitment", _("The first date of a commitment")),
    ("unreported", _("The body reports, once its last commitment is complete or dropped")),
    ("confirm", _("The NGO confirms or disagrees")),
    ("conclude", _("The public council concludes")),
    ("after_conclusion", _("The body does what the council concluded")),
    ("redirect_proposal", _("The proposed body, or a moderator, replies to a proposed redirect")),
    ("withdraw_window", _("A co-signing NGO takes over an issue that is withdrawn")),
    ("reopen", _("The NGO disagrees with a refusal, or after silence")),
)


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
            _explained(duty, extensions, signed_for) | {"whose": _whose(duty, issue), "follows": _follows(duty, issue)}
            for duty in duties
        ],
        "silence": official.is_refusal_by_law(issue, duties, at),
        "tenures": list(issue.responsibilities.select_related("body")),
    }
    return render(request, "issues/clock.html", context)


def _follows(duty: Duty, issue: Issue) -> SafeString:
    """Whose limit it is: the platform's own, or by the linked appeal the law's."""
    source = Source(duty.explanation["meta"]["source"]).label
    if not official.is_of_code(duty):
        return fill("%(source)s", source=source)
    words = _("the law's limit: %(source)s") if official.is_the_laws(issue, duty) else _OWN_RULE
    return fill(words, source=source)


_OWN_RULE = _("the platform's own rule, which follows: %(source)s")


def _whose(duty: Duty, issue: Issue) -> Words:
    """Who owes it."""
    match duty.owed_by:
        case OwedBy.BODY:
            return str(duty.responsibility.body if duty.responsibility else issue.body_addressed)
        case OwedBy.NGO:
            return " → ".join(dict.fromkeys([str(issue.raised_by), str(issue.held_by)]))
    return _WHOSE[duty.owed_by]


_WHOSE: dict[str, Words] = {
    OwedBy.COUNCIL: _("Public council"),
    COSIGNER: _("Nobody: it is a right of the co-signing NGOs"),
    NEW_BODY: _("The proposed body"),
    MODERATOR: _("A moderator"),
}


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
