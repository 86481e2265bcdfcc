"""`demo` as a process of its own, until it is told to stop."""

import signal
import socket
import urllib.request

from tests.factories.live import free_port
from tests.factories.processes import command

PATIENCE = 90  # seconds; a busy machine is slow, not broken


def served_until_told_to_stop(url: str) -> None:
    """On this database. It says where and for whom it serves, answers there, and leaves the port free."""
    port = free_port()
    with command(
        "demo", "--port", str(port), DATABASE_URL=url, DEMO_PASSWORD="said-by-us", SECRET_KEY="s" * 50
    ) as demo:
        assert demo.stdout
        said = ""
        while "admin@demo.birge" not in said:
            line = demo.stdout.readline()
            assert line, said
            said += line
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/kk/", timeout=PATIENCE) as page:
            assert (page.status, page.url) == (200, f"http://127.0.0.1:{port}/kk/")
        demo.send_signal(signal.SIGTERM)
        end, _ = demo.communicate(timeout=PATIENCE)
        assert demo.returncode == 0, end
    assert f"http://127.0.0.1:{port}/ru/" in said
    assert "said-by-us" in said
    assert "Traceback" not in said + end
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))
