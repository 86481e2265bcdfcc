"""What must hold to redirect an issue, to reply to a proposed redirect, and when a body has ended: a part of `conditions.HOLDS`."""

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
class ProposalFact:
    """The redirect that is proposed and not closed. `hop`: what it would be; from the second on a moderator decides."""

    hop: int
    due_at: datetime


def at_once(facts: "Facts") -> bool:
    """The first hop, by day 3, needs nobody's agreement."""
    return facts.hop == 0 and facts.redirect_by is not None and facts.at <= facts.redirect_by


def _first_hop_in_time(facts: "Facts") -> Words | None:
    if at_once(facts):
        return None
    return _("An issue is redirected at once only the first time and within three working days.")


def _later_hop(facts: "Facts") -> Words | None:
    if not at_once(facts) and not _waits(facts):
        return None
    return _("A redirect is proposed already, and waits for its reply.")


def _waits(facts: "Facts") -> bool:
    """A proposal whose date has passed waits no longer, whether or not that is entered."""
    return facts.proposal is not None and facts.at <= facts.proposal.due_at


def _first_hop_proposed(facts: "Facts") -> Words | None:
    if not _waits(facts):
        return _NO_PROPOSAL
    further = _("From the second redirect on a moderator decides.")
    return None if facts.proposal and facts.proposal.hop == 1 else further


def _further_hop_proposed(facts: "Facts") -> Words | None:
    if not _waits(facts):
        return _NO_PROPOSAL
    first = _("On the first redirect the proposed body decides.")
    return None if facts.proposal and facts.proposal.hop > 1 else first


def _proposal_time_over(facts: "Facts") -> Words | None:
    if facts.proposal is not None and facts.at > facts.proposal.due_at:
        return None
    return _("No redirect is proposed, or there is still time to reply to it.")


_NO_PROPOSAL = _("No redirect waits for a reply: none was proposed, it was decided, or the time to reply has passed.")


def _body_ended_with_successor(facts: "Facts") -> Words | None:
    if facts.body_ended and facts.has_successor:
        return None
    return _("The responsible body has not ended, or no other body succeeds it.")


def _body_ended_without_successor(facts: "Facts") -> Words | None:
    if facts.nobody_in_force:
        return None
    return _("The responsible body exists, or another body succeeds it: a moderator does not assign the issue.")


HOLDS: dict[Need, Callable[["Facts"], Words | None]] = {
    Need.FIRST_HOP_IN_TIME: _first_hop_in_time,
    Need.LATER_HOP: _later_hop,
    Need.FIRST_HOP_PROPOSED: _first_hop_proposed,
    Need.FURTHER_HOP_PROPOSED: _further_hop_proposed,
    Need.PROPOSAL_TIME_OVER: _proposal_time_over,
    Need.BODY_ENDED_WITH_SUCCESSOR: _body_ended_with_successor,
    Need.BODY_ENDED_WITHOUT_SUCCESSOR: _body_ended_without_successor,
}
