"""Drafts: private to their NGO, saved as often as people like, no event until they are submitted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden
from backend.core.markdown import render
from backend.organisations.models import Organisation
from issues import policies
from issues.actions.checks import LONG, Checked
from issues.actions.linking import checked_appeal
from issues.actions.relating import named_in
from issues.lifecycle import Status
from issues.models import Ask, DraftRelation, Issue, Region, Topic
from issues.models.ask import MAX_ASKS

OFFICIAL = ("official_number", "official_date")
FIELDS = ("title", "body", "language", "topic", "region", "place", "body_addressed", "asks", "relations", *OFFICIAL)
CHOSEN = {"topic": Topic, "region": Region, "body_addressed": Organisation}
ASK_LENGTH = 1000


def _checked_seat(actor: User, organisation: Organisation, at: datetime) -> None:
    if organisation.kind != "ngo" or not policies.role_in(actor, organisation, at):
        raise Forbidden(_("Drafts are written by the people of an NGO, acting for it."))


@transaction.atomic
def create_draft(
    *, actor: User, organisation: Organisation, at: datetime | None = None, uuid: UUID | None = None, **fields: Any
) -> Issue:  # fmt: skip
    """A new draft of the NGO, with whatever fields are known. Raises Forbidden, Invalid; Conflict for another's `uuid`.

    A repeat with the same `uuid`, also a parallel one, gets the draft made first, as it is now.
    """
    at = at or timezone.now()
    _checked_seat(actor, organisation, at)
    known = uuid or uuid4()
    made = Issue.objects.filter(uuid=known, created_by=actor, raised_by=organisation)
    if uuid is not None and (first := made.first()):
        return first
    issue = Issue(
        uuid=known, raised_by=organisation, created_by=actor, language=actor.language, created_at=at,
        edited_at=at, active_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return _write(issue, fields, at)
    except IntegrityError:
        if first := made.first():
            return first
        raise Conflict(_("This form was used already. Open it again.")) from None


@transaction.atomic
def save_draft(
    *, issue: Issue, actor: User, organisation: Organisation, at: datetime | None = None, version: int | None = None,
    **fields: Any,
) -> Issue:  # fmt: skip
    """Change the named fields of a draft (`asks` and `relations` replace all). Locks the row. Raises Forbidden, Conflict,
    Invalid.
    """
    at = at or timezone.now()
    locked = Issue.objects.select_for_update().filter(pk=issue.pk).first()
    if locked is None:
        raise Conflict(_("This draft has been deleted."))
    _checked_seat(actor, organisation, at)
    if locked.raised_by_id != organisation.pk:
        raise Forbidden(_("This draft belongs to another organisation."))
    if locked.status != Status.DRAFT:
        raise Conflict(_("This issue has been published and can no longer be edited. Number: %(number)s.")
                       % {"number": locked.number})  # fmt: skip
    if version is not None and version != locked.version:
        raise Conflict(_("Somebody of your organisation changed this draft meanwhile. Compare before you save."))
    locked.version += 1
    return _write(locked, fields, at)


def _write(issue: Issue, fields: Mapping[str, Any], at: datetime) -> Issue:
    with Checked() as check:
        for name in fields.keys() - set(FIELDS):
            check.fail(name, _("A draft has no such field."))
        for name in ("title", "place"):
            if name in fields:
                setattr(issue, name, check.line(name, fields[name], needed=False))
        if "body" in fields:
            issue.body = check.text("body", fields["body"], limit=LONG, needed=False)
        if "language" in fields:
            issue.language = check.language("language", fields["language"])
        for name in CHOSEN.keys() & fields.keys():
            _choose(check, issue, name, fields[name])
        if fields.keys() & set(OFFICIAL):
            number, day = (fields.get(name, getattr(issue, name)) for name in OFFICIAL)
            issue.official_number, issue.official_date = checked_appeal(check, number, day, at, needed=False)
        asks = _asks(check, fields["asks"]) if "asks" in fields else None
        named = named_in(check, issue, fields["relations"]) if "relations" in fields else None
    issue.body_html = render(issue.body)
    issue.edited_at = issue.active_at = at
    issue.save()
    if asks is not None:
        issue.asks.all().delete()
        Ask.objects.bulk_create(
            Ask(issue=issue, n=n, text=text, owner=issue.raised_by) for n, text in enumerate(asks, start=1)
        )
    if named is not None:
        issue.draft_relations.all().delete()
        DraftRelation.objects.bulk_create(named)
    return issue


def _choose(check: Checked, issue: Issue, name: str, value: Any) -> None:
    """A row of reference data, or None to leave it open."""
    if value is not None and not isinstance(value, CHOSEN[name]):
        check.fail(name, _("Choose one of the options."))
    elif isinstance(value, Organisation) and value.kind != "state_body":
        check.fail(name, _("Choose the state body that should answer."))
    else:
        setattr(issue, name, value)


def _asks(check: Checked, texts: Any) -> list[str]:
    """One to ten texts; empty ones are left out."""
    if not isinstance(texts, list | tuple):
        check.fail("asks", _("This must be a list."))
        return []
    found = [check.text(f"asks.{n}", text, limit=ASK_LENGTH, needed=False) for n, text in enumerate(texts, start=1)]
    found = [text for text in found if text]
    if len(found) > MAX_ASKS:
        check.fail("asks", _("An issue has at most ten asks."))
    return found
