"""Naming who signs for a signatory, for some days, and ending that early."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.checked import Checked
from backend.core.errors import Conflict, Forbidden, Words
from backend.organisations import limits, policies
from backend.organisations.actions.seats import lock, member_now, seat_of
from backend.organisations.models import Deputy, Membership, Organisation

REASON_LENGTH = 300


@transaction.atomic
def name_deputy(
    *, signatory: Membership, deputy: Membership | None, actor: User, organisation: Organisation, since: Any, until: Any,
    reason: str, at: datetime | None = None,
) -> Deputy:  # fmt: skip
    """Somebody of the body signs for the signatory, from the first to the last day (dates or their ISO form).

    Raises Forbidden, Conflict (somebody has left meanwhile), Invalid; also where, in those days, the signatory has a deputy
    already or the deputy stands in for another.
    """
    held, at = lock(organisation), at or timezone.now()
    seat = seat_of(actor, held, at)
    signatory = member_now(signatory, held, at)
    if words := policies.can_name_deputy(seat, signatory):
        raise Forbidden(words)
    chosen = member_now(deputy, held, at) if deputy else None
    with Checked() as check:
        _check_deputy(check, chosen, actor)
        first, last = check.day("since", since), check.day("until", until)
        reason = check.line("reason", reason, limit=REASON_LENGTH)
        if first and last:
            _check_days(check, first, last, timezone.localdate(at))
            _check_free(check, signatory, chosen, first, last, at)
    assert chosen is not None  # it was checked, and so were the days
    assert first is not None
    assert last is not None
    return Deputy.objects.create(
        signatory=signatory, deputy=chosen, since=first, until=last, reason=reason, named_by=actor, named_at=at
    )  # fmt: skip


@transaction.atomic
def end_deputy(
    *, deputy: Deputy, actor: User, organisation: Organisation, at: datetime | None = None
) -> Deputy:  # fmt: skip
    """From now on the deputy signs no more, whatever days are left. Raises Forbidden, Conflict (over already)."""
    held, at = lock(organisation), at or timezone.now()
    seat = seat_of(actor, held, at)
    found = Deputy.objects.select_related("signatory", "deputy").get(pk=deputy.pk)
    if found.signatory.organisation_id != held.pk:
        raise Forbidden(_("This person belongs to another organisation."))
    if words := policies.can_end_deputy(seat, found):
        raise Forbidden(words)
    if found.is_over(timezone.localdate(at)):
        raise Conflict(_("This deputy's days are over already."))
    found.ended_at, found.ended_by = at, actor
    found.save(update_fields=["ended_at", "ended_by"])
    return found


def _check_deputy(check: Checked, deputy: Membership | None, actor: User) -> None:
    if deputy is None or deputy.role not in policies.DEPUTIES or not deputy.user.is_active:
        check.fail("deputy", _("Choose an officer or a coordinator of the body."))
    elif deputy.user_id == actor.pk:
        check.fail("deputy", _("Nobody names themselves: choose somebody else."))


def _check_days(check: Checked, since: date, until: date, today: date) -> None:
    if since < today:
        check.fail("since", _("A deputy signs from today on at the earliest."))
    if until < since:
        check.fail("until", _("The last day lies before the first."))
    elif until - since >= timedelta(limits.DEPUTY_DAYS_AT_MOST):
        words = _("A deputy is named for at most, in days: %(n)s.")
        check.fail("until", words % {"n": limits.DEPUTY_DAYS_AT_MOST})


def _check_free(
    check: Checked, signatory: Membership, deputy: Membership | None, since: date, until: date, at: datetime
) -> None:
    """One deputy of a signatory at a time, and for one signatory: what is signed names both."""
    named = Deputy.objects.not_ended(at).overlapping(since, until).select_related("signatory__user", "deputy__user")
    found = named.filter(signatory=signatory).first()
    if found is not None:
        words: Words = _("In these days there is a deputy already: %(name)s. End that first, or choose other days.")
        check.fail("since", words % {"name": found.deputy.user})
    elif deputy is not None and (other := named.filter(deputy=deputy).first()):
        words = _("In these days this person stands in already for: %(name)s.")
        check.fail("deputy", words % {"name": other.signatory.user})
