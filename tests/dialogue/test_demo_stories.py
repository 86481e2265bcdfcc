"""The stories of the demonstration as they lie on disk: their languages, where they happen, how far they reach back."""

import json
from collections import Counter
from datetime import date, timedelta

from django.conf import settings

from dialogue.demo.days import WorkingDays
from dialogue.demo.stories import all_stories
from issues.calendar import current_calendar
from issues.clock import extension_cap


def test_half_of_the_issues_are_in_kazakh() -> None:
    languages = Counter(story.draft["language"] for story in all_stories())
    assert languages.keys() == {"kk", "ru", "en"}
    assert abs(languages["kk"] - len(all_stories()) / 2) <= 2


def test_every_topic_and_most_of_the_country_has_its_stories() -> None:
    stories = [story for story in all_stories() if story.acts]
    topics = Counter(story.draft["topic"] for story in stories)
    assert {topic: n for topic, n in topics.items() if n < 2} == {}
    assert topics.keys() == {row["slug"] for row in reference("issues/reference/topics.json")}
    regions = {row["code"] for row in reference("issues/reference/regions.json")}
    assert regions - {story.draft["region"] for story in stories} == set()
    bodies = {story.to for story in stories}
    assert len({each for each in bodies if each.startswith("akimat-")}) >= 10
    assert len(bodies) >= 20


def test_the_stories_reach_a_year_back() -> None:
    first = [story.acts[0].day for story in all_stories() if story.acts]
    assert min(first) < -250  # so that some asks are old enough for the first headline number
    assert {each // 25 for each in first} == set(range(-11, 0))  # and every five weeks somebody raised something


def reference(path: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads((settings.BASE_DIR / path).read_text(encoding="utf-8"))
    return rows


def test_an_extension_lies_within_its_two_months_whatever_day_it_is() -> None:
    """The one limit in months, and so the one that does not move along with the working days."""
    calendar, extended = (
        current_calendar(),
        [act for story in all_stories() for act in story.acts if act.move == "extend"],
    )
    registered = {story.name: story.acts[0].day for story in all_stories() if story.acts}
    for number in range(0, 1100, 3):
        days = WorkingDays(date(2026, 1, 1) + timedelta(days=number), calendar)
        for act in extended:
            assert days.on(act.fields["until"]) <= extension_cap(days.on(registered[act.story]), calendar), days.today
