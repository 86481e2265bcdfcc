"""The working calendar of Kazakhstan: which days are worked, why not, and how to count them.

The data file covers 2020 to 2027; a year outside it is computed when first asked for and marked provisional.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate

from issues.calendar.computed import special_days
from issues.calendar.days import CalendarData, Day, Kind, Text, plain_day, read_data

__all__ = ["Calendar", "Day", "Kind", "Text", "current_calendar"]


@dataclass(frozen=True, slots=True)
class _Year:
    """One year made ready for counting: `worked[i]` working days lie in its first i + 1 days."""

    first: date
    special: Mapping[date, Day]
    worked: tuple[int, ...]
    provisional: bool

    @classmethod
    def of(cls, year: int, special: Iterable[Day], *, provisional: bool) -> "_Year":
        by_date = {day.on: day for day in special}
        first, length = date(year, 1, 1), date(year, 12, 31).timetuple().tm_yday
        dates = (first + timedelta(n) for n in range(length))
        worked = accumulate((by_date.get(on) or plain_day(on)).working for on in dates)
        return cls(first, by_date, tuple(worked), provisional)

    @property
    def total(self) -> int:
        return self.worked[-1]


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days by one version of the data.

    Counting costs one lookup per year touched, so it may be called in a loop. Every method takes dates, not
    datetimes (TypeError): the caller says which day it is in Almaty, with `local_day`.
    """

    data: CalendarData
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False)

    @property
    def version(self) -> str:
        """Stored with every due date counted by it."""
        return self.data.version

    def day(self, on: date) -> Day:
        """What `on` is, with its names and the act in three languages."""
        year, _ = self._at(on)
        return year.special.get(on) or plain_day(on, provisional=year.provisional)

    def is_working(self, on: date) -> bool:
        """Whether `on` counts as a working day."""
        year, index = self._at(on)
        return year.worked[index] > (year.worked[index - 1] if index else 0)

    def next_working_day(self, on: date) -> date:
        """`on` itself if it is worked, else the first working day after it."""
        return on if self.is_working(on) else self.add_working_days(on, 1)

    def add_working_days(self, on: date, count: int) -> date:
        """The `count`-th working day after `on`, itself worked or not; `on` for 0. ValueError if negative."""
        if count < 0:
            raise ValueError(f"Working days are added, not taken away: {count}.")
        year, index = self._at(on)
        if count == 0:
            return on
        wanted = year.worked[index] + count
        while wanted > year.total:
            wanted -= year.total
            year = self._year(year.first.year + 1)
        return year.first + timedelta(bisect_left(year.worked, wanted))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and including `end`; 0 where `end` is not after `start`."""
        (first, index), (last, last_index) = self._at(start), self._at(end)
        if end <= start:
            return 0
        whole_years = sum(self._year(year).total for year in range(first.first.year, last.first.year))
        return whole_years + last.worked[last_index] - first.worked[index]

    def provisional_between(self, start: date, end: date) -> bool:
        """Whether a day after `start`, up to `end`, is computed or has still to be confirmed."""
        days = (self.day(start + timedelta(n)) for n in range(1, (end - start).days + 1))
        return any(day.provisional or day.check for day in days)

    def _at(self, on: date) -> tuple[_Year, int]:
        if isinstance(on, datetime):
            raise TypeError("A calendar counts dates; take the local day of a datetime first.")
        year = self._year(on.year)
        return year, on.toordinal() - year.first.toordinal()

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            covered = self.data.first_year <= year <= self.data.last_year
            known = [day for day in self.data.days if day.on.year == year]
            special = known if covered else special_days(year, self.data)
            # Two threads may both compute a year; they compute the same, so the last one simply wins.
            self._years[year] = _Year.of(year, special, provisional=not covered)
        return self._years[year]


@cache
def current_calendar() -> Calendar:
    """The calendar in force, read once per process."""
    return Calendar(read_data())
