"""The coordinator at the desk: people for the chosen rows, and who looks after the rows of somebody who is away."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from backend.core.errors import Invalid
from backend.core.forms import take
from backend.core.http import see_other
from backend.organisations.acting import acts_for
from backend.organisations.models import Membership
from issues import clock
from issues import desk as reader
from issues.actions import assign, end_substitution, substitute
from issues.actions.assigning import AT_ONCE, WORKERS, whose
from issues.forms.assigning import AssignForm, SubstitutionForm
from issues.models import Substitution
from issues.views.desk import coordinator, same_desk
from issues.views.undoing import with_undo


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign_rows(request: HttpRequest) -> HttpResponse:
    """The chosen rows once more (`?issue=`, repeated), with whose they are now; POST gives them to somebody, unless another
    coordinator did since (`was.<number>`): then they are shown once more. The address carries on which part of the desk it was.
    """
    seat, at = coordinator(request), timezone.now()
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("issue")[:AT_ONCE]
    form = AssignForm(_workers(seat, at), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            seen = {number: was for number in chosen if (was := request.POST.get(f"was.{number}")) is not None}
            given = assign(issues=chosen, seen=seen, **acts_for(seat), **form.cleaned_data)
        except Invalid as refusal:
            take(form, refusal)
        else:
            words = ngettext("%(n)s issue was given to: %(name)s.", "%(n)s issues were given to: %(name)s.", len(given))
            name = next(each.user for each in _workers(seat, at) if str(each.user.uuid) == form.cleaned_data["person"])
            messages.success(request, with_undo(request, seat, words % {"n": len(given), "name": name}, given))
            return see_other(same_desk(request))
    rows = reader.rows(reader.queue(reader.acted_for(seat, at), at).filter(number__in=chosen), seat, at)
    context = {
        "seat": seat,
        "form": form,
        "rows": [(row, whose(row.tenure)) for row in rows],
        "back": same_desk(request),
    }
    return render(request, "issues/desk_assign.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def substitutions(request: HttpRequest) -> HttpResponse:
    """Who is away, and who sees their rows meanwhile; POST names one more."""
    seat, at = coordinator(request), timezone.now()
    form = SubstitutionForm(_workers(seat, at), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            named = substitute(**acts_for(seat), **form.cleaned_data)
        except Invalid as refusal:
            take(form, refusal)
        else:
            words = gettext("%(by)s sees these rows as well: %(away)s.")
            messages.success(request, words % {"by": named.by, "away": named.away})
            return see_other(reverse("substitutions"))
    today = clock.local_day(at)
    named_here = Substitution.objects.of_body(seat.organisation_id)[:AT_ONCE]
    context = {
        "seat": seat,
        "form": form,
        "rows": [(each, each.is_over(today), each.since > today) for each in named_here],
    }
    return render(request, "issues/substitutions.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """They are back early. It can be named again at any time, so nothing is asked once more."""
    seat = coordinator(request)
    found = get_object_or_404(Substitution.objects.of_body(seat.organisation_id), pk=pk)
    ended = end_substitution(substitution=found, **acts_for(seat))
    messages.success(request, gettext("Back at their desk: %(name)s.") % {"name": ended.away})
    return see_other(reverse("substitutions"))


def _workers(seat: Membership, at: datetime) -> list[Membership]:
    """Whose rows there can be. One query."""
    return list(Membership.objects.people_of(seat.organisation, at).filter(role__in=WORKERS))
