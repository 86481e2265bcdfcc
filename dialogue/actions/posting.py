"""Publishing a message: an event of the issue's chain (D11)."""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden
from backend.core.markdown import render
from backend.core.prepared import ask_together, prepared
from backend.core.writing import Send, write_together
from backend.organisations.models import Kind, Organisation
from backend.organisations.seats import lasting_seats
from dialogue.actions.naming import Room
from dialogue.actions.unquoting import check_quotes
from dialogue.models import Message, Side
from issues import policies
from issues.actions.attaching import PendingFiles, file_facts, file_texts, forget_sent_again, hashes_of, publish
from issues.actions.checks import Checked
from issues.actions.locking import locked_issue
from issues.actions.personal_data import kept_knowingly
from issues.answer_language import read_as
from issues.metrics.counting import counted
from issues.models import Attachment, Issue, Place
from issues.record.chain import Entry, chained, tell_of
from issues.record.removed import MESSAGE_POSTED

MESSAGE_LENGTH = 10_000

SIDE_OF = {Kind.NGO: Side.NGO, Kind.STATE_BODY: Side.STATE, Kind.COUNCIL: Side.COUNCIL, Kind.PLATFORM: Side.PLATFORM}


@transaction.atomic
def post_message(
    *, issue: Issue, actor: User, organisation: Organisation, body: str, parent: int | None = None,
    files: Any = None, key: UUID | None = None, keep: Any = None, at: datetime | None = None,
) -> Message:  # fmt: skip
    """Publish a message; `parent` is the `seq` answered, `files` are uuids of uploads of the same person, `keep` the tokens
    of personal data kept knowingly. A repeat, the same words and files to the same place with the same `key`, gets the first
    message back, also when the issue has been closed meanwhile; other words are another message.

    Holds the issue's row lock; three queries, of which one is not waited for, one more for an official, with files two and
    one for each, two for naming people, two for quoting. Raises Forbidden, Conflict (closed, deleted), Invalid (`body`,
    `parent`, `files`; PersonalDataFound), and then nothing was written.
    """
    once = uuid5(key, _told_apart(issue, actor, parent, body, files)) if key else uuid4()
    found, posted, seats = (
        locked_issue(issue.pk),
        _posted(actor.pk, once),
        lasting_seats(actor.pk, at or timezone.now()),
    )
    ask_together(found, posted, seats)
    locked = next(iter(found), None)
    if locked is None:
        raise Conflict(_("This draft has been deleted."))
    at = at or timezone.now()
    for earlier in posted:
        if files:
            forget_sent_again(locked, actor, files)
        return earlier
    _check_may_post(policies.Seat.taken(actor, organisation, at, seats), locked)
    with Checked() as check:
        body = check.text("body", body, limit=MESSAGE_LENGTH)
        check_quotes(check, locked, body)
        answered = _answered(check, locked, parent)
        waiting = PendingFiles(locked, actor, organisation, Place.MESSAGE) if files not in (None, [], ()) else None
        chosen = waiting.named(check, "files", files) if waiting else []
    kept = kept_knowingly({"body": body}, keep)
    with counted() if _is_holding(locked, organisation) else nullcontext():
        return _write(locked, actor, organisation, body, answered, chosen, once, at, kept)


@prepared(int, UUID)
def _posted(author: int, key: UUID) -> QuerySet[Message]:
    return Message.objects.filter(author=author, key=key)


def _told_apart(issue: Issue, actor: User, parent: Any, body: str, files: Any) -> str:
    """What makes two messages of one key two. Files by their bytes: a repeat sends them once more."""
    said = f"{issue.pk} {parent!r} {body!r}"
    return f"{said} {hashes_of(issue, actor, files)}" if files else said


def _is_holding(issue: Issue, organisation: Organisation) -> bool:
    """What a body says before its answer is counted (domain.md section 4, Annex); no other message is."""
    return organisation.kind == Kind.STATE_BODY and issue.answered_at is None


def _check_may_post(seat: policies.Seat | None, issue: Issue) -> None:
    if words := policies.writes_here(seat, issue):
        raise Forbidden(words)
    if words := policies.can_post(seat, issue):
        raise Conflict(words)


def _answered(check: Checked, issue: Issue, parent: int | None) -> Message | None:
    if parent is None:
        return None
    is_number = isinstance(parent, int) and not isinstance(parent, bool)
    answered = issue.messages.filter(seq=parent).first() if is_number else None
    if answered is None or answered.hidden_at:
        check.fail("parent", _("The message you answer is not there any more."))
    return answered


def _write(
    issue: Issue, actor: User, organisation: Organisation, body: str, answered: Message | None, files: list[Attachment],
    key: UUID, at: datetime, kept: Mapping[str, Any],
) -> Message:  # fmt: skip
    issue.seq += 1
    publish(files, issue, message=issue.seq)
    about = {"files": file_facts(files)} if files else {}
    event, texts = chained(
        issue,
        Entry(
            MESSAGE_POSTED, issue.status, issue.status, at, actor, organisation,
            facts={"message": issue.seq, "parent": answered.seq if answered else None, **about, **kept},
            texts={"body": body} | file_texts(files),
        ),
    )  # fmt: skip
    write_together(event, *texts, changed=issue, columns=["seq", "rev", "chain_hash", "active_at"], send=Send.AHEAD)
    room = Room.for_words(body, issue, actor)
    parent = answered.parent if answered and answered.parent_id else answered
    message = Message(
        issue=issue, seq=issue.seq, rev=issue.rev, parent=parent, reply_to=answered if answered != parent else None,
        author=actor, organisation=organisation, side=SIDE_OF[Kind(organisation.kind)], language=read_as(body, actor.language),
        body=body, body_html=render(body, room), at=at, key=key,
    )  # fmt: skip
    write_together(message, send=Send.NOW if room else Send.LATE)
    tell_of(issue)
    if room:
        room.keep(message)
    return message
