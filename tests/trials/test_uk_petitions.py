"""Show 3: real petitions, real departments, real dates, by our clock. `-s` prints the summary."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from statistics import median

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from dialogue.models import Message
from issues.calendar.days import DATA as CALENDAR
from issues.models import AskAnswer, Issue
from issues.record.chain import broken_chains
from tests.trials.uk_petitions import DATA, Outcome, Replay, petitions, summary

pytestmark = [
    pytest.mark.skipif(
        not DATA.exists(), reason="the petitions are not beside the repository: ../shared/data/uk_petitions"
    ),
    pytest.mark.exhaustive,
]


@pytest.fixture(scope="module")
def outcomes(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Outcome]]:
    """Replayed once for all tests of this module, and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Replay().run(petitions())
        transaction.set_rollback(True)


def test_seventy_four_of_the_106_were_on_time(outcomes: list[Outcome]) -> None:
    print("", *summary(outcomes), sep="\n")
    assert Counter(each.verdict for each in outcomes) == {"on time": 74, "late; in time with an extension": 32}
    waits = sorted(each.wait_days for each in outcomes)
    assert (waits[0], median(waits), waits[-1]) == (6, 13, 40)


@pytest.mark.parametrize(
    ("petition", "registered", "due", "answered", "wait"),
    [
        # Sunday 8 March is Women's Day, so Monday the 9th is off: registered on Tuesday the 10th. 11-13 March are days 1-3,
        # 16-20 4-8; 21 (Saturday), 22 and 23 are Nauryz, 24 and 25 off for the weekend's two; 26, 27 are 9 and 10,
        # 30 March to 3 April 11-15. Answered on 7 April in London, at 3:30 of the 8th in Almaty: 6, 7, 8 April are 16-18.
        (300034, (2020, 3, 10), (2020, 4, 3), (2020, 4, 8), 18),
        # Tuesday 15 December, 18:44: too late that day; 16 and 17 are Independence Day, Friday the 18th is off for Sunday
        # the 20th, which is worked: registered on a Sunday. 21-25 December are 1-5, 28-31 6-9; 1 and 2 January are
        # holidays, Monday the 4th is off for Saturday the 2nd; 5 and 6 are 10 and 11, Christmas on the 7th, the 8th is 12,
        # 11-13 January 13-15. Answered on day 10, an evening.
        (328537, (2020, 12, 20), (2021, 1, 13), (2021, 1, 5), 10),
        # Tuesday 30 August 2022 is Constitution Day: registered on the 31st. 1, 2 September are 1 and 2, 5-9 3-7,
        # 12-16 8-12, 19-21 13-15; 22, 23, 26, 27 are 16-19.
        (619334, (2022, 8, 31), (2022, 9, 21), (2022, 9, 27), 19),
    ],
)
def test_three_of_them_counted_by_hand(
    outcomes: list[Outcome], petition: int, registered: tuple[int, int, int], due: tuple[int, int, int],
    answered: tuple[int, int, int], wait: int,
) -> None:  # fmt: skip
    found = next(each for each in outcomes if each.petition.id == petition)
    assert (found.registered_on, found.due_on, found.answered_on) == (date(*registered), date(*due), date(*answered))
    assert found.wait_days == wait


def test_registration_due_date_and_wait_of_every_petition_counted_by_plain_python(outcomes: list[Outcome]) -> None:
    """One day after the other through the calendar's JSON, with no code of the clock."""
    days = json.loads(CALENDAR.read_text(encoding="utf-8"))["days"]
    kinds = {row["date"]: row["kind"] for row in days}

    def works(day: date) -> bool:
        return kinds.get(day.isoformat(), "" if day.weekday() < 5 else "weekend") in ("", "working_day")

    for each in outcomes:
        asked = each.petition.asked_at.replace(tzinfo=None) + timedelta(hours=6)  # Almaty before March 2024
        day = asked.date()
        if not works(day) or asked.time() > time(18, 30):
            day += timedelta(1)
            while not works(day):
                day += timedelta(1)
        answered = (each.petition.responded_at.replace(tzinfo=None) + timedelta(hours=6)).date()
        counted = [day + timedelta(n) for n in range(1, 100) if works(day + timedelta(n))]
        assert each.registered_on == day, each.petition.id
        assert each.due_on == counted[14], each.petition.id
        assert each.wait_days == sum(one <= answered for one in counted), each.petition.id


def test_no_answer_in_time_was_entered_just_where_it_was_so(outcomes: list[Outcome]) -> None:
    assert all(each.late_entered == (each.answered_on > each.due_on) for each in outcomes)


def test_an_answer_on_a_holiday_after_the_due_day_is_late_although_it_waited_fifteen_days(
    outcomes: list[Outcome],
) -> None:
    """Due on Wednesday 15 December 2021, answered on Friday the 17th; 16 and 17 are Independence Day. The wait counts it as
    given on the 15th, "on time" reads the date: the two metrics differ here, and in no other petition.
    """
    differ = {each.petition.id for each in outcomes if (each.wait_days > 15) != (each.answered_on > each.due_on)}
    assert differ == {586378}
    found = next(each for each in outcomes if each.petition.id == 586378)
    assert (found.due_on, found.answered_on, found.wait_days) == (date(2021, 12, 15), date(2021, 12, 17), 15)


def test_every_record_verifies_and_every_word_is_there(outcomes: list[Outcome]) -> None:
    issues = Issue.objects.filter(pk__in=[each.issue.pk for each in outcomes])
    assert broken_chains(issues) == {}
    assert Message.objects.filter(issue__in=issues).count() == 106 + sum(
        bool(each.petition.details) for each in outcomes
    )
    for each in outcomes:
        answer = AskAnswer.objects.get(ask__issue=each.issue)
        assert answer.text == each.petition.response.replace("\r\n", "\n").strip()
        assert each.issue.status == "refused"


def test_the_record_tells_each_story_in_the_order_of_its_times(outcomes: list[Outcome]) -> None:
    for each in outcomes:
        times = [event.at for event in each.issue.events.order_by("seq")]
        assert times == sorted(times)
        assert isinstance(times[0], datetime)
        assert times[0] == each.petition.asked_at
