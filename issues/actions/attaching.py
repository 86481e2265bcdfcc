"""Files: uploaded into a form or a draft, removed again, and published with an event. What is published stays."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uploads import limits
from backend.core.uploads.inspection import Inspected, inspected
from backend.core.uploads.kinds import Refused
from backend.core.uploads.storage import new_key
from backend.organisations.models import Organisation
from issues import policies
from issues.actions.checks import Checked
from issues.actions.engine import lock
from issues.actions.keeping import forget_files, forget_on_commit
from issues.lifecycle import Status
from issues.models import Addendum, Attachment, Evidence, Issue, IssueEvent, Place, Stage
from issues.record.chain import Entry, append

FILE_ATTACHED = "file_attached"


# --- Into a form or a draft, and out of it again ----------------------------------------------------------------------


def upload(
    *, issue: Issue, actor: User, organisation: Organisation, file: File[Any], name: str, place: Place = Place.ISSUE,
    at: datetime | None = None,
) -> Attachment:  # fmt: skip
    """Take a file into a draft, or into a form that will publish it. The same file sent to the issue twice is one.

    It is looked at, drawn anew and stored before the issue's row is locked: that may take seconds. Raises Forbidden,
    Conflict (closed, deleted), Invalid (`file`: its type, its size, too many, too much), and then nothing is kept.
    """
    at = at or timezone.now()
    known = Issue.objects.with_parts().filter(pk=issue.pk).first()
    if known is None:
        raise Conflict(_("This draft has been deleted."))
    _admit(known, actor, organisation, place, at)
    try:
        fit = inspected(file, name)
    except Refused as refusal:
        raise Invalid({"file": refusal.words}) from None
    key = default_storage.save(new_key(fit.kind, at), ContentFile(fit.data))
    with _removed_unless_used(key):
        return _entered(issue, actor, organisation, fit, place, key, at)


@contextlib.contextmanager
def _removed_unless_used(key: str) -> Iterator[None]:
    """The stored file goes again if its row was not written, or another's was found."""
    try:
        yield
    finally:
        if not Attachment.objects.filter(storage_key=key).exists():
            forget_files([key])


def _admit(issue: Issue, actor: User, organisation: Organisation, place: Place, at: datetime) -> None:
    role = policies.role_in(actor, organisation, at)
    if not role:
        raise Forbidden(_("You do not act for this organisation, or no longer."))
    seat = policies.Seat(actor, organisation, role)
    if words := policies.attaches_here(seat, issue, place, at):
        raise Forbidden(words)
    if words := policies.can_attach(seat, issue, place, at):
        raise Conflict(words)


@transaction.atomic
def _entered(
    issue: Issue, actor: User, organisation: Organisation, fit: Inspected, place: Place, key: str, at: datetime
) -> Attachment:  # fmt: skip
    """Under the issue's lock, so that two uploads do not both take the last place."""
    locked = lock(issue)
    _admit(locked, actor, organisation, place, at)
    is_draft = locked.status == Status.DRAFT
    unpublished = locked.attachments.exclude(stage=Stage.PUBLISHED)
    same = unpublished.filter(place=place, organisation=organisation, sha256=fit.sha256).first()
    if same is not None and place != Place.EVIDENCE and (is_draft or same.uploaded_by_id == actor.pk):
        return same
    _check_room(locked, actor, organisation, place, len(fit.data))
    if is_draft:
        _changed(locked, at)
    return Attachment.objects.create(
        issue=locked, place=place, stage=Stage.DRAFT if is_draft else Stage.PENDING, uploaded_by=actor,
        organisation=organisation, name=fit.name, kind=fit.kind, size=len(fit.data), sha256=fit.sha256, storage_key=key,
        at=at,
    )  # fmt: skip


def _check_room(issue: Issue, actor: User, organisation: Organisation, place: Place, size: int) -> None:
    theirs = issue.attachments.filter(organisation=organisation)
    used = theirs.aggregate(sum=Sum("size", default=0))["sum"]
    if used + size > limits.OF_ONE_PARTY:
        words = _("Your organisation's files in this issue would be too large. At most, all together: %(limit)s.")
        raise Invalid({"file": words % {"limit": filesizeformat(limits.OF_ONE_PARTY)}})
    if place == Place.ISSUE and issue.attachments.filter(place=place).count() >= limits.FILES:
        raise Invalid({"file": too_many()})
    waiting = theirs.filter(place=place, stage=Stage.PENDING)
    if place == Place.EVIDENCE and waiting.count() >= limits.FILES * len(issue.asks.all()):
        raise Invalid({"file": too_many()})
    if place in (Place.ADDENDUM, Place.MESSAGE) and waiting.filter(uploaded_by=actor).count() >= limits.FILES:
        raise Invalid({"file": too_many()})


def too_many() -> Any:
    return _(
        "There are as many files here as there may be: %(limit)s. Remove one first, or put several into one PDF."
    ) % {"limit": limits.FILES}


def _changed(draft: Issue, at: datetime) -> None:
    """Whoever has the check page open is told that there is something new on it."""
    draft.version += 1
    draft.edited_at = draft.active_at = at
    draft.save(update_fields=["version", "edited_at", "active_at"])


@transaction.atomic
def remove(
    *, issue: Issue, actor: User, organisation: Organisation, uuid: UUID, at: datetime | None = None
) -> None:  # fmt: skip
    """Take a file out of a draft (any of its NGO) or out of one's own form. The bytes go once that is committed.

    Locks the issue. Raises Forbidden; Conflict for a published file. Of a file that is gone already nothing is said.
    """
    at = at or timezone.now()
    locked = lock(issue)
    if not policies.role_in(actor, organisation, at):
        raise Forbidden(_("You do not act for this organisation, or no longer."))
    found = locked.attachments.select_for_update().filter(uuid=uuid).first()
    if found is None:
        return
    if found.is_published:
        raise Conflict(_("A published file is part of the public record: it stays."))
    own = found.uploaded_by_id == actor.pk or found.stage == Stage.DRAFT
    if found.organisation_id != organisation.pk or not own:
        raise Forbidden(_("This file is not yours to remove."))
    if locked.status == Status.DRAFT:
        _changed(locked, at)
    found.delete()
    forget_on_commit([found.storage_key])


# --- Published with an event ------------------------------------------------------------------------------------------


class PendingFiles:
    """What waits in the forms of this very person, party and issue, for a move or an act to name; each once. One query,
    and the rows are locked.
    """

    def __init__(self, issue: Issue, actor: User, organisation: Organisation, place: Place) -> None:
        pending = Attachment.objects.pending_of(actor, organisation, issue).filter(place=place)
        self.waiting = {each.uuid: each for each in pending.select_for_update()}

    def named(self, check: Checked, path: str, uuids: Any) -> list[Attachment]:
        """The files called by their uuids; what is not there is an error at `path`."""
        if not isinstance([] if uuids is None else uuids, list | tuple):
            check.fail(path, _("This must be a list."))
            return []
        found = [self.waiting.pop(key, None) if (key := _uuid(each)) else None for each in uuids or ()]
        if len(found) > limits.FILES:
            check.fail(path, too_many())
        elif None in found:
            check.fail(
                path, _("A file is no longer there: it was removed, or waited for more than a day. Add it again.")
            )
        return [each for each in found if each]


def _uuid(value: Any) -> UUID | None:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None


def publish(
    files: Iterable[Attachment], issue: Issue, evidence: Evidence | None = None, addendum: Addendum | None = None,
    message: int | None = None,
) -> None:  # fmt: skip
    """They belong to the next event of the issue, whose row the caller has locked, and no longer change."""
    for each in files:
        each.stage, each.published_rev, each.evidence, each.addendum, each.message = (
            Stage.PUBLISHED, issue.rev + 1, evidence, addendum, message,
        )  # fmt: skip
        each.save(update_fields=["stage", "published_rev", "evidence", "addendum", "message"])


def hashes_of(issue: Issue, actor: User, uuids: Any) -> list[str]:
    """Of the person's files called by these uuids, published or not: the same bytes sent again have the same. One query."""
    named = [key for each in uuids if (key := _uuid(each))] if isinstance(uuids, list | tuple) else []
    found = issue.attachments.filter(uploaded_by=actor, uuid__in=named)
    return sorted(found.values_list("sha256", flat=True))


def forget_sent_again(issue: Issue, actor: User, uuids: list[Any]) -> None:
    """What a repeat of something published brought a second time goes: else it would wait in the form. Two queries."""
    again = issue.attachments.filter(
        uploaded_by=actor, stage=Stage.PENDING, uuid__in=[key for each in uuids if (key := _uuid(each))]
    )
    keys = list(again.values_list("storage_key", flat=True))
    again.delete()
    forget_on_commit(keys)


def file_facts(files: Iterable[Attachment], n: int | None = None) -> list[dict[str, Any]]:
    """What the record says of published files; `n`: the ask they are evidence for. Their names stand among the texts."""
    about = {} if n is None else {"n": n}
    return [
        about | {"uuid": str(each.uuid), "sha256": each.sha256, "size": each.size, "type": each.mime} for each in files
    ]


def file_texts(files: Iterable[Attachment]) -> dict[str, str]:
    return {f"file.{each.uuid}": each.name for each in files}


def publish_draft(issue: Issue) -> tuple[dict[str, Any], dict[str, str]]:
    """All files of a draft that is being submitted: facts and texts of its event, none without files."""
    files = list(issue.attachments.filter(stage=Stage.DRAFT).select_for_update())
    publish(files, issue)
    return ({"files": file_facts(files)}, file_texts(files)) if files else ({}, {})


@transaction.atomic
def attach(
    *, issue: Issue, actor: User, organisation: Organisation, files: Any, at: datetime | None = None
) -> IssueEvent:  # fmt: skip
    """The NGO adds files to its open issue: uuids of uploads of the same person. `version` stays, as for a message.

    Holds the issue's row lock. Raises Forbidden, Conflict, Invalid (`files`), and then nothing was written.
    """
    locked = lock(issue)
    at = at or timezone.now()
    _admit(locked, actor, organisation, Place.ISSUE, at)
    if locked.status == Status.DRAFT:
        raise Conflict(_("The files of a draft are published with it."))
    waiting = PendingFiles(locked, actor, organisation, Place.ISSUE)
    with Checked() as check:
        chosen = waiting.named(check, "files", files)
        if not chosen and not check.errors:
            check.fail("files", _("Choose at least one file."))
    publish(chosen, locked)
    facts, texts = {"files": file_facts(chosen)}, file_texts(chosen)
    event = append(locked, Entry(FILE_ATTACHED, locked.status, locked.status, at, actor, organisation, facts, texts))
    locked.save(update_fields=["rev", "chain_hash", "active_at"])
    return event
