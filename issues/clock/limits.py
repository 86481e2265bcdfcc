"""The table of limits: each number of days or months in the rules, and its source (domain.md section 3).

A source other than `policy` says which provision the limit follows; a page calls it the law's only where
the NGO linked a registered official appeal (domain.md, opening).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class Unit(StrEnum):
    """What a limit is counted in. The values are stored with due dates: never change one."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


APPC_SINCE = date(2021, 7, 1)
"""The code is in force since that day [check]: no appeal of an earlier one is under its limits."""


class Source(StrEnum):
    """Where a limit comes from. The values are stored with due dates: never change one."""

    POLICY = "policy"
    APPC_65 = "APPC art. 65"
    APPC_76 = "APPC art. 76"

    @property
    def label(self) -> Promise:
        """The source in words for the reader."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS: dict[Source, Promise] = {
    Source.POLICY: _("the platform's own rule"),
    Source.APPC_65: _("Administrative Procedural and Process-Related Code, art. 65"),
    Source.APPC_76: _("Administrative Procedural and Process-Related Code, art. 76"),
}

_LENGTH_LABELS: dict[Unit, Any] = {
    Unit.WORKING_DAY: ngettext_lazy("%(count)s working day", "%(count)s working days", "count"),
    Unit.CALENDAR_DAY: ngettext_lazy("%(count)s calendar day", "%(count)s calendar days", "count"),
    Unit.MONTH: ngettext_lazy("%(count)s calendar month", "%(count)s calendar months", "count"),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take: `length` of `unit`s, counted after the day it starts from."""

    key: str
    length: int
    unit: Unit
    source: Source
    from_registration: bool = False
    """Starts on the day of registration with the body responsible, not on the day of a move."""
    rolls: bool = False
    """A last day that is free gives way to the next working day. (Working days never end on a free one.)"""

    @property
    def length_label(self) -> str:
        """ "15 working days" in the active language."""
        return length_label(self.unit, self.length)


def length_label(unit: Unit | str, length: int) -> str:
    """A length in words in the active language, also for one read from a stored explanation."""
    return str(_LENGTH_LABELS[Unit(unit)] % {"count": length})


def _working_days(key: str, length: int, source: Source = Source.POLICY) -> Limit:
    return Limit(key, length, Unit.WORKING_DAY, source)


def _from_registration(key: str, length: int, source: Source) -> Limit:
    return Limit(key, length, Unit.WORKING_DAY, source, from_registration=True)


# Duties and windows of domain.md section 3.
ACCEPT = _from_registration("accept", 3, Source.POLICY)
REDIRECT = _from_registration("redirect", 3, Source.APPC_65)
ANSWER = _from_registration("answer", 15, Source.APPC_76)
EXTENSION_MONTHS = Limit("extension", 2, Unit.MONTH, Source.APPC_76, from_registration=True, rolls=True)
TELL_NGO = _working_days("tell_ngo", 3, Source.APPC_76)
CLARIFY = _working_days("clarify", 10)
CONFIRM = _working_days("confirm", 10)
CONCLUDE = _working_days("conclude", 20)

# The table of moves, domain.md section 2.
CHAIR_ABSENT = _working_days("chair_absent", 10)
AFTER_CONCLUSION = _working_days("after_conclusion", 15)
REDIRECT_PROPOSAL = _working_days("redirect_proposal", 3)
WITHDRAW_WINDOW = _working_days("withdraw_window", 5)
UNREPORTED = _working_days("unreported", 10)
COMMITMENT_LATE = _working_days("commitment_late", 10)
APPEAL = _working_days("appeal", 10)
REOPEN_DAYS = Limit("reopen", 30, Unit.CALENDAR_DAY, Source.POLICY)
COMMITMENT_MONTHS = Limit("commitment", 12, Unit.MONTH, Source.POLICY)
MILESTONE_MONTHS = Limit("milestone", 6, Unit.MONTH, Source.POLICY)

LIMITS: dict[str, Limit] = {
    limit.key: limit
    for limit in (
        ACCEPT, REDIRECT, ANSWER, EXTENSION_MONTHS, TELL_NGO, CLARIFY, CONFIRM, CONCLUDE,
        CHAIR_ABSENT, AFTER_CONCLUSION, REDIRECT_PROPOSAL, WITHDRAW_WINDOW, UNREPORTED, COMMITMENT_LATE,
        APPEAL, REOPEN_DAYS, COMMITMENT_MONTHS, MILESTONE_MONTHS,
    )
}  # fmt: skip
"""Every limit by its key."""
