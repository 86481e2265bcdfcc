"""What is read: explicit fields, named as contract.md names them; nothing of a model shows by itself."""

from datetime import UTC
from typing import Any

from rest_framework import serializers


class Instant(serializers.DateTimeField):
    """RFC 3339 in UTC, wherever the server stands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)
