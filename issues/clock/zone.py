"""One zone for every clock: which day it is in Almaty, and when that day ends."""

import zoneinfo
from datetime import date, datetime, time

# A system's own tz database may predate UTC+5 of 2024-03-01: only the pinned `tzdata` package is asked. The
# settings say so too, before Django caches its zone; here it holds wherever the clock is imported alone.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache(only_keys=["Asia/Almaty"])
ALMATY = zoneinfo.ZoneInfo("Asia/Almaty")

# fold=1: the last hour of 29 February 2024 came twice, and the day ended with the second.
_LAST_MOMENT = time(23, 59, 59, 999999, fold=1)


def local_day(at: datetime) -> date:
    """The date in Almaty at `at`. ValueError for a naive datetime."""
    return local_time(at).date()


def local_time(at: datetime) -> datetime:
    """`at` by the clock on the wall in Almaty. ValueError for a naive datetime."""
    if at.utcoffset() is None:
        raise ValueError(f"A datetime with its zone is needed, not {at.isoformat()}.")
    return at.astimezone(ALMATY)


def end_of_day(on: date) -> datetime:
    """23:59:59.999999 in Almaty: the last moment at which something due on `on` is in time."""
    return datetime.combine(on, _LAST_MOMENT, tzinfo=ALMATY)


def is_past(due_on: date, at: datetime) -> bool:
    """Whether a duty due on `due_on` is late at `at`."""
    return at > end_of_day(due_on)
