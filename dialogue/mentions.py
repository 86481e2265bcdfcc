"""Naming people of the room in a message: `@Name`, or `@Name (Organisation)` where several are called the same.

In the room are those who act in the issue or write in its thread: the page names them already, so nobody learns of anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.core.naming import key_of
from backend.organisations.models import Kind, Organisation
from dialogue.models import Mention, Message, Visit
from issues.models import Issue, IssueEvent
from issues.record.removed import MESSAGE_POSTED

if TYPE_CHECKING:
    from backend.accounts.models import User

SHOWN_AT_MOST = 20
MARK = 'class="mention"'
"""In the HTML of a message that names somebody, and of no other."""

_NAMES = {name: F(f"organisation__{name}") for name in ("name_kk", "name_ru", "name_en")}


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody of a room, for an organisation. `who`: what stands for the person in this issue, and tells nothing of them."""

    person: int
    name: str
    organisation: Organisation
    who: str

    @property
    def long_names(self) -> list[str]:
        names = (getattr(self.organisation, each) for each in _NAMES)
        return [f"{self.name} ({each})" for each in names if each]


def people_in(issue: Issue, asking: User | int) -> list[Present]:
    """Those in the room but who asks, the last to act first, once for each organisation. A moderator is in it by writing, not
    by removing what others wrote. One query.
    """
    acts = IssueEvent.objects.filter(issue=issue, actor__is_active=True, organisation__isnull=False)
    acts = acts.exclude(actor=asking).exclude(Q(organisation__kind=Kind.PLATFORM) & ~Q(move=MESSAGE_POSTED))
    who = (
        acts.exclude(actor__name="").order_by().values("actor", "actor__name", "actor__uuid", "organisation", **_NAMES)
    )
    rows: Iterable[Any] = who.annotate(last=Max("seq")).order_by("-last", "actor")
    return [
        Present(
            each["actor"], each["actor__name"],
            Organisation(
                pk=each["organisation"], name_kk=each["name_kk"], name_ru=each["name_ru"], name_en=each["name_en"]
            ),
            str(uuid5(each["actor__uuid"], str(issue.uuid))),
        )
        for each in rows
    ]  # fmt: skip


def who_in(issue: Issue, person: User) -> str:
    """`Present.who` of somebody."""
    return str(uuid5(person.uuid, str(issue.uuid)))


def offered(issue: Issue, person: User) -> list[dict[str, str]]:
    """Whom a writer may name: `name`, `organisation`, and the `text` that names them and nobody else, as far as names can."""
    people = people_in(issue, person)
    of_a_name: dict[str, set[int]] = defaultdict(set)
    for each in people:
        of_a_name[key_of(each.name)].add(each.person)
    rows, known = [], set()
    for each in people:
        is_one = len(of_a_name[key_of(each.name)]) == 1
        text = each.name if is_one else f"{each.name} ({each.organisation.name})"
        if is_one and each.person in known:
            continue
        known.add(each.person)
        rows.append({"name": each.name, "organisation": each.organisation.name, "text": " ".join(text.split())})
    return rows


def mentioned_in(issue: Issue, person: int) -> frozenset[int]:
    """The numbers of the messages that name somebody. One query."""
    return frozenset(Mention.objects.filter(message__issue=issue, person=person).values_list("message__seq", flat=True))


def first_mention(issue: Issue, person: User, rev: int) -> int | None:
    """The number of the first message, posted or changed after a `rev`, that names somebody. One query."""
    since = Mention.objects.filter(message__issue=issue, message__rev__gt=rev, person=person)
    found: int | None = since.order_by("message__seq").values_list("message__seq", flat=True).first()
    return found


def unread_mentions(person: User) -> QuerySet[Message, Any]:
    """Messages that name this person, and that they have not read: the newest first, at most twenty. One query."""
    read = Visit.objects.filter(person=person, issue=OuterRef("issue")).values("seen")[:1]
    naming = Message.objects.filter(mentions__person=person, seq__gt=Coalesce(Subquery(read), 0))
    return naming.select_related("issue", "author", "organisation").order_by("-at")[:SHOWN_AT_MOST]
