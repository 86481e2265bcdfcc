"""The people of a cast by the names that `cells.txt` uses."""

from typing import Any

from tests.factories.people import Cast, Player

ROLES = (
    "manager", "representative", "other_manager", "officer", "signatory", "coordinator", "rival", "rival_officer",
    "chair", "member", "default_chair", "registrar", "moderator", "other_moderator", "stranger", "system",
)  # fmt: skip


def player(cast: Cast, role: str) -> Player:
    """A person with an organisation: everybody but the stranger and the system."""
    found = cast.members[0] if role == "member" else getattr(cast, role)
    assert isinstance(found, Player)
    return found


def acts(cast: Cast, role: str) -> dict[str, Any]:
    """The arguments of an action. A stranger says that they act for the NGO; the system is nobody."""
    if role == "system":
        return {"actor": None, "organisation": None}
    if role == "stranger":
        return {"actor": cast.stranger, "organisation": cast.ngo}
    return player(cast, role).acts
