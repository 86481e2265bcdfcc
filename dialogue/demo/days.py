"""Days of the demonstration: counted in working days from the day it is filled."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zlib import crc32

from issues.calendar import Calendar
from issues.clock import ALMATY

OPENING = time(9, 5)
WORKING_MINUTES = 7 * 60 + 30  # what follows on the same day still comes before its registration closes


class WorkingDays:
    """`-1` is the last working day before today, `0` today or the next working day, `1` the one after that.

    All limits in working days then fall on the same number whatever today is: what is registered on day -20 was due to be
    answered on day -5.
    """

    def __init__(self, today: date, calendar: Calendar) -> None:
        self.today, self.calendar = today, calendar
        self._past: list[date] = []
        self._backwards = self._before(today)

    def on(self, number: int) -> date:
        if number >= 0:
            return self.calendar.add_working_days(self.calendar.next_working_day(self.today), number)
        while len(self._past) < -number:
            self._past.append(next(self._backwards))
        return self._past[-number - 1]

    def at(self, number: int, what: str) -> datetime:
        """A moment of that day's working hours in Almaty, the same for the same `what` each time."""
        start = datetime.combine(self.on(number), OPENING, tzinfo=ALMATY)
        seconds = crc32(what.encode()) % (WORKING_MINUTES * 60)
        return start + timedelta(seconds=seconds)

    def _before(self, day: date) -> Iterator[date]:
        while True:
            day -= timedelta(1)
            if self.calendar.is_working(day):
                yield day
