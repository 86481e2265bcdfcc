"""Calendars of whole days (RFC 5545): what calendar programs subscribe to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from backend.core.feeds.printable import printable

CONTENT_TYPE = "text/calendar; charset=utf-8"
LINE_OCTETS = 75
"""A content line has at most so many octets without its end (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class AllDay:
    """`uid` names the thing through all its changes; `sequence` grows with each; `stamp`: when it was last set."""

    uid: str
    sequence: int
    day: date
    stamp: datetime
    summary: object
    description: object
    url: str


def written(name: object, events: Iterable[AllDay]) -> bytes:
    """The document, UTF-8, lines ended by CRLF and folded."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Birge//Due dates//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]  # fmt: skip
    for event in events:
        lines += _event(event)
    return b"".join(folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(event: AllDay) -> Iterator[str]:
    stamp = f"{event.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{stamp}"
    yield f"LAST-MODIFIED:{stamp}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(1):%Y%m%d}"  # the end is not part of it
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"  # a due date makes nobody busy
    yield "END:VEVENT"


def escaped(text: object) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11)."""
    said = printable(text).replace("\r\n", "\n").replace("\r", "\n")
    for character in "\\;,":
        said = said.replace(character, f"\\{character}")
    return said.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line in rows of at most 75 octets, no character cut in two."""
    rows, row = [], b""
    for character in line:
        octets = character.encode()
        if len(row) + len(octets) > LINE_OCTETS:
            rows.append(row)
            row = b" "
        row += octets
    return b"\r\n".join([*rows, row]) + b"\r\n"
