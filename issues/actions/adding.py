"""What the NGO adds once its asks are frozen: no move of the table, but an event of the chain (domain.md section 1)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden
from backend.core.markdown import render
from backend.organisations.models import Organisation
from issues import policies
from issues.actions.attaching import PendingFiles, file_facts, file_texts, publish
from issues.actions.checks import Checked
from issues.actions.engine import lock, seat_as_it_stands
from issues.actions.personal_data import kept_knowingly
from issues.models import Addendum, Issue, IssueEvent, Place
from issues.record.chain import Entry, append

ADDENDUM_ADDED = "addendum_added"
LENGTH = 5000


@transaction.atomic
def add_addendum(
    *, issue: Issue, actor: User, organisation: Organisation, text: Any, files: Any = None, keep: Any = None,
    at: datetime | None = None,
) -> IssueEvent:  # fmt: skip
    """Facts, figures, news from the NGO that holds the open issue. No ask, date or `version` changes, so that nobody stops
    a body's answer by it. `files`: uuids of uploads of the same person; `keep`: tokens of personal data kept knowingly.

    Holds the issue's row lock, then the organisation's: a suspension does not pass it. Raises Forbidden, Conflict (closed,
    as many as there may be), Invalid (`text`, `files`), PersonalDataFound, and then nothing was written.
    """
    locked = lock(issue)
    at = at or timezone.now()
    seat = seat_as_it_stands(actor, organisation, at)
    standing = seat.organisation
    if words := policies.adds_here(seat, locked):
        raise Forbidden(words)
    if words := policies.can_add(seat, locked):
        raise Conflict(words)
    with Checked() as check:
        written = check.text("text", text, limit=LENGTH)
        chosen = PendingFiles(locked, actor, standing, Place.ADDENDUM).named(check, "files", files)
    kept = kept_knowingly({"text": written}, keep)
    if locked.addenda.filter(text=written).exists():
        raise Conflict(_("This was added already: it stands on the issue's page."))
    n = locked.addenda.count() + 1
    addendum = Addendum.objects.create(
        issue=locked, n=n, organisation=standing, by=actor, at=at, text=written, text_html=render(written)
    )
    publish(chosen, locked, addendum=addendum)
    facts: dict[str, Any] = {"addendum": n} | ({"files": file_facts(chosen)} if chosen else {}) | kept
    texts = {"text": written} | file_texts(chosen)
    event = append(locked, Entry(ADDENDUM_ADDED, locked.status, locked.status, at, actor, standing, facts, texts))
    locked.save(update_fields=["rev", "chain_hash", "active_at"])
    return event
