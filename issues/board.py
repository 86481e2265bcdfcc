"""All commitments by date: what `/commitments/` is asked for, and what it finds.

`state body ngo due_after due_before sort`: `state` is one of `open kept late broken`, as domain.md section 2 derives them from
the first date; `body` or `ngo` is who promised; the days are those of the date in force, themselves included.
"""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.keyset import Sort
from backend.organisations.models import Organisation
from issues.addresses import Asked, Reader
from issues.querysets import CommitmentQuerySet
from issues.sentences import RESULTS

STATES: dict[str, Words] = {
    "open": RESULTS["pending"],
    "kept": RESULTS["kept"],
    "late": RESULTS["late"],
    "broken": RESULTS["broken"],
}
SORTS = {
    "due": Sort("due", days=True),
    "latest": Sort("due", descending=True, days=True),
}
SORT_LABELS: dict[str, Words] = {"due": _("Earliest date first"), "latest": _("Latest date first")}


@dataclass(slots=True)
class BoardFilters(Asked):
    """What an address asks the board for."""

    state: str = ""
    body: Organisation | None = None
    ngo: Organisation | None = None
    due_after: date | None = None
    due_before: date | None = None
    sort: str = "due"

    @classmethod
    def read(cls, query: QueryDict) -> "BoardFilters":
        """One query for each of body and ngo that is given."""
        reader = Reader(query, cls())
        reader.one_of("state", STATES, _("State"))
        reader.thing("body", Organisation, "slug", _("Body"), kind="state_body")
        reader.thing("ngo", Organisation, "slug", _("NGO"), kind="ngo")
        reader.day("due_after", _("Due from"))
        reader.day("due_before", _("Due until"))
        reader.order(SORTS)
        return reader.found

    def apply(self, commitments: CommitmentQuerySet, today: date, *, but: str = "") -> CommitmentQuerySet:
        """Those that match on that Almaty day, as if nothing was said of the filter `but`. No query."""
        found = commitments.counting()
        if self.state and but != "state":
            found = found.with_result(self.state, today)
        if owner := self.body or self.ngo:
            found = found.filter(owner=owner)
        if self.due_after:
            found = found.filter(due__gte=self.due_after)
        if self.due_before:
            found = found.filter(due__lte=self.due_before)
        return found
