"""`Authorization: Token …`: who asks, by which token. A session of the pages says nothing here, so no other site can use it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

from backend.accounts.models import User
from backend.api.actions import note_use
from backend.api.models import Token


class ByToken(TokenAuthentication):
    """401 for a token that was revoked, has expired, or whose membership or account has ended. One query; one more on the
    first request of a day.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, Token]:
        now = timezone.now()
        try:
            digest = hash_token(token.decode())
        except UnicodeDecodeError:
            raise AuthenticationFailed(_REFUSED) from None
        found = Token.objects.filter(digest=digest).select_related("user", "membership").first()
        if found is None or not found.is_in_force(now):
            raise AuthenticationFailed(_REFUSED)
        note_use(token=found, at=now)
        user: Any = found.user
        return user, found


_REFUSED = _(
    "This token is not valid: it was revoked, has expired, or belongs to somebody who has left. Get a new one."
)
