"""What a linked official appeal changes: which limits are the law's, and what silence then means (domain.md, opening and
section 3). No query; nothing here asks what time it is.

The platform's clock counts from its own registration. An appeal that was registered earlier, or on that day, is under the
same limit by then; one registered later has its own fifteen working days, counted from its own date. [check]
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backend.core.words import fill, time_tag
from issues import clock
from issues.models import Duty, DutyKind, Issue

BY_LAW = "APPC art. 91(2)"
"""The provision by which no answer in time counts as a refusal, as events name it [check]."""


def facts_of(issue: Issue) -> dict[str, Any]:
    """What an event says of the linked appeal beside its number, which is a text."""
    return {"official_date": issue.official_date.isoformat()} if issue.official_date else {}


def texts_of(issue: Issue) -> dict[str, str]:
    return {"official_number": issue.official_number}


def said(issue: Issue) -> SafeString | None:
    """Number and date of the linked appeal for a reader; None where there is none."""
    if issue.official_date is None:
        return None
    number = format_html('<span class="number">{}</span>', issue.official_number)
    return fill(_("No. %(number)s, %(date)s"), number=number, date=time_tag(issue.official_date))


def is_of_code(duty: Duty) -> bool:
    """Whether its limit follows a provision of the code: not a council's date, say."""
    return bool(duty.explanation["meta"]["source"] != clock.Source.POLICY)


def is_the_laws(issue: Issue, duty: Duty) -> bool:
    """Whether its limit is the law's: it is of the code, and an appeal was registered by the day it counts from."""
    return issue.official_date is not None and is_of_code(duty) and issue.official_date <= duty.starts_on


def answer_duty(duties: Iterable[Duty]) -> Duty | None:
    """The answer that is owed, late or not."""
    return next((each for each in duties if each.kind == DutyKind.ANSWER and each.is_open), None)


def is_refusal_by_law(issue: Issue, duties: Iterable[Duty], at: datetime) -> bool:
    """No answer in time, and none to the official appeal in its own time either: by law a refusal (APPC art. 91(2))."""
    owed = answer_duty(duties)
    if issue.official_date is None or owed is None or not owed.is_past(at):
        return False
    return is_the_laws(issue, owed) or clock.is_past(_own_limit(issue.official_date), at)


def _own_limit(registered_on: date) -> date:
    calendar = clock.current_calendar()
    return clock.latest(clock.ANSWER, calendar.next_working_day(registered_on), calendar)
