"""Hiding a message, and showing it again: public acts of the platform's moderators, who never rewrite one (domain.md section 1)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Invalid, Refusal
from backend.core.markdown import render
from backend.organisations.models import Organisation
from dialogue.actions.naming import Room
from dialogue.models import Mention, Message
from issues import policies
from issues.actions.checks import Checked
from issues.actions.engine import who_and_when
from issues.actions.keeping import forget_on_commit
from issues.metrics.counting import counted
from issues.models import Attachment, EventText, HideReason, Issue, IssueEvent
from issues.record.chain import Entry, append
from issues.record.copies import COPIES, Copy, blank
from issues.record.removed import MESSAGE_HIDDEN, MESSAGE_POSTED, MESSAGE_SHOWN, MESSAGE_TEXTS, named

NOTE_LENGTH = 500


@transaction.atomic
@counted()
def hide_message(
    *, issue: Issue, seq: int, actor: User, organisation: Organisation, code: str, note: str = "",
    at: datetime | None = None,
) -> Message:  # fmt: skip
    """Take a message's words out of sight, for a public reason of `HideReason` and a public note; also on a closed issue.
    Its number stays, with a stub; its files are not given out. Personal data is blanked in the record too, names of files
    with it and their bytes, and then nobody can show it again.

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
    _enter(locked, MESSAGE_HIDDEN, seat, at, facts, {"note": note})
    words = {} if message.is_blanked else {"body": "", "body_html": ""}
    _set(message, hidden_at=at, hidden_reason=code, rev=locked.rev, **words)
    message.mentions.all().delete()
    files = locked.attachments.filter(message=seq)
    files.update(withheld_at=at)
    for text in going:
        blank(locked, text, at)
    if going:
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
    _enter(locked, MESSAGE_SHOWN, seat, at, {"message": seq}, {"reason": reason})
    body = texts_of(message)[-1].text
    room = Room.for_words(body, locked, message.author_id)
    _set(message, hidden_at=None, hidden_reason="", body=body, body_html=render(body, room), rev=locked.rev)
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


def texts_of(message: Message) -> list[EventText]:
    """The words of a message in the record, those in force last. One query."""
    said = EventText.objects.filter(
        event__issue=message.issue_id, event__move__in=MESSAGE_TEXTS, event__facts__message=message.seq, key="body"
    )
    return list(said.select_related("event").order_by("event__seq"))


def names_of_files(message: Message) -> list[EventText]:
    """The names of its files in the record. One query."""
    said = EventText.objects.filter(
        event__issue=message.issue_id, event__move=MESSAGE_POSTED, event__facts__message=message.seq,
        key__startswith="file.",
    )  # fmt: skip
    return list(said.select_related("event").order_by("key"))


def _enter(
    issue: Issue, what: str, seat: policies.Seat, at: datetime, facts: dict[str, Any], texts: dict[str, str]
) -> None:
    append(issue, Entry(what, issue.status, issue.status, at, seat.person, seat.organisation, facts, texts))
    issue.save(update_fields=["rev", "chain_hash", "active_at"])


def _set(message: Message, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(message, name, value)
    message.save(update_fields=list(fields))


def _author(event: IssueEvent, rest: str) -> Copy:
    """The name under a message of another register."""
    rows = Message.objects.filter(issue=event.issue_id, seq=event.facts["message"])
    return Copy(rows, "author_name", revised=True)


def _copy(event: IssueEvent, rest: str) -> Copy:
    """The message, if it has not been edited since: what it said before stands in the record alone."""
    number = event.facts["message"]
    rows = Message.objects.filter(issue=event.issue_id, seq=number)
    said = IssueEvent.objects.filter(issue=event.issue_id, move__in=MESSAGE_TEXTS, facts__message=number)
    if said.filter(seq__gt=event.seq).exists():
        rows = rows.none()
    language = rows.values_list("language", flat=True).first() or ""
    return Copy(rows, "body", language, revised=True, gone=Mention.objects.filter(message__in=rows))


def _file(event: IssueEvent, rest: str) -> Copy:
    """A file of the message, which shows it."""
    rows = Message.objects.filter(issue=event.issue_id, seq=event.facts["message"])
    return Copy(Attachment.objects.filter(issue=event.issue_id, uuid=rest), "name", beside=rows)


COPIES[MESSAGE_POSTED, "file"] = _file
for _move in MESSAGE_TEXTS:
    COPIES[_move, "body"] = _copy
    COPIES[_move, "author"] = _author
