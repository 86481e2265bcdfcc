"""Calendars as RFC 5545 wants them, read back by another's reader."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from backend.core.feeds.calendar import AllDay, escaped, folded, written

HOSTILE = "Қаржы; 1, 2\\3\r\nEND:VEVENT\rBEGIN:VALARM\x00\x0b <b>&" + "ұ" * 200
STAMP = datetime(2026, 2, 2, 12, tzinfo=UTC)


def event(**fields: object) -> AllDay:
    usual = {"uid": "1@x", "sequence": 0, "day": date(2026, 2, 23), "stamp": STAMP, "summary": "S", "description": "D",
             "url": "https://x/1"}  # fmt: skip
    return AllDay(**usual | fields)  # type: ignore[arg-type]


def test_hostile_words_come_back_as_they_were_and_end_nothing() -> None:
    document = written(HOSTILE, [event(summary=HOSTILE, description=HOSTILE), event(uid="2@x")])
    read = Calendar.from_ical(document)
    first, second = read.walk("VEVENT")
    kept = HOSTILE.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").replace("\x0b", "")
    assert (first["SUMMARY"], first["DESCRIPTION"]) == (kept, kept)
    assert read.walk("VALARM") == []
    assert second["UID"] == "2@x"


def test_lines_end_in_crlf_and_have_75_octets_at_most_with_no_character_cut() -> None:
    document = written(HOSTILE, [event(summary=HOSTILE)])
    rows = document.split(b"\r\n")
    assert rows.pop() == b""
    assert max(len(row) for row in rows) == 75
    assert not any(b"\n" in row or b"\r" in row for row in rows)
    assert all(row.decode() for row in rows)


@pytest.mark.parametrize(("length", "rows"), [(74, 1), (75, 1), (76, 2), (149, 2), (150, 3)])
def test_a_row_is_full_at_75_octets_and_the_next_begins_with_a_space(length: int, rows: int) -> None:
    made = folded("a" * length)
    assert made.count(b"\r\n") == rows
    assert made.replace(b"\r\n ", b"") == b"a" * length + b"\r\n"


def test_what_has_a_meaning_in_a_value_is_escaped() -> None:
    assert escaped("a\\b;c,d\ne:f") == "a\\\\b\\;c\\,d\\ne:f"


def test_a_due_date_takes_the_whole_day_and_nobodys_time() -> None:
    (read,) = Calendar.from_ical(written("N", [event(sequence=3)])).walk("VEVENT")
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (date(2026, 2, 23), date(2026, 2, 23) + timedelta(1))
    assert (read["SEQUENCE"], read["TRANSP"], read["DTSTAMP"].dt) == (3, "TRANSPARENT", STAMP)


def test_a_calendar_says_what_the_rules_require_of_it() -> None:
    read = Calendar.from_ical(written("N", []))
    assert (read["VERSION"], read["PRODID"], read["METHOD"]) == ("2.0", "-//Birge//Due dates//EN", "PUBLISH")
