"""Why a due date is what it is: written once as JSON with the date, read later in any language.

A published due date keeps the explanation it was published with: codes and keys stored never change meaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NotRequired, TypedDict

from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issues.calendar import Calendar, Day
from issues.clock.limits import Limit, Unit


class ExplainedEntry(TypedDict):
    """One line. `counted` is the running number of a day that counts; `why` is a key of `SENTENCES`."""

    date: str
    counted: int | None
    why: str
    names: dict[str, str] | None
    act: dict[str, str] | None
    pair: NotRequired[str]


class ExplanationMeta(TypedDict):
    """What was counted, by which limit and calendar; `cap` only if a person set the date within it."""

    kind: str
    limit: int
    unit: str
    source: str
    registered_on: str
    day1: str | None
    due_on: str
    calendar_version: str
    provisional: bool
    submitted_on: NotRequired[str]
    cap: NotRequired[str]


class Explanation(TypedDict):
    """What is stored with a due date."""

    meta: ExplanationMeta
    days: list[ExplainedEntry]


@dataclass(frozen=True, slots=True)
class Term:
    """A limit laid on the calendar: from `start` (not counted) to `due_on`, which a person may have `chosen`.

    The limit itself ends on `nominal`, and on `cap` where it gives way to the next working day.
    """

    limit: Limit
    start: date
    day_one: date | None
    nominal: date
    cap: date
    due_on: date
    chosen: bool
    submitted_on: date | None


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """One line for a reader: `text` does not repeat its date; `act` is empty for a plain day."""

    date: date
    counted: int | None
    why: str
    text: str
    act: str
    due: bool


# A name or date follows a colon, so that no language has to decline it.
SENTENCES: dict[str, Promise] = {
    "after_hours": _("Submitted after 18:30: registered on the next working day."),
    "registered": _("Registered. The days are counted after this one."),
    "start": _("The term begins. The days are counted after this one."),
    "workday": _("Working day %(count)s."),
    "working_day": _("Working day %(count)s, on a day that is otherwise free. Free instead: %(pair)s."),
    "calendar_day": _("Day %(count)s."),
    "weekend": _("Weekend: not counted."),
    "holiday": _("Public holiday, not counted: %(name)s."),
    "moved_holiday": _("Day off for a holiday on a weekend, not counted: %(name)s, %(pair)s."),
    "day_off": _("Day off by decree, not counted. Worked instead: %(pair)s."),
    "months_end": _("The term in calendar months ends on the same day of the month. Months: %(months)s."),
    "months_end_short": _("The term in calendar months ends on the last day of a shorter month. Months: %(months)s."),
    "next_working_day": _("The next working day."),
}
DUE = _("Due at the end of this day.")


def explain(term: Term, calendar: Calendar) -> Explanation:
    """The days from submission or `start` to the due date, in order, and what they were counted by.

    A term in months whose date no person set lists its start, its last day (twice if that is free: as the end
    and as a free day) and the days after it up to the due date. All other terms list every day.
    """
    by_months = term.limit.unit is Unit.MONTH and not term.chosen
    start = _entry(term.start, "registered" if term.limit.from_registration else "start")
    days = [*_before(term, calendar), start]
    days += _months_end(term, calendar) if by_months else _each_day(term, calendar)
    return {"meta": _meta(term, calendar), "days": days}


def _meta(term: Term, calendar: Calendar) -> ExplanationMeta:
    meta: ExplanationMeta = {
        "kind": term.limit.key,
        "limit": term.limit.length,
        "unit": str(term.limit.unit),
        "source": str(term.limit.source),
        "registered_on": term.start.isoformat(),
        "day1": term.day_one.isoformat() if term.day_one else None,
        "due_on": term.due_on.isoformat(),
        "calendar_version": calendar.version,
        "provisional": calendar.provisional_between(term.start, term.due_on),
    }
    if term.submitted_on:
        meta["submitted_on"] = term.submitted_on.isoformat()
    if term.chosen:
        meta["cap"] = term.cap.isoformat()
    return meta


def _before(term: Term, calendar: Calendar) -> Iterator[ExplainedEntry]:
    """The days between submission and registration. Only the first may be worked: then it was too late."""
    on = term.submitted_on or term.start
    while on < term.start:
        day = calendar.day(on)
        yield _entry(on, "after_hours") if day.working else _day_entry(day)
        on += timedelta(1)


def _each_day(term: Term, calendar: Calendar) -> Iterator[ExplainedEntry]:
    count = 0
    for n in range(1, (term.due_on - term.start).days + 1):
        day = calendar.day(term.start + timedelta(n))
        if term.limit.unit is Unit.CALENDAR_DAY:
            yield _entry(day.on, "calendar_day", n)
            continue
        count += day.working
        yield _day_entry(day, count if day.working else None)


def _months_end(term: Term, calendar: Calendar) -> Iterator[ExplainedEntry]:
    yield _entry(term.nominal, "months_end" if term.nominal.day == term.start.day else "months_end_short")
    if term.nominal == term.due_on:
        return
    for n in range((term.due_on - term.nominal).days):
        yield _day_entry(calendar.day(term.nominal + timedelta(n)))
    yield _entry(term.due_on, "next_working_day")


def _day_entry(day: Day, counted: int | None = None) -> ExplainedEntry:
    entry = _entry(day.on, str(day.kind), counted)
    entry["names"] = dict(day.names) if day.names else None
    entry["act"] = dict(day.act) if day.act else None
    if day.pair:
        entry["pair"] = day.pair.isoformat()
    return entry


def _entry(on: date, why: str, counted: int | None = None) -> ExplainedEntry:
    return {"date": on.isoformat(), "counted": counted, "why": why, "names": None, "act": None}


def explain_lines(explanation: Explanation, language: str) -> list[ExplainedDay]:
    """A stored explanation as one sentence per line in `language` (kk, ru or en), in order."""
    with translation.override(language):
        lines = [_line(entry, explanation["meta"], language) for entry in explanation["days"]]
        last = lines.pop()
        return [*lines, replace(last, text=f"{last.text} {DUE}", due=True)]


def _line(entry: ExplainedEntry, meta: ExplanationMeta, language: str) -> ExplainedDay:
    names, act, pair = entry["names"], entry["act"], entry.get("pair")
    text = str(SENTENCES[entry["why"]]) % {
        "count": entry["counted"],
        "name": names[language] if names else "",
        "pair": formats.date_format(date.fromisoformat(pair), "DATE_FORMAT") if pair else "",
        "months": meta["limit"],
    }
    return ExplainedDay(
        date=date.fromisoformat(entry["date"]),
        counted=entry["counted"],
        why=entry["why"],
        text=text,
        act=act[language] if act else "",
        due=False,
    )
