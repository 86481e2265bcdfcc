"""Telling the moderators of a message, and their finding that nothing is to be removed. No event: only a removal is public."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Refusal
from backend.organisations.models import Organisation
from dialogue.models import Message, Report
from issues import policies
from issues.actions.checks import Checked
from issues.models import HideReason

WORDS_LENGTH = 500
REPORTS_A_DAY = 20
"""Of one person: more is no help to a moderator."""


def why_not_report(person: User, message: Message, at: datetime) -> Refusal | None:
    """Whether this person may report the message now: anybody with an account, but one's own and what is removed. Two queries."""
    if message.author_id == person.pk:
        return Forbidden(_("You wrote this message yourself."))
    if message.hidden_at is not None:
        return Conflict(_("This message is removed already."))
    if Report.objects.filter(message=message, person=person).exists():
        return Conflict(_("You have reported this message already. The moderators will look at it."))
    if Report.objects.filter(person=person, at__gt=at - timedelta(days=1)).count() >= REPORTS_A_DAY:
        return Conflict(_("You have reported many messages within a day. Come back tomorrow."))
    return None


@transaction.atomic
def report_message(
    *, message: Message, person: User, code: str, words: str = "", at: datetime | None = None
) -> Report:  # fmt: skip
    """Tell the moderators. Holds the person's row lock. Raises Forbidden, Conflict, Invalid."""
    at = at or timezone.now()
    User.objects.select_for_update().get(pk=person.pk)
    if refusal := why_not_report(person, Message.objects.get(pk=message.pk), at):
        raise refusal
    with Checked() as check:
        code = check.choice("code", code, HideReason.values)
        words = check.text("words", words, limit=WORDS_LENGTH, needed=False)
    return Report.objects.create(message=message, person=person, code=code, words=words, at=at)


def settle_reports(*, message: int, actor: User, organisation: Organisation, at: datetime | None = None) -> int:
    """A moderator finds nothing to remove in this message: its reports wait no longer. How many. Raises Forbidden."""
    at = at or timezone.now()
    if words := policies.moderates(policies.Seat(actor, organisation, policies.role_in(actor, organisation, at))):
        raise Forbidden(words)
    waiting = Report.objects.filter(message=message, settled_at=None)
    return waiting.update(settled_at=at, settled_by=actor)
