"""In what roles a person may act now. Asked with every request of somebody signed in, and by every move."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.core.prepared import prepared
from backend.organisations.models import Deputy, Kind, Membership, Organisation, StandsIn


def seats_in_force(
    person: User, at: datetime, organisation: Organisation | None = None, lasting: Iterable[Membership] | None = None
) -> list[Membership]:
    """The person's roles now, with their organisations, and for whom they stand in; oldest first; those in one organisation if it
    is given. One query, another for the people of state bodies, who alone have deputies, and a third for those who were ever
    named one. `lasting`: of `lasting_seats`, asked a moment before together with something else; what ended since is over.
    """
    asked = lasting_seats(person.pk, at) if lasting is None else [each for each in lasting if each.is_active(at)]
    seats = {each.pk: each for each in asked if organisation is None or each.organisation_id == organisation.pk}
    for seat in seats.values():
        seat.user = person
    official = [pk for pk, seat in seats.items() if seat.organisation.kind == Kind.STATE_BODY]
    if official and (named := Deputy.objects.filter(deputy__in=official).values_list("pk", flat=True)):
        now = Deputy.objects.in_force(at).filter(pk__in=list(named))
        signatory = (f"signatory__user__{name}" for name in ("id", "uuid", "name"))
        for pk, user, uuid, name in now.values_list("deputy", *signatory):
            seats[pk].stands_in = StandsIn(user, str(uuid), name)
    return list(seats.values())


@prepared(int, datetime)
def lasting_seats(person: int, at: datetime) -> QuerySet[Membership]:
    mine = Membership.objects.active(at).filter(user=person, user__is_active=True)
    return mine.select_related("organisation").order_by("since", "id")
