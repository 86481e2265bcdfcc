"""Sockets: routing, the origin check and cookies are those of Channels. Its session would take part in every frame."""

from typing import Any, cast
from urllib.parse import ParseResult

from channels.routing import URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import CookieMiddleware
from django.conf import settings
from django.urls import path

from dialogue.consumers import watch
from issues import converters  # noqa: F401  (registers `number`)


class OwnOrigin(OriginValidator):
    """A page of a foreign site is refused in the handshake. What sends no origin is no page: nobody's cookies are misused."""

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))


async def _unknown(scope: Any, receive: Any, send: Any) -> None:
    """No such address: refused in the handshake."""
    await receive()
    await send({"type": "websocket.close"})


_addresses: list[Any] = [  # Django's type of a view is not that of a socket
    path("ws/issues/<number:number>/", cast("Any", watch)), path("<path:rest>", cast("Any", _unknown)),
]  # fmt: skip
sockets = OwnOrigin(CookieMiddleware(URLRouter(_addresses)), settings.ALLOWED_HOSTS)
