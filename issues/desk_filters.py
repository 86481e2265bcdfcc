"""What of a desk is shown: a part of it, whose rows, words to look for, and which page. All of it stands in the address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.core.keyset import Cursor, Sort
from backend.organisations.models import Membership
from issues.desk import Bucket, Dated
from issues.models import Responsibility, Substitution

QUERY_LENGTH = 200


class Whose(StrEnum):
    ME = "me"
    UNIT = "unit"
    BODY = "body"

    @property
    def label(self) -> Promise:
        return _WHOSE[self]


_WHOSE = {Whose.ME: _("Mine"), Whose.UNIT: _("My unit"), Whose.BODY: _("Whole body")}


@dataclass(slots=True)
class DeskFilters:
    """`ignored`: what of the address was not understood."""

    bucket: Bucket | None = None
    whose: Whose = Whose.BODY
    q: str = ""
    cursor: Cursor | None = None
    ignored: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, query: QueryDict) -> "DeskFilters":
        found = cls(q=query.get("q", "").replace("\x00", "").strip()[:QUERY_LENGTH])
        if wanted := query.get("bucket", ""):
            found.bucket = Bucket(wanted) if wanted in set(Bucket) else None
            found.ignored += [] if found.bucket else [wanted[:QUERY_LENGTH]]
        if wanted := query.get("whose", ""):
            found.whose = Whose(wanted) if wanted in set(Whose) else Whose.BODY
            found.ignored += [] if wanted in set(Whose) else [wanted[:QUERY_LENGTH]]
        for name in ("after", "before"):
            cursor = Cursor.parse(query.get(name, ""), backwards=name == "before")
            if cursor is not None and cursor.fits(Sort("rank")):
                found.cursor = cursor
        return found

    def narrowed(
        self, issues: Dated, seat: Membership, bodies: Iterable[int], away: Mapping[int, Substitution]
    ) -> Dated:  # fmt: skip
        """Of a `desk.queue`: whose rows, and the words. The part of the desk is not applied, so that all parts are counted."""
        if self.q:
            issues = issues.filter(_matches(self.q))
        if self.whose is Whose.BODY:
            return issues
        mine = Q(person__in=[seat.user_id, *(each.away_id for each in away.values() if each.by_id == seat.user_id)])
        if self.whose is Whose.UNIT:
            held = Responsibility.objects.filter(person=seat.user_id, body__in=list(bodies)).exclude(unit="")
            mine |= Q(unit__in=held.values("unit"))
        return issues.filter(Exists(Responsibility.objects.filter(mine, issue=OuterRef("pk"), ended_at=None)))


def _matches(q: str) -> Q:
    """The number or a part of it; else every word somewhere in the title."""
    words = Q()
    for word in q.split():
        words &= Q(title__icontains=word)
    return Q(number__icontains=q) | words
