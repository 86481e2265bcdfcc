"""Why a due date is what it is: explained once for each limit and day, in the clock's own words."""

import json
from dataclasses import dataclass, field

from dialogue.seed.days import Days, Moment
from dialogue.seed.stencils import Key
from dialogue.seed.words import escaped
from issues import clock
from issues.clock import limits


@dataclass(slots=True)
class Reasons:
    days: Days
    known: dict[Key, str] = field(default_factory=dict)

    def of(self, begins: int, key: Key) -> str:
        """The explanation as COPY writes it. ValueError where the due date is not what the clock says."""
        _, limit, start, due, is_chosen, submitted = key
        wanted = (limit, begins + start, begins + due, is_chosen, None if submitted is None else begins + submitted)
        found = self.known.get(wanted)
        if found is None:
            found = self.known[wanted] = self._explained(*wanted)
        return found

    def _explained(self, limit: str, start: int, due: int, is_chosen: bool, submitted: int | None) -> str:
        dates, day = self.days.dates, self.days.dates[start]
        # Whatever was submitted on that day was registered on the next only because it came after hours.
        seconds = 12 * 3600 if submitted == start else 19 * 3600
        at = None if submitted is None else self.days.at(Moment(submitted, seconds))
        explained = clock.due(
            limits.LIMITS[limit], day, self.days.calendar, until=dates[due] if is_chosen else None, submitted_at=at
        )
        if explained.due_on != dates[due]:
            raise ValueError(f"{limit} from {day}: {explained.due_on}, not {dates[due]}")
        return escaped(json.dumps(explained.explanation, ensure_ascii=False))
