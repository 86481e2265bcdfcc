"""Whom a message can name."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.core.errors import Forbidden
from backend.organisations.acting import acting
from dialogue.mentions import offered
from issues import policies
from issues.models import Issue


@login_required
@never_cache
@require_safe
def people(request: HttpRequest, number: str) -> JsonResponse:
    """Guarded by `policies.can_post`: the people in the room for whoever may write in it, as `dialogue.mentions.offered`."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user).select_related("body_addressed"), number=number)
    words = policies.can_post(policies.Seat.of(acting(request)), issue)
    if words or not isinstance(request.user, User):
        raise Forbidden(words or "")
    return JsonResponse({"people": offered(issue, request.user)})
