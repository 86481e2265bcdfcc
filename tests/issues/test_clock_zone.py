"""Which day it is in Almaty, when it ends, and how many of them an answer took."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from issues import clock
from issues.clock import ALMATY, current_calendar

CALENDAR = current_calendar()
ROOT = Path(__file__).parents[2]


def almaty(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("submitted", "registered"),
    [
        pytest.param("2024-02-29 12:30", "2024-02-29", id="UTC+6 until the change: 18:30"),
        pytest.param("2024-02-29 12:31", "2024-03-01", id="UTC+6 until the change: 18:31"),
        pytest.param("2024-03-01 13:30", "2024-03-01", id="UTC+5 since: 18:30"),
        pytest.param("2024-03-01 13:31", "2024-03-04", id="UTC+5 since: 18:31 on a Friday"),
    ],
)
def test_the_closing_time_follows_almaty_over_the_change_of_2024(submitted, registered):
    at = datetime.fromisoformat(submitted).replace(tzinfo=UTC)
    assert clock.registration_day(at, CALENDAR) == day(registered)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="with its zone"):
        clock.registration_day(datetime.fromisoformat("2025-02-13 12:00"), CALENDAR)


@pytest.mark.parametrize(
    ("registered", "answered", "waited"),
    [
        pytest.param("2026-02-13", "2026-02-13 17:00", 0, id="answered on the day of registration"),
        pytest.param("2026-02-13", "2026-02-14 12:00", 0, id="on Saturday: counts as Friday"),
        pytest.param("2026-02-13", "2026-02-16 09:00", 1, id="on Monday"),
        pytest.param("2026-02-13", "2026-02-22 12:00", 5, id="on Sunday: counts as Friday 20"),
        pytest.param("2026-02-16", "2026-02-15 12:00", 0, id="before registration, which followed a weekend"),
        pytest.param("2026-03-16", "2026-03-25 12:00", 4, id="in Nauryz: counts as Friday 20 March"),
        pytest.param("2025-01-02", "2025-01-05 12:00", 1, id="the working Sunday is a day of its own"),
        pytest.param("2026-03-16", "2026-04-09 23:59", 15, id="the last minute of the due date"),
    ],
)
def test_the_wait_is_counted_in_working_days_and_never_negative(registered, answered, waited):
    assert clock.wait_days(day(registered), almaty(answered), CALENDAR) == waited


def test_an_answer_after_midnight_in_almaty_is_of_the_next_day():
    at = datetime(2026, 2, 16, 19, 30, tzinfo=UTC)  # 00:30 on Tuesday the 17th
    assert clock.local_day(at) == day("2026-02-17")
    assert clock.wait_days(day("2026-02-13"), at, CALENDAR) == 2


@pytest.mark.parametrize(
    ("on", "end_in_utc"),
    [
        pytest.param("2024-02-28", "2024-02-28 17:59:59.999999", id="UTC+6"),
        pytest.param("2024-02-29", "2024-02-29 18:59:59.999999", id="its last hour came twice"),
        pytest.param("2024-03-01", "2024-03-01 18:59:59.999999", id="UTC+5"),
    ],
)
def test_a_day_ends_at_midnight_in_almaty_over_the_change_of_2024(on, end_in_utc):
    end = datetime.fromisoformat(end_in_utc).replace(tzinfo=UTC)
    assert clock.end_of_day(day(on)).astimezone(UTC) == end
    assert not clock.is_past(day(on), end)
    assert clock.is_past(day(on), end + timedelta(microseconds=1))
    assert clock.local_day(end) == day(on)
    assert clock.local_day(end + timedelta(microseconds=1)) == day(on) + timedelta(1)


def test_a_duty_is_past_only_after_the_end_of_its_day():
    answer = clock.due(clock.ANSWER, day("2026-03-16"), CALENDAR)
    assert answer.due_at.isoformat() == "2026-04-09T23:59:59.999999+05:00"
    assert not answer.is_past(almaty("2026-04-09 23:59:59.999999"))
    assert answer.is_past(almaty("2026-04-10 00:00"))


def test_an_old_time_zone_database_on_the_machine_is_not_asked(tmp_path):
    """PYTHONTZPATH stands for a system whose Almaty still is at UTC+6."""
    (tmp_path / "Asia").mkdir()
    utc_plus_6 = files("tzdata") / "zoneinfo" / "Etc" / "GMT-6"
    (tmp_path / "Asia" / "Almaty").write_bytes(utc_plus_6.read_bytes())
    program = (
        "import zoneinfo, datetime as dt; stale = zoneinfo.ZoneInfo('Asia/Almaty');"
        "from issues.clock import ALMATY; at = dt.datetime(2026, 7, 1);"
        "print(stale.utcoffset(at), ALMATY.utcoffset(at), zoneinfo.ZoneInfo('Asia/Almaty').utcoffset(at))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONTZPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["6:00:00", "5:00:00", "5:00:00"]
