"""Why a due date is what it is: the stored lines, and their sentences."""

import json
from datetime import date, datetime

import pytest
from django.utils import translation

from issues import clock
from issues.calendar import Kind
from issues.clock import ALMATY, current_calendar
from issues.clock.explanation import SENTENCES

CALENDAR = current_calendar()


def almaty(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def day(text: str) -> date:
    return date.fromisoformat(text)


def _lines(explanation: clock.Explanation) -> list[tuple[str, int | None, str]]:
    """Date, number and reason of each line, after a journey through JSON."""
    stored = json.loads(json.dumps(explanation))
    return [(entry["date"], entry["counted"], entry["why"]) for entry in stored["days"]]


def test_the_explanation_of_an_answer_lists_every_day_from_submission_to_due():
    answer = clock.due(clock.ANSWER, day("2026-03-16"), CALENDAR, submitted_at=almaty("2026-03-13 18:31"))
    assert _lines(answer.explanation) == [
        ("2026-03-13", None, "after_hours"),
        ("2026-03-14", None, "weekend"),
        ("2026-03-15", None, "weekend"),
        ("2026-03-16", None, "registered"),
        ("2026-03-17", 1, "workday"),
        ("2026-03-18", 2, "workday"),
        ("2026-03-19", 3, "workday"),
        ("2026-03-20", 4, "workday"),
        ("2026-03-21", None, "holiday"),
        ("2026-03-22", None, "holiday"),
        ("2026-03-23", None, "holiday"),
        ("2026-03-24", None, "moved_holiday"),
        ("2026-03-25", None, "moved_holiday"),
        ("2026-03-26", 5, "workday"),
        ("2026-03-27", 6, "workday"),
        ("2026-03-28", None, "weekend"),
        ("2026-03-29", None, "weekend"),
        ("2026-03-30", 7, "workday"),
        ("2026-03-31", 8, "workday"),
        ("2026-04-01", 9, "workday"),
        ("2026-04-02", 10, "workday"),
        ("2026-04-03", 11, "workday"),
        ("2026-04-04", None, "weekend"),
        ("2026-04-05", None, "weekend"),
        ("2026-04-06", 12, "workday"),
        ("2026-04-07", 13, "workday"),
        ("2026-04-08", 14, "workday"),
        ("2026-04-09", 15, "workday"),
    ]
    assert answer.explanation["meta"] == {
        "kind": "answer",
        "limit": 15,
        "unit": "working_day",
        "source": "APPC art. 76",
        "registered_on": "2026-03-16",
        "day1": "2026-03-17",
        "due_on": "2026-04-09",
        "calendar_version": "kz-2026.1",
        "provisional": False,
        "submitted_on": "2026-03-13",
    }


def test_days_moved_by_decree_are_explained_with_the_day_they_stand_for():
    # Tuesday 31 December 2024 after closing: registered on Sunday 5 January 2025.
    accept = clock.due(clock.ACCEPT, day("2025-01-05"), CALENDAR, submitted_at=almaty("2024-12-31 19:00"))
    assert _lines(accept.explanation) == [
        ("2024-12-31", None, "after_hours"),
        ("2025-01-01", None, "holiday"),
        ("2025-01-02", None, "holiday"),
        ("2025-01-03", None, "day_off"),
        ("2025-01-04", None, "weekend"),
        ("2025-01-05", None, "registered"),
        ("2025-01-06", 1, "workday"),
        ("2025-01-07", None, "holiday"),
        ("2025-01-08", 2, "workday"),
        ("2025-01-09", 3, "workday"),
    ]
    off = accept.explanation["days"][3]
    assert off["pair"] == "2025-01-05"
    assert off["names"] == {
        "kk": "Ауыстырылған демалыс күні",
        "ru": "Перенесённый день отдыха",
        "en": "Transferred day of rest",
    }
    assert off["act"] is not None
    assert "436" in off["act"]["en"]


def test_what_is_submitted_in_time_is_explained_from_registration_on():
    answer = clock.due(clock.ACCEPT, day("2026-02-13"), CALENDAR, submitted_at=almaty("2026-02-13 18:30"))
    assert _lines(answer.explanation)[0] == ("2026-02-13", None, "registered")


def test_a_cap_in_months_is_explained_by_its_last_day_and_what_it_gives_way_to():
    cap = clock.due(clock.EXTENSION_MONTHS, day("2025-12-31"), CALENDAR)
    assert _lines(cap.explanation) == [
        ("2025-12-31", None, "registered"),
        ("2026-02-28", None, "months_end_short"),
        ("2026-02-28", None, "weekend"),
        ("2026-03-01", None, "weekend"),
        ("2026-03-02", None, "next_working_day"),
    ]
    assert (cap.day_one, cap.explanation["meta"]["day1"]) == (None, None)
    plain = clock.due(clock.EXTENSION_MONTHS, day("2026-03-20"), CALENDAR)
    assert _lines(plain.explanation) == [
        ("2026-03-20", None, "registered"),
        ("2026-05-20", None, "months_end"),
    ]


def test_an_extension_in_force_counts_on_to_the_date_that_was_signed():
    # 15 days from 16 March 2026 end on 9 April; the 16th is the twentieth, the cap 18 May.
    extended = clock.due(clock.EXTENSION_MONTHS, day("2026-03-16"), CALENDAR, until=day("2026-04-16"))
    assert extended.due_on == day("2026-04-16")
    assert _lines(extended.explanation)[-1] == ("2026-04-16", 20, "workday")
    assert extended.explanation["meta"]["cap"] == "2026-05-18"


def test_calendar_days_are_all_counted():
    reopen = clock.due(clock.REOPEN_DAYS, day("2024-02-01"), CALENDAR)
    assert reopen.day_one == day("2024-02-02")
    lines = _lines(reopen.explanation)
    assert lines[:2] == [("2024-02-01", None, "start"), ("2024-02-02", 1, "calendar_day")]
    assert lines[-1] == ("2024-03-02", 30, "calendar_day")


@pytest.mark.parametrize(
    ("limit", "until"),
    [
        pytest.param(clock.EXTENSION_MONTHS, "2026-05-19", id="beyond the cap of 18 May"),
        pytest.param(clock.EXTENSION_MONTHS, "2026-03-16", id="on the day it starts"),
        pytest.param(clock.AFTER_CONCLUSION, "2026-04-10", id="the sixteenth working day"),
    ],
)
def test_a_date_outside_the_limit_is_refused(limit, until):
    with pytest.raises(ValueError, match="is not within"):
        clock.due(limit, day("2026-03-16"), CALENDAR, until=day(until))


def test_a_submission_registered_on_another_day_is_refused():
    with pytest.raises(ValueError, match="was not registered on"):
        clock.due(clock.ANSWER, day("2026-03-13"), CALENDAR, submitted_at=almaty("2026-03-13 18:31"))


@pytest.mark.parametrize(
    ("registered", "provisional"),
    [
        pytest.param("2027-12-06", False, id="due on 28 December 2027, the data's last weeks"),
        pytest.param("2027-12-20", True, id="runs into 2028"),
        pytest.param("2019-12-31", False, id="registered before the data, counted inside it"),
        pytest.param("2019-12-27", True, id="counts 30 and 31 December 2019"),
        pytest.param("2027-03-12", True, id="rests on 15 March 2027, to be confirmed"),
    ],
)
def test_a_due_date_says_when_it_rests_on_days_not_confirmed(registered, provisional):
    explanation = clock.due(clock.ANSWER, day(registered), CALENDAR).explanation
    assert explanation["meta"]["provisional"] is provisional


def test_a_stored_explanation_is_read_in_the_language_asked_for():
    answer = clock.due(clock.ANSWER, day("2024-04-26"), CALENDAR)
    stored = json.loads(json.dumps(answer.explanation))
    english = {line.date: line for line in clock.explain_lines(stored, "en")}
    assert english[day("2024-04-29")].text == "Working day 1."
    assert english[day("2024-05-01")].text == "Public holiday, not counted: Day of Unity of the People of Kazakhstan."
    assert english[day("2024-05-04")].text.startswith("Working day 5, on a day that is otherwise free.")
    assert "2024" in english[day("2024-05-04")].text
    assert english[day("2024-05-05")].text == "Weekend: not counted."
    assert english[day("2024-05-22")].text == "Working day 15. Due at the end of this day."
    assert [line.date for line in english.values() if line.due] == [day("2024-05-22")]
    assert "arts. 2 and 3" in english[day("2024-05-09")].act
    for language, name in (("kk", "Жеңіс күні"), ("ru", "День Победы")):
        line = next(line for line in clock.explain_lines(stored, language) if line.date == day("2024-05-09"))
        assert name in line.text


def test_every_reason_the_clock_can_store_has_a_sentence():
    own = {
        "after_hours",
        "registered",
        "start",
        "calendar_day",
        "months_end",
        "months_end_short",
        "next_working_day",
    }
    assert set(SENTENCES) == own | {str(kind) for kind in Kind}


def test_a_limit_is_told_in_words():
    with translation.override("en"):
        assert clock.length_label("working_day", 15) == clock.ANSWER.length_label == "15 working days"
        assert clock.length_label("month", 1) == "1 calendar month"
        assert str(clock.Source("APPC art. 76").label).endswith("art. 76")
