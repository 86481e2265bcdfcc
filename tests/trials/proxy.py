"""A real nginx with the configuration that is deployed: only the names of its servers, its port and its folders are others."""

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.factories.live import free_port
from tests.factories.processes import PROJECT, wait_until
from tests.trials.live import Server, answers

NAMED = {"web": "server web:8000;", "live": "server live:8001;", "port": "listen 80;"}
OWN = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass
class Proxy:
    port: int

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def proxied(web: Server, live: list[Server]) -> Iterator[Proxy]:
    """Pages from `web`, sockets from each of `live` in turn."""
    proxy = Proxy(free_port())
    configured = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, with_ours in {
        "web": f"server {web.address};",
        "live": " ".join(f"server {each.address};" for each in live),
        "port": f"listen {proxy.address};",
    }.items():
        assert configured.count(NAMED[name]) == 1, name
        configured = configured.replace(NAMED[name], with_ours)
    folder = Path(tempfile.mkdtemp(prefix="birge-nginx-", dir="/tmp"))
    folders = " ".join(f"{each}_temp_path {folder}/{each};" for each in OWN)
    configured = configured.replace("http {", f"http {{ access_log off; {folders}")
    (folder / "nginx.conf").write_text(f"daemon off; pid {folder}/pid;\n{configured}", encoding="utf-8")
    command = ["nginx", "-p", str(folder), "-e", str(folder / "errors"), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command)
    try:
        wait_until(lambda: process.poll() is not None or answers(proxy.port))
        assert process.poll() is None, (folder / "errors").read_text(encoding="utf-8")
        yield proxy
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def sockets_at(server: Server) -> int:
    """How many connections are open at its port just now."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    local = Counter(fields[1].split(":")[1] for fields in map(str.split, lines) if fields[3] == "01")
    return local[f"{server.port:04X}"]
