"""What changed in a week: values by the day they happened, each the count of the list it leads to; the addresses of weeks."""

import csv
import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.http import QueryDict
from django.test import Client

from issues.metrics.asked import MetricFilters
from issues.metrics.counting import differences
from issues.metrics.units import UnitsAsked, totals_of
from issues.metrics.weekly import WEEKLY
from issues.metrics.weeks import Week, counted, headline, longest_waits
from tests.factories.clock import site_at
from tests.factories.stories import MONDAY, Story, almaty
from tests.issues.metrics.eventful import moved

FIRST = Week(MONDAY.date())
LATER = almaty(2026, 6, 1)
TODAY = date(2026, 11, 26)


def told(week: Week, query: str = "") -> dict[str, int]:
    """What is not nothing."""
    found = counted(MetricFilters.read(QueryDict(query)), LATER, week)
    return {each.metric.key.removeprefix("week_"): each.now.denominator for each in found if each.now.denominator}


def test_what_happened_stands_on_its_day(story: Story) -> None:
    story.disputed("supported").voted(done=False)
    story.move("conclude_not_done", story.cast.chair, text="Nothing.", until=(story.now + timedelta(5)).date())
    assert told(FIRST) == {"raised": 1, "answered": 1, "promised": 1}
    assert told(FIRST.after) == {"reported": 1, "kept": 1}
    assert told(FIRST.after.after) == {"disputed": 1, "concluded": 1, "broken": 1}
    assert told(FIRST.before) == told(FIRST, "body=ecology") == {}


def test_a_date_that_passed_stands_on_it_whether_anybody_entered_it_or_not(story: Story) -> None:
    story.raised()
    assert told(Week(date(2026, 2, 23))) == {"overdue": 1}, "due on Monday 23 February"
    due = headline(MetricFilters(), LATER, Week(date(2026, 2, 23)))[0]
    assert (due.now.numerator, due.now.denominator, due.before.denominator) == (0, 1, 0)
    early = counted(MetricFilters(), almaty(2026, 2, 23, 23, 59), Week(date(2026, 2, 23)))
    assert not any(each.now.denominator for each in early), "the day is not over"


def test_a_promise_is_broken_on_the_day_after_its_first_date_and_a_moved_date_changes_nothing(story: Story) -> None:
    story.answered("supported")
    first = story.issue.commitments.get().first_due
    moved(story, 90)
    assert told(Week.of(story.now.date()))["moved"] == 1
    assert told(Week.of(first + timedelta(1))) == {"broken": 1}


@pytest.mark.thorough
def test_every_number_of_a_week_is_the_count_of_its_list(eventful: Story) -> None:
    seen = set()
    week = FIRST.before
    while week < Week(date(2026, 4, 6)):
        for query in ("", "body=labour", "language=en&body=ecology"):
            asked = MetricFilters.read(QueryDict(query))
            for each in (*counted(asked, LATER, week), *headline(asked, LATER, week)):
                for part, n in {"numerator": each.now.numerator, "denominator": each.now.denominator}.items():
                    days = f"from={each.days[0]}&to={each.days[1]}"
                    listed = UnitsAsked.read(QueryDict(f"{query}&metric={each.metric.key}&part={part}&{days}"))
                    assert listed is not None
                    assert (each.metric.key, totals_of(listed, LATER)[0]) == (each.metric.key, n)
                    seen |= {each.metric.key} if n else set()
        week = week.after
    assert seen >= WEEKLY.keys()
    assert differences() == {}


@pytest.mark.thorough
def test_the_page_says_what_its_lists_say(eventful: Story) -> None:
    with site_at(LATER):
        page = Client().get(f"/en/metrics/changed/?week={FIRST}").content.decode()
        links = set(re.findall(r'href="(/en/issues/\?metric=[^"]+)">(\d+)<', page))
        assert len(links) > 24
        for href, n in links:
            heading = re.search(r"<h1[^>]*>(\d+) ", Client().get(href.replace("&amp;", "&")).content.decode())
            assert heading is not None, href
            assert heading[1] == n, href


def test_the_longest_waits_that_ended_come_first(story: Story) -> None:
    story.answered("supported")
    slow = Story(story.cast, almaty(2026, 1, 12)).raised().on(story.now)
    slow.move("withdraw", story.cast.manager, reason="Settled.")
    slower = Story(story.cast, almaty(2026, 1, 19)).answered("refused").issue
    waits = longest_waits(MetricFilters(), LATER, FIRST)
    assert [wait.issue.pk for wait in waits] == [story.pk]
    assert [wait.issue.pk for wait in longest_waits(MetricFilters(), LATER, Week(date(2026, 1, 19)))] == [slower.pk]


def test_each_table_has_its_csv_with_the_numbers_of_the_page(eventful: Story) -> None:
    with site_at(LATER):
        text = Client().get(f"/en/metrics/changed/counts.csv?week={FIRST}").content.decode()
        rows = {each["key"].removeprefix("week_"): int(each["count"]) for each in csv.DictReader(text.splitlines())}
        assert {key: n for key, n in rows.items() if n} == told(FIRST)
        for name in ("rates", "waits"):
            lines = Client().get(f"/en/metrics/changed/{name}.csv?week={FIRST}").content.decode().splitlines()
            assert len(lines) > 1
        assert Client().get("/en/metrics/changed/nothing.csv").status_code == 404


def test_a_feed_has_one_entry_a_week_the_newest_first(eventful: Story) -> None:
    with site_at(almaty(2026, 2, 9, 0, 1)):
        feed = ET.fromstring(Client().get("/feeds/weeks.atom?lang=en").content)
        entries = feed.findall("{*}entry")
        assert entries[0].findtext("{*}title") == "What changed: Week 6 of 2026"
        assert entries[0].findtext("{*}updated") == "2026-02-09T00:00:00+05:00"
        assert (entries[0].findtext("{*}id") or "").endswith("/metrics/changed/?week=2026-W06")
        assert "Issues raised: " in (entries[0].findtext("{*}summary") or entries[0].findtext("{*}content") or "")
        assert len({entry.findtext("{*}id") for entry in entries}) == 12


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-W47", date(2026, 11, 16)), ("2020-W53", date(2020, 12, 28)), ("2026-W01", date(2025, 12, 29)),
        ("2026-W48", date(2026, 11, 23)), ("2026-W49", None), ("2025-W53", None), ("2026-W00", None), ("2026-W54", None),
        ("1999-W01", None), ("9999-W52", None), ("0000-W01", None), ("2026-47", None), ("2026-W7", None),
        ("2026-W47 ", None), ("٢٠٢٦-W47", None), ("' OR 1=1", None), ("\x00", None),
    ],
)  # fmt: skip
def test_a_week_is_an_iso_week_that_has_begun(text: str, monday: date | None) -> None:
    week = Week.read(text, TODAY)
    assert (week and week.monday) == monday
    assert week is None or str(week) == text


def test_the_last_complete_week_is_shown_where_none_is_asked_for(db: None) -> None:
    with site_at(almaty(2026, 11, 22, 23, 59)):
        assert "Week 46 of 2026" in Client().get("/en/metrics/changed/").content.decode()
    with site_at(almaty(2026, 11, 23, 0, 1)):
        page = Client().get("/en/metrics/changed/").content.decode()
        assert "Week 47 of 2026" in page
        assert 'href="/en/metrics/changed/?week=2026-W46"' in page
        assert 'href="/en/metrics/changed/?week=2026-W48" rel="next"' in page
        running = Client().get("/en/metrics/changed/?week=2026-W48").content.decode()
        assert "This week is not over" in running
        assert 'rel="next"' not in running


def test_a_week_that_is_none_is_not_found(db: None) -> None:
    for text in ("2999-W01", "2025-W53", "last"):
        assert Client().get(f"/en/metrics/changed/?week={text}").status_code == 404
        assert Client().get(f"/en/metrics/changed/counts.csv?week={text}").status_code == 404


def test_a_visitor_who_has_the_page_gets_it_again_only_when_something_changed(story: Story) -> None:
    with site_at(story.now + timedelta(10)):
        story.raised()
        client = Client()
        tag = client.get("/en/metrics/changed/")["ETag"]
        assert client.get("/en/metrics/changed/", headers={"if-none-match": tag}).status_code == 304
        Story(story.cast).raised()
        assert client.get("/en/metrics/changed/", headers={"if-none-match": tag}).status_code == 200
