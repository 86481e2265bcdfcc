"""The demonstration's password and secret key: from the environment, else made once and kept in `var/demo.json`."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else


def password() -> str:
    """DEMO_PASSWORD, else the same generated one each time."""
    return os.environ.get("DEMO_PASSWORD") or _kept("password", _spoken)


def secret_key() -> str:
    """SECRET_KEY, else the same generated one each time, so that nobody is signed out by a restart."""
    return os.environ.get("SECRET_KEY") or _kept("secret_key", lambda: secrets.token_urlsafe(50))


def _spoken() -> str:
    """Three groups of four: 59 bits, and can be read out."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def _kept(key: str, make: Callable[[], str]) -> str:
    path = settings.VAR_DIR / "demo.json"
    kept = _read(path)
    if not isinstance(kept.get(key), str) or not kept[key]:
        kept[key] = make()
        _write(path, kept)
    return str(kept[key])


def _read(path: Path) -> dict[str, object]:
    """What is kept; a file that is missing or broken is made anew."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, kept: dict[str, object]) -> None:
    """For the owner's eyes only, and whole or not at all."""
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    if os.geteuid() == 0:  # root, called upon by the project's owner, leaves it to them
        owner = path.parent.stat()
        os.chown(new, owner.st_uid, owner.st_gid)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    new.replace(path)
