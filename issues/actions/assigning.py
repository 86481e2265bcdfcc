"""The coordinator's acts: who works on an issue, and who looks after the rows of somebody who is away.

Neither is a move (domain.md section 2): a policy, no event, no version of the issue.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden
from backend.organisations.actions.seats import lock
from backend.organisations.models import Membership, Organisation, Role
from issues import policies
from issues.actions.checks import Checked
from issues.facts import body_in_force
from issues.models import Issue, Responsibility, Substitution

AT_ONCE = 100
AWAY_AT_MOST = 366  # days
WORKERS = (Role.OFFICER, Role.SIGNATORY, Role.COORDINATOR)


@dataclass(frozen=True, slots=True)
class Given:
    """One issue of an assignment: the id of its person and its unit, before and since."""

    number: str
    was: tuple[int | None, str]
    now: tuple[int | None, str]


@transaction.atomic
def assign(
    *, issues: Sequence[str], person: Any, actor: User, organisation: Organisation, unit: str = "",
    seen: Mapping[str, str] | None = None, at: datetime | None = None,
) -> list[Given]:  # fmt: skip
    """This person, and the unit if one is given, for all these issues (by number), or for none. Their rows are locked, the
    newest first. `seen`: by number, whose each was (`whose`) when it was chosen; one that somebody gave away since is told
    (Invalid, `issues`). Raises Forbidden, Conflict (one has moved on), Invalid.
    """
    at = at or timezone.now()
    _check_may(actor, organisation, at)
    tenures = _locked(issues, organisation, at)
    with Checked() as check:
        unit = check.line("unit", unit, needed=False)
        worker = _worker(check, "person", person, organisation, at)
        if not tenures:
            check.fail("issues", _("Choose at least one issue."))
        if len(tenures) > AT_ONCE:
            check.fail("issues", _("These are too many issues at once. At most: %(limit)s.") % {"limit": AT_ONCE})
        known = seen or {}
        if other := sorted(number for number, each in tenures.items() if known.get(number, whose(each)) != whose(each)):
            words = _(
                "Given to somebody else since you opened this page: %(numbers)s. Look at them once more, then assign."
            )
            check.fail("issues", words % {"numbers": ", ".join(other)})
    assert worker is not None  # it was checked
    given = [
        Given(number, (each.person_id, each.unit), (worker.pk, unit or each.unit)) for number, each in tenures.items()
    ]
    _give(tenures, {each.number: each.now for each in given})
    return given


@transaction.atomic
def undo_assigning(
    *, given: Sequence[Given], actor: User, organisation: Organisation, at: datetime | None = None
) -> None:  # fmt: skip
    """Undoes an assignment: each of its issues goes back to whom it was with, or, if one is by now with somebody else again,
    none does. Raises Forbidden, Conflict.
    """
    at = at or timezone.now()
    _check_may(actor, organisation, at)
    tenures = _locked([each.number for each in given], organisation, at)
    now = {number: (each.person_id, each.unit) for number, each in tenures.items()}
    if other := sorted(each.number for each in given if now.get(each.number) != each.now):
        words = _(
            "Somebody else assigned these issues since: %(numbers)s. They stay as they are now, and so do the others."
        )
        raise Conflict(words % {"numbers": ", ".join(other)})
    _give(tenures, {each.number: each.was for each in given})


def _locked(numbers: Sequence[str], organisation: Organisation, at: datetime) -> dict[str, Responsibility]:
    """By number, the responsibilities for these issues, whose rows are locked, the newest first. Two queries."""
    locked = Issue.objects.select_for_update(of=("self",)).filter(number__in=numbers).order_by("-pk")
    found = list(locked.select_related("body_addressed"))
    if gone := [each for each in found if not each.is_open or body_in_force(each, at) != organisation]:
        words = _("These issues are closed, or no longer with your body: %(numbers)s. Nothing was changed.")
        raise Conflict(words % {"numbers": ", ".join(str(each.number) for each in gone)})
    tenures = Responsibility.objects.filter(issue__in=found, ended_at=None).select_related("issue")
    return {str(each.issue.number): each for each in tenures}


def _give(tenures: Mapping[str, Responsibility], to: Mapping[str, tuple[int | None, str]]) -> None:
    """One query."""
    for number, each in tenures.items():
        each.person_id, each.unit = to[number]
    Responsibility.objects.bulk_update(tenures.values(), ["person", "unit"])


def whose(tenure: Responsibility | None) -> str:
    """Person and unit as a page carries them, to be told when they change."""
    return f"{tenure.person_id or ''} {tenure.unit}" if tenure else ""


@transaction.atomic
def substitute(
    *, away: Any, by: Any, since: Any, until: Any, actor: User, organisation: Organisation, at: datetime | None = None
) -> Substitution:  # fmt: skip
    """`by` sees the rows of `away` from the first to the last day. Raises Forbidden, Invalid."""
    held, at = lock(organisation), at or timezone.now()
    _check_may(actor, held, at)
    with Checked() as check:
        gone, stands_in = _worker(check, "away", away, held, at), _worker(check, "by", by, held, at)
        first, last = check.day("since", since), check.day("until", until)
        if gone and gone == stands_in:
            check.fail("by", _("Nobody stands in for themselves: choose somebody else."))
        if first and last:
            _check_days(check, first, last, timezone.localdate(at))
            taken = Substitution.objects.filter(organisation=held, away=gone, ended_at=None)
            if gone and (other := taken.filter(since__lte=last, until__gte=first).select_related("by").first()):
                words = _("In these days somebody stands in already: %(name)s. End that first, or choose other days.")
                check.fail("since", words % {"name": other.by})
    assert gone is not None  # it was checked, and so was all the rest
    assert stands_in is not None
    assert first is not None
    assert last is not None
    made: Substitution = Substitution.objects.create(
        organisation=held, away=gone, by=stands_in, since=first, until=last, named_by=actor, named_at=at
    )
    return made


@transaction.atomic
def end_substitution(
    *, substitution: Substitution, actor: User, organisation: Organisation, at: datetime | None = None
) -> Substitution:  # fmt: skip
    """From now on it shows nobody another's rows, whatever days are left. Raises Forbidden, Conflict (over already)."""
    held, at = lock(organisation), at or timezone.now()
    _check_may(actor, held, at)
    found = Substitution.objects.select_related("away", "by").get(pk=substitution.pk)
    if found.organisation_id != held.pk:
        raise Forbidden(_("This person belongs to another organisation."))
    if found.is_over(timezone.localdate(at)):
        raise Conflict(_("These days are over already."))
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    return found


def _check_may(actor: User, organisation: Organisation, at: datetime) -> None:
    if words := policies.can_assign(policies.Seat.taken(actor, organisation, at)):
        raise Forbidden(words)


def _worker(check: Checked, path: str, value: Any, organisation: Organisation, at: datetime) -> User | None:
    """Somebody who has a desk in the body: themselves or their UUID. One query."""
    seats = Membership.objects.people_of(organisation, at).filter(role__in=WORKERS)
    found = next((seat.user for seat in seats if value == seat.user or str(value) == str(seat.user.uuid)), None)
    if found is None:
        check.fail(path, _("Choose a person of the body."))
    return found


def _check_days(check: Checked, since: date, until: date, today: date) -> None:
    if until < since:
        check.fail("until", _("The last day lies before the first."))
    elif until < today:
        check.fail("until", _("These days are over already."))
    elif until - since >= timedelta(AWAY_AT_MOST):
        check.fail("until", _("This is too long. At most, in days: %(n)s.") % {"n": AWAY_AT_MOST})
