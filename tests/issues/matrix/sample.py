"""Which cells the suite tries over HTTP, by pages and by machine; `--exhaustive` tries all."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from issues.forms.registry import MOVE_FORMS
from tests.factories.sampled import one_in
from tests.issues.matrix.roles import ROLES
from tests.issues.matrix.situations import SITUATIONS
from tests.issues.matrix.table import table

ACT_OF = {move: act for act, page in MOVE_FORMS.items() for move in page.moves}
PERSONS = [role for role in ROLES if role != "system"]
ON_ISSUES = [situation for situation in SITUATIONS if situation != "draft"]
EVERY = 5


def some(situations: Iterable[str]) -> list[Any]:
    """As parameters of a test: the plain situation of each status, and of the others one in five; CI tries the rest beside."""
    situations = list(situations)
    return [each for each in situations if "," not in each] + one_in(
        EVERY, (each for each in situations if "," in each)
    )


PLAIN = [situation for situation in ON_ISSUES if "," not in situation]


@cache
def sample() -> dict[str, list[tuple[str, str]]]:
    """Of each situation the (person, move) that the suite tries. Each success (status, move, person, where to) in the first
    situation that has it. Of the refusals each move by each person, in a status that wanders with the person, and each move
    in each status.
    """
    chosen_in: dict[str, list[tuple[str, str]]] = defaultdict(list)
    seen = set()
    for situation in ON_ISSUES:
        for role, move in attempts_in(situation):
            key = (situation.partition(",")[0], move, role, to := table().outcome(situation, move, role))
            if isinstance(to, str) and key not in seen:
                seen.add(key)
                chosen_in[situation].append((role, move))
    for move in ACT_OF:
        left = set(PLAIN)
        for n, role in enumerate(PERSONS):
            refusing = [each for each in PLAIN[n % len(PLAIN) :] + PLAIN if _refuses(each, move, role)]
            chosen = next((each for each in refusing if each in left), refusing[0])
            left.discard(chosen)
            chosen_in[chosen].append((role, move))
        for situation in left:
            chosen_in[situation].append((next(role for role in PERSONS if _refuses(situation, move, role)), move))
    return dict(chosen_in)


def _refuses(situation: str, move: str, role: str) -> bool:
    return isinstance(table().outcome(situation, move, role), int)


def attempts_in(situation: str) -> Iterator[tuple[str, str]]:
    """All persons and moves in the plain situation of each status; elsewhere the party of each move, which then succeeds or
    is told "not now".
    """
    for move in ACT_OF:
        roles = table().party_of(move, situation) - {"system"} if "," in situation else PERSONS
        yield from ((role, move) for role in sorted(roles))
