"""The pages that say what Birge is and how it treats people: how it works, rules, accessibility, privacy, help."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from issues.actions.filing import OPEN_WITH_ONE_BODY
from issues.clock.limits import LIMITS
from issues.models import HideReason, ScopeCode


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How it works. Public; no query."""
    return render(request, "issues/about.html", {"limits": [(label, LIMITS[key]) for key, label in _LIMITS_SHOWN]})


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What may be raised and written, and who decides. Public; no query."""
    context = {
        "open_at_most": OPEN_WITH_ONE_BODY,
        "scope_reasons": ScopeCode.labels,
        "hide_reasons": HideReason.labels,
    }
    return render(request, "issues/about_rules.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Public; no query."""
    return render(request, "issues/about_accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom. Public; no query."""
    return render(request, "issues/about_privacy.html")


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Where to turn. Public; no query."""
    return render(request, "issues/about_help.html", {"contact_email": settings.CONTACT_EMAIL})


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
