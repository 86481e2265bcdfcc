#!/usr/bin/env python
"""Birge's command line: `uv run manage.py demo` runs the whole platform from nothing."""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 12):  # noqa: UP036  (said in a sentence before Django says it in a traceback)
        sys.exit(f"Birge needs Python 3.12 or newer; this is {sys.version.split()[0]}. Run `uv run manage.py ...`.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `pip install uv`, then `uv run manage.py ...`.")
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        if type(error.__cause__).__name__ == "UndefinedTable":
            sys.exit(
                "This database has no tables yet, or older ones: run `uv run manage.py migrate` (or `demo`) first."
            )
        raise


if __name__ == "__main__":
    main()
