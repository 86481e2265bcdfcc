"""Where the demonstration is served: is the address free, how is it called, and does something answer there."""

import errno
import http.client
import ipaddress
import socket
from dataclasses import dataclass

from django.conf import settings

from dialogue.demo.failure import DemoError


@dataclass(frozen=True, slots=True)
class Address:
    """`host` as it was asked for, `number` the IP address it stands for."""

    host: str
    port: int
    number: str

    @classmethod
    def of(cls, host: str, port: int) -> "Address":
        """DemoError for a port or a host that cannot be."""
        if not 1 <= port <= 65535:
            raise DemoError(f"There is no port {port}: choose one from 1 to 65535.")
        host = host.strip("[]")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        except (OSError, UnicodeError) as error:
            raise DemoError(f"There is no host {host!r} here: choose another with --host.") from error
        found.sort(key=lambda each: each[0] != socket.AF_INET)
        return cls(host, port, str(found[0][4][0]))

    @property
    def is_everywhere(self) -> bool:
        """All of this machine's addresses."""
        return ipaddress.ip_address(self.number).is_unspecified

    @property
    def called(self) -> str:
        """A host name a browser on this machine can use."""
        if self.is_everywhere:
            return "127.0.0.1" if "." in self.number else "[::1]"
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        return f"http://{self.called}" + ("" if self.port == 80 else f":{self.port}")

    @property
    def allowed_hosts(self) -> list[str]:
        """For ALLOWED_HOSTS: what is set already, and the names of this address; any name where it is everywhere."""
        own = ["*"] if self.is_everywhere else [self.called, f"[{self.number}]" if ":" in self.number else self.number]
        return list(dict.fromkeys([*settings.ALLOWED_HOSTS, *own]))

    def check_free(self) -> None:
        """DemoError, in one line, where the server could not listen."""
        family = socket.AF_INET6 if ":" in self.number else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind((self.number, self.port))
        except OSError as error:
            raise DemoError(self._why_not(error)) from error

    def _why_not(self, error: OSError) -> str:
        match error.errno:
            case errno.EADDRINUSE:
                return f"Port {self.port} is taken: another program listens there. Choose another with --port."
            case errno.EACCES | errno.EPERM:
                return f"You may not listen on port {self.port}: choose one from 1024 up with --port."
            case errno.EADDRNOTAVAIL:
                return f"{self.host} is no address of this machine: choose another with --host."
        return f"Cannot listen on {self.host} port {self.port}: {error.strerror}."

    def answers(self, path: str = "/healthz") -> bool:
        """Whether the server is up and well; waits two seconds at most."""
        connection = http.client.HTTPConnection(self.called.strip("[]"), self.port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
