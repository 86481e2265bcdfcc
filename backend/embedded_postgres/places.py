"""Where everything of one cluster is; it follows from the data directory's name alone, without asking the disk."""

import contextlib
import hashlib
import os
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import EmbeddedPostgresError
from .system_user import SystemUser, name_of

PROJECT = Path(__file__).resolve().parents[2]
PORT = 5432
# sockaddr_un holds 107 bytes on Linux and 103 on macOS.
_LONGEST_SOCKET = 103
# PostgreSQL splits its list of socket directories, and libpq its list of hosts, at commas; both have quoting rules of
# their own.
_PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")
# The environment's TMPDIR would give two processes two different answers.
_TEMPORARY = Path("/tmp")  # noqa: S108 - ownership is checked
# Where root puts what an unprivileged user must reach.
SHARED_ROOTS = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - likewise


@dataclass(frozen=True)
class Places:
    """`data` is the cluster as the caller names it; it may be a link to where it really lives (see `settle`)."""

    data: Path

    @classmethod
    def of(cls, data_dir: Path | None) -> "Places":
        # Not resolve(), which would follow our own link.
        named = Path(os.path.abspath(data_dir or PROJECT / "var" / "postgres"))  # noqa: PTH100
        return cls(named.parent.resolve() / named.name)

    @cached_property
    def key(self) -> str:
        return hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]

    @cached_property
    def socket_dir(self) -> Path:
        """Beside the data, or in /tmp when that path is too long or too odd for a socket."""
        beside = self.data.with_name(self.data.name + ".sock")
        length = len(os.fsencode(beside / f".s.PGSQL.{PORT}"))
        fits = length <= _LONGEST_SOCKET and _PLAIN.fullmatch(str(beside))
        return beside if fits else _TEMPORARY / f"birge-{self.key}"

    @property
    def log(self) -> Path:
        return self.data.with_name(self.data.name + ".log")

    @property
    def lock(self) -> Path:
        return self.data.with_name(self.data.name + ".lock")

    @property
    def users(self) -> Path:
        return self.data.with_name(self.data.name + ".users")

    @property
    def real_data(self) -> Path:
        return Path(os.path.realpath(self.data))

    @property
    def cluster_name(self) -> str:
        """Shown in the title of each of the server's processes."""
        return f"birge-{self.key}"

    def make_parent(self) -> None:
        """Root, called upon by the project's owner, leaves no directory that only root can delete."""
        for directory in reversed([each for each in (self.data, *self.data.parents)[1:] if not each.exists()]):
            directory.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                os.chown(directory, directory.parent.stat().st_uid, directory.parent.stat().st_gid)

    def settle(self, user: SystemUser) -> Path:
        """The directory to make a new cluster in, where `user` can reach it. Lock: held by the caller.

        A project under a 0700 home is out of reach for the user that root steps down to. Nobody's permissions are
        touched: the cluster then lives in a directory of its own outside, and `data` becomes a link to it. The link
        is what counts: it moves along with the project, and deleting it starts afresh.
        """
        if self.data.is_symlink() and not self.data.exists():
            raise EmbeddedPostgresError(
                f"{self.data} points to {self.data.readlink()}, which is gone; "
                "bring it back, or delete the link to start afresh."
            )
        if not self.data.is_symlink() and self.data.is_dir():
            with contextlib.suppress(OSError):  # not empty, or a mount point
                self.data.rmdir()
        if self.data.exists() or user.can_reach(self.data.parent):
            return self.real_data
        return Path(self._make_home(user)) / "postgres"

    def _make_home(self, user: SystemUser) -> str:
        home = tempfile.mkdtemp(prefix=f"{self.cluster_name}-", dir=shared_root(user))
        Path(home).chmod(0o755)  # what is in it is 0700
        return home

    def is_home(self, directory: Path) -> bool:
        return directory.parent in SHARED_ROOTS and directory.name.startswith("birge-")

    def tidy_up(self) -> None:
        """A stopped server needs nothing in /tmp."""
        if self.socket_dir.parent == _TEMPORARY:
            with contextlib.suppress(OSError):
                self.socket_dir.rmdir()

    def abandoned(self) -> list[Path]:
        """Clusters made for this data directory earlier, to which its link no longer points."""
        found = [cluster for root in SHARED_ROOTS for cluster in root.glob(f"{self.cluster_name}-*/postgres")]
        return [cluster for cluster in found if cluster != self.real_data]

    def prepare_socket_dir(self, user: SystemUser) -> None:
        """Make it, 0700 and owned by the server's user. Lock: held by the caller."""
        directory = self.socket_dir
        if directory.parent == self.data.parent and not user.can_reach(directory.parent):
            target = self.real_data.with_name("sock")
            target.mkdir(mode=0o700, exist_ok=True)
            user.give(target)
            if directory.is_dir() and not directory.is_symlink():
                shutil.rmtree(directory)
            directory.unlink(missing_ok=True)
            directory.symlink_to(target)
        else:
            directory.mkdir(mode=0o700, exist_ok=True)
            if directory.lstat().st_uid == os.geteuid():
                user.give(directory)
        self.check_socket_dir(user.uid)

    def check_socket_dir(self, uid: int) -> None:
        """EmbeddedPostgresError unless the directory is `uid`'s and closed to others.

        In /tmp anybody may have made it first, to answer in our server's place.
        """
        directory = self.socket_dir
        beside = directory.parent == self.data.parent
        try:
            found = directory.stat() if beside else directory.lstat()
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or stat.S_IMODE(found.st_mode) & 0o077:
            raise EmbeddedPostgresError(
                f"{directory}, where the embedded database listens, should be a directory of {name_of(uid)} closed to "
                f"others, but it belongs to {name_of(found.st_uid)} with mode {stat.filemode(found.st_mode)}; "
                "remove it and try again."
            )


def shared_root(user: SystemUser) -> Path:
    """A system directory where root may make directories that `user` can reach."""
    for root in SHARED_ROOTS:
        if root.is_dir() and os.access(root, os.W_OK) and user.can_reach(root):
            return root
    tried = " or ".join(map(str, SHARED_ROOTS))
    raise EmbeddedPostgresError(
        f"The user {user.name}, who runs the embedded database, can reach neither the project nor {tried}."
    )
