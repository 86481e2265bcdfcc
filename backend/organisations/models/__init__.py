"""The parties and their people: organisations, memberships, invitations, deputies."""

from backend.organisations.models.deputy import Deputy
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
    StandsIn,
    Translated,
    validate_bin,
)

__all__ = [
    "LEGACY_BODY",
    "RECORDED_ELSEWHERE",
    "ROLES_OF",
    "SLUG_LENGTH",
    "Deputy",
    "Invitation",
    "Kind",
    "Membership",
    "Organisation",
    "Role",
    "Standing",
    "StandsIn",
    "Translated",
    "validate_bin",
]
