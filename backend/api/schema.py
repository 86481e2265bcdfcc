"""How the schema speaks of what drf-spectacular cannot guess: tokens, and the key that makes a repeat harmless."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from backend.api.parameters import KEY


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "backend.api.authentication.ByToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": "`Token …`, from `POST /api/v1/auth/token/`.",
        }  # fmt: skip


class BirgeSchema(AutoSchema):
    """Every write takes an `Idempotency-Key`."""

    def get_auth(self) -> list[Any]:
        """Reading takes no token, and may have one; one's own page and every write take one."""
        if self.method == "POST" and "/auth/" in self.path:
            return [{}]
        is_read = self.method == "GET" and not getattr(self.view, "private", False)
        return [{}, {"token": []}] if is_read else [{"token": []}]

    def get_override_parameters(self) -> list[Any]:
        given = list(super().get_override_parameters())
        is_write = self.method in ("POST", "PATCH", "DELETE") and "/auth/" not in self.path
        return [*given, KEY] if is_write else given
