"""The signatory's queue: what is prepared and waits for a signature, and what waiting costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.words import days_left, fill, time_tag
from backend.organisations.models import Membership, Role
from issues import clock, official, policies
from issues.desk import acted_for, is_desk_of
from issues.models import Issue, PreparedAnswer


def signs(seat: Membership | None) -> bool:
    """Whether this person has such a queue: a signatory of a state body, or a deputy in their days. No query."""
    return is_desk_of(seat) and seat is not None and seat.role_in_force == Role.SIGNATORY


def queue(seat: Membership, at: datetime) -> list[str]:
    """As `waiting` for the bodies this person signs for. A query beside `acted_for`'s."""
    return waiting(acted_for(seat, at))


def waiting(bodies: Iterable[int]) -> list[str]:
    """Numbers of the issues whose prepared answer waits, the earliest date first. One query."""
    found = PreparedAnswer.objects.waiting(bodies)
    return [str(number) for number in found.values_list("issue__number", flat=True)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What waiting costs: `due` with the date and how far it is, `silence`: what it means if nothing is published."""

    due: SafeString
    is_late: bool
    silence: Words


def cost_of_waiting(issue: Issue, at: datetime) -> Cost | None:
    """None where nothing is due. No query on an issue from `with_parts()`."""
    owed = official.answer_duty(issue.duties.all())
    due_at = owed.due_at if owed else issue.due_at
    if due_at is None:
        return None
    due, is_late = clock.local_day(due_at), owed.is_past(at) if owed else issue.is_overdue(at)
    said = fill(_("Due: %(date)s (%(left)s)."), date=time_tag(due), left=days_left(due, clock.local_day(at)))
    return Cost(said, is_late, _silence(issue, at, is_late=is_late))


def _silence(issue: Issue, at: datetime, *, is_late: bool) -> Words:
    if official.is_refusal_by_law(issue, issue.duties.all(), at):
        return _("By law, no answer in time counts as a refusal (APPC art. 91(2)).")
    owed = official.answer_duty(issue.duties.all())
    if owed is None:
        return _("Until it is published, the issue shows as waiting for your body.")
    if policies.open_dispute(issue):
        return _("“No answer in time” stands in the public record, and the public council looks into it.")
    if is_late:
        return _("“No answer in time” stands in the public record, and the NGO may take it to the public council.")
    if official.is_the_laws(issue, owed):
        return _(
            "After that date silence counts as a refusal by law (APPC art. 91(2)), and the NGO may disagree at once."
        )
    return _("After that date “no answer in time” is entered in the public record, and the NGO may disagree at once.")
