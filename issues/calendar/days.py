"""What one date is in the calendar, and how the data file says so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("kz_2020_2027.json")
_SATURDAY = 5

type Text = Mapping[str, str]
"""The same words in three languages: `{"kk": ..., "ru": ..., "en": ...}`."""


class Kind(StrEnum):
    """What a date is. Only WORKDAY and WORKING_DAY are worked."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    """A public holiday on any weekday; 7 January and the first day of Kurban Ait are of this kind too."""
    MOVED_HOLIDAY = "moved_holiday"
    """A weekday free because a holiday (`pair`) fell on a weekend."""
    DAY_OFF = "day_off"
    """A weekday made free by an act, worked on another day (`pair`) instead."""
    WORKING_DAY = "working_day"
    """A day that would be free, made a working one by an act for `pair`."""


@dataclass(frozen=True, slots=True)
class Day:
    """One date. `names` and `act` are None for a plain weekday or weekend."""

    on: date
    kind: Kind
    names: Text | None = None
    act: Text | None = None
    pair: date | None = None
    check: bool = False
    """The fact itself still has to be confirmed (a lunar date, a law not yet applied)."""
    provisional: bool = False
    """Computed from the `holidays` library, outside the years the data file covers."""

    @property
    def working(self) -> bool:
        """Whether it counts as a working day."""
        return self.kind in (Kind.WORKDAY, Kind.WORKING_DAY)


@dataclass(frozen=True, slots=True)
class CalendarData:
    """The data file as read: version, the years it covers, its words by key, its special days in order."""

    version: str
    first_year: int
    last_year: int
    names: Mapping[str, Text] = field(repr=False)
    acts: Mapping[str, Text] = field(repr=False)
    days: tuple[Day, ...] = field(repr=False)


def is_weekend(on: date) -> bool:
    """Saturday or Sunday, whatever an act says about it."""
    return on.weekday() >= _SATURDAY


def plain_day(on: date, *, provisional: bool = False) -> Day:
    """A date about which no act says anything: Monday to Friday is worked, the weekend is not."""
    return Day(on, Kind.WEEKEND if is_weekend(on) else Kind.WORKDAY, provisional=provisional)


def read_data(path: Path = DATA) -> CalendarData:
    """Read a data file. ValueError names the first date that contradicts itself."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    days = tuple(_read_day(row, raw["names"], raw["acts"]) for row in raw["days"])
    data = CalendarData(raw["version"], raw["first_year"], raw["last_year"], raw["names"], raw["acts"], days)
    _refuse_contradictions(data)
    return data


def _read_day(row: dict[str, Any], names: dict[str, Text], acts: dict[str, Text]) -> Day:
    pair = row.get("pair")
    return Day(
        on=date.fromisoformat(row["date"]),
        kind=Kind(row["kind"]),
        names=names[row["name"]],
        act=acts[row["act"]],
        pair=date.fromisoformat(pair) if pair else None,
        check=row.get("check", False),
    )


def _refuse_contradictions(data: CalendarData) -> None:
    by_date = {day.on: day for day in data.days}
    for before, after in pairwise(data.days):
        if before.on >= after.on:
            raise ValueError(f"{after.on}: the days must be in order, each once.")
    for day in data.days:
        if not data.first_year <= day.on.year <= data.last_year:
            raise ValueError(f"{day.on}: outside the years of the file.")
        if not _pair_fits(day, by_date):
            raise ValueError(f"{day.on}: no {day.kind} on this weekday with the pair {day.pair}.")


def _pair_fits(day: Day, by_date: Mapping[date, Day]) -> bool:
    if day.kind is Kind.HOLIDAY:
        return day.pair is None
    other = by_date.get(day.pair) if day.pair else None
    if other is None:
        return False
    match day.kind:
        case Kind.MOVED_HOLIDAY:
            return other.kind is Kind.HOLIDAY and is_weekend(other.on) and not is_weekend(day.on)
        case Kind.DAY_OFF:
            return other.kind is Kind.WORKING_DAY and other.pair == day.on and not is_weekend(day.on)
        case Kind.WORKING_DAY:
            return other.kind is Kind.DAY_OFF and other.pair == day.on
        case _:
            return False
