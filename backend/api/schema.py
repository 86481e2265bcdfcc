"""How the schema speaks of what drf-spectacular cannot guess: tokens, the key that makes a repeat harmless, headers."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

from backend.api.parameters import ETAG, KEY, RETRY_AFTER


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "backend.api.authentication.ByToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": "`Token …`, from `POST /api/v1/auth/token/`.",
        }  # fmt: skip


class AsksScheme(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Which asks a move is about: their numbers, or what an answer says of each."""

    target_class = "backend.api.sent.Asks"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        answered = auto_schema.resolve_serializer(self.target.child, direction).ref
        return {"type": "array", "items": {"oneOf": [{"type": "integer"}, answered]}}


class BirgeSchema(AutoSchema):
    """Every write takes an `Idempotency-Key`; what anybody may read carries an ETag."""

    def get_auth(self) -> list[Any]:
        """Reading takes no token, and may have one; one's own page and every write take one."""
        if self.method == "POST" and "/auth/" in self.path:
            return [{}]
        is_read = self.method == "GET" and not getattr(self.view, "private", False)
        return [{}, {"token": []}] if is_read else [{"token": []}]

    def get_override_parameters(self) -> list[Any]:
        given = [*super().get_override_parameters(), RETRY_AFTER]
        if self.method == "GET":
            return given if getattr(self.view, "private", False) else [*given, ETAG]
        return given if "/auth/" in self.path else [*given, KEY]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """`Issue`, `DraftRequest`: what programs call it, without the endings that tell our modules apart."""
        return type(serializer).__name__.removesuffix("Shape").removesuffix("Sent")
