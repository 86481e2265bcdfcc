"""The parties and their people: organisations, memberships, invitations."""

from backend.organisations.models.invitation import Invitation
from backend.organisations.models.organisation import (
    LEGACY_BODY,
    RECORDED_ELSEWHERE,
    ROLES_OF,
    SLUG_LENGTH,
    Kind,
    Membership,
    Organisation,
    Role,
    Standing,
    Translated,
    validate_bin,
)

__all__ = [
    "LEGACY_BODY",
    "RECORDED_ELSEWHERE",
    "ROLES_OF",
    "SLUG_LENGTH",
    "Invitation",
    "Kind",
    "Membership",
    "Organisation",
    "Role",
    "Standing",
    "Translated",
    "validate_bin",
]
