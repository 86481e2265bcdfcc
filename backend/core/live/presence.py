"""Who is here, by side: each process tells the others of its own, again and again; who is not told of any more is gone."""

import time
from collections import defaultdict
from collections.abc import Iterable

TOLD_EVERY = 10.0  # seconds
FORGOTTEN_AFTER = 25.0

type Sides = dict[str, list[int]]


class Presence:
    """People by room and side; one person in two windows, or on two servers, counts once."""

    def __init__(self) -> None:
        self._elsewhere: dict[int, dict[str, tuple[float, Sides]]] = defaultdict(dict)

    def told(self, process: str, room: int, sides: Sides) -> None:
        """What another process says of a room. Nobody is said as nothing."""
        if sides:
            self._elsewhere[room][process] = (time.monotonic() + FORGOTTEN_AFTER, sides)
        else:
            self._elsewhere[room].pop(process, None)

    def counts(self, room: int, here: Iterable[tuple[str, int]]) -> dict[str, int]:
        """How many people of each side; `here`: side and person of those in this process."""
        people: dict[str, set[int]] = defaultdict(set)
        for side, person in here:
            people[side].add(person)
        for _, sides in self._elsewhere.get(room, {}).values():
            for side, them in sides.items():
                people[side].update(them)
        return {side: len(them) for side, them in sorted(people.items())}

    def forget_the_silent(self) -> set[int]:
        """Rooms in which somebody is gone because their process was not heard of for a while."""
        now, changed = time.monotonic(), set()
        for room, processes in list(self._elsewhere.items()):
            for process, (until, _) in list(processes.items()):
                if until < now:
                    del processes[process]
                    changed.add(room)
            if not processes:
                del self._elsewhere[room]
        return changed
