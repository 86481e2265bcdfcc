"""What the page of an issue tells of the issues it belongs with: those it names, those that name it, and how often before."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issues.models import Issue, Relation, RelationKind

SHOWN = 50  # any number of issues may name one


@dataclass(frozen=True, slots=True)
class RelationView:
    """The other issue, and what it is to this one; `is_own`: this issue's NGO named it."""

    other: Issue
    label: Promise
    is_own: bool


@dataclass(frozen=True, slots=True)
class RelationsView:
    """`before`: in how many earlier issues the same problem was raised; `again`: in how many of those shown it is again;
    `has_more`: older links are not shown.
    """

    rows: list[RelationView]
    before: int
    again: int
    has_more: bool

    @property
    def own(self) -> list[RelationView]:
        return [row for row in self.rows if row.is_own]


def relations_on(issue: Issue) -> RelationsView:
    """The same problem first, then by when the link was made. One query; one more where this is a problem raised before."""
    own_first = Case(When(issue=issue, then=0), default=1)
    found = list(Relation.objects.on(issue).order_by(own_first, "-at", "-id")[: SHOWN + 1])
    shown = sorted(found[:SHOWN], key=lambda each: (_ORDER[each.kind], each.issue_id != issue.pk, each.at, each.pk))
    recurs = [each for each in shown if each.kind == RelationKind.RECURS]
    again = sum(each.other_id == issue.pk for each in recurs)
    return RelationsView(
        [_view(each, issue) for each in shown],
        before=raised_before(issue) if len(recurs) > again else 0,
        again=again,
        has_more=len(found) > SHOWN,
    )


def _view(relation: Relation, issue: Issue) -> RelationView:
    names = relation.issue_id == issue.pk
    there, here = _LABELS[relation.kind]
    is_own = names and relation.kind != RelationKind.SPLIT
    return RelationView(relation.other if names else relation.issue, there if names else here, is_own)


# What the other issue is to this one: where this one names it, and where it names this one.
_LABELS: dict[str, tuple[Promise, Promise]] = {
    RelationKind.RECURS: (_("The same problem, raised before"), _("The same problem, raised again")),
    RelationKind.SPLIT: (_("Asks of this issue went there"), _("Asks came from there")),
    RelationKind.RELATED: (_("Related"), _("Related")),
}
_ORDER = {kind: place for place, kind in enumerate(_LABELS)}


def raised_before(issue: Issue) -> int:
    """In how many earlier issues the same problem was raised, each by the one after it. One query, however many they are;
    it ends, as a link of this kind always leads to an older issue.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [issue.pk])
        return int(cursor.fetchone()[0])


_BEFORE = """
    WITH RECURSIVE earlier (id) AS (
        SELECT other_id FROM issues_relation WHERE issue_id = %s AND kind = 'recurs' AND ended_at IS NULL
        UNION
        SELECT link.other_id FROM issues_relation AS link JOIN earlier ON link.issue_id = earlier.id
        WHERE link.kind = 'recurs' AND link.ended_at IS NULL
    )
    SELECT count(*) FROM earlier
"""
