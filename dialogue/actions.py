"""The only writers of messages. Publishing one is an event of the issue's chain (D11)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden
from backend.core.markdown import render
from backend.organisations.models import Kind, Organisation
from dialogue.models import Message, Side
from issues import policies
from issues.actions.checks import Checked
from issues.lifecycle import OPEN
from issues.models import Issue
from issues.record.chain import Entry, append

MESSAGE_LENGTH = 10_000
MESSAGE_POSTED = "message_posted"

SIDE_OF = {Kind.NGO: Side.NGO, Kind.STATE_BODY: Side.STATE, Kind.COUNCIL: Side.COUNCIL, Kind.PLATFORM: Side.PLATFORM}


@transaction.atomic
def post_message(
    *, issue: Issue, actor: User, organisation: Organisation, body: str, parent: int | None = None,
    key: UUID | None = None, at: datetime | None = None,
) -> Message:  # fmt: skip
    """Publish a message; `parent` is the `seq` answered. A repeat with the same `key` gets the first message back.

    Holds the issue's row lock; six queries. Raises Forbidden, Conflict (closed, deleted), Invalid.
    """
    at = at or timezone.now()
    locked = Issue.objects.select_for_update(of=("self",)).select_related("body_addressed").get(pk=issue.pk)
    role = policies.role_in(actor, organisation, at)
    seat = policies.Seat(actor, organisation, role) if role else None
    if key and (posted := Message.objects.filter(author=actor, key=key, issue=locked).first()):
        return posted
    _check_may_post(seat, locked)
    with Checked() as check:
        body = check.text("body", body, limit=MESSAGE_LENGTH)
        answered = locked.messages.filter(seq=parent).first() if parent is not None else None
        if parent is not None and (answered is None or answered.hidden_at):
            check.fail("parent", _("The message you answer is not there any more."))
    return _write(locked, actor, organisation, body, answered, key or uuid4(), at)


def _check_may_post(seat: policies.Seat | None, issue: Issue) -> None:
    reason = policies.can_post(seat, issue)
    if reason is None:
        return
    raise (Forbidden if issue.status in OPEN or seat is None else Conflict)(reason)


def _write(
    issue: Issue, actor: User, organisation: Organisation, body: str, answered: Message | None, key: UUID, at: datetime
) -> Message:
    issue.seq += 1
    append(
        issue,
        Entry(
            MESSAGE_POSTED, issue.status, issue.status, at, actor, organisation,
            facts={"message": issue.seq, "parent": answered.seq if answered else None}, texts={"body": body},
        ),
    )  # fmt: skip
    parent = answered.parent if answered and answered.parent_id else answered
    message = Message.objects.create(
        issue=issue, seq=issue.seq, rev=issue.rev, parent=parent, reply_to=answered if answered != parent else None,
        author=actor, organisation=organisation, side=SIDE_OF[Kind(organisation.kind)], language=actor.language,
        body=body, body_html=render(body), at=at, key=key,
    )  # fmt: skip
    issue.save(update_fields=["seq", "rev", "chain_hash", "active_at"])
    return message
