"""What must hold to appeal against a moderator's ruling, to dismiss the appeal or to restore: a part of `conditions.HOLDS`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.lifecycle import Need

if TYPE_CHECKING:
    from issues.conditions import Facts


@dataclass(frozen=True, slots=True)
class RulingFact:
    """The ruling in force: a merge, or out of scope. `returns`: whether an ask is left that would come back."""

    appealed: bool
    reviewed: bool
    appeal_by: datetime
    kept_gone: bool
    returns: bool


def _appeal_unused(facts: "Facts") -> Words | None:
    ruling = facts.ruling
    if ruling is None or ruling.appealed:
        return _("The decision was appealed already; that can be done once.")
    if facts.at > ruling.appeal_by:
        return _("The ten working days to appeal have passed.")
    return None


def _appeal_open(facts: "Facts") -> Words | None:
    ruling = facts.ruling
    if ruling is not None and ruling.appealed and not ruling.reviewed:
        return None
    return _("No appeal waits for a decision.")


def _kept_issue_gone(facts: "Facts") -> Words | None:
    ruling = facts.ruling
    if ruling is not None and ruling.kept_gone and ruling.returns:
        return None
    return _("The issue it was merged into goes on, or has ended by an answer.")


HOLDS: dict[Need, Callable[["Facts"], Words | None]] = {
    Need.APPEAL_UNUSED: _appeal_unused,
    Need.APPEAL_OPEN: _appeal_open,
    Need.KEPT_ISSUE_GONE: _kept_issue_gone,
}
