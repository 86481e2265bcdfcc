"""Writing a private note of a body: no event, no `rev`, no hint; whoever is not of the body learns nothing of it."""

from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden
from backend.core.markdown import render
from backend.organisations.models import Organisation
from dialogue.models import PrivateNote
from dialogue.policies import can_note
from issues import policies
from issues.actions.checks import Checked
from issues.models import Issue

NOTE_LENGTH = 10_000


@transaction.atomic
def write_note(
    *, issue: Issue, actor: User, organisation: Organisation, body: str, key: UUID | None = None, at: datetime | None = None
) -> PrivateNote:  # fmt: skip
    """Keep a note, also on a closed issue. A repeat with the same `key` and words gets the first one back.

    Holds the issue's row lock, and leaves the row as it is. Raises Forbidden, Conflict (the draft was deleted), Invalid.
    """
    locked = Issue.objects.select_for_update(of=("self",)).filter(pk=issue.pk).first()
    if locked is None:
        raise Conflict(_("This draft has been deleted."))
    at = at or timezone.now()
    role = policies.role_in(actor, organisation, at)
    if words := can_note(policies.Seat(actor, organisation, role) if role else None, locked):
        raise Forbidden(words)
    once = uuid5(key, f"{locked.uuid} {organisation.pk} {body!r}") if key else uuid4()
    if key and (written := PrivateNote.objects.filter(author=actor, key=once).first()):
        return written
    with Checked() as check:
        body = check.text("body", body, limit=NOTE_LENGTH)
    notes = PrivateNote.objects.of(locked, organisation)
    return PrivateNote.objects.create(
        issue=locked, organisation=organisation, n=(notes.aggregate(last=Max("n"))["last"] or 0) + 1, author=actor,
        body=body, body_html=render(body), at=at, key=once,
    )  # fmt: skip
