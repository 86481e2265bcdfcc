"""Who may read and write what lies beside the thread. Pure functions; `issues.policies` says who writes in the thread itself."""

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.organisations.models import Kind, Role
from issues.models import Issue
from issues.policies import Seat

NOTES_OF = (Role.OFFICER, Role.SIGNATORY, Role.COORDINATOR)


def can_note(seat: Seat | None, issue: Issue) -> Words | None:
    """None for the officers, signatories and coordinators of a body that is or was responsible: they read and write their
    body's notes. No query on an issue with its responsibilities; none for anybody but people of a state body.
    """
    if seat is None or seat.organisation.kind != Kind.STATE_BODY or seat.role not in NOTES_OF:
        return _("Private notes are for the people of a responsible state body.")
    bodies = {issue.body_addressed_id, *(each.body_id for each in issue.responsibilities.all())}
    if seat.organisation.pk not in bodies:
        return _("Your body was never responsible for this issue.")
    return None
