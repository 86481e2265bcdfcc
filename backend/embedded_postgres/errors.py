"""What went wrong, in one sentence a person can act on."""

import errno
import os
import shutil
from pathlib import Path

WAY_OUT = "or set DATABASE_URL to use another server"


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be had; `str(error)` is one line that says why and what to do."""


_REASONS = (
    (
        ("No space left on device", "Disk quota exceeded"),
        "the disk that holds {place} is full ({free} free, some 100 MB are needed to begin with); free some space and try again",
    ),
    (
        ("could not look up effective user ID",),
        f"whoever runs this is not in the system's list of users, which PostgreSQL needs; be somebody who is, {WAY_OUT}",
    ),
    (
        (
            "Cannot allocate memory",
            "could not create shared memory segment",
            "could not map anonymous shared memory",
        ),
        f"there is too little memory for PostgreSQL; free some, {WAY_OUT}",
    ),
    (
        ("pre-existing shared memory block",),
        "processes of an earlier server still use {place}; end them and try again",
    ),
    (("Read-only file system",), f"{{place}} is on a read-only file system; make it writable, {WAY_OUT}"),
    (
        ("Permission denied", "Operation not permitted"),
        f"the system refuses access to {{place}}; check who owns it, {WAY_OUT}",
    ),
)


def explain(detail: str, place: Path) -> str | None:
    """The sentence for a cause recognised in PostgreSQL's or the system's own words; None when it is not."""
    for signs, sentence in _REASONS:
        if any(sign in detail for sign in signs):
            return "Cannot use the embedded database: " + sentence.format(place=place, free=_free_space(place))
    return None


def from_os_error(error: OSError, place: Path) -> EmbeddedPostgresError:
    """The same for an `OSError` met on the way, whose words depend on the system's language and so are not looked at."""
    signs = {
        errno.ENOSPC: "No space left on device",
        errno.EDQUOT: "Disk quota exceeded",
        errno.EROFS: "Read-only file system",
        errno.EACCES: "Permission denied",
        errno.EPERM: "Operation not permitted",
        errno.ENOMEM: "Cannot allocate memory",
    }
    where = Path(os.fsdecode(error.filename)) if error.filename else place
    known = explain(signs.get(error.errno or 0, ""), where)
    return EmbeddedPostgresError(known or f"Cannot use the embedded database: {one_line(str(error))}")


def one_line(text: str) -> str:
    return " ".join(text.split())


def is_disk_full(place: Path) -> bool:
    """A full disk keeps PostgreSQL from even logging that the disk is full."""
    try:
        return shutil.disk_usage(_existing(place)).free < 1024 * 1024
    except OSError:
        return False


def _free_space(place: Path) -> str:
    try:
        return f"{shutil.disk_usage(_existing(place)).free // (1024 * 1024)} MB"
    except OSError:
        return "an unknown amount"


def _existing(place: Path) -> Path:
    return next(path for path in (place, *place.parents) if path.exists())
