"""Show 1: ten thousand random steps. `python -m tests.trials.walk [WALKS]` prints what was made, refused and reached.

Runs on a test database of its own; a failure prints the shortest walk that leads there.
"""

import os
import sys

import pytest

WALKS, STEPS = 200, 80


def main() -> int:
    os.environ["BIRGE_WALKS"] = sys.argv[1] if len(sys.argv) > 1 else str(WALKS)
    return int(pytest.main(["-n", "0", "-q", "-s", "-p", "no:cacheprovider", "tests/trials/walk_far.py"]))


if __name__ == "__main__":
    sys.exit(main())
