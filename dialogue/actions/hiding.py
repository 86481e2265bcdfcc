"""Hiding a message, and showing it again: public acts of the platform's moderators, who never rewrite one (domain.md section 1)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Invalid, Refusal
from backend.core.markdown import render
from backend.core.once import forget_words_of
from backend.organisations.models import Organisation
from dialogue.actions.naming import Room
from dialogue.actions.unquoting import unquote
from dialogue.actions.words import enter, names_of_files, set_columns, texts_of
from dialogue.models import Message
from issues import policies
from issues.actions.checks import Checked
from issues.actions.engine import who_and_when
from issues.actions.keeping import forget_on_commit
from issues.metrics.counting import counted
from issues.models import HideReason, Issue, IssueEvent
from issues.record.copies import blank
from issues.record.removed import MESSAGE_HIDDEN, MESSAGE_SHOWN, named

NOTE_LENGTH = 500


@transaction.atomic
@counted()
def hide_message(
    *, issue: Issue, seq: int, actor: User, organisation: Organisation, code: str, note: str = "",
    at: datetime | None = None,
) -> Message:  # fmt: skip
    """Take a message's words out of sight, for a public reason of `HideReason` and a public note; also on a closed issue.
    Its number stays, with a stub; its files are not given out. Personal data is blanked in the record too, names of files
    with it and their bytes, and in the messages that quote it; and then nobody can show it again.

    Holds the issue's row lock; `version` stays. Raises Forbidden, Conflict (hidden already: by whom), Invalid, and then
    nothing was written.
    """
    locked, seat, at = _admitted(issue, actor, organisation, at)
    message = find_message(locked, seq)
    if refusal := why_not_hide(seat, message):
        raise refusal
    assert message
    with Checked() as check:
        code = check.choice("code", code, HideReason.values)
        note = check.text("note", note, limit=NOTE_LENGTH, needed=False)
    said = [*texts_of(message), *names_of_files(message)] if code == HideReason.PERSONAL_DATA else []
    going = [text for text in said if text.blanked_at is None]
    facts = {"message": seq, "code": code} | ({"blanked": named(going)} if going else {})
    enter(locked, MESSAGE_HIDDEN, seat, at, facts, {"note": note})
    words = {} if message.is_blanked else {"body": "", "body_html": ""}
    set_columns(message, hidden_at=at, hidden_reason=code, rev=locked.rev, **words)
    message.mentions.all().delete()
    files = locked.attachments.filter(message=seq)
    files.update(withheld_at=at)
    for text in going:
        blank(locked, text, at)
    if going:
        unquote(locked, seat, at, code, going)
        forget_words_of(locked.number, locked.uuid)
        forget_on_commit(files.values_list("storage_key", flat=True))
    message.refresh_from_db()
    return message


@transaction.atomic
@counted()
def show_message(
    *, issue: Issue, seq: int, actor: User, organisation: Organisation, reason: str, at: datetime | None = None
) -> Message:
    """Show a hidden message again, with its words from the record: by another moderator than the one who hid it, with a
    public reason. Locks and refusals as `hide_message`.
    """
    locked, seat, at = _admitted(issue, actor, organisation, at)
    message = find_message(locked, seq)
    if refusal := why_not_show(seat, message):
        raise refusal
    assert message
    with Checked() as check:
        reason = check.text("reason", reason, limit=NOTE_LENGTH)
    enter(locked, MESSAGE_SHOWN, seat, at, {"message": seq}, {"reason": reason})
    body = texts_of(message)[-1].text
    room = Room.for_words(body, locked, message.author_id)
    set_columns(message, hidden_at=None, hidden_reason="", body=body, body_html=render(body, room), rev=locked.rev)
    if room:
        room.keep(message)
    locked.attachments.filter(message=seq).update(withheld_at=None)
    return message


def _admitted(
    issue: Issue, actor: User, organisation: Organisation, at: datetime | None
) -> tuple[Issue, policies.Seat, datetime]:
    locked = Issue.objects.select_for_update().filter(pk=issue.pk).first()
    if locked is None:
        raise Conflict(_("This draft has been deleted."))
    at = at or timezone.now()
    return locked, policies.Seat(actor, organisation, policies.role_in(actor, organisation, at)), at


def find_message(issue: Issue, seq: Any) -> Message | None:
    """The message with this number. One query."""
    is_number = isinstance(seq, int) and not isinstance(seq, bool)
    return issue.messages.filter(seq=seq).first() if is_number else None


def why_not_hide(seat: policies.Seat | None, message: Message | None) -> Refusal | None:
    """Whether the person may hide this message now. One query where it is hidden already."""
    if words := policies.moderates(seat):
        return Forbidden(words)
    if message is None:
        return Invalid({"seq": _("There is no such message here.")})
    if message.hidden_at is None:
        return None
    return Conflict(_("This message was removed already (%(who)s, %(when)s).") % who_and_when(hiding_of(message)))


def why_not_show(seat: policies.Seat | None, message: Message | None) -> Refusal | None:
    """Whether the person may show this message again. At most two queries."""
    if words := policies.moderates(seat):
        return Forbidden(words)
    if message is None:
        return Invalid({"seq": _("There is no such message here.")})
    if message.hidden_at is None:
        return Conflict(_("This message is not removed: everybody can read it."))
    hidden = hiding_of(message)
    if seat is not None and hidden.actor_id == seat.person.pk:
        return Forbidden(_("You removed this message yourself: another moderator may show it again."))
    if message.is_blanked:
        return Conflict(_("The words of this message were blanked: nothing is left to show."))
    return None


def hiding_of(message: Message) -> IssueEvent:
    """The event that hid a hidden message, with its parties and texts. Two queries."""
    hiding = IssueEvent.objects.filter(issue=message.issue_id, move=MESSAGE_HIDDEN, facts__message=message.seq)
    return hiding.select_related("actor", "organisation").prefetch_related("texts").latest("seq")
