"""What CI runs of programs that speak to the API, against one demonstration: the typed client's life of an issue, then schemathesis
as a visitor, the manager of an NGO and an officer, with few examples each; every boundary of every parameter as the manager alone,
who is let in everywhere, since that takes most of the time.

    uv run python -m tests.programs

`tests.programs.fuzz` has the same for everybody of the demonstration, with as many examples as one likes.
"""

import sys

from tests.programs.fuzz import VISITOR, fuzz
from tests.programs.served import demonstration
from tests.programs.typed_client import lives

BUT_BOUNDARIES = ("--phases", "examples,fuzzing,stateful")
PEOPLE = {VISITOR: BUT_BOUNDARIES, "ngo": (), "officer": BUT_BOUNDARIES}
EXAMPLES = 5


def main() -> int:
    with demonstration() as site:
        held = [lives(site), *(fuzz(site, who, EXAMPLES, "--no-color", *phases) for who, phases in PEOPLE.items())]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
