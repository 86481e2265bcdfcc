"""The clock against dates counted by hand on a wall calendar; each has its reason as id or comment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues import clock
from issues.clock import ALMATY, current_calendar

CALENDAR = current_calendar()


def almaty(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def day(text: str) -> date:
    return date.fromisoformat(text)


REGISTRATIONS = [
    ("2025-02-13 18:29", "2025-02-13", "a Thursday before closing"),
    ("2025-02-13 18:30", "2025-02-13", "18:30 is still in time"),
    ("2025-02-13 18:30:01", "2025-02-14", "a second later is not"),
    ("2025-02-13 18:31", "2025-02-14", "a minute later is not"),
    ("2025-02-13 00:00", "2025-02-13", "midnight begins the day"),
    ("2025-02-14 18:29", "2025-02-14", "a Friday before closing"),
    ("2025-02-14 18:31", "2025-02-17", "Friday evening is Monday"),
    ("2025-02-15 10:00", "2025-02-17", "Saturday morning is Monday"),
    ("2024-12-31 18:29", "2024-12-31", "31 December is a working day"),
    (
        "2024-12-31 18:31",
        "2025-01-05",
        "1-2 holidays, Friday 3 off, Saturday 4, Sunday 5 January 2025 worked",
    ),
    ("2025-01-03 12:00", "2025-01-05", "Friday 3 January 2025 was off for that Sunday"),
    ("2025-01-05 18:29", "2025-01-05", "Sunday 5 January 2025 before closing"),
    ("2025-01-05 18:31", "2025-01-06", "that Sunday has a closing time too"),
    ("2025-01-06 18:31", "2025-01-08", "Monday evening before 7 January"),
    ("2026-03-20 18:29", "2026-03-20", "Friday before Nauryz 2026"),
    ("2026-03-20 18:31", "2026-03-26", "21-23 March 2026, its Saturday and Sunday moved to 24 and 25"),
    ("2025-03-20 18:31", "2025-03-26", "21-23 March 2025, Saturday and Sunday moved to 24 and 25"),
    ("2024-03-20 18:31", "2024-03-26", "21-23 March 2024, Saturday moved to Monday 25"),
    ("2026-03-06 18:31", "2026-03-10", "Sunday 8 March 2026 moved to Monday"),
    ("2024-05-03 18:31", "2024-05-04", "Saturday 4 May 2024 was worked"),
    ("2024-05-04 18:29", "2024-05-04", "Saturday 4 May 2024 before closing"),
    ("2024-05-06 18:31", "2024-05-10", "7 May, 8 May off by decree, 9 May"),
    ("2025-05-07 12:00", "2025-05-08", "8 May 2025 was worked between two holidays"),
    ("2025-05-08 18:31", "2025-05-12", "Friday 9 May 2025 and the weekend"),
    ("2026-05-07 12:00", "2026-05-08", "8 May 2026 was worked"),
    ("2026-05-08 18:31", "2026-05-12", "Saturday 9 May 2026 moved to Monday 11"),
    ("2024-06-14 18:31", "2024-06-17", "Kurban Ait 2024 on a Sunday does not move"),
    ("2025-06-05 18:31", "2025-06-09", "Kurban Ait on Friday 6 June 2025"),
    ("2026-05-26 18:31", "2026-05-28", "Kurban Ait on Wednesday 27 May 2026"),
    ("2025-08-29 18:31", "2025-09-02", "Saturday 30 August 2025 moved to Monday 1 September"),
    ("2026-08-28 18:31", "2026-08-31", "Sunday 30 August 2026 is no holiday and does not move"),
    ("2027-12-31 18:31", "2028-01-05", "1-2 January 2028 on a weekend move to 3 and 4"),
]


@pytest.mark.parametrize(("submitted", "registered"), [pytest.param(*row[:2], id=row[2]) for row in REGISTRATIONS])
def test_registered_the_same_working_day_until_half_past_six(submitted, registered):
    assert clock.registration_day(almaty(submitted), CALENDAR) == day(registered)


ANSWERS = [
    ("2025-02-13", "2025-02-14", "2025-03-06", "three plain weeks from a Thursday"),
    ("2025-02-14", "2025-02-17", "2025-03-07", "from a Friday day 1 is Monday"),
    ("2025-02-17", "2025-02-18", "2025-03-11", "Saturday 8 March 2025 moved to Monday 10"),
    ("2024-02-12", "2024-02-13", "2024-03-04", "over 29 February 2024"),
    ("2023-02-13", "2023-02-14", "2023-03-06", "over 28 February 2023"),
    # 24-27, 30, 31 December: 6; Sunday 5 and Monday 6 January: 8; 8-10: 11; 13-16: 15.
    ("2024-12-23", "2024-12-24", "2025-01-16", "New Year 2025 with its working Sunday, and 7 January"),
    ("2025-01-05", "2025-01-06", "2025-01-27", "registered on the working Sunday; 7 January free"),
    # 23, 24, 29-31 December with the 26th a Friday: 7; 5, 6 January: 9; 8, 9: 11; 12-15: 15.
    ("2025-12-22", "2025-12-23", "2026-01-15", "New Year 2026 without a transfer"),
    ("2019-12-31", "2020-01-05", "2020-01-24", "3 January 2020 off, Sunday 5 worked"),
    ("2024-03-11", "2024-03-12", "2024-04-04", "Nauryz 2024: 21, 22, Saturday 23 moved to 25"),
    ("2025-03-11", "2025-03-12", "2025-04-04", "Nauryz 2025: 21, Saturday and Sunday moved to 24 and 25"),
    ("2026-03-16", "2026-03-17", "2026-04-09", "Nauryz 2026: 23, Saturday and Sunday moved to 24 and 25"),
    # 28 February: 1; 1-4 March: 5; Saturday 5: 6; 9-11: 9; 14-18: 14; 24: 15.
    ("2022-02-25", "2022-02-28", "2022-03-24", "Saturday 5 March 2022 worked for the 7th; 8 March; Nauryz"),
    # 29, 30 April: 2; 2, 3 May: 4; Saturday 4: 5; 6: 6; 10: 7; 13-17: 12; 20-22: 15.
    ("2024-04-26", "2024-04-29", "2024-05-22", "May 2024: 1st, Saturday 4 worked, 7 to 9 free"),
    ("2025-04-28", "2025-04-29", "2025-05-22", "May 2025: 1, 7 and 9 free, 8 worked"),
    ("2026-04-30", "2026-05-04", "2026-05-26", "May 2026: 1, 7 free, 8 worked, Saturday 9 moved to 11"),
    ("2026-05-05", "2026-05-06", "2026-05-29", "May 2026 and Kurban Ait on Wednesday 27"),
    ("2020-05-06", "2020-05-11", "2020-05-29", "7 to 10 May 2020 free, Monday 11 worked for Friday 8"),
    ("2024-06-03", "2024-06-04", "2024-06-24", "Kurban Ait on Sunday 16 June 2024 costs no day"),
    ("2025-06-02", "2025-06-03", "2025-06-24", "Kurban Ait on Friday 6 June 2025"),
    # 20-23 June: 4; 26, 27: 6; 29, 30: 8; Saturday 1 July: 9; 3-5: 12; 10-12: 15.
    ("2023-06-19", "2023-06-20", "2023-07-12", "Kurban Ait 28 June 2023, 1 July worked for the 7th, 6 July"),
    ("2024-08-16", "2024-08-19", "2024-09-09", "30 August 2024 on a Friday"),
    ("2025-08-15", "2025-08-18", "2025-09-08", "30 August 2025 on a Saturday moved to 1 September"),
    ("2026-08-14", "2026-08-17", "2026-09-04", "30 August 2026 costs no day"),
    ("2025-10-16", "2025-10-17", "2025-11-07", "Saturday 25 October 2025 moved to Monday 27"),
    ("2021-11-26", "2021-11-29", "2021-12-22", "1, 16 and 17 December were holidays until 2021"),
    ("2022-11-28", "2022-11-29", "2022-12-20", "of these only 16 December since 2022"),
    ("2027-03-12", "2027-03-16", "2027-04-08", "15 March 2027, Sunday 21 March moved to Wednesday 24"),
    ("2027-12-06", "2027-12-07", "2027-12-28", "the last weeks of the data: 16 December"),
    # 21-24, 27-31 December: 9; 5, 6 January: 11; 7 January a Friday; 10-13: 15.
    ("2027-12-20", "2027-12-21", "2028-01-13", "into 2028: 1, 2 January on a weekend move to 3 and 4"),
]


@pytest.mark.parametrize(("registered", "day_one", "due_on"), [pytest.param(*row[:3], id=row[3]) for row in ANSWERS])
def test_an_answer_is_due_fifteen_working_days_after_registration(registered, day_one, due_on):
    answer = clock.due(clock.ANSWER, day(registered), CALENDAR)
    assert (answer.registered_on, answer.day_one, answer.due_on) == (
        day(registered),
        day(day_one),
        day(due_on),
    )
    assert clock.latest(clock.ANSWER, day(registered), CALENDAR) == day(due_on)
    counted = [entry["counted"] for entry in answer.explanation["days"] if entry["counted"]]
    assert counted == list(range(1, 16))


@pytest.mark.parametrize(
    ("submitted", "accept_by", "answer_by"),
    [
        pytest.param("2026-02-13 18:29", "2026-02-18", "2026-03-06", id="Friday 18:29: counted from Friday"),
        pytest.param("2026-02-13 18:31", "2026-02-19", "2026-03-10", id="Friday 18:31: from Monday, and 9 March off"),
        # 5, 6, 8, 9 January: 4; 12-16: 9; 19-23: 14; 26: 15.
        pytest.param("2025-12-31 18:29", "2026-01-08", "2026-01-26", id="31 December 18:29: 5, 6, 8 January"),
        pytest.param("2025-12-31 18:31", "2026-01-09", "2026-01-27", id="18:31: registered on 5 January"),
    ],
)
def test_two_minutes_around_closing_move_every_limit_by_a_working_day(submitted, accept_by, answer_by):
    registered = clock.registration_day(almaty(submitted), CALENDAR)
    assert clock.due(clock.ACCEPT, registered, CALENDAR).due_on == day(accept_by)
    assert clock.due(clock.ANSWER, registered, CALENDAR).due_on == day(answer_by)


def test_a_redirect_gives_the_new_body_its_own_receipt_limits_and_cap():
    first = day("2026-03-16")
    assert clock.due(clock.REDIRECT, first, CALENDAR).due_on == day("2026-03-19")
    assert clock.due(clock.ANSWER, first, CALENDAR).due_on == day("2026-04-09")
    # 16 May 2026 is a Saturday.
    assert clock.extension_cap(first, CALENDAR) == day("2026-05-18")
    second = clock.registration_day(almaty("2026-03-19 18:31"), CALENDAR)
    assert second == day("2026-03-20")
    # 26, 27, 30 March, for Nauryz takes 21 to 25.
    assert clock.due(clock.ACCEPT, second, CALENDAR).due_on == day("2026-03-30")
    # 26, 27: 2; 30 March to 3 April: 7; 6-10: 12; 13-15: 15.
    assert clock.due(clock.ANSWER, second, CALENDAR).due_on == day("2026-04-15")
    assert clock.extension_cap(second, CALENDAR) == day("2026-05-20")
    # The NGO's whole wait goes on from the first receipt: 4 days to 20 March, 15 more.
    assert clock.wait_days(first, almaty("2026-04-15 12:00"), CALENDAR) == 19


CAPS = [
    ("2024-12-31", "2025-02-28", "31 December to the last of February, a Friday"),
    ("2025-12-31", "2026-03-02", "28 February 2026 is a Saturday"),
    ("2020-12-31", "2021-03-01", "28 February 2021 is a Sunday"),
    ("2023-12-29", "2024-02-29", "29 February exists in 2024"),
    ("2027-12-31", "2028-02-29", "29 February is the last of a leap February"),
    ("2026-07-31", "2026-09-30", "September has 30 days"),
    ("2025-01-21", "2025-03-26", "21 March 2025 and all of Nauryz, moved days too"),
    ("2026-01-21", "2026-03-26", "Saturday 21 March 2026 and the moved days"),
    ("2024-03-04", "2024-05-04", "Saturday 4 May 2024 was worked: the date stays"),
    ("2024-03-07", "2024-05-10", "7 May, 8 off, 9 May 2024"),
    ("2024-11-05", "2025-01-05", "Sunday 5 January 2025 was worked: the date stays"),
    ("2025-11-07", "2026-01-08", "7 January"),
    ("2025-06-30", "2025-09-02", "30 August 2025, a Saturday, moved to 1 September"),
    ("2026-06-30", "2026-08-31", "30 August 2026, a plain Sunday"),
    ("2026-04-30", "2026-06-30", "a month's last day is not sought: the same number"),
]


@pytest.mark.parametrize(("registered", "cap"), [pytest.param(*row[:2], id=row[2]) for row in CAPS])
def test_an_extension_reaches_two_calendar_months_from_registration(registered, cap):
    assert clock.extension_cap(day(registered), CALENDAR) == day(cap)


OTHER_LIMITS = [
    (clock.CLARIFY, "2026-02-14", "2026-02-27", "asked on a Saturday: Monday is day 1"),
    (clock.CONFIRM, "2026-02-27", "2026-03-16", "9 March off"),
    # 3-6: 4; 10-13: 8; 16-20: 13; 26, 27: 15; 30 March to 3 April: 20.
    (clock.CONCLUDE, "2026-03-02", "2026-04-03", "8 March and Nauryz 2026"),
    (clock.AFTER_CONCLUSION, "2026-03-02", "2026-03-27", "15 of these"),
    (clock.CHAIR_ABSENT, "2026-03-02", "2026-03-17", "10 of these"),
    (clock.TELL_NGO, "2026-02-13", "2026-02-18", "decided on a Friday"),
    (clock.REDIRECT_PROPOSAL, "2026-03-20", "2026-03-30", "over Nauryz: 26, 27, 30"),
    (clock.WITHDRAW_WINDOW, "2026-07-01", "2026-07-09", "Monday 6 July 2026"),
    # 4-6: 3; 8: 4; 12-15: 8; 18, 19: 10.
    (clock.UNREPORTED, "2026-04-30", "2026-05-19", "May 2026"),
    (clock.COMMITMENT_LATE, "2026-05-31", "2026-06-12", "due on a Sunday: Monday is day 1"),
    (clock.APPEAL, "2026-10-16", "2026-11-02", "Sunday 25 October 2026 moved to Monday"),
    (clock.REOPEN_DAYS, "2024-02-01", "2024-03-02", "30 calendar days in a leap year, ending on a Saturday"),
    (clock.REOPEN_DAYS, "2025-02-01", "2025-03-03", "30 calendar days in another"),
    (clock.COMMITMENT_MONTHS, "2024-02-29", "2025-02-28", "a year after 29 February"),
    (clock.MILESTONE_MONTHS, "2026-08-31", "2027-02-28", "six months, ending on a Sunday"),
]


@pytest.mark.parametrize(
    ("limit", "start", "due_on"),
    [pytest.param(*row[:3], id=f"{row[0].key}: {row[3]}") for row in OTHER_LIMITS],
)
def test_the_other_limits(limit, start, due_on):
    assert clock.due(limit, day(start), CALENDAR).due_on == day(due_on)


def test_the_dates_people_may_choose_end_with_these_limits():
    assert clock.tell_by(day("2026-02-13"), CALENDAR) == day("2026-02-18")
    assert clock.conclusion_cap(day("2026-03-02"), CALENDAR) == day("2026-03-27")
    assert clock.after_last(day("2026-04-30"), CALENDAR).due_on == day("2026-05-19")
    assert clock.commitment_cap(day("2024-02-29")) == day("2025-02-28")
    assert clock.milestone_cap(day("2026-08-31")) == day("2027-02-28")


def test_the_table_of_limits_says_what_each_follows():
    assert {key: (limit.length, str(limit.unit), str(limit.source)) for key, limit in clock.LIMITS.items()} == {
        "accept": (3, "working_day", "policy"),
        "redirect": (3, "working_day", "APPC art. 65"),
        "answer": (15, "working_day", "APPC art. 76"),
        "extension": (2, "month", "APPC art. 76"),
        "tell_ngo": (3, "working_day", "APPC art. 76"),
        "clarify": (10, "working_day", "policy"),
        "confirm": (10, "working_day", "policy"),
        "conclude": (20, "working_day", "policy"),
        "chair_absent": (10, "working_day", "policy"),
        "after_conclusion": (15, "working_day", "policy"),
        "redirect_proposal": (3, "working_day", "policy"),
        "withdraw_window": (5, "working_day", "policy"),
        "unreported": (10, "working_day", "policy"),
        "commitment_late": (10, "working_day", "policy"),
        "appeal": (10, "working_day", "policy"),
        "reopen": (30, "calendar_day", "policy"),
        "commitment": (12, "month", "policy"),
        "milestone": (6, "month", "policy"),
    }


@given(
    at=st.datetimes(datetime.fromisoformat("2019-01-01"), datetime.fromisoformat("2030-01-01"), timezones=st.just(UTC)),
    limit=st.sampled_from([clock.ACCEPT, clock.ANSWER, clock.CONCLUDE]),
)
def test_a_limit_in_working_days_ends_on_one_with_exactly_that_many_counted(at, limit):
    registered = clock.registration_day(at, CALENDAR)
    duty = clock.due(limit, registered, CALENDAR, submitted_at=at)
    assert registered >= clock.local_day(at)
    assert CALENDAR.is_working(registered)
    assert CALENDAR.is_working(duty.due_on)
    assert clock.wait_days(registered, duty.due_at, CALENDAR) == limit.length
    dates = [date.fromisoformat(entry["date"]) for entry in duty.explanation["days"]]
    assert dates == [dates[0] + timedelta(n) for n in range(len(dates))]
    assert (dates[0], dates[-1]) == (clock.local_day(at), duty.due_on)
