"""Co-signing another NGO's issue, and taking that back: no moves of the table, but events of the chain (domain.md section 1)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden
from backend.organisations.models import Organisation
from issues import policies
from issues.actions.engine import lock, seat_as_it_stands
from issues.models import CosignEnd, Cosigner, Issue, IssueEvent
from issues.record.chain import Entry, append

COSIGNED = "cosigned"
COSIGN_WITHDRAWN = "cosign_withdrawn"


@transaction.atomic
def cosign(*, issue: Issue, actor: User, organisation: Organisation, at: datetime | None = None) -> IssueEvent:
    """The NGO puts its name under the issue. Its manager; verified; the issue open and another's.

    Holds the issue's row lock, then the organisation's: a suspension does not pass it. `version` stays, so that nobody
    stops a body's answer by co-signing. Raises Forbidden, Conflict (closed, co-signed already), and then nothing was written.
    """
    locked, seat, at = _admitted(issue, actor, organisation, at)
    if policies.cosignature(seat, locked):
        raise Conflict(_("Your organisation has co-signed this issue already."))
    put_under(locked, organisation, by=actor, at=at)
    return _entered(locked, COSIGNED, seat, at)


@transaction.atomic
def uncosign(*, issue: Issue, actor: User, organisation: Organisation, at: datetime | None = None) -> IssueEvent:
    """The NGO takes its name back; that it stood there stays in the record. Locks and refusals as `cosign`, but a suspended
    NGO may. An open window after a withdrawal runs on.
    """
    locked, seat, at = _admitted(issue, actor, organisation, at)
    signed = policies.cosignature(seat, locked)
    if signed is None:
        raise Conflict(_("Your organisation has no co-signature here."))
    end_cosignature(signed, CosignEnd.WITHDRAWN, at)
    locked.cosigners_count -= 1
    return _entered(locked, COSIGN_WITHDRAWN, seat, at)


def _admitted(
    issue: Issue, actor: User, organisation: Organisation, at: datetime | None
) -> tuple[Issue, policies.Seat, datetime]:
    locked = lock(issue)
    at = at or timezone.now()
    seat = seat_as_it_stands(actor, organisation, at)
    if not seat.role:
        raise Forbidden(_("You do not act for this organisation, or no longer."))
    if words := policies.cosigns_here(seat, locked):
        raise Forbidden(words)
    if words := policies.can_cosign(seat, locked):
        raise Conflict(words)
    return locked, seat, at


def put_under(issue: Issue, organisation: Organisation, *, by: User, at: datetime) -> bool:
    """Write a co-signature, for an action that holds the issue's lock and saves it; False where the NGO holds the issue, or
    its co-signature stands already. Also for an NGO whose issue is merged: it co-signs (domain.md section 2).
    """
    if organisation.pk == issue.held_by_id or any(each.organisation_id == organisation.pk for each in issue.supporters):
        return False
    Cosigner.objects.create(issue=issue, organisation=organisation, by=by, at=at)
    issue.cosigners_count += 1
    return True


def end_cosignature(signed: Cosigner, how: CosignEnd, at: datetime) -> None:
    signed.ended_at, signed.ended_as = at, how
    signed.save(update_fields=["ended_at", "ended_as"])


def _entered(issue: Issue, what: str, seat: policies.Seat, at: datetime) -> IssueEvent:
    facts = {"cosigners": issue.cosigners_count}
    event = append(issue, Entry(what, issue.status, issue.status, at, seat.person, seat.organisation, facts))
    issue.save(update_fields=["cosigners_count", "rev", "chain_hash", "active_at"])
    return event
