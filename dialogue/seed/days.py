"""Working days by number, and moments of them as texts: what is laid on other days keeps every limit in working days."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from issues.calendar import Calendar
from issues.clock import ALMATY, end_of_day
from issues.record.canonical import timestamp

FIRST = date(2020, 1, 6)
AHEAD = 420  # days after the last one that a promise may still reach
DAYTIME = range(9 * 3600, 15 * 3600)  # what happens then may happen a little earlier or later


@dataclass(frozen=True, slots=True)
class Moment:
    """`seconds` and `micro` of the wall clock in Almaty, on the working day `day`; `night`: of the calendar day after it, when
    the worker enters what ran out with it.
    """

    day: int
    seconds: int
    micro: int = 0
    night: bool = False

    @property
    def moves(self) -> bool:
        return not self.night and self.seconds in DAYTIME


LAST_SECOND = 24 * 3600 - 1


class Days:
    """The working days up to `until` and those that follow, numbered."""

    def __init__(self, calendar: Calendar, until: date) -> None:
        self.calendar = calendar
        span = (until - FIRST).days + AHEAD * 2
        self.dates = [day for n in range(span) if calendar.is_working(day := FIRST + timedelta(n))]
        self.iso = [day.isoformat() for day in self.dates]
        self._before = [(day - timedelta(1)).isoformat() for day in self.dates]
        self._ahead = [_hours_ahead(day) for day in self.dates]
        self._ends = [timestamp(end_of_day(day)) for day in self.dates]
        self._nights = [_stamp_of(day + timedelta(1)) for day in self.dates]
        self.last = self.number(until) - (1 if calendar.is_working(until) else 0)
        """The last one that is wholly over on `until`."""

    def number(self, day: date) -> int:
        """Of that day, or of the last working day before it."""
        return bisect_right(self.dates, day) - 1

    def moment(self, at: datetime) -> Moment:
        """ValueError for one that is neither on a working day nor in the night after one."""
        local = at.astimezone(ALMATY)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        night = seconds < 3600
        day = local.date() - timedelta(1 if night else 0)
        number = self.number(day)
        if self.dates[number] != day:
            raise ValueError(f"{at.isoformat()} is on a free day.")
        return Moment(number, seconds, local.microsecond, night)

    def date_number(self, day: date) -> int:
        """ValueError for a free day."""
        number = self.number(day)
        if self.dates[number] != day:
            raise ValueError(f"{day} is a free day.")
        return number

    def stamp(self, day: int, seconds: int, micro: int = 0) -> str:
        """In UTC, as the record writes it."""
        if seconds >= LAST_SECOND:
            return self._ends[day]
        utc = seconds - self._ahead[day] * 3600
        on = self.iso[day] if utc >= 0 else self._before[day]
        minutes, second = divmod(utc % 86_400, 60)
        return f"{on}T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.{micro:06d}Z"

    def night(self, day: int) -> str:
        """When the worker wakes after that day."""
        return self._nights[day]

    def at(self, moment: Moment) -> datetime:
        """The moment itself."""
        start = datetime.combine(self.dates[moment.day] + timedelta(moment.night), time(), tzinfo=ALMATY)
        hour, rest = divmod(moment.seconds, 3600)
        return start.replace(hour=hour, minute=rest // 60, second=rest % 60, microsecond=moment.micro)


def _hours_ahead(day: date) -> int:
    ahead = datetime.combine(day, time(12), tzinfo=ALMATY).utcoffset()
    assert ahead is not None
    return ahead // timedelta(hours=1)


def _stamp_of(day: date) -> str:
    return timestamp(datetime.combine(day, time(0, 1), tzinfo=ALMATY))
