"""Blanking personal data in the record: itself a public event, and never a rewriting (domain.md section 1, Platform)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Invalid, Refusal
from backend.core.once import forget_words_of
from backend.organisations.models import Organisation
from issues import policies
from issues.actions.checks import Checked
from issues.actions.engine import who_and_when
from issues.actions.keeping import forget_on_commit
from issues.metrics.counting import counted
from issues.models import Attachment, BlankReason, EventText, Issue, IssueEvent
from issues.record.chain import Entry, append
from issues.record.copies import blank
from issues.record.removed import TEXT_BLANKED, named

QUOTING: list[Callable[[Issue, policies.Seat, datetime, str, Sequence[EventText]], None]] = []
"""What takes blanked words out of the texts that quote them, under the same lock. The dialogue, a layer above, adds its own."""


@transaction.atomic
@counted()
def blank_text(
    *,
    issue: Issue,
    event: int,
    key: str,
    actor: User,
    organisation: Organisation,
    code: str,
    at: datetime | None = None,
) -> IssueEvent:
    """Blank the text `key` of the issue's event number `event`, in the record and wherever it is shown or quoted; also of a
    closed issue. A whole text: what is left of one would be a rewriting. Nobody can undo it.

    Holds the issue's row lock; `version` stays, so that no body's answer is stopped by it. Raises Forbidden, Conflict
    (blanked already: by whom), Invalid, and then nothing was written.
    """
    locked = Issue.objects.select_for_update().filter(pk=issue.pk).first()
    if locked is None:
        raise Conflict(_("This draft has been deleted."))
    at = at or timezone.now()
    role = policies.role_in(actor, organisation, at)
    text = find_text(locked, event, key)
    if refusal := why_not_blank(policies.Seat(actor, organisation, role), text):
        raise refusal
    with Checked() as check:
        code = check.choice("code", code, BlankReason.values)
    assert text  # `why_not_blank` asked for it
    facts = {"blanked": named([text]), "code": code}
    entered = append(locked, Entry(TEXT_BLANKED, locked.status, locked.status, at, actor, organisation, facts))
    locked.save(update_fields=["rev", "chain_hash", "active_at"])
    blank(locked, text, at)
    for take_out in QUOTING:
        take_out(locked, policies.Seat(actor, organisation, role), at, code, [text])
    forget_words_of(locked.number, locked.uuid)
    if file := file_called(locked, key):
        forget_on_commit([file.storage_key])
    return entered


def file_called(issue: Issue, key: str) -> Attachment | None:
    """The file whose name a text is: taking its name away takes the file down. One query for such a text."""
    head, __, uuid = key.partition(".")
    return issue.attachments.filter(uuid=uuid).first() if head == "file" else None


def find_text(issue: Issue, event: int, key: str) -> EventText | None:
    """A text of the issue's record, with its event. One query."""
    return EventText.objects.select_related("event").filter(event__issue=issue, event__seq=event, key=key).first()


def why_not_blank(seat: policies.Seat | None, text: EventText | None) -> Refusal | None:
    """Whether the person may blank this text now. One query where it is blank already."""
    if words := policies.moderates(seat):
        return Forbidden(words)
    if text is None:
        return Invalid({"key": _("There is no such text in this record.")})
    if text.blanked_at is None:
        return None
    blanked = IssueEvent.objects.filter(issue=text.event.issue_id, facts__blanked__contains=named([text]))
    first = blanked.select_related("actor", "organisation").get()
    return Conflict(_("This text was blanked already (%(who)s, %(when)s).") % who_and_when(first))
