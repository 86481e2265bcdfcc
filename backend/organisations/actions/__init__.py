"""The only writers of an organisation's standing, of who acts for it, and of bodies known from another register.

What changes people locks the organisation's row first (where an issue's is held too, that comes before it), so that no two
decisions about the same people pass each other.
"""

from backend.organisations.actions.deputising import end_deputy, name_deputy
from backend.organisations.actions.inviting import accept, accept_as_new, invite, invite_again, revoke
from backend.organisations.actions.legacy import legacy_body
from backend.organisations.actions.members import add_member, change_member, end_membership, let_go
from backend.organisations.actions.standing import set_standing

__all__ = [
    "accept",
    "accept_as_new",
    "add_member",
    "change_member",
    "end_deputy",
    "end_membership",
    "invite",
    "invite_again",
    "legacy_body",
    "let_go",
    "name_deputy",
    "revoke",
    "set_standing",
]
