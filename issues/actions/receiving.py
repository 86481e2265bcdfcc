"""A body receives an issue: it becomes responsible, with its own dates."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.organisations.models import Organisation
from issues import clock
from issues.actions import duties
from issues.models import DutyKind, Issue, Responsibility


def why_not_body(body: Organisation | None, today: date) -> Words | None:
    """None where the body may be addressed today; else why not."""
    if body is None:
        return _("Choose the state body that should answer.")
    if body.is_legacy_body:
        return _("This body is known from another register alone: no issue can be addressed to it. Choose another.")
    if body.kind != "state_body" or not body.is_valid_on(today):
        return _("This body does not exist on this day. Choose another.")
    return None


def receive(issue: Issue, body: Organisation, *, hop: int, at: datetime) -> Responsibility:
    """A body becomes responsible: its own receipt, and its own dates to accept, redirect and answer."""
    calendar = clock.current_calendar()
    registered = clock.registration_day(at, calendar)
    answer = clock.due(clock.ANSWER, registered, calendar, submitted_at=at)
    tenure = Responsibility.objects.create(
        issue=issue, body=body, hop=hop, received_at=at, registered_on=registered, original_due_on=answer.due_on,
        due_on=answer.due_on,
    )  # fmt: skip
    for kind, limit in ((DutyKind.ACCEPT, clock.ACCEPT), (DutyKind.REDIRECT, clock.REDIRECT)):
        due = clock.due(limit, registered, calendar, submitted_at=at)
        duties.open_duty(issue, kind, due, at, tenure=tenure)
    duties.open_duty(issue, DutyKind.ANSWER, answer, at, tenure=tenure)
    return tenure
