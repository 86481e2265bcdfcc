"""What lies before the public councils, and what they concluded."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backend.organisations.acting import acting, memberships
from issues import turns


@require_safe
def council(request: HttpRequest) -> HttpResponse:
    """Public: open disputes and the newest conclusions. A member sees those of the own council first, with the acts."""
    found = turns.open_disputes(acting(request), memberships(request), timezone.now())
    context = {"disputes": found, "conclusions": turns.conclusions(), "at_most": turns.ROWS_AT_MOST}
    return render(request, "issues/council.html", context)
