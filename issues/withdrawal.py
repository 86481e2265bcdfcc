"""What must hold to withdraw an issue, or to take over one that is being withdrawn: a part of `conditions.HOLDS`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.lifecycle import Need

if TYPE_CHECKING:
    from issues.conditions import Facts


def _no_cosigners(facts: "Facts") -> Words | None:
    asked_first = _("Other NGOs co-signed: they are asked first whether one takes over.")
    return _announced(facts) or (asked_first if facts.cosigned else None)


def _cosigners(facts: "Facts") -> Words | None:
    return _announced(facts) or (None if facts.cosigned else _("No other NGO has co-signed this issue."))


def _announced(facts: "Facts") -> Words | None:
    """One withdrawal is enough: its date was published, and stands even if every co-signer has left meanwhile."""
    if facts.window is None:
        return None
    words = _("The withdrawal is announced already. A co-signing NGO may take the issue over until: %(date)s.")
    return words % {"date": facts.window.due_on.strftime("%d.%m.%Y")}


def _window_open(facts: "Facts") -> Words | None:
    if facts.window is not None and facts.at <= facts.window.due_at:
        return None
    return _("No withdrawal waits for a co-signer: none was announced, an NGO took over, or the time has passed.")


def _window_over(facts: "Facts") -> Words | None:
    if facts.window is not None and facts.at > facts.window.due_at:
        return None
    return _("No withdrawal was announced, or the co-signing NGOs still have time to take over.")


HOLDS: dict[Need, Callable[["Facts"], Words | None]] = {
    Need.NO_COSIGNERS: _no_cosigners,
    Need.COSIGNERS: _cosigners,
    Need.WINDOW_OPEN: _window_open,
    Need.WINDOW_OVER: _window_over,
}
