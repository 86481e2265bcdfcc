"""A draft saved by the page while somebody writes (static/js/autosave.js): the same action, answered in a few words."""

from collections.abc import Callable

from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from backend.core.errors import Refusal
from issues.forms.drafts import StepForm
from issues.models import Issue


def autosaved(form: StepForm, save: Callable[[], Issue]) -> JsonResponse:
    """200 with the draft's new `version` and the `url` of this step; 409 and 403 with why; 422 says nothing: the person is
    still writing, and the button will.
    """
    if not form.is_valid():
        return JsonResponse({}, status=422)
    try:
        draft = save()
    except Refusal as refusal:
        words = "" if refusal.status == 422 else str(refusal)
        return JsonResponse({"words": words}, status=refusal.status)
    words = gettext("Draft saved at %(time)s") % {"time": timezone.localtime().strftime("%H:%M")}
    return JsonResponse(
        {"version": draft.version, "url": reverse("draft_step", args=[draft.uuid, form.step]), "words": words}
    )
