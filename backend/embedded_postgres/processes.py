"""Which processes are there, and what are they: /proc where there is one, `ps` elsewhere.

A process id proves nothing by itself: after a kill -9 it may be a zombie, or belong to somebody else by now.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    pid: int
    state: str
    command: str

    @property
    def is_alive(self) -> bool:
        """False for a zombie (Z), which holds no file, socket or memory any more, and for the dying (X)."""
        return self.state[:1] not in {"Z", "X", ""}

    @property
    def is_postmaster(self) -> bool:
        """Whether this is a server's first process; its children call themselves `postgres: ...`."""
        return re.search(r"(^|/)(postgres|postmaster)( |$)", self.command) is not None

    def serves(self, data: Path) -> bool:
        """Whether this is the postmaster of the cluster in `data`, also when the directory was renamed meanwhile."""
        if not (self.is_alive and self.is_postmaster):
            return False
        works_here = self.works_in(data)
        return f" -D {data} " in f"{self.command} " if works_here is None else works_here

    def works_in(self, directory: Path) -> bool | None:
        """Whether the process's working directory is this one; None when the system does not tell."""
        try:
            return (_PROC / str(self.pid) / "cwd").samefile(directory)
        except OSError:
            return None

    @property
    def lost_its_directory(self) -> bool:
        """Whether the working directory was deleted under the process, as by `rm -rf var` while the server runs."""
        try:
            return (_PROC / str(self.pid) / "cwd").stat().st_nlink == 0
        except OSError:
            return False


@dataclass(frozen=True)
class Postmaster:
    pid: int
    socket_dir: str
    status: str


def postmaster_of(data: Path) -> Postmaster | None:
    """The living first process of the server on `data`: `postmaster.pid` names it, the system confirms it. 0.1 ms."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").split("\n")
        pid = abs(int(lines[0]))  # negative: a single-user session
    except (OSError, ValueError):
        return None
    process = look(pid)
    if process is None or not process.serves(data):
        return None
    socket_dir, status = (lines[at].strip() if len(lines) > at else "" for at in (4, 7))
    return Postmaster(pid, socket_dir, status)


def look(pid: int) -> Process | None:
    """The process with this id; None when there is none, or none that we may see."""
    if not _has_proc():
        return next(_ps("-p", str(pid)), None)
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
        command = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return None
    # The second field is the program's name in brackets and may itself hold brackets and spaces.
    state = stat.rpartition(")")[2].split()[0]
    return Process(pid, state, os.fsdecode(command.replace(b"\0", b" ")).strip())


def everything() -> Iterator[Process]:
    """All processes that we may see."""
    if not _has_proc():
        yield from _ps("-ax")
        return
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (process := look(int(entry.name))):
            yield process


def _has_proc() -> bool:
    return (_PROC / "self" / "stat").exists()


def _ps(*which: str) -> Iterator[Process]:
    command = ["/bin/ps", "-ww", "-o", "pid=,stat=,command=", *which]
    listing = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in listing.stdout.splitlines():
        pid, state, *rest = line.split(None, 2)
        yield Process(int(pid), state, " ".join(rest))
