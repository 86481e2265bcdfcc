"""What the public numbers are asked for in an address: `from to body kind region topic language`. A bad value is left out and
told.
"""

from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.core.errors import Words
from backend.core.remembered import remembered
from backend.organisations.models import Organisation
from issues.addresses import Asked, Reader
from issues.models import Dimension, Region, Topic

LABELS: dict[str, Words] = {
    "from": _("From"), "to": pgettext_lazy("of a period", "Until"), "body": _("Body"), "kind": _("Kind of body"),
    "region": _("Region"), "topic": _("Topic"), "language": _("Written in"),
}  # fmt: skip
KINDS: dict[str, Words] = {
    "ministry": _("Ministries"), "agency": _("Agencies"), "akimat": _("Akimats of regions and cities"),
}  # fmt: skip
"""Kinds of state bodies, by their `body_type`: a body is compared with those of its own alone."""


def kept_pairs(query: QueryDict, **own: str) -> list[tuple[str, str]]:
    """The filters of an address, for another one; `own` ones instead."""
    return [(name, value) for name in LABELS if (value := own.get(name) or str(query.get(name, "")))]


@dataclass(slots=True)
class MetricFilters(Asked):
    """`since` and `until` are days in Almaty, themselves included; None is open. `bodies`: the body with its children and
    successors; with `kind` those of them, or of all bodies, that are of the kind, each for itself.
    """

    since: date | None = None
    until: date | None = None
    body: Organisation | None = None
    kind: str = ""
    region: Region | None = None
    topic: Topic | None = None
    language: str = ""
    bodies: list[int] = field(default_factory=list)

    @classmethod
    def read(cls, query: QueryDict) -> "MetricFilters":
        """At most one query for each of body and kind, one more for the body's children; region and topic as `Reader.reference`."""
        return _Reader(query, cls()).read()

    def dimensions(self) -> list[tuple[Dimension, list[str]]]:
        """By what is filtered, and the values as the sums have them."""
        found = [
            (Dimension.BODY, [str(pk) for pk in self.bodies]),
            (Dimension.REGION, [str(self.region.pk)] if self.region else []),
            (Dimension.TOPIC, [str(self.topic.pk)] if self.topic else []),
            (Dimension.LANGUAGE, [self.language] if self.language else []),
        ]
        return [(dimension, values) for dimension, values in found if values]


class _Reader(Reader[MetricFilters]):
    def read(self) -> MetricFilters:
        found = self.found
        self.day("from", LABELS["from"], "since")
        self.day("to", LABELS["to"], "until")
        if found.since and found.until and found.since > found.until:
            self.ignore("to", self.raw("to"))
            found.until = None
        self.thing("body", Organisation, "slug", LABELS["body"], kind="state_body")
        self.one_of("kind", KINDS, LABELS["kind"])
        self.reference("region", Region, "code", LABELS["region"])
        self.reference("topic", Topic, "slug", LABELS["topic"])
        self.one_of("language", dict(settings.LANGUAGES), LABELS["language"])
        if found.body:
            found.bodies = sorted(with_successors(found.body.pk))
        if found.kind:
            of_kind = Organisation.objects.bodies().filter(body_type=found.kind)
            narrowed = of_kind.filter(pk__in=found.bodies) if found.body else of_kind
            found.bodies = sorted(narrowed.values_list("pk", flat=True)) or [0]  # none is not all
        return found


def with_successors(body: int) -> set[int]:
    """The body, its children and whoever succeeded any of them."""
    children, successors = _family()
    found, left = set(), [body]
    while left:
        pk = left.pop()
        if pk in found:
            continue
        found.add(pk)
        left += children.get(pk, [])
        if pk in successors:
            left.append(successors[pk])
    return found


@remembered(60)
def _family() -> tuple[dict[int, list[int]], dict[int, int]]:
    children: dict[int, list[int]] = {}
    successors: dict[int, int] = {}
    for pk, parent, successor in Organisation.objects.bodies().values_list("pk", "parent", "successor"):
        if parent:
            children.setdefault(parent, []).append(pk)
        if successor:
            successors[pk] = successor
    return children, successors
