"""The API: adapters over the same querysets, policies and actions as the pages (habit 15)."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "backend.api"
    label = "api"

    def ready(self) -> None:
        from backend.api import schema  # noqa: F401  (registers how tokens are described)
