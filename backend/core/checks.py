"""What `manage.py check` says of a site that is set up wrongly, before anything goes wrong."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def attached_files(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Attached files have a place, and it is not one that is served."""
    return list(_faults())


def _faults() -> Iterator[CheckMessage]:
    if settings.S3_BUCKET:
        if find_spec("storages") is None or find_spec("boto3") is None:
            yield Error(
                "S3_BUCKET is set, but what talks to S3 is not installed.",
                hint="Run `uv sync --extra s3`, or unset S3_BUCKET to keep files under MEDIA_ROOT.", id="core.E001",
            )  # fmt: skip
        return
    root = Path(settings.MEDIA_ROOT).resolve()
    for served in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS):
        place = Path(served).resolve()
        if root == place or place in root.parents or root in place.parents:
            yield Error(
                f"MEDIA_ROOT ({root}) and a folder that is served ({place}) lie one in the other.",
                hint="Attached files are given out by the site alone: set MEDIA_ROOT to a folder of their own.",
                id="core.E002",
            )  # fmt: skip
