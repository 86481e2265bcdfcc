"""How many requests a minute: of one token, and of one address without. 429 says when to come back."""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from backend.api.models import Token

WINDOW = 60


class PerCaller(BaseThrottle):
    """Counts by the token, else by the address as the server sees it: what a client says of itself counts for nothing."""

    def allow_request(self, request: Request, view: object) -> bool:
        token = request.auth if isinstance(request.auth, Token) else None
        if token is None:
            return self.allows(request)
        return _counted(token.digest[:32], settings.API_PER_MINUTE_TOKEN)

    @staticmethod
    def allows(visitor: Request | HttpRequest) -> bool:
        """Whether somebody without a token may ask once more; counts it."""
        return _counted(visitor.META.get("REMOTE_ADDR", ""), settings.API_PER_MINUTE_ADDRESS)

    def wait(self) -> float:
        """Seconds until the next window."""
        return WINDOW - time.time() % WINDOW


def _counted(who: str, limit: int) -> bool:
    if not limit:
        return True
    key = f"api-{who}-{int(time.time()) // WINDOW}"
    cache.add(key, 0, WINDOW)
    try:
        return bool(cache.incr(key) <= limit)
    except ValueError:  # it went in this very moment: a new window has begun
        return True
