"""The system's user that runs the server: oneself, and never root, as PostgreSQL refuses that."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import WAY_OUT, EmbeddedPostgresError

# The caller's PGDATA, PGOPTIONS, LC_ALL and LD_LIBRARY_PATH would all change what PostgreSQL's programs do.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_UNPRIVILEGED = ("postgres", "_postgres", "nobody")


@dataclass(frozen=True)
class SystemUser:
    uid: int
    gid: int
    name: str

    def run(self, *command: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run a program as this user, away from the caller's directory and environment."""
        if self.uid != os.geteuid():
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(command, cwd="/", env=_ENVIRONMENT, text=True, **options)  # noqa: PLW1510

    def can_reach(self, directory: Path) -> bool:
        """Whether the permission bits, access lists not regarded, let this user pass from the root to `directory`."""
        return all(self._can_enter(each.stat()) for each in (directory, *directory.parents))

    def _can_enter(self, directory: os.stat_result) -> bool:
        if self.uid == directory.st_uid:
            return bool(directory.st_mode & stat.S_IXUSR)
        if self.gid == directory.st_gid:
            return bool(directory.st_mode & stat.S_IXGRP)
        return bool(directory.st_mode & stat.S_IXOTH)

    def give(self, path: Path) -> None:
        """Make the user own what we, being root, just created."""
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def oneself() -> SystemUser:
    return SystemUser(os.geteuid(), os.getegid(), name_of(os.geteuid()))


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def server_user(data: Path) -> SystemUser:
    """Who runs the server of the cluster in `data`, which need not be there yet (its parent must).

    An ordinary user: oneself. Root: the owner of an existing cluster; else the owner of the folder, so that the
    project's owner can go on without root; else an account that is there for such things. No account is ever made.
    EmbeddedPostgresError: somebody else's cluster, or nobody to step down to.
    """
    owner = _owner(data)
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise EmbeddedPostgresError(
                f"The database in {data} belongs to {name_of(owner or 0)}, and you are {name_of(os.geteuid())}; "
                f"run this as {name_of(owner or 0)}, move that directory away, {WAY_OUT}."
            )
        return oneself()
    if owner == 0 and any(data.iterdir()):
        raise EmbeddedPostgresError(
            f"The database in {data} belongs to root, and PostgreSQL refuses to run as root; "
            f"give the directory to an ordinary user, {WAY_OUT}."
        )
    if owner:
        user: SystemUser | None = SystemUser(owner, data.stat().st_gid, name_of(owner))
    else:
        user = _known(data.parent.stat().st_uid) or next(filter(None, map(_named, _UNPRIVILEGED)), None)
    if user is None:
        raise EmbeddedPostgresError(
            "PostgreSQL refuses to run as root, and this system has no unprivileged user (postgres or nobody) for it; "
            f"run this as an ordinary user, {WAY_OUT}."
        )
    _try_on(user)
    return user


def _owner(data: Path) -> int | None:
    try:
        return data.stat().st_uid
    except FileNotFoundError:
        return None


def _known(uid: int) -> SystemUser | None:
    """PostgreSQL's initdb wants an entry in the list of users, which a container's volume may lack for its owner."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return SystemUser(entry.pw_uid, entry.pw_gid, entry.pw_name) if entry.pw_uid else None


def _named(name: str) -> SystemUser | None:
    try:
        return _known(pwd.getpwnam(name).pw_uid)
    except KeyError:
        return None


def _try_on(user: SystemUser) -> None:
    """Root in a restricted container may lack the right to become anybody else."""
    try:
        user.run("/bin/sh", "-c", ":", check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root, and root may not become {user.name} here (a restricted container?); "
            f"run this as an ordinary user, {WAY_OUT}."
        ) from error
