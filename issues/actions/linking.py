"""Linking an issue with the official appeal that the NGO registered: in the draft, or once later, while it is open."""

import re
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Forbidden, Refusal
from backend.organisations.models import Organisation
from issues import clock, official, policies
from issues.actions.checks import Checked
from issues.actions.engine import lock, who_and_when
from issues.actions.personal_data import kept_knowingly
from issues.models import Issue, IssueEvent
from issues.record.chain import Entry, append

OFFICIAL_APPEAL_LINKED = "official_appeal_linked"
NUMBER_LENGTH = 60
_NUMBER = re.compile(r"[\w /.,№#():–—-]+")  # as offices number letters: 15-08/123, ЖТ-2026-00012345


@transaction.atomic
def link_official_appeal(
    *, issue: Issue, actor: User, organisation: Organisation, official_number: Any, official_date: Any,
    keep: Any = None, at: datetime | None = None,
) -> IssueEvent:  # fmt: skip
    """By a manager of the NGO that holds the open issue, suspended or not: it is a right of an issue already raised. Once:
    the first wins, and the very same again gets the first event. No date and no `version` changes, only whose the limits are.

    Holds the issue's row lock. Raises Forbidden, Conflict (closed, linked already: by whom), Invalid (`official_number`,
    `official_date`), PersonalDataFound, and then nothing was written. `keep`: tokens of what is kept knowingly.
    """
    locked = lock(issue)
    at = at or timezone.now()
    seat = policies.Seat(actor, organisation, policies.role_in(actor, organisation, at))
    if refusal := why_not_link(seat, locked):
        if first := _same(locked, refusal, official_number, official_date):
            return first
        raise refusal
    with Checked() as check:
        number, day = checked_appeal(check, official_number, official_date, at)
    kept = kept_knowingly({"official_number": number}, keep)
    locked.official_number, locked.official_date = number, day
    silence = official.is_refusal_by_law(locked, locked.duties.all(), at)
    facts = official.facts_of(locked) | ({"by_law": official.BY_LAW} if silence else {}) | kept
    entry = Entry(
        OFFICIAL_APPEAL_LINKED, locked.status, locked.status, at, actor, organisation, facts, official.texts_of(locked)
    )
    event = append(locked, entry)
    locked.save(update_fields=["official_number", "official_date", "rev", "chain_hash", "active_at"])
    return event


def checked_appeal(
    check: Checked, number: Any, day: Any, at: datetime, *, needed: bool = True
) -> tuple[str, date | None]:
    """Number and date as they may be stored: both, or where none is `needed` neither."""
    before = len(check.errors)
    written = check.line("official_number", number, limit=NUMBER_LENGTH, needed=False)
    dated = None if day in (None, "") else check.day("official_date", day)
    if len(check.errors) > before or not (needed or written or dated):
        return written, dated
    if not written:
        check.fail("official_number", _("Give the number under which the appeal was registered."))
    elif not _NUMBER.fullmatch(written) or not any(char.isdigit() for char in written):
        words = _("Give the number as it was registered: digits, letters, spaces and the signs - / . , № # ( ) : only.")
        check.fail("official_number", words)
    if dated is None:
        check.fail("official_date", _("Give the day on which the appeal was registered."))
    elif dated > clock.local_day(at):
        check.fail("official_date", _("This day has not come yet: give the day on which the appeal was registered."))
    elif dated < clock.APPC_SINCE:
        words = _("The code whose limits are meant is in force since: %(date)s. Give a day from then on.")
        check.fail("official_date", words % {"date": clock.APPC_SINCE.strftime("%d.%m.%Y")})
    return written, dated


def why_not_link(seat: policies.Seat | None, issue: Issue) -> Refusal | None:
    """Whether the person may link an appeal now; a page asks before it shows a form. One query where one is linked."""
    if words := policies.links_here(seat, issue):
        return Forbidden(words)
    if words := policies.can_link(seat, issue):
        first = linking_of(issue)
        told = _("Linked by %(who)s, %(when)s.") % who_and_when(first) if first else ""
        return Conflict(f"{words} {told}".rstrip())
    return None


def linking_of(issue: Issue) -> IssueEvent | None:
    """The event that brought the appeal: its raising, its splitting off, or the linking. One query where there is one."""
    if issue.official_date is None:
        return None
    events = issue.events.filter(facts__has_key="official_date").select_related("actor", "organisation")
    return events.order_by("seq").first()


def _same(issue: Issue, refusal: Refusal, number: Any, day: Any) -> IssueEvent | None:
    """The first event, for a repeat of the very same by somebody who may link."""
    given = (" ".join(str(number).split()), str(day))
    repeated = isinstance(refusal, Conflict) and given == (issue.official_number, str(issue.official_date))
    return linking_of(issue) if repeated else None
