"""What is new to a person over all their issues."""

from collections.abc import Iterable, Sequence

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from backend.accounts.models import User
from backend.organisations.models import Organisation
from dialogue.models import Message, Visit

SHOWN_AT_MOST = 20


def new_messages(person: User, organisation: Organisation | None) -> Sequence[Visit]:
    """The visits of this person to issues that they follow, or that the organisation they act for holds, with `n` messages of
    others since; the liveliest first. An issue that they never looked at is not among them. One query.
    """
    theirs = Q(issue__in=person.follows.values("issue"))
    if organisation is not None:
        theirs |= Q(issue__held_by=organisation)
    new = Message.objects.new_to(person, OuterRef("seen")).filter(issue=OuterRef("issue")).order_by().values("issue")
    visits = Visit.objects.filter(theirs, person=person, issue__seq__gt=F("seen")).select_related("issue")
    counted = visits.annotate(n=Subquery(new.annotate(n=Count("pk")).values("n"))).filter(n__gt=0)
    return list(counted.order_by("-issue__active_at")[:SHOWN_AT_MOST])


def counts_of_new(person: User, issues: Iterable[int]) -> dict[int, int]:
    """How many messages of others each of these issues has since this person read it last, all where they never did; issues
    without any are left out. One query.
    """
    read = Visit.objects.filter(person=person, issue=OuterRef("issue")).values("seen")[:1]
    messages = Message.objects.filter(issue__in=list(issues)).annotate(read=Coalesce(Subquery(read), 0))
    new = messages.new_to(person, F("read")).order_by().values_list("issue")
    return dict(new.annotate(n=Count("pk")))
