"""`/commitments/`: all that was promised, by date, with what became of it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.core.keyset import page
from backend.core.words import number
from backend.organisations.models import Organisation
from issues import addresses, clock
from issues.board import SORT_LABELS, SORTS, STATES, BoardFilters
from issues.filters import COUNT_AT_MOST, counted
from issues.freshness import revalidated
from issues.models import Commitment
from issues.page import CommitmentView


@require_safe
@revalidated
def commitment_board(request: HttpRequest) -> HttpResponse:
    """Public. Rows one query, the heading one, each of the four states one, the bodies of the form one, each slug given one."""
    at = timezone.now()
    today = clock.local_day(at)
    wanted = BoardFilters.read(request.GET)
    found = wanted.apply(Commitment.objects.all(), today)
    rows = page(found.for_board(), SORTS[wanted.sort], wanted.cursor)
    context = {
        "heading": heading(counted(found)),
        "filters": wanted,
        "rows": [CommitmentView.of(each, at) for each in rows.rows],
        "states": _states(request, wanted, today),
        "chips": [(chip, addresses.without(request.GET, chip.name, chip.value)) for chip in wanted.chips],
        "sorts": [(key, label, addresses.changed(request.GET, "sort", key)) for key, label in SORT_LABELS.items()],
        "sort_carries": addresses.carried(request.GET),
        "hidden": list(addresses.pairs(request.GET, "state", "ngo", "sort")),
        "list_address": reverse("commitment_board"),
        "bodies": _bodies(wanted),
        **addresses.around(request.GET, rows.before, rows.after),
    }
    return render(request, "issues/board.html", context)


def heading(count: int) -> str:
    """ "27 commitments", exact to 10,000."""
    if count > COUNT_AT_MOST:
        return gettext("More than %(n)s commitments") % {"n": number(COUNT_AT_MOST)}
    return ngettext("%(n)s commitment", "%(n)s commitments", count) % {"n": number(count)}


def _states(request: HttpRequest, wanted: BoardFilters, today: date) -> list[Any]:
    """(label, number, address, is this one) for all, and for each state, under the other filters."""
    others = wanted.apply(Commitment.objects.all(), today, but="state")
    rows = []
    for key, label in STATES.items():
        count = counted(others.with_result(key, today))
        rows.append((label, shortly(count), addresses.changed(request.GET, "state", key), wanted.state == key))
    return [(_("All"), "", addresses.changed(request.GET, "state", ""), not wanted.state), *rows]


def shortly(count: int) -> str:
    return f"{number(COUNT_AT_MOST)}+" if count > COUNT_AT_MOST else number(count)


def _bodies(wanted: BoardFilters) -> list[Organisation]:
    """Those that promised anything, by name; and the one asked for."""
    promised = Organisation.objects.bodies().filter(pk__in=Commitment.objects.values("owner"))
    bodies = list(promised.by_name((get_language() or "kk")[:2]))
    return bodies if wanted.body is None or wanted.body in bodies else [wanted.body, *bodies]
