"""Where files lie on disk: in a folder that no address leads to, under names that say nothing."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from backend.core.uploads.kinds import FileKind

ARRIVING = ".arriving"


class PrivateFiles(FileSystemStorage):
    """Under MEDIA_ROOT, readable by the server's own user alone. A file appears under its key whole or not at all."""

    def __init__(self, location: str | Path | None = None) -> None:
        super().__init__(location=location, file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def url(self, name: str | None) -> str:
        raise ValueError("files that people attach have no address of their own")

    def _save(self, name: str, content: File[Any]) -> str:
        """Written aside, on the same file system, then renamed. A crash leaves only something aside."""
        aside, place = Path(self.path(ARRIVING)), Path(self.path(name))
        for folder in (aside, place.parent):
            _make_private(folder)
        with NamedTemporaryFile(dir=aside, delete=False) as written:
            try:
                for chunk in content.chunks():
                    written.write(chunk)
                written.flush()
                os.fsync(written.fileno())
                Path(written.name).rename(place)
            except BaseException:
                Path(written.name).unlink(missing_ok=True)
                raise
        return name

    def forget_unfinished(self, before: datetime) -> int:
        """Removes what a crash left aside before then; how many."""
        old = [each for each in Path(self.path(ARRIVING)).glob("*") if each.stat().st_mtime < before.timestamp()]
        for each in old:
            each.unlink(missing_ok=True)
        return len(old)


def _make_private(folder: Path) -> None:
    """With each folder above it that is missing: `mkdir` would make those readable by others."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(0o700, exist_ok=True)


def new_key(kind: FileKind, at: datetime) -> str:
    """`2026/03/05/<32 random digits>.pdf`: by day, so that a sweep looks at a day at a time."""
    return f"{folder_of(at)}/{secrets.token_hex(16)}.{kind.value}"


def folder_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y/%m/%d")


def keys_of(at: datetime) -> set[str]:
    """The keys of all that was stored on that day (UTC)."""
    folder = folder_of(at)
    try:
        return {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    except FileNotFoundError:
        return set()
