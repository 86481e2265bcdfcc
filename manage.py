#!/usr/bin/env python
"""Birge's command line: `uv run manage.py demo` runs the whole platform from nothing."""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 12):
        sys.exit("Birge needs Python 3.12 or newer; this is %d.%d. Install it, or run `uv run manage.py ...`." % sys.version_info[:2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `pip install uv`, then `uv run manage.py ...`.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
