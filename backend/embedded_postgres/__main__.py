"""`python -m backend.embedded_postgres start|stop|status`: the development server by hand."""

import argparse
import sys

from . import EmbeddedPostgresError, ensure_running, postmaster_pid, stop


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m backend.embedded_postgres", description="The embedded PostgreSQL under var/."
    )
    parser.add_argument("action", choices=["start", "stop", "status"])
    try:
        match parser.parse_args().action:
            case "start":
                print(ensure_running())
            case "stop":
                print("stopped" if stop() else "was not running")
            case "status":
                pid = postmaster_pid()
                print(f"running (pid {pid})" if pid else "not running")
                return 0 if pid else 3
    except EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
