"""Mending one's own message for a few minutes; what it said before stays in the public record."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Invalid, Refusal, Words
from backend.core.markdown import render
from backend.organisations.models import Organisation
from dialogue.actions.hiding import find_message
from dialogue.actions.naming import Room
from dialogue.actions.posting import MESSAGE_LENGTH
from dialogue.actions.unquoting import check_quotes
from dialogue.models import Message
from issues import policies
from issues.actions.checks import Checked
from issues.actions.locking import locked_issue
from issues.actions.personal_data import kept_knowingly
from issues.answer_language import read_as
from issues.models import Issue
from issues.record.chain import Entry, append
from issues.record.removed import MESSAGE_EDITED

EDITED_WITHIN = timedelta(minutes=15)
"""From posting on: long enough for a slip, too short to take back what was answered."""


@transaction.atomic
def edit_message(
    *, issue: Issue, seq: int, actor: User, organisation: Organisation, body: str, keep: Any = None,
    at: datetime | None = None,
) -> Message:  # fmt: skip
    """Put other words in place of one's own; both versions are public. The same words change nothing.

    Holds the issue's row lock. Raises Forbidden (not the author, or for another organisation now), Conflict (too late, removed,
    closed), Invalid (PersonalDataFound), and then nothing was written.
    """
    locked = next(iter(locked_issue(issue.pk)), None)
    if locked is None:
        raise Conflict(_("This draft has been deleted."))
    at = at or timezone.now()
    role = policies.role_in(actor, organisation, at)
    message = find_message(locked, seq)
    if refusal := why_not_edit(policies.Seat(actor, organisation, role) if role else None, locked, message, at):
        raise refusal
    assert message
    with Checked() as check:
        body = check.text("body", body, limit=MESSAGE_LENGTH)
        check_quotes(check, locked, body, message.body)
    kept = kept_knowingly({"body": body}, keep)
    if body == message.body:
        return message
    facts = {"message": message.seq, **kept}
    append(locked, Entry(MESSAGE_EDITED, locked.status, locked.status, at, actor, organisation, facts, {"body": body}))
    locked.save(update_fields=["rev", "chain_hash", "active_at"])
    room = Room.for_words(body, locked, actor)
    message.body, message.body_html, message.edited_at, message.rev = body, render(body, room), at, locked.rev
    message.language = read_as(body, message.language)
    message.save(update_fields=["body", "body_html", "edited_at", "rev", "language"])
    message.mentions.all().delete()
    if room:
        room.keep(message)
    return message


class Written(Protocol):
    """What of a message says whether it may be edited."""

    @property
    def author_id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def hidden_at(self) -> datetime | None: ...


def why_not_edit(seat: policies.Seat | None, issue: Issue, message: Written | None, at: datetime) -> Refusal | None:
    """Whether the person may edit this message now. No query."""
    if words := policies.writes_here(seat, issue):
        return Forbidden(words)
    if message is None:
        return Invalid({"seq": _("There is no such message here.")})
    if not is_theirs(seat, message):
        return Forbidden(_("Only who wrote a message may edit it, acting for the same organisation."))
    words = policies.can_post(seat, issue) or _why_not_now(message, at)
    return Conflict(words, is_unmet=True) if words else None


def _why_not_now(message: Written, at: datetime) -> Words | None:
    if message.hidden_at is not None:
        return _("This message was removed: it cannot be edited.")
    if at - message.at > EDITED_WITHIN:
        minutes = int(EDITED_WITHIN.total_seconds() // 60)
        return _("A message can be edited for %(n)s minutes. Write another one below it.") % {"n": minutes}
    return None


def is_theirs(seat: policies.Seat | None, message: Written) -> bool:
    return seat is not None and (seat.person.pk, seat.organisation.pk) == (message.author_id, message.organisation_id)
